"""Rules of law for open government, as pure functions and tables without Django."""

from gongkai.lib.chinese.days import end_of_day, today
from gongkai.lib.law.calendar import Calendar, DaysOff, Notice, default_calendar
from gongkai.lib.law.changes import CalendarChange, Changes, FigureChange, stored_changes
from gongkai.lib.law.clock import closing_day, compute_due, find_objections
from gongkai.lib.law.errors import LawError
from gongkai.lib.law.explain import Light, compute_light, warn_at
from gongkai.lib.law.figures import Figure, figures_in_force
from gongkai.lib.law.history import compute_deadline, depends_on_day, rules_for
from gongkai.lib.law.periods import add_days, add_months
from gongkai.lib.law.records import Deadline, Event, Irregularity, Status, Step
from gongkai.lib.law.remedies import Remedy, remedy_of
from gongkai.lib.law.rules import RULE_SETS, RuleSet, rule_set, rule_sets, rules_on
from gongkai.lib.law.workdays import add_workdays, is_workday, workdays_between

__all__ = [
    "RULE_SETS",
    "Calendar",
    "CalendarChange",
    "Changes",
    "DaysOff",
    "Deadline",
    "Event",
    "Figure",
    "FigureChange",
    "Irregularity",
    "LawError",
    "Light",
    "Notice",
    "Remedy",
    "RuleSet",
    "Status",
    "Step",
    "add_days",
    "add_months",
    "add_workdays",
    "closing_day",
    "compute_deadline",
    "compute_due",
    "compute_light",
    "default_calendar",
    "depends_on_day",
    "end_of_day",
    "figures_in_force",
    "find_objections",
    "is_workday",
    "remedy_of",
    "rule_set",
    "rule_sets",
    "rules_for",
    "rules_on",
    "stored_changes",
    "today",
    "warn_at",
    "workdays_between",
]
