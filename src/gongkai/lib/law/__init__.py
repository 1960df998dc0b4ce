"""The rules of law that open government runs on, as pure functions and tables. No Django, nothing but the standard library.

    from gongkai.lib.law import RULE_SETS, Event, default_calendar, due, light, warn_at

    calendar = default_calendar()                       # 2019-2026; provisional answers beyond
    deadline = due(
        [Event("received", date(2024, 1, 2)), Event("third_party_asked", date(2024, 1, 8))],
        RULE_SETS["request"],                           # rule_sets(settings) with an office's own figures
        calendar,
        today=date(2024, 1, 10),
    )
    deadline.date, deadline.status                      # None, Status.PAUSED
    [step.text for step in deadline.steps]              # why, in Chinese, one sentence each, .rule the provision
    deadline.irregular, deadline.provisional            # what happened against the rules; a year without a table
    objections(events, act, rules, calendar)            # before it happens: why the act would be irregular; () if not

    warn_at(due_date, RULE_SETS["request"], calendar)   # from when the light is yellow
    light(due_at, warn_at, paused, closed_at, now)      # Light.GREEN … .key, .shape, .word

- Working days: `Calendar` (`is_workday`, `reason`, `add`, `subtract`, `between`, `on_or_after`, `on_or_before`, `covers`),
  and the same as functions that explain: `add_workdays`, `workdays_between`, `is_workday`.
- Rule sets (`RULE_SETS`): request, disclosure, consultation, mailbox, message, call, opinion (real hours: events need a datetime), decision_draft
  (`minimum`: never overdue, closing early is irregular), validity (months), assignment, promise, rectification (`ordered`: the start event
  names the date in `until`, a weekend stays), fee_payment and others; the kinds of event of each are `RuleSet.roles`.
- A due *date* runs to the end of its day in Beijing: `end_of_day(day)` gives it as an aware datetime.
"""

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
