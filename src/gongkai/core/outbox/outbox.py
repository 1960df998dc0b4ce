"""Write messages, one per person and channel, in the transaction of their cause, to the current holders of posts.

Messages are marked as read when their matter has moved on, was handled or closed.
Messages belong to a matter by their link: a record's page, or the list of late entries. Links
to other lists or the home page do not count.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from hashlib import sha256
from itertools import chain

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from gongkai.core.acts.action import Notification
from gongkai.core.acts.actors import Actor
from gongkai.core.outbox.channels import OutsideContact, channels
from gongkai.core.outbox.mailing import message_id_prefix
from gongkai.core.outbox.models import Letter, Message, MessageState
from gongkai.core.units.actors import REACH_FIELDS, get_reach, in_force_q
from gongkai.core.units.models import Appointment, Body, Person, Role
from gongkai.core.vault.sealing import keyed_digest
from gongkai.core.widgets.request_cache import ask_once
from gongkai.lib.chinese import lazy_re as re

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
class PostHolders:
    """Appointments at several bodies on a day (`on`), loaded once, to find the people to notify.

    `held` maps (role, body id) to the appointments, `paths` the ids of the bodies to their paths.
    """

    bodies: frozenset[int] = frozenset()
    on: date = field(default_factory=timezone.localdate)
    held: dict[tuple[str, int], list[Appointment]] = field(default_factory=lambda: defaultdict(list))
    paths: dict[int, str] = field(default_factory=dict)

    @classmethod
    def read(cls, posts: Iterable[NotifiedPost], on: date | None = None) -> "PostHolders":
        """Load the appointments for these posts on a day (default: today); once a page."""
        bodies, day = frozenset(post.body_id for post in posts), on or timezone.localdate()
        return ask_once(("roster", bodies, day), lambda: cls._load(bodies, day))

    @classmethod
    def _load(cls, bodies: frozenset[int], day: date) -> "PostHolders":
        """Load the appointments at these bodies and at those into which they were merged."""
        holders = cls(bodies, day)
        heirs, holders.paths = _find_heirs(holders.bodies)
        appointments = Appointment.objects.filter(in_force_q(holders.on), body__in=holders.bodies | set(heirs))
        for row in appointments.select_related("person", "covers").order_by():
            for body in {row.body_id, *heirs.get(row.body_id, ())}:
                holders.held[row.role, body].append(row)
        return holders

    @cached_property
    def chiefs(self) -> list[tuple[str, int]]:
        """Return (path prefix of the reach, person id) of each officer of a 政务公开办."""
        chiefs = Appointment.objects.filter(in_force_q(self.on), role=Role.CHIEF).order_by()
        rows = chiefs.select_related("body__parent").only("role", "person", *REACH_FIELDS)
        return [(get_reach(row.role, row.body), row.person_id) for row in rows]

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
            own_ids = set[int]().union(*(self.persons(post, inside=True) for post in body_posts))
            reaching_posts = [post for post in body_posts if post.role == Role.CHIEF] if own_ids - {but} else body_posts
            person_ids |= own_ids.union(*(self.persons(post) for post in reaching_posts))
        return person_ids

    def _chiefs_above(self, body_id: int) -> set[int]:
        """Return the person ids of the 政务公开办 nearest above a body."""
        path = self.paths.get(body_id, "")
        chiefs = [(reach, person) for reach, person in self.chiefs if path.startswith(reach)]
        nearest = max((len(reach) for reach, _ in chiefs), default=0)
        return {person for reach, person in chiefs if len(reach) == nearest}


def _find_heirs(bodies: Collection[int]) -> tuple[dict[int, set[int]], dict[int, str]]:
    """Return (successor → those of the bodies merged into it, body → path).

    The people of a surviving body act for the bodies that were merged into it, directly or through others."""
    heirs: dict[int, set[int]] = {}
    paths: dict[int, str] = {}
    into = {body: {body} for body in bodies}
    while into:
        rows = Body.objects.filter(pk__in=into).order_by().values_list("pk", "merged_into_id", "path")
        next_bodies: dict[int, set[int]] = {}
        for body, heir, path in rows:
            paths[body] = path
            if heir is not None:
                next_bodies.setdefault(heir, set()).update(into[body])
        for heir, merged in next_bodies.items():
            heirs.setdefault(heir, set()).update(merged)
        into = next_bodies
    return heirs, paths


def find_administrators(bodies: Iterable[Body]) -> dict[tuple[int, ...], list[Body]]:
    """Return person ids of the nearest administrators → units that they administer; units without any are left out."""
    rows = Appointment.objects.filter(in_force_q(), role=Role.ADMINISTRATOR).select_related("body__parent")
    reaches = [(get_reach(row.role, row.body), row.person_id) for row in rows]
    administrators: dict[tuple[int, ...], list[Body]] = {}
    for body in bodies:
        persons_over = [(reach, person) for reach, person in reaches if body.path.startswith(reach)]
        nearest = max((len(reach) for reach, _ in persons_over), default=0)
        persons = tuple(sorted({person for reach, person in persons_over if len(reach) == nearest}))
        if persons:
            administrators.setdefault(persons, []).append(body)
    return administrators


def find_unstaffed(bodies: Iterable[int]) -> set[int]:
    """Return the ids of the units without clerks and head, both in the unit itself and in the one it was merged into."""
    posts = {body: [NotifiedPost(role, body) for role in (Role.CLERK, Role.LEAD)] for body in bodies}
    held = PostHolders.read(chain.from_iterable(posts.values())).held if posts else {}
    return {body for body, own in posts.items() if not any(held.get((post.role, body)) for post in own)}


def is_unstaffed(body_id: int) -> bool:
    """Return true if neither a unit nor one into which it was merged has clerks or a head."""
    return bool(find_unstaffed([body_id]))


def find_unit_to_notify(body_id: int, giver: int) -> int:
    """Return the unit to notify about inner work: the one that does it, or its `giver` if that one is unstaffed."""
    return giver if giver != body_id and is_unstaffed(body_id) else body_id


def list_people_to_notify(
    body_id: int, office: int | None = None, *, giver: int, roles: Iterable[str] = (Role.CLERK, Role.LEAD)
) -> tuple[int, ...]:
    """Return the ids of the people to notify of inner work that the unit `giver` gave to a unit or one office of it."""
    unit = find_unit_to_notify(body_id, giver)
    posts = [NotifiedPost(role, unit, office if unit == body_id else None) for role in roles]
    holders = PostHolders.read(posts)
    return tuple(sorted(set().union(*(holders.persons(post, inside=True) for post in posts))))


def make_covered_condition() -> Exists:
    """Return the condition for persons who have a leave cover in one of their appointments today."""
    return Exists(Appointment.objects.filter(in_force_q(), covers__person=OuterRef("pk")).order_by())


def map_covers(persons: set[int]) -> dict[int, set[int]]:
    """Return person id → ids of the people who cover one of the person's appointments today."""
    covering_by_person: dict[int, set[int]] = defaultdict(set)
    covers = Appointment.objects.filter(in_force_q(), covers__person__in=persons).order_by()
    for covered, covering in covers.values_list("covers__person", "person"):
        covering_by_person[covered].add(covering)
    return covering_by_person


#: Purpose of letter digests (`vault.sealing.keyed_digest`).
LETTER_DIGEST_PURPOSE = "letter"
#: Kind of recipient, mapped to the lookup of its contact by id (None if gone).
CONTACT_FINDERS: dict[str, Callable[[int], OutsideContact | None]] = {}


def digest_text(body: str) -> str:
    """Return the keyed digest of a letter's text, which remains after deletion."""
    return keyed_digest(LETTER_DIGEST_PURPOSE, sha256(body.encode()).hexdigest())


def register_recipient(kind: str, find: Callable[[int], OutsideContact | None]) -> None:
    """Register a kind of recipient; called by an app at start-up."""
    CONTACT_FINDERS[kind] = find


def find_contact_of_recipient(recipient: str) -> OutsideContact | None:
    """Return the present contact of a recipient, or None if it was deleted."""
    kind, _, number = recipient.partition("/")
    return CONTACT_FINDERS[kind](int(number)) if kind in CONTACT_FINDERS else None


def write_letters(tells: Iterable[Notification]) -> int:
    """Write the letters that notifications order, one per outside recipient and channel, unless already written; return
    their number, including those written before."""
    rows = [
        row
        for notification in tells
        for recipient in notification.outside
        for row in _make_letters(notification, recipient)
    ]
    Letter.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    return len(rows)


def _make_letters(notification: Notification, recipient: str) -> Iterator[Letter]:
    """Yield an unsaved letter to an outside recipient for each channel that reaches them."""
    contact = OutsideContact(*notification.reached) if notification.reached else find_contact_of_recipient(recipient)
    if contact is None:
        return
    for name, channel in channels().items():
        if channel.reaches(contact, notification):
            yield Letter(
                recipient=recipient,
                channel=name,
                key=notification.key[:160],
                subject=notification.subject[:200],
                body=notification.body,
                digest=digest_text(notification.body),
                headers=dict(notification.headers),
                message_id=message_id_prefix(f"{notification.key} {recipient}"),
                urgent=notification.urgent,
            )


_MATTER_LINK_PATTERN = re.compile(r"/\d+/\Z|[?&]light=")


def is_matter_link(link: str) -> bool:
    """Return true if a link leads to one record or to the list of late entries.

    >>> is_matter_link("/admin/ledger/12/"), is_matter_link("/admin/ledger/?mine=body&light=red")
    (True, True)
    >>> is_matter_link("/admin/notices/tasks/"), is_matter_link("/admin/"), is_matter_link("")
    (False, False, False)
    """
    return bool(_MATTER_LINK_PATTERN.search(link))


def mark_superseded_messages_read(rows: Sequence[Message], by: Actor | None) -> None:
    """Mark earlier unread inbox messages with the same record link as read, for the recipients of the new messages
    (`rows`) and for the actor."""
    screen_messages = [row for row in rows if row.channel == "screen" and is_matter_link(row.link)]
    links = {row.link for row in screen_messages}
    pairs = {(row.person_id, row.link) for row in screen_messages}
    if by is not None and by.person_id is not None:
        pairs |= {(by.person_id, link) for link in links}
    if not pairs:
        return
    repeated = {(row.person_id, row.key) for row in screen_messages}  # already sent: the first message stays
    unread = _list_unread().filter(person__in={person for person, _ in pairs}, link__in=links)
    superseded = [
        pk
        for pk, person, link, key in unread.values_list("pk", "person_id", "link", "key")
        if (person, link) in pairs and (person, key) not in repeated
    ]
    if superseded:
        Message.objects.filter(pk__in=superseded).update(read_at=timezone.now())


def mark_messages_read_on_close(link: str) -> None:
    """Mark all unread inbox messages with this link as read, because its matter is closed."""
    _list_unread().filter(link=link).update(read_at=timezone.now())


def _list_unread() -> "QuerySet[Message]":
    return Message.objects.filter(channel="screen", read_at=None).order_by()


def transfer_unread_messages(old: Person, new: Person) -> None:
    """Pass a person's unread and unsent messages to the successor, except duplicates and those with an own address."""
    screen = Q(channel="screen", read_at=None)
    waiting = Message.objects.filter(screen | Q(state=MessageState.WAITING), address="", person=old)
    same = Message.objects.filter(person=new, channel=OuterRef("channel"), key=OuterRef("key")).order_by()
    waiting.exclude(Exists(same)).update(person=new)


def write_messages(tells: Iterable[Notification], *, by: Actor | None = None) -> int:
    """Write the messages and letters of notifications.

    Return the number of people addressed. The actor is not notified unless nobody else is. Existing
    messages (same key, person, channel) stay. Earlier unread messages on the same matter are marked
    as read (`mark_superseded_messages_read`).
    """
    tells = list(tells)
    if not tells:
        return 0
    write_letters(tells)
    tells = [notification for notification in tells if notification.persons or notification.posts]
    holders = _load_post_holders(tells)
    named_people = _load_named_people(tells)
    addressed = list(zip(tells, _iterate_recipients(tells, holders, named_people, by), strict=True))
    people = _load_recipients(addressed, holders, named_people)
    rows = [
        row
        for notification, persons in addressed
        for person in sorted(persons)
        if person in people
        for row in _make_messages(notification, people[person])
    ]
    settled = {tell.link for tell in tells if tell.settled}
    mark_superseded_messages_read([row for row in rows if row.link not in settled], by)
    Message.objects.bulk_create(rows, ignore_conflicts=True, batch_size=100)
    return sum(1 for _, persons in addressed for person in persons if person in people)


def _load_post_holders(tells: list[Notification]) -> PostHolders:
    """Load the holders of all posts that are addressed; no query without any."""
    posts = {NotifiedPost(role, body) for notification in tells for role, body in notification.posts}
    return PostHolders.read(posts) if posts else PostHolders()


def _load_named_people(tells: list[Notification]) -> dict[int, Person]:
    """Return id → person for the people whose ids notifications name; `covered`: an appointment has a leave cover."""
    if not (person_ids := {person for notification in tells for person in notification.persons}):
        return {}
    return {**Person.objects.order_by().annotate(covered=make_covered_condition()).in_bulk(person_ids)}


def _load_recipients(
    addressed: list[tuple[Notification, set[int]]], holders: PostHolders, loaded: dict[int, Person]
) -> dict[int, Person]:
    """Return the recipients by id (some may be `loaded` already): active people, and any person for whom a contact
    is given."""
    with_contact = {
        p for notification, _ in addressed if notification.reached is not None for p in notification.persons
    }
    people = holders.people  # in force: of the active
    missing = {p for _, persons in addressed for p in persons} - people.keys() - loaded.keys()
    loaded_people = [*loaded.values(), *(Person.objects.filter(pk__in=missing) if missing else ())]
    return people | {person.pk: person for person in loaded_people if person.active or person.pk in with_contact}


def _iterate_recipients(
    tells: list[Notification], holders: PostHolders, people: dict[int, Person], by: Actor | None
) -> Iterator[set[int]]:
    """Yield the person ids of each notification, with leave covers; the actor only if there is nobody else."""
    covered = {number for number, person in people.items() if getattr(person, "covered", False)}
    covers = map_covers(covered) if covered else {}
    for notification in tells:
        persons = set(notification.persons)
        named_persons = () if notification.by_post else notification.persons
        persons |= {cover for person in named_persons for cover in covers.get(person, ())}
        actor = by.person_id if by else None
        persons |= holders.reached((NotifiedPost(role, body) for role, body in notification.posts), actor)
        others_than_actor = persons - {actor}
        yield {p for p in others_than_actor or persons if p is not None}


def _make_messages(notification: Notification, person: Person) -> Iterator[Message]:
    """Yield an unsaved message to a person for each channel that takes it (`MessageChannel.wants`)."""
    has_given_address = notification.reached is not None and person.pk in notification.persons
    if notification.reached is not None and has_given_address:
        person = copy(person)
        person.email, person.mobile = notification.reached
    for name, channel in channels().items():
        if channel.wants(person, notification):
            yield Message(
                person=person,
                channel=name,
                key=notification.key[:160],
                subject=notification.subject[:200],
                body=notification.body,
                link=notification.link[:300],
                address=channel.address(person) if has_given_address else "",
                urgent=notification.urgent,
                state=MessageState.SENT if channel.immediate else MessageState.WAITING,
                sent_at=timezone.now() if channel.immediate else None,
            )
