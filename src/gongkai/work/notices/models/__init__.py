"""Database models of notices and assignments."""

from gongkai.work.notices.models.assignment import (
    Ask,
    AskKind,
    Assignment,
    Carry,
    ChannelRecord,
    DutyCheck,
    EvidenceOffer,
)
from gongkai.work.notices.models.child_drafts import ChildDraft
from gongkai.work.notices.models.contribution import Contribution, Delegation
from gongkai.work.notices.models.duty import AwaitedAct, Duty, VagueDefault
from gongkai.work.notices.models.measure import (
    COUNTED_MEASURES,
    Measure,
    MeasureUnit,
    Part,
    UnitMember,
    UnitState,
)
from gongkai.work.notices.models.notice import Amending, ImportedColumn, Notice
from gongkai.work.notices.models.pairing import KeptOurs, Pairing
from gongkai.work.notices.models.register import Guidance, GuidanceKind, LeadCheck, Upward, UpwardKind
from gongkai.work.notices.models.table_heads import HeadName, Rereading

__all__ = [
    "COUNTED_MEASURES",
    "Amending",
    "Ask",
    "AskKind",
    "Assignment",
    "AwaitedAct",
    "Carry",
    "ChannelRecord",
    "ChildDraft",
    "Contribution",
    "Delegation",
    "Duty",
    "DutyCheck",
    "EvidenceOffer",
    "Guidance",
    "GuidanceKind",
    "HeadName",
    "ImportedColumn",
    "KeptOurs",
    "LeadCheck",
    "Measure",
    "MeasureUnit",
    "Notice",
    "Pairing",
    "Part",
    "Rereading",
    "UnitMember",
    "UnitState",
    "Upward",
    "UpwardKind",
    "VagueDefault",
]
