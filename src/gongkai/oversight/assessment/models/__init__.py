"""Models of the assessment app."""

from gongkai.oversight.assessment.models.lines import Highlight, LineInspection
from gongkai.oversight.assessment.models.registers import (
    Bulletin,
    BulletinKind,
    BulletinRevision,
    LookBack,
    OutsideRanking,
    Provision,
    Pursuit,
    Talk,
    TalkKind,
    TalkPaper,
    Training,
    TrainingDemand,
    TrainingKind,
    TrainingPaper,
    YearlyTimes,
)
from gongkai.oversight.assessment.models.rounds import Appeal, Assessed, Claim, Evaluator, Mark, Result, Round
from gongkai.oversight.assessment.models.schemes import Indicator, Scheme, Way

__all__ = [
    "Appeal",
    "Assessed",
    "Bulletin",
    "BulletinKind",
    "BulletinRevision",
    "Claim",
    "Evaluator",
    "Highlight",
    "Indicator",
    "LineInspection",
    "LookBack",
    "Mark",
    "OutsideRanking",
    "Provision",
    "Pursuit",
    "Result",
    "Round",
    "Scheme",
    "Talk",
    "TalkKind",
    "TalkPaper",
    "Training",
    "TrainingDemand",
    "TrainingKind",
    "TrainingPaper",
    "Way",
    "YearlyTimes",
]
