"""Database models of notices and assignments."""

from gongkai.work.notices.models.assignment import (
    Ask,
    AskKind,
    Assignment,
    Carry,
    ChannelRecord,
    Contribution,
    Delegation,
    DutyCheck,
    EvidenceOffer,
)
from gongkai.work.notices.models.measure import (
    COUNTED_MEASURES,
    AwaitedAct,
    Duty,
    KeptOurs,
    Measure,
    MeasureUnit,
    Pairing,
    UnitMember,
    UnitPart,
    UnitState,
    VagueDefault,
)
from gongkai.work.notices.models.notice import (
    Amending,
    ChildDraft,
    HeadName,
    ImportedColumn,
    Notice,
    Rereading,
    TakeoverPortion,
)
from gongkai.work.notices.models.register import Guidance, GuidanceKind, LeadCheck, Upward, UpwardKind
