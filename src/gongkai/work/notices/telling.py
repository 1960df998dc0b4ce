"""Who is told of a task: the unit that owes it; inside a unit the office, and who leads the work there."""

from collections.abc import Iterable
from typing import TypedDict

from gongkai.core.ledger.models import Entry
from gongkai.core.outbox.recipients import Post, Roster, told_in
from gongkai.core.units.models import Body, Role
from gongkai.core.units.openness import issues_for_itself, leading_clerks
from gongkai.work.notices.states import ASSIGNED


class To(TypedDict):
    """Whom a message goes to, as `Notification` takes it."""

    persons: tuple[int, ...]
    posts: tuple[tuple[str, int], ...]


def unit_of(entry: Entry) -> To:
    """Return who does a task: clerks and head of the unit; of a unit's own notice the clerks of the office, else those of the unit."""
    if entry.kind != ASSIGNED:
        return office_of(entry.body, entry.office_id)
    return work_at(entry.body_id)


def work_at(body_id: int) -> To:
    """Return who works for a unit: its clerks and its head."""
    return {"persons": (), "posts": ((Role.CLERK, body_id), (Role.LEAD, body_id))}


def office_of(body: Body, office_id: int | None) -> To:
    """Return the clerks of an office, of the unit where it has none, its head where there is no clerk; of a unit without people who is over it."""
    unit = told_in(body)
    if unit != body.pk:
        return inside(unit)
    post = Post(Role.CLERK, body.pk, office_id)
    return {"persons": tuple(sorted(Roster.read([post]).persons(post, inside=True))), "posts": ()}


def chief_or_inside(government: Body) -> To:
    """Return who issues notices: the 政务公开办 of a government; of a unit who leads the work in it."""
    if issues_for_itself(government):
        return inside(government.pk)
    return {"persons": (), "posts": ((Role.CHIEF, government.pk),)}


def inside(unit: int, but: Iterable[int | None] = ()) -> To:
    """Return who decides inside a unit: the head, and the clerks who lead the work there, save who asked. Never who is over the unit."""
    head = Post(Role.LEAD, unit)
    heads = Roster.read([head]).persons(head, inside=True)
    return {"persons": tuple(sorted(heads | (leading_clerks(unit) - set(but)))), "posts": ()}
