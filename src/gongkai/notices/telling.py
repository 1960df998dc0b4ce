"""Who is told of a task: the unit that owes it; inside a unit the office, and who leads the work there."""

from collections.abc import Iterable
from typing import TypedDict

from gongkai.ledger.models import Entry
from gongkai.notices.states import ASSIGNED
from gongkai.outbox.recipients import Post, Roster, nobody_at
from gongkai.units.models import Body, Role
from gongkai.units.openness import leading_clerks


class To(TypedDict):
    """Whom a message goes to, as `Tell` takes it."""

    persons: tuple[int, ...]
    posts: tuple[tuple[str, int], ...]


def unit_of(entry: Entry) -> To:
    """Return who does a task: clerks and head of the unit; of a unit's own notice the clerks of the office, else those of the unit."""
    if entry.kind != ASSIGNED:
        return office_of(entry.body_id, entry.office_id)
    return {"persons": (), "posts": ((Role.CLERK, entry.body_id), (Role.LEAD, entry.body_id))}


def office_of(body_id: int, office_id: int | None) -> To:
    """Return the clerks of an office, of the unit where it has none, its head where there is no clerk; of a unit without people who is over it."""
    if nobody_at(body_id):
        above = Body.objects.filter(pk=body_id, parent__isnull=False).values_list("parent", flat=True).first()
        return inside(above or body_id)
    post = Post(Role.CLERK, body_id, office_id)
    return {"persons": tuple(sorted(Roster.read([post]).persons(post))), "posts": ()}


def inside(unit: int, but: Iterable[int | None] = ()) -> To:
    """Return who decides inside a unit: the head, and the clerks who lead the work there, save who asked."""
    persons = leading_clerks(unit) - set(but)
    return {"persons": tuple(sorted(persons)), "posts": ((Role.LEAD, unit),)}
