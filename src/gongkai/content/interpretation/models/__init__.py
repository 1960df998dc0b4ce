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

__all__ = [
    "COUNTED",
    "LEADERS",
    "EventKind",
    "Field",
    "Form",
    "HandOver",
    "Interpretation",
    "Material",
    "Owed",
    "Place",
    "Plan",
    "PlannedRelease",
    "PressEvent",
    "PressTarget",
    "Rank",
    "Setting",
    "Specialist",
    "SpecialistRule",
    "setting_of",
]
