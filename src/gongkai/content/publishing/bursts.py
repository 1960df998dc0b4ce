"""Detect publication in bursts instead of steadily (P-19). Pure.

Source: the notices' ban on “一阵风”“运动式” publication. How quickly single items were published: `clock.prompt`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from gongkai.lib.chinese.numerals import percent
from gongkai.lib.law import default_calendar
from gongkai.lib.law.calendar import Calendar

#: A burst: more than this share of a quarter's items …
BURST_SHARE = 0.5
#: … within a span of this many working days.
BURST_SPAN = 5
#: Below this number of items in the quarter a share says nothing.
BURST_LEAST = 4


@dataclass(frozen=True)
class Burst:
    """The densest span of a quarter: first and last day, items in it, items in the quarter."""

    first: date
    last: date
    items: int
    total: int

    @property
    def share(self) -> float:
        """Its share of the quarter's items, 0 to 1."""
        return self.items / self.total

    @property
    def percent(self) -> int | None:
        """The same in percent, as pages say it."""
        return percent(self.items, self.total)


def burst(published: Iterable[date], calendar: Calendar | None = None) -> Burst | None:
    """Return the span of 5 working days that holds more than half of a quarter's items; None where there is none."""
    days = sorted(published)
    if len(days) < BURST_LEAST:
        return None
    found = _densest(days, calendar or default_calendar())
    return found if found.share > BURST_SHARE else None


def _densest(days: Sequence[date], calendar: Calendar) -> Burst:
    best = Burst(days[0], days[0], 0, len(days))
    start = 0
    for end, last in enumerate(days):
        # A span of five working days: the first day and the four working days after it.
        while calendar.between(days[start], last) > BURST_SPAN - 1:
            start += 1
        if end - start + 1 > best.items:
            best = Burst(days[start], last, end - start + 1, len(days))
    return best


def quarter_of(day: date) -> tuple[int, int]:
    """Return (year, quarter) of a day."""
    return day.year, (day.month - 1) // 3 + 1


def quarter_days(year: int, quarter: int) -> tuple[date, date]:
    """Return the first day of a quarter and the first day of the next."""
    first = date(year, 3 * quarter - 2, 1)
    return first, date(year + quarter // 4, 3 * (quarter % 4) + 1, 1)
