"""Texts of a complaint as the unit that is complained of reads them."""

from gongkai.core.intake.deidentification import Deidentified, Identities, deidentify
from gongkai.work.requests.models import Complaint


def deidentified(complaint: Complaint, text: str) -> Deidentified:
    """Return a text without what identifies the complainant and, where it is known, the applicant."""
    found = Identities()
    found.add_parties(complaint.matter, "投诉人")
    if complaint.request:
        found.add_parties(complaint.request.matter, "申请人")
    return deidentify(text, found)
