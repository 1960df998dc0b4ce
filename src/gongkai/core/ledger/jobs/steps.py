"""The table of reminders and escalations: from when, of which entries, to whom.

Whom to tell at which step is our proposal: the notices demand progress tracking and urging (打表推进、督促), not steps. A reminder on the last
working day before a due date on a day off follows from keeping ordered dates as they are written.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone

from gongkai.core.ledger.models import EntryQuerySet
from gongkai.core.units.models import Role
from gongkai.lib import law

Choose = Callable[[EntryQuerySet, datetime], EntryQuerySet]


@dataclass(frozen=True)
class Step:
    """One step: which entries have reached it, who is told, and the milder steps that it makes needless."""

    name: str
    label: str
    reached: Choose
    roles: tuple[str, ...]
    covers: tuple[str, ...] = ()
    above: bool = False
    urgent: bool = False


def _last_workday(entries: EntryQuerySet, now: datetime) -> EntryQuerySet:
    """Due before work begins again: today is the last working day, or there is none left."""
    today = timezone.localtime(now).date()
    until = law.default_calendar().add(today, 1) - timedelta(days=1)
    return entries.running().filter(due_at__gte=now, due_at__lte=law.end_of_day(until))


def _red_for_5_workdays(entries: EntryQuerySet, now: datetime) -> EntryQuerySet:
    """At least 5 working days lie behind the due day, today counted once it is worked."""
    return entries.overdue(_fifth_day(now))


def _red_since(entries: EntryQuerySet, now: datetime) -> EntryQuerySet:
    """Past the due date, for less than 5 working days: those behind that are told of the graver step. So the late ones of years are gone through once
    a round, not twice.
    """
    return entries.overdue(now).filter(due_at__gte=_fifth_day(now))


def _fifth_day(now: datetime) -> datetime:
    today = timezone.localtime(now).date()
    fifth = law.default_calendar().subtract(today + timedelta(days=1), 5)
    return timezone.make_aware(datetime.combine(fifth, time()))


#: What is told independently of each other has its own share of a run, so that no backlog holds up what is due tomorrow. `red5` and `red` have no
#: entry in common; `last_day` is told before `yellow`, which it makes needless.
CHAINS: tuple[tuple[str, ...], ...] = (("red5",), ("red",), ("last_day", "yellow"))

#: The gravest first: a step told makes those it covers needless.
STEPS: tuple[Step, ...] = (
    Step(
        "red5",
        "逾期满5个工作日",
        _red_for_5_workdays,
        (Role.CLERK, Role.LEAD),
        covers=("red",),
        above=True,
        urgent=True,
    ),
    Step("red", "已经逾期", _red_since, (Role.CLERK, Role.LEAD), urgent=True),
    Step("last_day", "到期前最后一个工作日", _last_workday, (Role.CLERK,), covers=("yellow",), urgent=True),
    Step("yellow", "即将到期", EntryQuerySet.due_soon, (Role.CLERK,)),
)
