"""De-identification of requests for other readers than the applicant."""

from collections.abc import Callable, Collection, Iterable, Mapping

from gongkai.content.checks.text_extraction import read_stored_attachment
from gongkai.core.files.models import StoredFile
from gongkai.core.intake.declared_fields import get_declared_values
from gongkai.core.intake.deidentification import DeidentifiedText, KnownIdentities, deidentify, find_mentions
from gongkai.core.intake.deidentification import make_deidentifiers as hide_people
from gongkai.core.ledger.models import Entry
from gongkai.core.vault.sealing import EncryptedSecret
from gongkai.lib.privacy import PrivacyError
from gongkai.lib.privacy.organisations import is_organisation_name
from gongkai.work.requests.models import Consultation, Request

APPLICANT_WORD, THIRD_PARTY_WORD = "申请人", "第三方"


def get_applicant_identities(request: Request) -> KnownIdentities:
    """Return the identities of the applicant, and of people whom the request's own texts name."""
    identities = KnownIdentities()
    identities.add_parties(request.matter, APPLICANT_WORD)
    for words in (*get_declared_values(request).values(), request.corrected_wanted):
        if isinstance(words, EncryptedSecret):
            identities.learn(words.reveal())
            identities.learn_people(words.reveal())
    return identities


def deidentify_for_addressee(request: Request, text: str, addressee: str) -> DeidentifiedText:
    """De-identify a text for a third party or agency, but not the addressee's own data."""
    identities = get_applicant_identities(request)
    for consultation in request.consultations.filter(kind="third_party"):
        who = consultation.who.reveal()
        if who != addressee and not is_organisation_name(who):
            identities.add_name(who, THIRD_PARTY_WORD)
    return deidentify(text, identities, keep=(addressee,))


# Maximum number of names that a refusal lists.
_MAX_NAMES_LISTED = 5


def find_applicant_in_files(request: Request, files: Iterable[tuple[str, StoredFile]]) -> list[str]:
    """Return at most 5 words in files (suffix, content) that identify the applicant or the request.

    Hidden text (comments, deleted words, properties) is searched, too, because it is released with the file.
    Unreadable files are skipped.
    """
    applicant: dict[str, None] = {}
    identities = get_applicant_identities(request)
    identities.words[request.entry.number] = "（编号略）"
    for suffix, stored in files:
        try:
            read = read_stored_attachment(stored, suffix)
        except PrivacyError:
            continue
        applicant |= dict.fromkeys(find_mentions(f"{read.text}\n{read.hidden}", identities))
    return list(applicant)[:_MAX_NAMES_LISTED]


def has_unread_parts(files: Iterable[tuple[str, StoredFile]]) -> bool:
    """Return true if files (suffix, content) have parts that no machine reads or no page shows."""
    for suffix, stored in files:
        try:
            read = read_stored_attachment(stored, suffix)
        except PrivacyError:
            return True
        inside = read.embedded
        if not read.text.strip() or inside.pictures or inside.files or inside.cut or inside.unseen:
            return True
    return False


LOOK_FIRST_MESSAGE = "材料是图片、扫描件，或者含有图片、隐藏或者删去的文字，机器不能检查：请逐张看过，没有写明{who}的，勾选“图片已逐张看过”。"


def make_request_deidentifiers(entries: Collection[Entry]) -> Mapping[int, Callable[[str], str]]:
    """Return functions that hide the people of requests, by primary key of the entry."""
    consultations = Consultation.objects.filter(request__in=[entry.pk for entry in entries], kind="third_party")
    matters = {f"request/{entry.pk}": (entry.pk, APPLICANT_WORD) for entry in entries}
    people = [consultation for consultation in consultations if not is_organisation_name(consultation.who.reveal())]
    return hide_people(matters | {one.matter: (one.request_id, THIRD_PARTY_WORD) for one in people})


def deidentify_for_publication(request: Request, text: str, other_texts: Iterable[str] = ()) -> DeidentifiedText:
    """De-identify a text for publication, also its request and case numbers.

    `other_texts`: the other texts that are published with it; whom they name is hidden in this one, too.
    """
    identities = get_applicant_identities(request)
    for other in other_texts:
        identities.learn_people(other)
    identities.words[request.entry.number] = "（编号略）"
    for consultation in request.consultations.filter(kind="third_party"):
        identities.add_name(consultation.who.reveal(), THIRD_PARTY_WORD)
        identities.add_parties(consultation.matter, THIRD_PARTY_WORD)
    for dispute in request.disputes.exclude(number=""):
        identities.words[dispute.number] = "（案号略）"
    return deidentify(text, identities)
