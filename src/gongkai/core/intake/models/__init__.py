"""Models of parties, query codes, submissions, drafts and limits."""

from gongkai.core.intake.models.held import Draft, Held, QueryCode, Received, Sending, Upload
from gongkai.core.intake.models.party import Hit, IdKind, Party, PartyKind, PhoneCode

__all__ = [
    "Draft",
    "Held",
    "Hit",
    "IdKind",
    "Party",
    "PartyKind",
    "PhoneCode",
    "QueryCode",
    "Received",
    "Sending",
    "Upload",
]
