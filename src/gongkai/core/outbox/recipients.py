"""Find the current holders of posts, including leave covers."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.db.models import Exists, OuterRef
from django.utils import timezone

from gongkai.core.units.actors import REACH_FIELDS, in_force, reach_of
from gongkai.core.units.models import Appointment, Body, Person, Role
from gongkai.core.units.openness import issues_for_itself
from gongkai.core.widgets.once import ask_once

#: If a post is vacant, the role that is notified instead.
FALLBACK_ROLES: dict[str, str] = {
    Role.CLERK: Role.LEAD,
    Role.REVIEWER: Role.SIGNER,
    Role.SIGNER: Role.LEAD,
    Role.LEAD: Role.CHIEF,
}


@dataclass(frozen=True)
class NotifiedPost:
    """A post whose holders are notified: a role at a body, optionally in one office."""

    role: str
    body_id: int
    office_id: int | None = None


@dataclass
class Roster:
    """The appointments to some posts on a day (`on`), loaded in one query; `held` are those of each (role, unit)."""

    bodies: frozenset[int] = frozenset()
    on: date = field(default_factory=timezone.localdate)
    held: dict[tuple[str, int], list[Appointment]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def read(cls, posts: Iterable[NotifiedPost], on: date | None = None) -> "Roster":
        """Load the appointments for these posts on a day (default: today); once a page."""
        bodies, day = frozenset(post.body_id for post in posts), on or timezone.localdate()
        return ask_once(("roster", bodies, day), lambda: cls._load(bodies, day))

    @classmethod
    def _load(cls, bodies: frozenset[int], on: date) -> "Roster":
        """Return a roster with the appointments at these bodies and at those into which they were merged."""
        roster = cls(bodies, on)
        heirs = _find_heirs(roster.bodies)
        appointments = Appointment.objects.filter(in_force(roster.on), body__in=roster.bodies | set(heirs))
        for row in appointments.select_related("person", "covers").order_by():
            for body in {row.body_id, *heirs.get(row.body_id, ())}:
                roster.held[row.role, body].append(row)
        return roster

    @cached_property
    def paths(self) -> dict[int, str]:
        """Return the paths of the posts' bodies by id."""
        return dict(Body.objects.filter(pk__in=self.bodies).values_list("pk", "path"))

    @cached_property
    def chiefs(self) -> list[tuple[str, int]]:
        """Return (path prefix, person) of each officer of a 政务公开办."""
        chiefs = Appointment.objects.filter(in_force(self.on), role=Role.CHIEF).order_by()
        rows = chiefs.select_related("body__parent").only("role", "person", *REACH_FIELDS)
        return [(reach_of(row.role, row.body), row.person_id) for row in rows]

    @property
    def people(self) -> dict[int, Person]:
        """Return the loaded post holders by primary key."""
        return {row.person_id: row.person for rows in self.held.values() for row in rows}

    def persons(self, post: NotifiedPost, *, inside: bool = False) -> set[int]:
        """Return the people to notify for a post: holders, else fallback roles up to the 政务公开办.

        With `inside`, only people within the unit.
        """
        if inside and post.role == Role.CHIEF:
            return set()
        if post.role == Role.CHIEF:
            return self._chiefs_above(post.body_id)
        rows = self.held.get((post.role, post.body_id), [])
        narrow = [r for r in rows if post.office_id is None or r.office_id in {None, post.office_id}]
        person_ids = {row.person_id for row in narrow or rows}
        if person_ids or post.role not in FALLBACK_ROLES:
            return person_ids
        return self.persons(NotifiedPost(FALLBACK_ROLES[post.role], post.body_id), inside=inside)

    def reached(self, posts: Iterable[NotifiedPost], but: int | None = None) -> set[int]:
        """Return the ids of the people to notify for several posts, except `but`."""
        person_ids: set[int] = set()
        by_body: dict[int, list[NotifiedPost]] = defaultdict(list)
        for post in posts:
            by_body[post.body_id].append(post)
        for body_posts in by_body.values():
            inside = set[int]().union(*(self.persons(post, inside=True) for post in body_posts))
            reaching_posts = [post for post in body_posts if post.role == Role.CHIEF] if inside - {but} else body_posts
            person_ids |= inside.union(*(self.persons(post) for post in reaching_posts))
        return person_ids

    def _chiefs_above(self, body_id: int) -> set[int]:
        """Return the ids of the 政务公开办 nearest above a body."""
        path = self.paths.get(body_id, "")
        chiefs = [(reach, person) for reach, person in self.chiefs if path.startswith(reach)]
        nearest = max((len(reach) for reach, _ in chiefs), default=0)
        return {person for reach, person in chiefs if len(reach) == nearest}


def _find_heirs(bodies: Collection[int]) -> dict[int, set[int]]:
    """Map each surviving body to those of these bodies that were merged into it: its people act for them."""
    heirs: dict[int, set[int]] = {}
    into = {body: {body} for body in bodies}
    while into:
        rows = Body.objects.filter(pk__in=into).exclude(merged_into=None).values_list("pk", "merged_into_id")
        next_bodies: dict[int, set[int]] = {}
        for body, heir in rows:
            if heir is not None:
                next_bodies.setdefault(heir, set()).update(into[body])
        for heir, merged in next_bodies.items():
            heirs.setdefault(heir, set()).update(merged)
        into = next_bodies
    return heirs


def find_administrators(bodies: Iterable[Body]) -> dict[tuple[int, ...], list[Body]]:
    """Return the nearest administrators of units; units without one are left out."""
    rows = Appointment.objects.filter(in_force(), role=Role.ADMINISTRATOR).select_related("body__parent")
    reaches = [(reach_of(row.role, row.body), row.person_id) for row in rows]
    administrators: dict[tuple[int, ...], list[Body]] = {}
    for body in bodies:
        over = [(reach, person) for reach, person in reaches if body.path.startswith(reach)]
        nearest = max((len(reach) for reach, _ in over), default=0)
        persons = tuple(sorted({person for reach, person in over if len(reach) == nearest}))
        if persons:
            administrators.setdefault(persons, []).append(body)
    return administrators


def is_unstaffed(body_id: int) -> bool:
    """Return true if a unit has neither clerks nor a head."""
    roles = (Role.CLERK, Role.LEAD)
    return not Appointment.objects.filter(in_force(), body=body_id, role__in=roles).exists()


def unit_for_inner_messages(body: Body) -> int:
    """Return the unit to notify about inner work: itself, or its parent if unstaffed."""
    parent = body.parent
    if parent is None or not issues_for_itself(parent) or not is_unstaffed(body.pk):
        return body.pk
    return parent.pk


def people_to_notify_inside(
    body: Body, office: int | None = None, *, roles: Iterable[str] = (Role.CLERK, Role.LEAD)
) -> tuple[int, ...]:
    """Return the people to notify inside a unit, optionally the clerks of one office."""
    unit = unit_for_inner_messages(body)
    posts = [NotifiedPost(role, unit, office if unit == body.pk else None) for role in roles]
    roster = Roster.read(posts)
    return tuple(sorted(set().union(*(roster.persons(post, inside=True) for post in posts))))


def is_covered() -> Exists:
    """Return the subquery that is true if a person's appointment is covered now."""
    return Exists(Appointment.objects.filter(in_force(), covers__person=OuterRef("pk")).order_by())


def covers_of(persons: set[int], on: date | None = None) -> dict[int, set[int]]:
    """Return for each person the people who cover one of their appointments on a day."""
    covering_by_person: dict[int, set[int]] = defaultdict(set)
    covers = Appointment.objects.filter(in_force(on), covers__person__in=persons).order_by()
    for covered, covering in covers.values_list("covers__person", "person"):
        covering_by_person[covered].add(covering)
    return covering_by_person
