"""What the outbox must know of subscribers: their address, and that one which takes no mail follows nothing any more."""

from gongkai.core.intake.particulars import find_by
from gongkai.core.intake.sealing import register_title
from gongkai.core.outbox.actions import ON_BOUNCE
from gongkai.core.outbox.channels import Contact
from gongkai.core.outbox.models import Letter
from gongkai.core.outbox.outside import register_recipient
from gongkai.core.units.actors import SYSTEM
from gongkai.ui.portal.actions import unsubscribe
from gongkai.ui.portal.models import Subscriber


def enter() -> None:
    """Enter both; called when the room starts."""
    register_recipient("subscriber", contact)
    ON_BOUNCE.append(leave)
    register_title(Subscriber, _prepare)


def _prepare(subscriber: Subscriber) -> str:
    """Find a subscriber by a digest from now on, whose address stood there in the clear; an address has no entry that is called something."""
    digest = find_by("email", subscriber.email.reveal())
    if not Subscriber.objects.filter(website=subscriber.website_id, email_digest=digest).exists():
        subscriber.email_digest = digest
    return ""


def contact(number: int) -> Contact | None:
    """Return a subscriber's address; None for one who left."""
    found = Subscriber.objects.filter(pk=number).first()
    return Contact(mail=found.email.reveal()) if found else None


def leave(letter: Letter) -> None:
    """Forget a subscriber whose address takes no mail."""

    kind, _, number = letter.recipient.partition("/")
    found = Subscriber.objects.filter(pk=int(number)).first() if kind == "subscriber" else None
    if found:
        unsubscribe(found, by=SYSTEM)
