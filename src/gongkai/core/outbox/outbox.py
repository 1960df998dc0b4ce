"""Write messages, one per person and channel, in the transaction of their cause."""

from collections.abc import Iterable, Iterator
from copy import copy

from django.utils import timezone

from gongkai.core.acts.action import Notification
from gongkai.core.acts.actors import Actor
from gongkai.core.outbox.channels import channels
from gongkai.core.outbox.models import Message, MessageState
from gongkai.core.outbox.outside import write_letters
from gongkai.core.outbox.recipients import Post, Roster, covers_of, is_covered
from gongkai.core.outbox.settling import mark_superseded_messages_read
from gongkai.core.units.models import Person


def write_messages(tells: Iterable[Notification], *, by: Actor | None = None) -> int:
    """Write the messages and letters of notifications in a constant number of queries.

    Return the number of people addressed. The actor is not notified unless nobody else is. Existing
    messages (same key, person, channel) stay. Earlier unread messages on the same matter are marked
    as read (`settling`).
    """
    tells = list(tells)
    if not tells:
        return 0
    write_letters(tells)
    tells = [notification for notification in tells if notification.persons or notification.posts]
    roster = _load_roster(tells)
    known = _load_named_people(tells)
    addressed = list(zip(tells, _iterate_recipients(tells, roster, known, by), strict=True))
    people = _load_recipients(addressed, roster, known)
    rows = [
        row
        for one, persons in addressed
        for person in sorted(persons)
        if person in people
        for row in _messages(one, people[person])
    ]
    settled = {one.link for one in tells if one.settled}
    mark_superseded_messages_read([row for row in rows if row.link not in settled], by)
    Message.objects.bulk_create(rows, ignore_conflicts=True, batch_size=100)
    return sum(1 for _, persons in addressed for person in persons if person in people)


def _load_roster(tells: list[Notification]) -> Roster:
    posts = {Post(role, body) for notification in tells for role, body in notification.posts}
    return Roster.read(posts) if posts else Roster()


def _load_named_people(tells: list[Notification]) -> dict[int, Person]:
    named = {person for notification in tells for person in notification.persons}
    rows = Person.objects.filter(pk__in=named).order_by().annotate(covered=is_covered()) if named else ()
    return {person.pk: person for person in rows}


def _load_recipients(
    addressed: list[tuple[Notification, set[int]]], roster: Roster, known: dict[int, Person]
) -> dict[int, Person]:
    whoever = {p for one, _ in addressed if one.reached is not None for p in one.persons}
    people = roster.people  # in force: of the active
    missing = {p for _, persons in addressed for p in persons} - people.keys() - known.keys()
    others = [*known.values(), *(Person.objects.filter(pk__in=missing) if missing else ())]
    return people | {person.pk: person for person in others if person.active or person.pk in whoever}


def _iterate_recipients(
    tells: list[Notification], roster: Roster, known: dict[int, Person], by: Actor | None
) -> Iterator[set[int]]:
    covered = {number for number, person in known.items() if getattr(person, "covered", False)}
    covers = covers_of(covered) if covered else {}
    for notification in tells:
        persons = set(notification.persons)
        persons |= {cover for person in notification.persons for cover in covers.get(person, ())}
        actor = by.person_id if by else None
        persons |= roster.reached((Post(role, body) for role, body in notification.posts), actor)
        others = persons - {actor}
        yield {p for p in others or persons if p is not None}


def _messages(one: Notification, person: Person) -> Iterator[Message]:
    kept = one.reached is not None and person.pk in one.persons
    if one.reached is not None and kept:
        person = copy(person)
        person.email, person.mobile = one.reached
    for name, channel in channels().items():
        if channel.wants(person, one):
            yield Message(
                person=person,
                channel=name,
                key=one.key[:160],
                subject=one.subject[:200],
                body=one.body,
                link=one.link[:300],
                address=channel.address(person) if kept else "",
                urgent=one.urgent,
                state=MessageState.SENT if channel.immediate else MessageState.WAITING,
                sent_at=timezone.now() if channel.immediate else None,
            )
