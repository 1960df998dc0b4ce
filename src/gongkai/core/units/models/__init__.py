"""Models of units."""

from gongkai.core.units.models.bodies import Alias, Body, BodyEvent, BodyKind, Level, Office
from gongkai.core.units.models.certificates import Certificate
from gongkai.core.units.models.groups import GroupMember, UnitGroup
from gongkai.core.units.models.people import Appointment, PasswordRequest, Person, Role, Standing
from gongkai.core.units.models.switches import AppSwitch

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
