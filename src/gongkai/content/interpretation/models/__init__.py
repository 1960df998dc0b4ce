"""Models of interpretation."""

from gongkai.content.interpretation.models.registers import (
    COUNTED_KINDS,
    LEADER_RANKS,
    HandOver,
    HandoverMaterial,
    PlannedRelease,
    PressEvent,
    PressEventKind,
    PressEventPlace,
    PressTarget,
    SpeakerRank,
    Specialist,
    SpecialistRule,
)
from gongkai.content.interpretation.models.texts import (
    Interpretation,
    InterpretationMedium,
    Owed,
    Plan,
    PolicyField,
    Setting,
    get_setting,
)
