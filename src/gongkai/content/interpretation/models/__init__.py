"""Models of interpretation."""

from gongkai.content.interpretation.models.registers import (
    COUNTED,
    LEADERS,
    EventKind,
    HandOver,
    Material,
    Place,
    PlannedRelease,
    PressEvent,
    PressTarget,
    Rank,
    Specialist,
    SpecialistRule,
)
from gongkai.content.interpretation.models.texts import (
    Field,
    Form,
    Interpretation,
    Owed,
    Plan,
    Setting,
    setting_of,
)
