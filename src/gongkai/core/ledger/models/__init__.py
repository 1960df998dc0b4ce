"""Models of the ledger."""

from gongkai.core.ledger.models.entry import RUNNING_ENTRIES, Audience, Entry, EntryQuerySet
from gongkai.core.ledger.models.events import ClockEvent, RemovedEntry
from gongkai.core.ledger.models.figure import Figure
from gongkai.core.ledger.models.holidays import HolidayYear
from gongkai.core.ledger.models.lapses import Lapse
from gongkai.core.ledger.models.legal_changes import ChangeState, LegalChange
from gongkai.core.ledger.models.papers import Attachment, Comment, Evidence, EvidenceKind, Verdict
from gongkai.core.ledger.models.past import PastRecord, PastState
from gongkai.core.ledger.models.rectification import Rectification
from gongkai.core.ledger.models.told import Counter, Mark, SavedFilter, Told
from gongkai.core.ledger.models.urging import Urging

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
    "Verdict",
]
