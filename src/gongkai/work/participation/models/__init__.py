"""Models of decisions, announcements, comments, open days and surveys."""

from gongkai.work.participation.models.announcements import (
    KINDS_OF_DECISION,
    KINDS_OF_SURVEY,
    Announcement,
    AnnouncementKind,
    AnnouncementRevision,
)
from gongkai.work.participation.models.comments import Comment, CommentChannel, Consultation, Outcome, Point
from gongkai.work.participation.models.decisions import (
    Catalogue,
    CatalogueChange,
    Decision,
    DraftKind,
    Examination,
    Ways,
)
from gongkai.work.participation.models.openings import (
    ORDERED_AS,
    Opening,
    OpeningKind,
    OpeningPaper,
    OpeningProof,
)
from gongkai.work.participation.models.surveys import (
    MARKS,
    Asked,
    QuestionKind,
    Survey,
    SurveyChoice,
    SurveyQuestion,
    SurveyReply,
    SurveyWords,
)

__all__ = [
    "KINDS_OF_DECISION",
    "KINDS_OF_SURVEY",
    "MARKS",
    "ORDERED_AS",
    "Announcement",
    "AnnouncementKind",
    "AnnouncementRevision",
    "Asked",
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
    "QuestionKind",
    "Survey",
    "SurveyChoice",
    "SurveyQuestion",
    "SurveyReply",
    "SurveyWords",
    "Ways",
]
