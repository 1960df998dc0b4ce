"""State of this room."""

from gongkai.participation.models.announcements import (
    KINDS_OF_DECISION,
    Announcement,
    AnnouncementKind,
    AnnouncementRevision,
)
from gongkai.participation.models.comments import Channel, Comment, Consultation, Outcome, Point
from gongkai.participation.models.decisions import (
    Catalogue,
    CatalogueChange,
    Decision,
    DraftKind,
    Examination,
    Ways,
)

__all__ = [
    "KINDS_OF_DECISION",
    "Announcement",
    "AnnouncementKind",
    "AnnouncementRevision",
    "Catalogue",
    "CatalogueChange",
    "Channel",
    "Comment",
    "Consultation",
    "Decision",
    "DraftKind",
    "Examination",
    "Outcome",
    "Point",
    "Ways",
]
