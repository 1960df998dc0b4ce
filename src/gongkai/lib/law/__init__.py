"""Rules of law for open government, as pure functions and tables without Django."""

from gongkai.lib.chinese.days import end_of_day, today
from gongkai.lib.law.calendar import Calendar, Holiday, HolidayNotice, default_calendar
from gongkai.lib.law.changes import CalendarChange, FigureChange, LawChanges, load_stored_changes
from gongkai.lib.law.due_dates import (
    compute_deadline,
    compute_due,
    depends_on_day,
    find_objections,
    get_closing_day,
    get_rules_of_case,
)
from gongkai.lib.law.errors import LawError
from gongkai.lib.law.explain import TrafficLight, compute_traffic_light, compute_warning_time
from gongkai.lib.law.figures import LegalFigure, get_figures_in_force
from gongkai.lib.law.records import ClockStatus, Deadline, Event, ExplanationStep, Irregularity
from gongkai.lib.law.remedies import Remedy, find_remedy
from gongkai.lib.law.rules import RULE_SETS, RuleSet, build_rule_sets, get_rules_on
from gongkai.lib.law.values import add_days, add_months
from gongkai.lib.law.workdays import add_workdays, count_workdays_between, is_workday

__all__ = [
    "RULE_SETS",
    "Calendar",
    "CalendarChange",
    "ClockStatus",
    "Deadline",
    "Event",
    "ExplanationStep",
    "FigureChange",
    "Holiday",
    "HolidayNotice",
    "Irregularity",
    "LawChanges",
    "LawError",
    "LegalFigure",
    "Remedy",
    "RuleSet",
    "TrafficLight",
    "add_days",
    "add_months",
    "add_workdays",
    "build_rule_sets",
    "compute_deadline",
    "compute_due",
    "compute_traffic_light",
    "compute_warning_time",
    "count_workdays_between",
    "default_calendar",
    "depends_on_day",
    "end_of_day",
    "find_objections",
    "find_remedy",
    "get_closing_day",
    "get_figures_in_force",
    "get_rules_of_case",
    "get_rules_on",
    "is_workday",
    "load_stored_changes",
    "today",
]
