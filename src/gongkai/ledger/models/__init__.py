"""State of the ledger."""

from gongkai.ledger.models.entry import Audience, Entry
from gongkai.ledger.models.papers import Attachment, Comment, Evidence, EvidenceKind, Verdict
from gongkai.ledger.models.told import SavedFilter, Told

__all__ = [
    "Attachment",
    "Audience",
    "Comment",
    "Entry",
    "Evidence",
    "EvidenceKind",
    "SavedFilter",
    "Told",
    "Verdict",
]
