"""Callbacks for the outbox: address lookup, and removal of subscribers with invalid addresses."""

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
    """Register both; called at start-up."""
    register_recipient("subscriber", find_contact)
    ON_BOUNCE.append(remove_bounced)
    register_title(Subscriber, _encrypt_address)


def _encrypt_address(subscriber: Subscriber) -> str:
    digest = find_by("email", subscriber.email.reveal())
    if not Subscriber.objects.filter(website=subscriber.website_id, email_digest=digest).exists():
        subscriber.email_digest = digest
    return ""


def find_contact(number: int) -> Contact | None:
    """Return a subscriber's address, or None."""
    found = Subscriber.objects.filter(pk=number).first()
    return Contact(mail=found.email.reveal()) if found else None


def remove_bounced(letter: Letter) -> None:
    """Delete a subscriber whose address is invalid."""

    kind, _, number = letter.recipient.partition("/")
    found = Subscriber.objects.filter(pk=int(number)).first() if kind == "subscriber" else None
    if found:
        unsubscribe(found, by=SYSTEM)
