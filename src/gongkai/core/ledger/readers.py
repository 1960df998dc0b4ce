"""Narrow messages about entries for the 政务公开办 only (`Audience.CHIEF`) to those who may read them."""

from collections.abc import Iterable
from dataclasses import replace

from gongkai.core.acts.action import Notification
from gongkai.core.ledger.kinds import url_of
from gongkai.core.ledger.models import Audience, Entry
from gongkai.core.ledger.queries import visible_to
from gongkai.core.outbox.recipients import Post, Roster, covers_of
from gongkai.core.units.actors import actor_of_person
from gongkai.core.units.models import Person, Role


def find_readers(entry: Entry, persons: Iterable[int]) -> tuple[int, ...]:
    """Return those persons who may read an entry."""
    people = Person.objects.filter(pk__in=set(persons)).order_by("pk")
    return tuple(
        person.pk for person in people if visible_to(actor_of_person(person), kind=entry.kind).filter(pk=entry.pk)
    )


def tell_readers(entry: Entry, one: Notification) -> Notification:
    """Return a notification about an entry for those recipients who may read it, else for the office over its unit.

    Messages about other pages, letters to others than staff, and those about all other entries stay as they are.
    """
    if entry.audience != Audience.CHIEF or one.link != url_of(entry) or not (one.persons or one.posts):
        return one
    posts = [Post(role, body) for role, body in one.posts]
    covers = {} if one.by_post else covers_of(set(one.persons))
    told = {*one.persons, *(set().union(*covers.values())), *Roster.read(posts).reached(posts)}
    readers = find_readers(entry, told)
    return replace(one, persons=readers, by_post=True, posts=() if readers else ((Role.CHIEF, entry.body_id),))
