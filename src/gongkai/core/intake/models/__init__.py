"""Models of parties, query codes, submissions, drafts and limits."""

from gongkai.core.intake.models.held import Held, Received
from gongkai.core.intake.models.party import IdKind, Party, PartyKind
from gongkai.core.intake.models.protection import Hit, PhoneCode
from gongkai.core.intake.models.sending import Draft, QueryCode, Sending, Upload

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
