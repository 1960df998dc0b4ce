"""Whose business something is: the condition on rows by the unit that they belong to, said once for all rooms.

Talk.objects.filter(belongs(by))                               rows of one's own units, and of those supervised
Table.objects.filter(belongs(by, roles=WRITING, supervising=(Role.CHIEF,)))
bodies_of(by, roles=WRITING, supervising=(Role.CHIEF,))        the units themselves, to be chosen from
"""

from collections.abc import Collection
from dataclasses import replace

from django.db.models import Q, QuerySet

from gongkai.core.acts.actors import Actor
from gongkai.core.units.models import Body, BodyKind, Role

#: Kinds of bodies that have an area of their own, with units under them.
GOVERNMENTS = frozenset({BodyKind.GOVERNMENT, BodyKind.DISTRICT})

#: Roles that see what lies in their reach without working there.
SUPERVISING: Collection[str] = (Role.CHIEF, Role.AUDITOR)

#: Posts that look after people, logins and settings: they read no business (三员分立), not even that of the unit they stand with.
TECHNICAL = frozenset({Role.ADMINISTRATOR, Role.SECURITY})

#: Posts that look and change no business.
READING = frozenset({Role.AUDITOR, Role.SECURITY})


def government_over(body: Body) -> Body:
    """Return the nearest government above a unit, whatever stands between; a government is its own, and so is what stands under nothing."""
    while body.kind not in GOVERNMENTS and body.parent is not None:
        body = body.parent
    return body


def owner_of(target: object) -> Body:
    """Return the body that something belongs to: itself, or its `body`.

    Raises:
        TypeError: it belongs to none.
    """
    found = target if isinstance(target, Body) else getattr(target, "body", None)
    if not isinstance(found, Body):
        raise TypeError(f"whose is {target!r}")
    return found


def is_above(by: Actor, body: Body) -> bool:
    """Whether somebody is the 政务公开办 over a unit (jobs are, too)."""
    return by.system or by.reaches(Role.CHIEF, path=body.path)


def at_work(by: Actor) -> Actor:
    """Return somebody with the posts by which they work on business or oversee it: the one condition below every `visible_to`.

    Who holds technical posts alone is left without any, and sees what the public sees.
    """
    posts = tuple(post for post in by.posts if post.role not in TECHNICAL)
    return by if posts == by.posts else replace(by, posts=posts, bodies=frozenset(p.body_id for p in posts))


def drafting(by: Actor) -> Actor:
    """Return somebody with the posts by which they see what is only being written: who works on it, and the 政务公开办 over them.

    A 监督员 looks at what was done, and reads no draft.
    """
    posts = tuple(post for post in by.posts if post.role not in TECHNICAL | READING)
    return by if posts == by.posts else replace(by, posts=posts, bodies=frozenset(p.body_id for p in posts))


def working_bodies(by: Actor) -> frozenset[int]:
    """Return the units whose business somebody works on or oversees: those of their posts but the technical ones."""
    return at_work(by).bodies


def spoken_for(by: Actor) -> frozenset[int]:
    """Return the units that somebody speaks for: those whose business they work on, and the government whose 政务公开办 they are.

    What a higher government asks of a government (a task, its self-assessment) stands with the government itself, where nobody may hold a post of
    work; its 政务公开办 answers for it.
    """
    chiefs = (post.reach for post in by.posts if post.role == Role.CHIEF)
    # A path is the chain of numbers from the root: its last is the government's own.
    governed = (number for reach in chiefs if (number := reach.rstrip("/").rpartition("/")[2]))
    return working_bodies(by) | {int(number) for number in governed}


def reads_only(by: Actor) -> bool:
    """Whether all posts of somebody only look (监督员, 安全保密管理员): pages offer them no work that every rule would refuse."""
    return bool(by.posts) and all(post.role in READING for post in by.posts)


def over(by: Actor, path: str, supervising: Collection[str] = SUPERVISING) -> Q:
    """Return the condition for what lies in the reach of somebody's posts.

    Args:
        by: who asks.
        path: the way to the path of the unit that a row belongs to, such as `body__path`.
        supervising: roles whose reach counts.
    """
    found = Q(pk__in=[])
    for reach in sorted({post.reach for post in at_work(by).posts if post.role in supervising}):
        found |= Q(**{f"{path}__startswith": reach})
    return found


def belongs(
    by: Actor,
    body: str = "body",
    *,
    roles: Collection[str] | None = None,
    supervising: Collection[str] = SUPERVISING,
) -> Q:
    """Return the condition for rows of the units that somebody works for or supervises.

    Args:
        by: who asks.
        body: the way to the unit that a row belongs to; empty where the rows are units.
        roles: roles by which one works for a unit; any but the technical ones where none are named.
        supervising: roles that see all in their reach.
    """
    own = working_bodies(by) if roles is None else {post.body_id for post in by.posts if post.role in roles}
    key, path = (f"{body}__in", f"{body}__path") if body else ("pk__in", "path")
    return Q(**{key: sorted(own)}) | over(by, path, supervising)


def bodies_of(
    by: Actor,
    *,
    roles: Collection[str] | None = None,
    supervising: Collection[str] = SUPERVISING,
) -> QuerySet[Body, Body]:
    """Return the units that are there still and that somebody works for or supervises, in the order of the directory; all for jobs."""
    rows = Body.objects.filter(active_to=None, merged_into=None)
    if not by.system:
        rows = rows.filter(belongs(by, "", roles=roles, supervising=supervising))
    return rows.order_by("position", "pk")
