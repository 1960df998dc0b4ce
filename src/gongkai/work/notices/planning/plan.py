"""From measures to entries: one measure, one responsible unit, one period."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from gongkai.work.notices.planning.owners import Owned, Owner
from gongkai.work.notices.planning.periods import YEAR, Period, belongs, first_period, following
from gongkai.work.notices.planning.rules import Rule, day_in, last_day, track_of


@dataclass(frozen=True)
class PlannedDuty:
    """A duty as planning needs it. `awaited` is the date of the act it waits for, where that has been entered; `issued` the notice's own."""

    number: int
    rule: Rule = field(default_factory=dict)
    awaited: date | None = None
    issued: date | None = None


@dataclass(frozen=True)
class PlannedMeasure:
    """A measure with its owners, its duties and those who help."""

    number: int
    owned: tuple[Owned, ...]
    duties: tuple[PlannedDuty, ...] = ()
    partners: tuple[Owner, ...] = ()


@dataclass(frozen=True)
class PlannedEntry:
    """An entry to make: for whom, which period, the last day, and the checklist (numbers of duties)."""

    measure: int
    owned: Owned
    period: Period
    due: date
    duties: tuple[int, ...]


def tracks(duties: Iterable[PlannedDuty]) -> dict[str, list[PlannedDuty]]:
    """Return the duties by the rhythm whose entry carries them; a measure without duties still has its year."""
    found: dict[str, list[PlannedDuty]] = {}
    for duty in duties:
        found.setdefault(track_of(duty.rule), []).append(duty)
    return found or {YEAR: []}


def due_of(duties: Iterable[PlannedDuty], period: Period, year: int, done: Iterable[int] = ()) -> date:
    """Return the last day of an entry: the earliest dated duty not done yet, else the end of its period (default: the year's end).

    Where every duty is done, it stays the last of their days: a tick moves nothing beyond what was ordered.

    Args:
        duties: the duties of the entry.
        period: its period.
        year: the notice's year.
        done: numbers of the duties that are ticked off.
    """
    finished = set(done)
    days = [(duty.number in finished, day_of(duty, period, year)) for duty in duties]
    left = [day for is_done, day in days if not is_done]
    dated = [day for day in left if day]
    if dated:
        return min(dated)
    ordered = [day for _, day in days if day]
    return period.last if left or not ordered else max(ordered)


def day_of(duty: PlannedDuty, period: Period, year: int) -> date | None:
    """Return the last day of one duty in a period, None where it names none."""
    return last_day(duty.rule, year, duty.awaited, duty.issued) or day_in(duty.rule, period)


def plan_entries(
    measure: PlannedMeasure, *, year: int, today: date, started: date | None = None
) -> tuple[PlannedEntry, ...]:
    """Return the entries that confirming a measure makes: per responsible unit one for each rhythm, the running period only.

    Args:
        measure: the measure.
        year: the notice's year.
        today: the day of confirming.
        started: when the notice was issued.
    """
    made = []
    for track, duties in tracks(measure.duties).items():
        period = first_period(track, year, started, today)
        due = due_of(duties, period, year)
        if started and due < started and track != YEAR and belongs(following(period), year):
            period = following(period)  # the day of the running period had passed when the notice was issued
            due = due_of(duties, period, year)
        numbers = tuple(duty.number for duty in duties)
        made += [PlannedEntry(measure.number, owned, period, due, numbers) for owned in measure.owned]
    return tuple(made)


def next_periods(period: Period, *, year: int, today: date, closed: bool) -> tuple[Period, ...]:
    """Return the periods to open behind the newest one: the next where this closed or passed, and each that has passed since.

    A job that was missed for two quarters opens both: nothing is lost. Nothing is opened beyond the notice's year, nor for the year's own entry.
    """
    if period.track == YEAR:
        return ()
    found: list[Period] = []
    newest, over = period, closed or period.last < today
    while over:
        newest = following(newest)
        if not belongs(newest, year):
            break
        found.append(newest)
        over = newest.last < today
    return tuple(found)


def by_doer(entries: Iterable[PlannedEntry], *, own: bool) -> Mapping[tuple[int, int], int]:
    """Return how many entries each body would get; of a unit's `own` notice each office of it (0: the unit as a whole)."""
    owners = (entry.owned.owner for entry in entries)
    return Counter((owner.body_id, owner.office_id or 0 if own else 0) for owner in owners)
