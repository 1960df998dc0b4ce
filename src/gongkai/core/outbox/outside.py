"""Recipients who are no staff: somebody who asked the government something, a subscriber.

A letter names its recipient by room and number (`party/12`); the room that knows the address registers how to look it up. The address is read when
the letter is sent and kept nowhere: whoever left or was erased gets nothing more.
"""

from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256

from gongkai.core.acts.action import Notification
from gongkai.core.outbox.channels import Contact, channels
from gongkai.core.outbox.mailing import name_of
from gongkai.core.outbox.models import Letter
from gongkai.core.vault.sealing import keyed_digest

#: What the digests of letters are for (`vault.sealing.keyed_digest`).
LETTER = "letter"
#: Kind of recipient → how its contact is found by its number; None where there is nobody any more.
RECIPIENTS: dict[str, Callable[[int], Contact | None]] = {}


def digest_of(body: str) -> str:
    """Return what is kept of a letter's text when it is forgotten, keyed: it greets somebody by name."""
    return keyed_digest(LETTER, sha256(body.encode()).hexdigest())


def register_recipient(kind: str, find: Callable[[int], Contact | None]) -> None:
    """Enter a kind of recipient; called by its room when it starts."""
    RECIPIENTS[kind] = find


def contact_of(recipient: str) -> Contact | None:
    """Return where a recipient can be reached now; None for somebody who is gone."""
    kind, _, number = recipient.partition("/")
    return RECIPIENTS[kind](int(number)) if kind in RECIPIENTS else None


def write_letters(tells: Iterable[Notification]) -> int:
    """Write the letters of some tells, one for each recipient and channel; return how many. Told already: left as it is."""
    rows = [
        row
        for notification in tells
        for recipient in notification.outside
        for row in _letters(notification, recipient)
    ]
    Letter.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    return len(rows)


def _letters(one: Notification, recipient: str) -> Iterator[Letter]:
    contact = Contact(*one.reached) if one.reached else contact_of(recipient)
    if contact is None:
        return
    for name, channel in channels().items():
        if channel.reaches(contact, one):
            yield Letter(
                recipient=recipient,
                channel=name,
                key=one.key[:160],
                subject=one.subject[:200],
                body=one.body,
                digest=digest_of(one.body),
                headers=dict(one.headers),
                message_id=name_of(f"{one.key} {recipient}"),
                urgent=one.urgent,
            )
