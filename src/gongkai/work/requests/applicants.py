"""Kinds of applicants by their column of table three (国办公开办函〔2021〕30号)."""

from gongkai.core.intake.models import PartyKind as ApplicantKind

__all__ = ["APPLICANT_KIND_BY_COLUMN", "ApplicantKind"]

# Column of table three → kind of applicant.
APPLICANT_KIND_BY_COLUMN = {
    "natural_person": ApplicantKind.PERSON,
    "company": ApplicantKind.BUSINESS,
    "research": ApplicantKind.RESEARCH,
    "welfare": ApplicantKind.CHARITY,
    "legal_service": ApplicantKind.LEGAL,
    "other_organisation": ApplicantKind.OTHER,
}
