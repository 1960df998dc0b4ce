"""Texts of an inquiry as others than its asker read them."""

from collections.abc import Callable, Collection, Mapping

from gongkai.core.intake.deidentification import Deidentified, Identities, deidentify
from gongkai.core.intake.deidentification import deidentifiers as hide_people
from gongkai.core.ledger.models import Entry
from gongkai.work.consultation.models import Inquiry


def identities_of(inquiry: Inquiry) -> Identities:
    """Return what identifies the asker of an inquiry."""
    found = Identities()
    found.add_parties(inquiry.matter, "某某")
    return found


def deidentifiers(entries: Collection[Entry]) -> Mapping[int, Callable[[str], str]]:
    """Return the functions that hide the askers of inquiries from readers who do not work on them (`Kind.deidentifiers`)."""
    return hide_people({f"inquiry/{entry.pk}": (entry.pk, "某某") for entry in entries})


def deidentified(inquiry: Inquiry, text: str) -> Deidentified:
    """Return a text without what identifies the asker, and without other personal data."""
    return deidentify(text, identities_of(inquiry))


def masked(inquiry: Inquiry, text: str) -> str:
    """Return the same as one text."""
    return deidentified(inquiry, text).text
