"""State of this room."""

from gongkai.participation.models.announcements import (
    KINDS_OF_DECISION,
    Announcement,
    AnnouncementKind,
    AnnouncementRevision,
)
from gongkai.participation.models.comments import Comment, CommentChannel, Consultation, Outcome, Point
from gongkai.participation.models.decisions import (
    Catalogue,
    CatalogueChange,
    Decision,
    DraftKind,
    Examination,
    Ways,
)
from gongkai.participation.models.openings import (
    ORDERED_AS,
    Opening,
    OpeningKind,
    OpeningPaper,
    OpeningProof,
)

__all__ = [
    "KINDS_OF_DECISION",
    "ORDERED_AS",
    "Announcement",
    "AnnouncementKind",
    "AnnouncementRevision",
    "Catalogue",
    "CatalogueChange",
    "Comment",
    "CommentChannel",
    "Consultation",
    "Decision",
    "DraftKind",
    "Examination",
    "Opening",
    "OpeningKind",
    "OpeningPaper",
    "OpeningProof",
    "Outcome",
    "Point",
    "Ways",
]
