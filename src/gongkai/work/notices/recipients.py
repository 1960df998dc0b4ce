"""Recipients of notifications on tasks: the unit that owes it, or the office inside a unit."""

from collections.abc import Iterable
from typing import TypedDict

from gongkai.core.ledger.models import Entry
from gongkai.core.outbox.recipients import Post, Roster, told_in
from gongkai.core.units.models import Body, Role
from gongkai.core.units.openness import issues_for_itself, leading_clerks
from gongkai.work.notices.states import ASSIGNED


class Recipients(TypedDict):
    """Recipients of a message as arguments of `Notification`."""

    persons: tuple[int, ...]
    posts: tuple[tuple[str, int], ...]


def responsible_recipients(entry: Entry) -> Recipients:
    """Return the clerks and head of the unit; in a unit's own notice the clerks of the office."""
    if entry.kind != ASSIGNED:
        return office_recipients(entry.body, entry.office_id)
    return unit_recipients(entry.body_id)


def unit_recipients(body_id: int) -> Recipients:
    """Return the clerks and the head of a unit."""
    return {"persons": (), "posts": ((Role.CLERK, body_id), (Role.LEAD, body_id))}


def office_recipients(body: Body, office_id: int | None) -> Recipients:
    """Return the clerks of an office, else of the unit, else its head, else the unit above."""
    unit = told_in(body)
    if unit != body.pk:
        return deciding_recipients(unit)
    post = Post(Role.CLERK, body.pk, office_id)
    return {"persons": tuple(sorted(Roster.read([post]).persons(post, inside=True))), "posts": ()}


def issuer_recipients(government: Body) -> Recipients:
    """Return the open-government office of a government, or the users in charge in a unit."""
    if issues_for_itself(government):
        return deciding_recipients(government.pk)
    return {"persons": (), "posts": ((Role.CHIEF, government.pk),)}


def deciding_recipients(unit: int, but: Iterable[int | None] = ()) -> Recipients:
    """Return the head and the clerks in charge in a unit, except those in `but`."""
    head = Post(Role.LEAD, unit)
    heads = Roster.read([head]).persons(head, inside=True)
    return {"persons": tuple(sorted(heads | (leading_clerks(unit) - set(but)))), "posts": ()}
