"""State of the ledger."""

from gongkai.ledger.models.entry import RUNNING, Audience, Entry
from gongkai.ledger.models.papers import Attachment, Comment, Evidence, EvidenceKind, Verdict
from gongkai.ledger.models.told import Counter, Mark, SavedFilter, Told

__all__ = [
    "RUNNING",
    "Attachment",
    "Audience",
    "Comment",
    "Counter",
    "Entry",
    "Evidence",
    "EvidenceKind",
    "Mark",
    "SavedFilter",
    "Told",
    "Verdict",
]
