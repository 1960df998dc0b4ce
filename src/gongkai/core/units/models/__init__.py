"""Models of units."""

from gongkai.core.units.models.bodies import (
    Alias,
    AppSwitch,
    Body,
    BodyEvent,
    BodyKind,
    Certificate,
    GroupMember,
    Level,
    Office,
    UnitGroup,
)
from gongkai.core.units.models.people import Appointment, PasswordRequest, Person, Role, Standing

__all__ = [
    "Alias",
    "AppSwitch",
    "Appointment",
    "Body",
    "BodyEvent",
    "BodyKind",
    "Certificate",
    "GroupMember",
    "Level",
    "Office",
    "PasswordRequest",
    "Person",
    "Role",
    "Standing",
    "UnitGroup",
]
