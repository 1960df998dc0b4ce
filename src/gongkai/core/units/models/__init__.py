"""Models of units."""

from gongkai.core.units.models.bodies import (
    Alias,
    AppSwitch,
    Body,
    BodyEvent,
    BodyKind,
    BodyLevel,
    Certificate,
    GroupMember,
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
    "BodyLevel",
    "Certificate",
    "GroupMember",
    "Office",
    "PasswordRequest",
    "Person",
    "Role",
    "Standing",
    "UnitGroup",
]
