"""Models of the assessment app."""

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
from gongkai.oversight.assessment.models.schemes import Highlight, Indicator, LineInspection, Scheme, ScoringWay
