"""Promptness (P-19): within 20 working days of formation or change, and not in bursts. Pure.

Sources: 政府信息公开条例（国务院令第711号）第二十六条 (20 working days from formation or change); the notices' ban on “一阵风”“运动式” publication.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from gongkai.law import default_calendar
from gongkai.law.calendar import Calendar

#: 条例第二十六条.
WORKING_DAYS = 20
#: An item not published yet turns yellow when this many working days are left.
WARNING_DAYS = 5
#: A burst: more than this share of a quarter's items …
BURST_SHARE = 0.5
#: … within a span of this many working days.
BURST_SPAN = 5
#: Below this number of items in the quarter a share says nothing.
BURST_LEAST = 4


@dataclass(frozen=True)
class Promptness:
    """How quickly an item was (or is being) published: working days, a light, a sentence."""

    days: int
    light: str
    words: str


def promptness(
    formed_on: date | None, published_on: date | None, today: date, calendar: Calendar | None = None
) -> Promptness | None:
    """Return how long an item took from formation or change to publication; None where the day of formation is unknown.

    The day of formation itself is not counted (民法典第二百零一条).
    """
    if formed_on is None:
        return None
    days = calendar or default_calendar()
    end = published_on or today
    count = max(0, days.between(formed_on, end))
    if published_on:
        if count > WORKING_DAYS:
            return Promptness(count, "grey_red", f"用时{count}个工作日，超过{WORKING_DAYS}个工作日")
        return Promptness(count, "grey", f"用时{count}个工作日")
    left = WORKING_DAYS - count
    if left < 0:
        return Promptness(count, "red", f"形成{count}个工作日仍未公开，已超期")
    light = "yellow" if left <= WARNING_DAYS else "green"
    return Promptness(count, light, f"已{count}个工作日，还剩{left}个工作日")


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
