"""Who holds a post now: appointments in force, leave covers among them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.db.models import Exists, OuterRef
from django.utils import timezone

from gongkai.core.units.actors import REACHING, in_force, reach_of
from gongkai.core.units.models import Appointment, Body, Person, Role
from gongkai.core.units.openness import issues_for_itself

#: Where nobody holds a post, whoever answers for it is told instead: a message to nobody is a matter forgotten.
INSTEAD: dict[str, str] = {
    Role.CLERK: Role.LEAD,
    Role.REVIEWER: Role.SIGNER,
    Role.SIGNER: Role.LEAD,
    Role.LEAD: Role.CHIEF,
}


@dataclass(frozen=True)
class Post:
    """A post that should be told: a role at a body, narrowed to an office where one is named."""

    role: str
    body_id: int
    office_id: int | None = None


@dataclass
class Roster:
    """The appointments that matter to some posts: read in one query however many posts there are, the 政务公开办 where it is asked for."""

    bodies: frozenset[int] = frozenset()
    on: date = field(default_factory=timezone.localdate)
    held: dict[tuple[str, int], list[Appointment]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def read(cls, posts: Iterable[Post], on: date | None = None) -> "Roster":
        """Read what is needed for these posts on a day (today)."""
        roster = cls(frozenset(post.body_id for post in posts), on or timezone.localdate())
        held = Appointment.objects.filter(in_force(roster.on), body__in=roster.bodies)
        for row in held.select_related("person").order_by():
            roster.held[row.role, row.body_id].append(row)
        return roster

    @cached_property
    def paths(self) -> dict[int, str]:
        """The places of the posts' bodies."""
        return dict(Body.objects.filter(pk__in=self.bodies).values_list("pk", "path"))

    @cached_property
    def chiefs(self) -> list[tuple[str, int]]:
        """How far each 政务公开办 reaches, and who it is."""
        chiefs = Appointment.objects.filter(in_force(self.on), role=Role.CHIEF).order_by()
        rows = chiefs.select_related("body__parent").only("role", "person", *REACHING)
        return [(reach_of(row.role, row.body), row.person_id) for row in rows]

    @property
    def people(self) -> dict[int, Person]:
        """The holders that were read, by number."""
        return {row.person_id: row.person for rows in self.held.values() for row in rows}

    def persons(self, post: Post, *, inside: bool = False) -> set[int]:
        """Return the persons to tell for a post: its holders, else those who answer for it, up to the 政务公开办; `inside` the unit no further."""
        if inside and post.role == Role.CHIEF:
            return set()
        if post.role == Role.CHIEF:
            return self._chiefs(post.body_id)
        rows = self.held.get((post.role, post.body_id), [])
        narrow = [r for r in rows if post.office_id is None or r.office_id in {None, post.office_id}]
        found = {row.person_id for row in narrow or rows}
        if found or post.role not in INSTEAD:
            return found
        return self.persons(Post(INSTEAD[post.role], post.body_id), inside=inside)

    def _chiefs(self, body_id: int) -> set[int]:
        """The nearest 政务公开办 above a body: those whose reach covers it, the narrowest reach first."""
        path = self.paths.get(body_id, "")
        over = [(reach, person) for reach, person in self.chiefs if path.startswith(reach)]
        nearest = max((len(reach) for reach, _ in over), default=0)
        return {person for reach, person in over if len(reach) == nearest}


def nobody_at(body_id: int) -> bool:
    """Whether nobody does a unit's work: it has neither clerk nor head."""
    roles = (Role.CLERK, Role.LEAD)
    return not Appointment.objects.filter(in_force(), body=body_id, role__in=roles).exists()


def told_in(body: Body) -> int:
    """Return the unit whose people are told of what stands inside a unit: itself; where it has none, the one over it, but no government."""
    above = body.parent
    if above is None or not issues_for_itself(above) or not nobody_at(body.pk):
        return body.pk
    return above.pk


def told_inside(
    body: Body, office: int | None = None, *, roles: Iterable[str] = (Role.CLERK, Role.LEAD)
) -> tuple[int, ...]:
    """Return who holds posts inside a unit, clerks of an office where one is named: nobody beyond it, save over a unit below it without people."""
    unit = told_in(body)
    posts = [Post(role, unit, office if unit == body.pk else None) for role in roles]
    roster = Roster.read(posts)
    return tuple(sorted(set().union(*(roster.persons(post, inside=True) for post in posts))))


def is_covered() -> Exists:
    """Return the question whether somebody covers an appointment of a person now."""
    return Exists(Appointment.objects.filter(in_force(), covers__person=OuterRef("pk")).order_by())


def covers_of(persons: set[int], on: date | None = None) -> dict[int, set[int]]:
    """Return, for each of these persons, those who cover an appointment of theirs on a day (today)."""
    found: dict[int, set[int]] = defaultdict(set)
    covers = Appointment.objects.filter(in_force(on), covers__person__in=persons).order_by()
    for covered, covering in covers.values_list("covers__person", "person"):
        found[covered].add(covering)
    return found
