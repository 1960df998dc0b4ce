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
    Spokesperson,
    WatchField,
)
from gongkai.work.opinion.models.promises import Promise, PromiseTopic, Statement
from gongkai.work.opinion.models.responses import Response, ResponseText
from gongkai.work.opinion.models.vocabulary import (
    ENDING_STATEMENTS,
    GRAVE_LEVELS,
    PRESS_CONFERENCE_MEANS,
    DutySort,
    Effect,
    Kind,
    Level,
    Means,
    StatementSort,
    TalkSort,
)

__all__ = [
    "ENDING_STATEMENTS",
    "GRAVE_LEVELS",
    "PRESS_CONFERENCE_MEANS",
    "CaseLink",
    "CaseTalk",
    "Consulted",
    "DutySort",
    "Effect",
    "Feed",
    "Kind",
    "Lead",
    "LeadState",
    "Level",
    "Means",
    "OpinionCase",
    "OpinionDuty",
    "Promise",
    "PromiseTopic",
    "Response",
    "ResponseText",
    "Spokesperson",
    "Statement",
    "StatementSort",
    "TalkSort",
    "WatchField",
]
