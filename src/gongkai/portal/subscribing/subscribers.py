"""What the outbox must know of subscribers: their address, and that one which takes no mail follows nothing any more."""

from gongkai.outbox.actions import ON_BOUNCE
from gongkai.outbox.channels import Contact
from gongkai.outbox.models import Letter
from gongkai.outbox.outside import register_recipient
from gongkai.portal.models import Subscriber


def enter() -> None:
    """Enter both; called when the room starts."""
    register_recipient("subscriber", contact)
    ON_BOUNCE.append(leave)


def contact(number: int) -> Contact | None:
    """Return a subscriber's address; None for one who left."""
    found = Subscriber.objects.filter(pk=number).first()
    return Contact(mail=found.email) if found else None


def leave(letter: Letter) -> None:
    """Forget a subscriber whose address takes no mail."""
    from gongkai.portal.actions import unsubscribe
    from gongkai.units.actors import SYSTEM

    kind, _, number = letter.recipient.partition("/")
    found = Subscriber.objects.filter(pk=int(number)).first() if kind == "subscriber" else None
    if found:
        unsubscribe(found, by=SYSTEM)
