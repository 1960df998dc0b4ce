"""De-identification of complaints for the unit complained of."""

from collections.abc import Callable, Collection, Mapping

from gongkai.core.intake.deidentification import Deidentified, Identities, deidentify
from gongkai.core.intake.deidentification import deidentifiers as hide_people
from gongkai.core.ledger.models import Entry
from gongkai.work.requests.models import Complaint


def complaint_deidentifiers(entries: Collection[Entry]) -> Mapping[int, Callable[[str], str]]:
    """Return functions that hide the people of complaints from other readers, by entry."""
    matters: dict[str, tuple[int, str]] = {}
    for one in Complaint.objects.filter(entry__in=entries).select_related("request"):
        matters[one.matter] = (one.pk, "投诉人")
        if one.request:
            matters.setdefault(one.request.matter, (one.pk, "申请人"))
    return hide_people(matters)


def deidentify_complaint(complaint: Complaint, text: str) -> Deidentified:
    """Return a text without the complainant and, if known, the applicant."""
    found = Identities()
    found.add_parties(complaint.matter, "投诉人")
    if complaint.request:
        found.add_parties(complaint.request.matter, "申请人")
    found.learn(complaint.text.reveal())
    return deidentify(text, found)
