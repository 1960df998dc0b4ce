"""Kinds of applicants (intake's `PartyKind`) and the columns of table three that they stand in (国办公开办函〔2021〕30号)."""

from gongkai.core.intake.models import PartyKind as ApplicantKind

__all__ = ["COLUMNS", "ApplicantKind"]

#: Column of table three → kind.
COLUMNS = {
    "natural_person": ApplicantKind.PERSON,
    "company": ApplicantKind.BUSINESS,
    "research": ApplicantKind.RESEARCH,
    "welfare": ApplicantKind.CHARITY,
    "legal_service": ApplicantKind.LEGAL,
    "other_organisation": ApplicantKind.OTHER,
}
