"""Rules of law for open government, as pure functions and tables without Django."""

from gongkai.lib.chinese.days import end_of_day, today
from gongkai.lib.law.calendar import Calendar, DaysOff, Notice
from gongkai.lib.law.calendar_file import default_calendar
from gongkai.lib.law.clock import due, objections
from gongkai.lib.law.errors import LawError
from gongkai.lib.law.figures import Figure, figures
from gongkai.lib.law.light import Light, last_workday, light, warn_at
from gongkai.lib.law.periods import add_days, add_months
from gongkai.lib.law.records import Deadline, Event, Irregularity, Status, Step
from gongkai.lib.law.rules import RULE_SETS, RuleSet, rule_set, rule_sets
from gongkai.lib.law.workdays import add_workdays, is_workday, workdays_between

__all__ = [
    "RULE_SETS",
    "Calendar",
    "DaysOff",
    "Deadline",
    "Event",
    "Figure",
    "Irregularity",
    "LawError",
    "Light",
    "Notice",
    "RuleSet",
    "Status",
    "Step",
    "add_days",
    "add_months",
    "add_workdays",
    "default_calendar",
    "due",
    "end_of_day",
    "figures",
    "is_workday",
    "last_workday",
    "light",
    "objections",
    "rule_set",
    "rule_sets",
    "today",
    "warn_at",
    "workdays_between",
]
