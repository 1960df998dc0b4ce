"""Models of faults, site operation and restore drills."""

from gongkai.work.site_operations.models.faults import Fault, FaultKind, Satisfaction
from gongkai.work.site_operations.models.reading import DailyFind, DailyLog, RestoreDrill, Turn
from gongkai.work.site_operations.models.upkeep import (
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
