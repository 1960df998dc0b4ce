"""State of the ledger."""

from gongkai.ledger.models.entry import RUNNING, Audience, Entry, EntryQuerySet
from gongkai.ledger.models.events import ClockEvent, RemovedEntry
from gongkai.ledger.models.figure import Figure
from gongkai.ledger.models.holidays import HolidayYear
from gongkai.ledger.models.lapses import Lapse
from gongkai.ledger.models.papers import Attachment, Comment, Evidence, EvidenceKind, Verdict
from gongkai.ledger.models.past import PastRecord, PastState
from gongkai.ledger.models.rectification import Rectification
from gongkai.ledger.models.told import Counter, Mark, SavedFilter, Told
from gongkai.ledger.models.urging import Urging

__all__ = [
    "RUNNING",
    "Attachment",
    "Audience",
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
