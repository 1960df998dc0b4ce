"""Letters to outside persons such as applicants and subscribers.

A letter names its recipient by app and id (`party/12`). The app registers the lookup of the
address, which is read when sending and never stored.
"""

from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256

from gongkai.core.acts.action import Notification
from gongkai.core.outbox.channels import OutsideContact, channels
from gongkai.core.outbox.mailing import message_id_prefix
from gongkai.core.outbox.models import Letter
from gongkai.core.vault.sealing import keyed_digest

#: Purpose of letter digests (`vault.sealing.keyed_digest`).
LETTER_DIGEST_PURPOSE = "letter"
#: Kind of recipient, mapped to the lookup of its contact by id (None if gone).
CONTACT_FINDERS: dict[str, Callable[[int], OutsideContact | None]] = {}


def digest_of(body: str) -> str:
    """Return the keyed digest of a letter's text, which remains after deletion."""
    return keyed_digest(LETTER_DIGEST_PURPOSE, sha256(body.encode()).hexdigest())


def register_recipient(kind: str, find: Callable[[int], OutsideContact | None]) -> None:
    """Register a kind of recipient; called by an app at start-up."""
    CONTACT_FINDERS[kind] = find


def contact_of(recipient: str) -> OutsideContact | None:
    """Return the present contact of a recipient, or None if gone."""
    kind, _, number = recipient.partition("/")
    return CONTACT_FINDERS[kind](int(number)) if kind in CONTACT_FINDERS else None


def write_letters(tells: Iterable[Notification]) -> int:
    """Write the letters that notifications order, one per recipient and channel; return their
    number."""
    rows = [
        row
        for notification in tells
        for recipient in notification.outside
        for row in _make_letters(notification, recipient)
    ]
    Letter.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    return len(rows)


def _make_letters(notification: Notification, recipient: str) -> Iterator[Letter]:
    contact = OutsideContact(*notification.reached) if notification.reached else contact_of(recipient)
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
                digest=digest_of(notification.body),
                headers=dict(notification.headers),
                message_id=message_id_prefix(f"{notification.key} {recipient}"),
                urgent=notification.urgent,
            )
