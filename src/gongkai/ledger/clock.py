"""What the law room's clock says, as the columns that lists read: due_at, warn_at, paused, provisional."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from gongkai import law
from gongkai.ledger.kinds import kind_of
from gongkai.ledger.models import Entry


def light_of(entry: Entry, now: datetime | None = None) -> str:
    """Return the name of an entry's light at a moment (now)."""
    moment = now or timezone.now()
    return law.light(entry.due_at, entry.warn_at, entry.paused, entry.closed_at, moment).key


def end_of(due: date) -> datetime:
    """Return the last moment in time of a due date; a moment stays what it is."""
    return due if isinstance(due, datetime) else law.end_of_day(due)


def warn_from(entry: Entry, calendar: law.Calendar | None = None) -> tuple[datetime | None, bool]:
    """Return from when an entry is yellow, and whether that rests on a year without a published calendar."""
    if entry.due_at is None:
        return None, False
    days = calendar or law.default_calendar()
    rules = law.rule_sets()[kind_of(entry.kind).rules]
    local = timezone.localtime(entry.due_at)
    warn = law.warn_at(local, rules, days)
    assert isinstance(warn, datetime)
    return warn, not days.covers(warn.date(), local.date())


def set_due(entry: Entry, due: date | None, *, calendar: law.Calendar | None = None) -> None:
    """Give an entry a new due date (its whole day) or moment, with its warning. In memory: the action's `finish` writes it."""
    entry.due_at = None if due is None else end_of(due)
    entry.warn_at, entry.provisional = warn_from(entry, calendar)


def set_deadline(entry: Entry, deadline: law.Deadline, *, calendar: law.Calendar | None = None) -> None:
    """Take over what `law.due` said: the date, a standing clock, a provisional answer. In memory."""
    entry.paused = deadline.status is law.Status.PAUSED
    if deadline.date is not None or not entry.paused:
        set_due(entry, deadline.date, calendar=calendar)
    entry.provisional = deadline.provisional or entry.provisional


@dataclass(frozen=True)
class Moved:
    """An entry whose dates changed with the calendar."""

    entry: Entry
    due_before: datetime | None
    warn_before: datetime | None

    @property
    def due_moved(self) -> bool:
        """Whether the due date itself moved, not only its warning."""
        return self.due_before != self.entry.due_at


def recompute(
    entries: Iterable[Entry], calendar: law.Calendar | None = None, *, today: date | None = None
) -> list[Moved]:
    """Recompute the dates of open entries in memory and return those that moved; `actions.redate` writes them.

    A kind whose due date is counted (not ordered) computes it again from its events (`Kind.deadline`); for all others the ordered date
    stays and the warning moves.
    """
    days = calendar or law.default_calendar()
    moved = []
    for entry in entries:
        before = (entry.due_at, entry.warn_at, entry.provisional)
        deadline = kind_of(entry.kind).deadline
        if deadline:
            set_deadline(entry, deadline(entry, days, today or timezone.localdate()), calendar=days)
        else:
            entry.warn_at, entry.provisional = warn_from(entry, days)
        if before != (entry.due_at, entry.warn_at, entry.provisional):
            moved.append(Moved(entry, before[0], before[1]))
    return moved
