"""Models of the ledger."""

from gongkai.core.ledger.models.entry import RUNNING_ENTRIES, Audience, Entry, EntryQuerySet
from gongkai.core.ledger.models.legal_changes import (
    ChangeState,
    HolidayYear,
    Lapse,
    LegalChange,
    PastRecord,
    PastState,
    Rectification,
)
from gongkai.core.ledger.models.papers import (
    Attachment,
    ClockEvent,
    Comment,
    Counter,
    Evidence,
    EvidenceKind,
    EvidenceVerdict,
    Figure,
    Mark,
    RemovedEntry,
    SavedFilter,
    Told,
    Urging,
)

__all__ = [
    "RUNNING_ENTRIES",
    "Attachment",
    "Audience",
    "ChangeState",
    "ClockEvent",
    "Comment",
    "Counter",
    "Entry",
    "EntryQuerySet",
    "Evidence",
    "EvidenceKind",
    "EvidenceVerdict",
    "Figure",
    "HolidayYear",
    "Lapse",
    "LegalChange",
    "Mark",
    "PastRecord",
    "PastState",
    "Rectification",
    "RemovedEntry",
    "SavedFilter",
    "Told",
    "Urging",
]
