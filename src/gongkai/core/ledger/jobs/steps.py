"""The table of reminder and escalation steps: time, entries and recipients.

The steps are this project's proposal: notices demand tracking and urging (打表推进、督促) without
steps. Ordered dates stay as written, so a due date on a day off is reminded on the last working
day before.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone

from gongkai.core.ledger.models import EntryQuerySet
from gongkai.core.units.models import Role
from gongkai.lib import law

#: Type of a function that returns those of some entries that reached a step at a moment.
StepFilter = Callable[[EntryQuerySet, datetime], EntryQuerySet]


@dataclass(frozen=True)
class ReminderStep:
    """One reminder step: the filter of entries that reached it, the roles notified in their unit (`above`: also the
    政务公开办), and names of the milder steps that it replaces (`covers`)."""

    name: str
    label: str
    reached: StepFilter
    roles: tuple[str, ...]
    covers: tuple[str, ...] = ()
    above: bool = False
    urgent: bool = False


def _filter_last_workday(entries: EntryQuerySet, now: datetime) -> EntryQuerySet:
    """Return the running entries that are due from now until the next working day begins."""
    today = timezone.localtime(now).date()
    until = law.default_calendar().add_working_days(today, 1) - timedelta(days=1)
    return entries.running().filter(due_at__gte=now, due_at__lte=law.end_of_day(until))


def _filter_overdue_5_workdays(entries: EntryQuerySet, now: datetime) -> EntryQuerySet:
    return entries.overdue(_get_day_five_workdays_ago(now))


def _filter_overdue_under_5_workdays(entries: EntryQuerySet, now: datetime) -> EntryQuerySet:
    return entries.overdue(now).filter(due_at__gte=_get_day_five_workdays_ago(now))


def _get_day_five_workdays_ago(now: datetime) -> datetime:
    """Return the beginning of the day five working days before tomorrow: earlier due dates are five days overdue."""
    today = timezone.localtime(now).date()
    fifth_workday = law.default_calendar().subtract_working_days(today + timedelta(days=1), 5)
    return timezone.make_aware(datetime.combine(fifth_workday, time()))


#: Groups of steps with separate time shares, so that a backlog does not delay urgent reminders.
#: `red5` and `red` share no entry; `last_day` comes before `yellow`, which it replaces.
REMINDER_CHAINS: tuple[tuple[str, ...], ...] = (("red5",), ("red",), ("last_day", "yellow"))

#: The most serious first: a step replaces those it covers.
REMINDER_STEPS: tuple[ReminderStep, ...] = (
    ReminderStep(
        "red5",
        "逾期满5个工作日",
        _filter_overdue_5_workdays,
        (Role.CLERK, Role.LEAD),
        covers=("red",),
        above=True,
        urgent=True,
    ),
    ReminderStep("red", "已经逾期", _filter_overdue_under_5_workdays, (Role.CLERK, Role.LEAD), urgent=True),
    ReminderStep(
        "last_day",
        "到期前最后一个工作日",
        _filter_last_workday,
        (Role.CLERK,),
        covers=("yellow",),
        urgent=True,
    ),
    ReminderStep("yellow", "即将到期", EntryQuerySet.due_soon, (Role.CLERK,)),
)
