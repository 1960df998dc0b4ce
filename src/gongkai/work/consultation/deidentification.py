"""Texts of an inquiry as others than its asker read them."""

from gongkai.core.intake.deidentification import Deidentified, Identities, deidentify
from gongkai.work.consultation.models import Inquiry


def identities_of(inquiry: Inquiry) -> Identities:
    """Return what identifies the asker of an inquiry."""
    found = Identities()
    found.add_parties(inquiry.matter, "某某")
    return found


def deidentified(inquiry: Inquiry, text: str) -> Deidentified:
    """Return a text without what identifies the asker, and without other personal data."""
    return deidentify(text, identities_of(inquiry))


def masked(inquiry: Inquiry, text: str) -> str:
    """Return the same as one text."""
    return deidentified(inquiry, text).text
