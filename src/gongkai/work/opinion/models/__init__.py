"""Models of opinion cases and promises."""

from gongkai.work.opinion.models.cases import (
    CaseLink,
    CaseTalk,
    Consulted,
    Feed,
    Lead,
    LeadState,
    OpinionCase,
    OpinionDuty,
    Response,
    ResponseText,
    Spokesperson,
    WatchField,
)
from gongkai.work.opinion.models.promises import Promise, PromiseTopic, Statement
from gongkai.work.opinion.models.texts import (
    ENDING_STATEMENTS,
    GRAVE_LEVELS,
    PRESS_CONFERENCE_MEANS,
    AnswerEffect,
    AnswerMeans,
    DutySort,
    GravityLevel,
    OpinionKind,
    StatementSort,
    TalkSort,
)
