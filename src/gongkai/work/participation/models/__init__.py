"""Models of decisions, announcements, comments, open days and surveys."""

from gongkai.work.participation.models.announcements import (
    KINDS_OF_DECISION,
    KINDS_OF_SURVEY,
    Announcement,
    AnnouncementKind,
    AnnouncementRevision,
)
from gongkai.work.participation.models.comments import (
    PAPER_CHANNELS,
    Comment,
    CommentChannel,
    Consultation,
    Point,
    PointOutcome,
)
from gongkai.work.participation.models.decisions import (
    Catalogue,
    CatalogueChange,
    Decision,
    DraftKind,
    Examination,
    ParticipationWay,
)
from gongkai.work.participation.models.open_events import (
    TASK_WORDS_BY_KIND,
    OpenEventKind,
    Opening,
    OpeningPaper,
    OpeningProof,
)
from gongkai.work.participation.models.surveys import (
    SCALE_MARKS,
    PublishedQuestion,
    QuestionKind,
    Survey,
    SurveyChoice,
    SurveyQuestion,
    SurveyReply,
    SurveyWords,
)
