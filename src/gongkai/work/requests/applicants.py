"""Kinds of applicants by their column of table three (国办公开办函〔2021〕30号)."""

from gongkai.core.intake.models import PartyKind as ApplicantKind

__all__ = ["COLUMNS", "ApplicantKind"]

# Column of table three → kind of applicant.
COLUMNS = {
    "natural_person": ApplicantKind.PERSON,
    "company": ApplicantKind.BUSINESS,
    "research": ApplicantKind.RESEARCH,
    "welfare": ApplicantKind.CHARITY,
    "legal_service": ApplicantKind.LEGAL,
    "other_organisation": ApplicantKind.OTHER,
}
