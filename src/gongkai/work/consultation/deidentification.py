"""De-identification of inquiries for other readers than the asker."""

from collections.abc import Callable, Collection, Mapping

from gongkai.core.intake.deidentification import Deidentified, Identities, deidentify
from gongkai.core.intake.deidentification import deidentifiers as hide_people
from gongkai.core.ledger.models import Entry
from gongkai.work.consultation.models import Inquiry


def asker_identities(inquiry: Inquiry) -> Identities:
    """Return the words that identify the asker."""
    found = Identities()
    found.add_parties(inquiry.matter, "某某")
    found.learn(inquiry.text.reveal())
    return found


def inquiry_deidentifiers(entries: Collection[Entry]) -> Mapping[int, Callable[[str], str]]:
    """Return functions that hide askers from other readers, by entry."""
    return hide_people({f"inquiry/{entry.pk}": (entry.pk, "某某") for entry in entries})


def deidentify_inquiry(inquiry: Inquiry, text: str) -> Deidentified:
    """Return a text without the asker and other personal data."""
    return deidentify(text, asker_identities(inquiry))


def mask_inquiry_text(inquiry: Inquiry, text: str) -> str:
    """Return the de-identified text as a string."""
    return deidentify_inquiry(inquiry, text).text
