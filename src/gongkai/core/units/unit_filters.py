"""Filters on rows by the unit that they belong to, shared by all apps.

Talk.objects.filter(rows_of_own_units(by))             # rows of one's own units and of supervised ones
Table.objects.filter(rows_of_own_units(by, roles=WRITING, supervising=(Role.CHIEF,)))
bodies_of(by, roles=WRITING, supervising=(Role.CHIEF,))    # the units themselves, for a choice
"""

from collections.abc import Collection
from dataclasses import replace

from django.db.models import Q, QuerySet

from gongkai.core.acts.actors import Actor
from gongkai.core.units.models import Appointment, Body, BodyKind, Role

#: Kinds of bodies that govern an area with units under them.
GOVERNING_KINDS = frozenset({BodyKind.GOVERNMENT, BodyKind.DISTRICT})

#: Roles that see everything in their reach.
SUPERVISING_ROLES: Collection[str] = (Role.CHIEF, Role.AUDITOR)

#: Roles that maintain people, logins and settings. They read no business data (三员分立), not even of
#: their own unit.
TECHNICAL_ROLES = frozenset({Role.ADMINISTRATOR, Role.SECURITY})

#: Read-only roles.
READ_ONLY_ROLES = frozenset({Role.AUDITOR, Role.SECURITY})


def find_government(body: Body) -> Body:
    """Return the nearest government above a unit; a government, or a unit without parent, is its own."""
    while body.kind not in GOVERNING_KINDS and body.parent is not None:
        body = body.parent
    return body


def get_owner_body(target: object) -> Body:
    """Return the body to which an object belongs: itself, or its `body`.

    Raises:
        TypeError: it belongs to no body.
    """
    body = target if isinstance(target, Body) else getattr(target, "body", None)
    if not isinstance(body, Body):
        raise TypeError(f"whose is {target!r}")
    return body


def is_above(by: Actor, body: Body) -> bool:
    """Return true if the actor is a job, or of the 政务公开办 whose reach includes a unit."""
    return by.system or by.reaches(Role.CHIEF, path=body.path)


def without_technical_posts(by: Actor) -> Actor:
    """Return the actor without technical posts (administrator, security officer), as needed by most `visible_to`.

    An actor with technical posts only is left with none and sees what the public sees.
    """
    posts = tuple(post for post in by.posts if post.role not in TECHNICAL_ROLES)
    return by if posts == by.posts else replace(by, posts=posts, bodies=frozenset(p.body_id for p in posts))


def with_drafting_posts(by: Actor) -> Actor:
    """Return the actor with only the posts that see drafts: working posts and the 政务公开办.

    An auditor (监督员) checks completed work and reads no drafts.
    """
    posts = tuple(post for post in by.posts if post.role not in TECHNICAL_ROLES | READ_ONLY_ROLES)
    return by if posts == by.posts else replace(by, posts=posts, bodies=frozenset(p.body_id for p in posts))


def list_working_units(by: Actor) -> frozenset[int]:
    """Return the ids of the units in which the actor has a post that is not technical."""
    return without_technical_posts(by).bodies


def list_responsible_units(by: Actor) -> frozenset[int]:
    """Return the ids of the units in which the actor works, and of the governments of a 政务公开办 post.

    A higher government's task is assigned to the government itself, which may have no working
    posts; its 政务公开办 answers for it.
    """
    return list_working_units(by) | list_office_governments(by)


def list_office_governments(by: Actor) -> frozenset[int]:
    """Return the ids of the governments in whose 政务公开办 the actor has a post."""
    chiefs = by.reached_paths(Role.CHIEF)
    # A path is the chain of ids from the root; the last one is the government's own.
    return frozenset(int(number) for reach in chiefs if (number := reach.rstrip("/").rpartition("/")[2]))


def reads_only(by: Actor) -> bool:
    """Return true if the actor has only read-only posts (监督员, 安全保密管理员), so pages offer no actions."""
    return bool(by.posts) and all(post.role in READ_ONLY_ROLES for post in by.posts)


def make_reach_condition(by: Actor, path: str, supervising: Collection[str] = SUPERVISING_ROLES) -> Q:
    """Return the filter for rows in the reach of the actor's posts.

    Args:
        by: the actor.
        path: the lookup of the unit's path, such as `body__path`.
        supervising: roles whose reach counts.
    """
    query = Q(pk__in=[])
    for reach in sorted({post.reach for post in without_technical_posts(by).posts if post.role in supervising}):
        query |= Q(**{f"{path}__startswith": reach})
    return query


def own_units_q(
    by: Actor,
    body: str = "body",
    *,
    roles: Collection[str] | None = None,
    supervising: Collection[str] = SUPERVISING_ROLES,
) -> Q:
    """Return the filter for rows of the units that the actor works for or supervises.

    Args:
        by: the actor.
        body: the lookup of the row's unit; empty if the rows are units.
        roles: working roles; default: all but the technical ones.
        supervising: roles that see everything in their reach.
    """
    own_bodies = list_working_units(by) if roles is None else by.body_ids(*roles)
    key, path = (f"{body}__in", f"{body}__path") if body else ("pk__in", "path")
    return Q(**{key: sorted(own_bodies)}) | make_reach_condition(by, path, supervising)


def list_actor_bodies(
    by: Actor,
    *,
    roles: Collection[str] | None = None,
    supervising: Collection[str] = SUPERVISING_ROLES,
) -> QuerySet[Body, Body]:
    """Return the current units for which the actor works or which they supervise, in directory order; all for jobs."""
    rows = Body.objects.filter(active_to=None, merged_into=None)
    if not by.system:
        rows = rows.filter(own_units_q(by, "", roles=roles, supervising=supervising))
    return rows.order_by("position", "pk")


def list_units_of_government(body: Body) -> QuerySet[Body]:
    """Return the existing units under the highest government above a unit that has staff here, itself included,
    without governments that have no staff (省政府)."""
    top, government = body, body
    while government.parent is not None:  # a county may need units of the city
        government = government.parent
        query = Q(body=government) | Q(body__parent=government) & ~Q(body__kind__in=GOVERNING_KINDS)
        if Appointment.objects.filter(query).exists():
            top = government
    rows = Body.objects.filter(active_to=None, merged_into=None, path__startswith=top.path)
    return rows.exclude(kind=BodyKind.GOVERNMENT, appointments=None).order_by("position", "pk")
