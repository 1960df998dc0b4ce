"""Who holds a post now: appointments in force, leave covers among them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from gongkai.units.actors import REACHING, in_force, reach_of
from gongkai.units.models import Appointment, Body, Role

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
    """The appointments that matter to some posts, read in three queries however many posts there are."""

    paths: dict[int, str] = field(default_factory=dict)
    held: dict[tuple[str, int], list[Appointment]] = field(default_factory=lambda: defaultdict(list))
    chiefs: list[tuple[str, int]] = field(default_factory=list)

    @classmethod
    def read(cls, posts: Iterable[Post], on: date | None = None) -> "Roster":
        """Read what is needed for these posts on a day (today)."""
        bodies = {post.body_id for post in posts}
        roster = cls(paths=dict(Body.objects.filter(pk__in=bodies).values_list("pk", "path")))
        rows = Appointment.objects.filter(in_force(on)).only("role", "person", "body", "office")
        for row in rows.filter(body_id__in=bodies):
            roster.held[row.role, row.body_id].append(row)
        chiefs = rows.filter(role=Role.CHIEF).select_related("body__parent")
        for row in chiefs.only("role", "person", *REACHING):
            roster.chiefs.append((reach_of(row.role, row.body), row.person_id))
        return roster

    def persons(self, post: Post) -> set[int]:
        """Return the persons to tell for a post: its holders, else those who answer for it, up to the 政务公开办."""
        if post.role == Role.CHIEF:
            return self._chiefs(post.body_id)
        rows = self.held.get((post.role, post.body_id), [])
        narrow = [r for r in rows if post.office_id is None or r.office_id in {None, post.office_id}]
        found = {row.person_id for row in narrow or rows}
        if found or post.role not in INSTEAD:
            return found
        return self.persons(Post(INSTEAD[post.role], post.body_id))

    def _chiefs(self, body_id: int) -> set[int]:
        """The nearest 政务公开办 above a body: those whose reach covers it, the narrowest reach first."""
        path = self.paths.get(body_id, "")
        over = [(reach, person) for reach, person in self.chiefs if path.startswith(reach)]
        nearest = max((len(reach) for reach, _ in over), default=0)
        return {person for reach, person in over if len(reach) == nearest}


def covers_of(persons: set[int], on: date | None = None) -> dict[int, set[int]]:
    """Return, for each of these persons, those who cover an appointment of theirs on a day (today)."""
    found: dict[int, set[int]] = defaultdict(set)
    rows = Appointment.objects.filter(in_force(on), covers__person_id__in=persons)
    for covered, covering in rows.values_list("covers__person_id", "person_id"):
        found[covered].add(covering)
    return found
