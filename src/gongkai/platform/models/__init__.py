"""Faults that readers found; how sites and accounts are run; rehearsals of restoring."""

from gongkai.platform.models.faults import Fault, FaultKind, Satisfaction
from gongkai.platform.models.reading import DailyFind, DailyLog, Turn
from gongkai.platform.models.restoring import RestoreDrill
from gongkai.platform.models.upkeep import (
    Field,
    Funding,
    Handover,
    Member,
    Part,
    Regulation,
    RegulationKind,
    Team,
    Upkeep,
)

__all__ = [
    "DailyFind",
    "DailyLog",
    "Fault",
    "FaultKind",
    "Field",
    "Funding",
    "Handover",
    "Member",
    "Part",
    "Regulation",
    "RegulationKind",
    "RestoreDrill",
    "Satisfaction",
    "Team",
    "Turn",
    "Upkeep",
]
