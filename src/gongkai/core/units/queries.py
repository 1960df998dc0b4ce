"""Queries on units and people; names are resolved in a constant number of queries."""

from collections.abc import Collection, Iterable, Mapping
from copy import copy
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from gongkai.core.acts.models import Movement
from gongkai.core.units import naming, separation
from gongkai.core.units.actors import Actor, get_actor, get_reach, in_force_q, list_chief_posts, select_posts
from gongkai.core.units.models import (
    Alias,
    Appointment,
    Body,
    BodyEvent,
    BodyKind,
    GroupMember,
    Office,
    PasswordRequest,
    Person,
    Role,
    Standing,
    UnitGroup,
)
from gongkai.core.units.naming import NameCatalogue, NamedGroup, Resolution, ResolutionKind
from gongkai.core.units.object_access import register_visible_to
from gongkai.core.units.unit_filters import GOVERNING_KINDS
from gongkai.core.widgets.request_cache import ask_once

__all__ = [
    "Resolution",
    "ResolutionKind",
    "load_catalogue",
    "map_names_to_bodies",
    "people_visible_to",
    "resolve",
    "resolve_all",
    "visible_to",
]


#: Roles that see the people of all bodies within their reach.
PEOPLE_VIEWING_ROLES = frozenset({Role.CHIEF, Role.AUDITOR, Role.ADMINISTRATOR, Role.SECURITY})


@register_visible_to(Body, technical=True)
def visible_to(user: object) -> QuerySet[Body]:
    """Return the bodies a user sees in the back office: everyone with an appointment sees all.

    The public reads institutions through publishing, not here.
    """
    actor = get_actor(user)
    return Body.objects.all() if actor.system or actor.known else Body.objects.none()


@register_visible_to(Office, technical=True)
def offices_visible_to(user: object) -> QuerySet[Office]:
    """Return the offices (处室) of the bodies a user sees."""
    return Office.objects.filter(body__in=visible_to(user).values("pk")).select_related("body")


@register_visible_to(Alias, technical=True)
def aliases_visible_to(user: object) -> QuerySet[Alias]:
    """Return the other names of the bodies a user sees."""
    return Alias.objects.filter(body__in=visible_to(user).values("pk")).select_related("body")


@register_visible_to(UnitGroup, technical=True)
def groups_visible_to(user: object) -> QuerySet[UnitGroup]:
    """Return the groups of the governments a user sees."""
    return UnitGroup.objects.filter(government__in=visible_to(user).values("pk")).select_related("government")


@register_visible_to(Person, technical=True)
def people_visible_to(user: object) -> QuerySet[Person]:
    """Return the people a user sees: oneself, and all who have or had a post within the reach of supervising
    roles, else in the user's own bodies.

    Administrators also see people who never had an appointment; security officers see those of them
    with a password request.
    """
    actor = get_actor(user)
    if actor.system:
        return Person.objects.all()
    reaches = actor.reached_paths(*PEOPLE_VIEWING_ROLES)
    in_reach = Q(body_id__in=actor.bodies)
    for reach in reaches:
        in_reach |= Q(body__path__startswith=reach)
    query = Q(pk__in=Appointment.objects.filter(in_reach).values("person_id")) if actor.known else Q(pk__in=[])
    if actor.has(Role.ADMINISTRATOR):
        # A join on `appointments=None` would return a person with two posts twice, and a
        # form expects one.
        query |= ~Q(pk__in=Appointment.objects.values("person_id"))
    if actor.has(Role.SECURITY):
        with_request = Q(pk__in=PasswordRequest.objects.values("person_id"))
        query |= with_request & ~Q(pk__in=Appointment.objects.values("person_id"))
    if actor.person_id is not None:
        query |= Q(pk=actor.person_id)
    return Person.objects.filter(query).select_related("user")


@register_visible_to(Appointment, technical=True)
def appointments_visible_to(user: object) -> QuerySet[Appointment]:
    """Return the appointments of the people a user sees."""
    rows = Appointment.objects.filter(person__in=people_visible_to(user).values("pk"))
    return rows.select_related("person__user", "body__parent", "office", "covers__person", "covers__body", "entered_by")


@register_visible_to(PasswordRequest, technical=True)
def passwords_visible_to(user: object) -> QuerySet[PasswordRequest]:
    """Return the password requests of the people a user sees."""
    rows = PasswordRequest.objects.filter(person__in=people_visible_to(user).values("pk"))
    return rows.select_related("person__user", "asked_by")


def existing_bodies(bodies: QuerySet[Body], on: date | None = None) -> QuerySet[Body]:
    """Return the bodies that exist on a day (default: today)."""
    day = on or timezone.localdate()
    return bodies.filter(Q(active_to=None) | Q(active_to__gt=day), merged_into=None)


def map_successors(bodies: Iterable[int]) -> dict[int, int]:
    """Return body id → id of the one of these bodies that it is or into which it was merged; read once a page."""
    numbers = frozenset(bodies)
    return dict(ask_once(("successors", numbers), lambda: _find_successors(numbers)))


def _find_successors(bodies: Iterable[int]) -> dict[int, int]:
    """Map these bodies, and all that were merged into one of them, to that one of them."""
    survivors = {pk: pk for pk in bodies}
    next_survivors = dict(survivors)
    while next_survivors:
        rows = Body.objects.filter(merged_into__in=next_survivors).values_list("pk", "merged_into_id")
        next_survivors = {pk: survivors[heir] for pk, heir in rows if heir is not None and pk not in survivors}
        survivors |= next_survivors
    return survivors


def list_governments(bodies: QuerySet[Body]) -> QuerySet[Body]:
    """Return those of the bodies to which others can belong: governments, 管委会, towns and subdistricts."""
    return bodies.filter(kind__in=naming.AREA_BODY_KINDS)


def list_never_signed_in(by: Actor) -> list[Person]:
    """Return active people visible to the actor who have a login, never signed in and hold no guarded role, so that no
    second person must confirm a new password."""
    rows = people_visible_to(by).filter(
        active=True, user__isnull=False, user__last_login=None, must_change_password=True
    )
    appointments = filter_appointments_in_force().order_by("body__position", "body_id")
    people = rows.select_related("user").prefetch_related(Prefetch("appointments", appointments)).order_by("name", "pk")
    guarded_appointments = Appointment.objects.filter(separation.not_ended_q(), role__in=separation.CONFIRMED_ROLES)
    guarded_appointments = guarded_appointments.exclude(standing=Standing.REFUSED)
    return list(people.exclude(pk__in=guarded_appointments.values("person_id")))


def get_government_name(by: Actor, role: str = Role.CHIEF) -> str:
    """Return the full name of the government whose 政务公开办 (or `role`) the actor is; "" if it is not exactly one."""
    paths = by.reached_paths(role)
    rows = list_governments(existing_bodies(Body.objects.all()))
    rows = rows.filter(parent=None) if by.system else rows.filter(path__in=paths)
    names = list(rows.values_list("name", flat=True)[:2])
    return names[0] if len(names) == 1 else ""


def filter_appointments_in_force(body: Body | None = None, day: date | None = None) -> QuerySet[Appointment]:
    """Return appointments in force on a day (default: today), optionally of one body."""
    rows = Appointment.objects.filter(in_force_q(day)).select_related("person", "body", "office", "covers__person")
    return (rows.filter(body=body) if body is not None else rows).order_by("body__position", "role", "pk")


def prefetch_appointments(people: QuerySet[Person]) -> QuerySet[Person]:
    """Return the people with their logins, and their appointments in force prefetched as `.running`."""
    return people.select_related("user").prefetch_related(
        Prefetch("appointments", queryset=filter_appointments_in_force().order_by("pk"), to_attr="running")
    )


def load_catalogue(day: date | None = None) -> NameCatalogue:
    """Load the index of the names of all units, with groups as of a day (default: today)."""
    groups = UnitGroup.objects.prefetch_related(Prefetch("members", queryset=GroupMember.objects.all()))
    return NameCatalogue.of(
        Body.objects.all(),
        aliases=Alias.objects.select_related("office"),
        offices=Office.objects.filter(active_to=None),
        groups=[_build_group_rule(group) for group in groups],
        today=day or timezone.localdate(),
    )


def _build_group_rule(group: UnitGroup) -> NamedGroup:
    """Return a stored group in the form in which names are resolved."""
    members = list(group.members.all())
    return NamedGroup(
        names=group.names,
        government=group.government_id,
        kinds=frozenset(group.kinds),
        added=frozenset(m.body_id for m in members if not m.excluded),
        excluded=frozenset(m.body_id for m in members if m.excluded),
        open_ended=group.open_ended,
    )


def resolve(name: str, government: Body, *, issuer: Body | None = None) -> Resolution:
    """Resolve one unit name as printed in a notice of `government`; use `resolve_all` for several, at the same cost."""
    return resolve_all([name], government, issuer=issuer)[name]


def resolve_all(names: Iterable[str], government: Body, *, issuer: Body | None = None) -> dict[str, Resolution]:
    """Return unit name as printed in a notice → its resolution."""
    catalogue = load_catalogue()
    home = catalogue.bodies.get(government.pk, government)
    return {name: naming.resolve(name, home, catalogue, issuer=issuer) for name in dict.fromkeys(names)}


def list_members(group: UnitGroup, catalogue: NameCatalogue | None = None) -> list[Body]:
    """Return today's members of a stored group."""
    return naming.list_group_members(_build_group_rule(group), catalogue or load_catalogue())


def find_general_office(government: Body) -> Body | None:
    """Return the general office of a government, or None."""
    return existing_bodies(government.children.filter(kind=BodyKind.GENERAL_OFFICE)).first()


#: Error for an unknown unit name in a spreadsheet: the fault and the remedy.
UNKNOWN_UNIT_ERROR = ("没有这个单位", "请填写单位全称，或者先在单位名录中登记")


def list_role_holders(roles: Collection[str]) -> Iterable[tuple[int, int]]:
    """Return (unit id, person id) of those who have one of these roles today and an active login."""
    rows = Appointment.objects.filter(in_force_q(), role__in=sorted(roles), person__user__is_active=True)
    return rows.order_by().values_list("body_id", "person_id")


class PostHolder(NamedTuple):
    """A post at a body (primary key): `reach` is the path prefix of the bodies it covers.

    `people` are the ids of its holder and of a colleague who is covered for.
    """

    body: int
    reach: str
    people: frozenset[int]


def list_post_holders(roles: Collection[str]) -> list[PostHolder]:
    """Return the posts with one of these roles whose holders can sign in today."""
    if set(roles) == {Role.CHIEF}:
        rows = [row for row in list_chief_posts() if row.person.user and row.person.user.is_active]
    else:
        rows = list(select_posts(*roles).filter(person__user__is_active=True))
    return [
        PostHolder(
            row.body_id,
            get_reach(row.role, row.body),
            frozenset({row.person_id, row.covers.person_id if row.covers else row.person_id}),
        )
        for row in rows
    ]


def filter_delegated_governments(by: Actor) -> QuerySet[Body]:
    """Return the governments of which the actor is head, signer or reviewer and that leave daily work to others: there
    is a 政务公开办 in the government or a unit directly under it. None for members of a 政务公开办."""
    if by.has(Role.CHIEF) or not by.has(Role.LEAD, Role.SIGNER, Role.REVIEWER):
        return Body.objects.none()
    chiefs = Appointment.objects.filter(in_force_q(), role=Role.CHIEF)
    rows = Body.objects.filter(pk__in=by.bodies, kind__in=GOVERNING_KINDS)
    return rows.filter(Exists(chiefs.filter(Q(body=OuterRef("pk")) | Q(body__parent=OuterRef("pk")))))


class UnitNames(dict[str, Body]):
    """Current units by full name, short name and alias; `get` also resolves other spellings (县住建局)."""

    def __init__(self, names: Mapping[str, Body], government: Body | None) -> None:
        super().__init__(names)
        self.government = government
        self.catalogue: NameCatalogue | None = None

    def __missing__(self, name: str) -> Body:
        """Return the only unit of which this is another spelling, as in a notice of the government."""
        if not name or self.government is None:
            raise KeyError(name)
        self.catalogue = self.catalogue or load_catalogue()
        resolution = naming.resolve(name, self.government, self.catalogue)
        if resolution.kind != ResolutionKind.ALIAS or len(resolution.bodies) != 1 or resolution.offices:
            raise KeyError(name)
        self[name] = resolution.bodies[0]
        return self[name]

    def get(self, name: str, default: Body | None = None) -> Body | None:  # type: ignore[override]
        """Return the unit of this name, or the default."""
        try:
            return self[name]
        except KeyError:
            return default


def map_names_to_bodies(by: object) -> UnitNames:
    """Map every name of a current unit to it, for spreadsheets that the actor imports.

    A short name or alias shared by several units (县教育局) means the one of the actor's own
    government, nearest first. If that is ambiguous, the name is omitted and its row reports an
    unknown unit.
    """
    rows = list(Body.objects.filter(active_to=None, merged_into=None))
    bodies_by_short_name: dict[str, dict[int, Body]] = {}
    for alias in Alias.objects.filter(body__in=rows).select_related("body"):
        bodies_by_short_name.setdefault(alias.name, {})[alias.body_id] = alias.body
    for body in rows:
        if body.short_name:
            bodies_by_short_name.setdefault(body.short_name, {})[body.pk] = body
    homes = _list_government_paths(get_actor(by))
    unambiguous = {
        name: nearest
        for name, candidates in bodies_by_short_name.items()
        if (nearest := _select_nearest(list(candidates.values()), homes))
    }
    government = next((body for body in rows if homes and body.path == homes[0]), None)
    return UnitNames(unambiguous | {body.name: body for body in rows}, government)


def _list_government_paths(by: Actor) -> list[str]:
    """Return the paths of the actor's governments, nearest first."""
    if by.system:
        top = Body.objects.filter(parent=None).order_by("position", "pk").values_list("path", flat=True)[:1]
        return list(top)
    bodies = Body.objects.filter(pk__in=by.bodies).select_related("parent")
    paths = {get_reach(Role.CHIEF, body) for body in bodies}
    return sorted(paths, key=len, reverse=True)


def _select_nearest(bodies: list[Body], homes: list[str]) -> Body | None:
    """Return the only body, else the only one in the nearest of `homes`; None if there are several or none."""
    if len(bodies) == 1:
        return bodies[0]
    for home in homes:
        bodies_inside = [body for body in bodies if body.path.startswith(home)]
        direct_bodies = [body for body in bodies_inside if body.path.removeprefix(home).count("/") == 1]
        for group in (direct_bodies, bodies_inside):
            if len(group) == 1:
                return group[0]
    return None


def _list_renames(body: Body) -> list[tuple[date, str]]:
    """Return (day, name before) of the renamings of a unit, oldest first."""
    renames = BodyEvent.objects.filter(body=body, what=BodyEvent.What.RENAMED).order_by("on", "pk")
    return list(renames.values_list("on", "before"))


def get_name_on(body: Body, day: date | None) -> str:
    """Return a body's full name on a day; today's name if the day is None."""
    if day is None or body.version == 1:  # nothing was ever changed
        return body.name
    renames = ask_once(("units.renames", body.pk), lambda: _list_renames(body))
    return next((old_name for on, old_name in renames if on > day), body.name)


def format_name_then_and_now(body: Body, day: date | None) -> str:
    """Return a body's full name on a day, with its present name if that differs."""
    past_name = get_name_on(body, day)
    return past_name if past_name == body.name else f"{past_name}（现为{body.name}）"


def with_names_at(body: Body, moment: datetime) -> Body:
    """Return the body, or a copy with its names at a moment if it was renamed since; do not save it."""
    if body.version == 1:  # nothing was ever changed
        return body
    later_renames = Movement.objects.filter(stream=f"body/{body.pk}", action="units.rename", at__gt=moment)
    if (renamed := later_renames.order_by("seq").first()) is None:
        return body
    past_body = copy(body)
    past_body.name = str(renamed.facts["before"])
    past_body.short_name = str(renamed.facts.get("short", body.short_name))
    return past_body


def filter_staffed_units() -> QuerySet[Body]:
    """Return the existing units that can receive work here: they have staff, or a 政务公开办 with staff reaches them.

    Others, such as 省政府 in a county's installation, are notified on paper.
    """
    appointments = Appointment.objects.filter(in_force_q())
    chief_reaches = {
        get_reach(row.role, row.body) for row in appointments.filter(role=Role.CHIEF).select_related("body__parent")
    }
    is_reached = Q(Exists(appointments.filter(body=OuterRef("pk"))))
    for path in chief_reaches:
        if not any(path != outer_path and path.startswith(outer_path) for outer_path in chief_reaches):
            is_reached |= Q(path__startswith=path)
    return Body.objects.filter(is_reached, active_to=None, merged_into=None).order_by("position", "pk")
