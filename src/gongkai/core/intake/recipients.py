"""Contact data of parties for the outbox, and bounces."""

from gongkai.core.acts.actors import SYSTEM
from gongkai.core.intake.actions import note_refused_mail
from gongkai.core.intake.models import Party
from gongkai.core.intake.spelling import is_mobile
from gongkai.core.outbox.actions import ON_BOUNCE
from gongkai.core.outbox.channels import Contact
from gongkai.core.outbox.models import Letter
from gongkai.core.outbox.outside import register_recipient


def enter() -> None:
    """Register recipients and the bounce handler."""
    register_recipient("party", contact)
    ON_BOUNCE.append(refused)


def contact(number: int) -> Contact | None:
    """Return the contact of a party, or None after erasure. Bounced addresses are left out."""
    party = Party.objects.filter(pk=number, erased_at=None).first()
    return reached(party) if party else None


def reached(party: Party) -> Contact:
    """Return the contact of an existing party."""
    phone = party.phone.reveal()
    mail = "" if party.mail_refused_at else party.email.reveal()
    return Contact(mail=mail, mobile=phone if is_mobile(phone) else "")


def refused(letter: Letter) -> None:
    """Record a bounce with the party."""
    kind, _, number = letter.recipient.partition("/")
    party = Party.objects.filter(pk=int(number), erased_at=None).first() if kind == "party" else None
    if party and letter.channel == "mail":
        note_refused_mail(party, by=SYSTEM)
