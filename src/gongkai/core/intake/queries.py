"""Queries on parties and files of the user's matters, and the panel of an entry's party."""

from itertools import islice

from django.db.models import QuerySet

from gongkai.core.acts.actors import SYSTEM, Actor
from gongkai.core.intake.actions import note_refused_mail
from gongkai.core.intake.held_forms import SEARCH_DIGESTS, digest_for_search
from gongkai.core.intake.matters import MATTER_KINDS_BY_NAME, find_reading_errors
from gongkai.core.intake.models import Party, QueryCode, Upload
from gongkai.core.intake.spelling import is_mobile
from gongkai.core.ledger.models import Entry
from gongkai.core.outbox.actions import BOUNCE_CALLBACKS
from gongkai.core.outbox.channels import OutsideContact
from gongkai.core.outbox.models import Letter
from gongkai.core.outbox.outbox import register_recipient
from gongkai.core.units.actors import get_actor
from gongkai.core.units.object_access import register_visible_to


def register_recipients() -> None:
    """Register the recipients of letters and the bounce handler."""
    register_recipient("party", find_contact)
    BOUNCE_CALLBACKS.append(record_bounce)


def find_contact(number: int) -> OutsideContact | None:
    """Return the contact of the party with this primary key, or None after erasure. A bounced e-mail address is left
    out."""
    party = Party.objects.filter(pk=number, erased_at=None).first()
    return get_party_contact(party) if party else None


def get_party_contact(party: Party) -> OutsideContact:
    """Return the contact of a party that is not erased: e-mail unless it bounced, mobile number."""
    phone = party.phone.reveal()
    mail = "" if party.mail_refused_at else party.email.reveal()
    return OutsideContact(mail=mail, mobile=phone if is_mobile(phone) else "")


def record_bounce(letter: Letter) -> None:
    """Record that a person's e-mail address refused a letter; other recipients and channels are ignored."""
    kind, _, number = letter.recipient.partition("/")
    party = Party.objects.filter(pk=int(number), erased_at=None).first() if kind == "party" else None
    if party and letter.channel == "mail":
        note_refused_mail(party, by=SYSTEM)


# Maximum number of found matters, and of rows examined.
MAX_FOUND_MATTERS, MAX_EXAMINED_ROWS = 200, 2000


def visible_to(user: object, matter: str) -> Party | None:
    """Return the party of a matter that the user handles, or None; `reveal_party` decrypts it."""
    if find_reading_errors(get_actor(user), matter):
        return None
    return Party.objects.filter(matter=matter).order_by("pk").first()


def files_visible_to(user: object, matter: str) -> list[Upload]:
    """Return the files of a matter that the user handles."""
    if find_reading_errors(get_actor(user), matter):
        return []
    return list(Upload.objects.filter(matter=matter))


def is_handled_by(user: object, row: object) -> bool:
    """Return true if the user handles the matter of a party or file."""
    assert isinstance(row, Party | Upload)
    return bool(row.matter) and not find_reading_errors(get_actor(user), row.matter)


@register_visible_to(Party, judge=is_handled_by)
def _list_visible_parties(user: object) -> QuerySet[Party]:
    return Party.objects.all() if get_actor(user).known else Party.objects.none()


@register_visible_to(Upload, judge=is_handled_by)
def _list_visible_uploads(user: object) -> QuerySet[Upload]:
    return Upload.objects.all() if get_actor(user).known else Upload.objects.none()


def find_parties(user: object, kind: str, value: str) -> tuple[list[Party], bool]:
    """Search persons in matters that the user handles by `kind` (a key of `SEARCH_DIGESTS`), newest first.

    Names match as a whole, ignoring spaces. The second value is true if there may be more results.
    """
    digest = digest_for_search(kind, value)
    if not digest:
        return [], False
    rows = Party.objects.filter(**{SEARCH_DIGESTS[kind][0]: digest}).order_by("-pk")[: MAX_EXAMINED_ROWS + 1]
    by = get_actor(user)
    parties = list(
        islice((row for row in rows[:MAX_EXAMINED_ROWS] if not find_reading_errors(by, row.matter)), MAX_FOUND_MATTERS)
    )
    return parties, len(parties) == MAX_FOUND_MATTERS or rows.count() > MAX_EXAMINED_ROWS


def party_panel(entry: Entry, by: Actor) -> dict[str, object] | None:
    """Return the context of the panel of an entry's party and files; None without either or without permission."""
    return make_party_context(by, f"{entry.kind}/{entry.pk}") if entry.kind in MATTER_KINDS_BY_NAME else None


def make_party_context(by: Actor, matter: str) -> dict[str, object] | None:
    """Return the context of the panel of a matter's party and files; None without either or without permission."""
    party = visible_to(by, matter)
    files = files_visible_to(by, matter)
    if not party and not files:
        return None
    has_code = QueryCode.objects.filter(matter=matter, revoked_at=None).exists()
    return {
        "party": party,
        "files": files,
        "asker": MATTER_KINDS_BY_NAME[matter.partition("/")[0]].asker,
        "coded": has_code,
    }
