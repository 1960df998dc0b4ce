"""Recurring periods: years, half-years, quarters, months and weeks. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

YEAR, HALF_YEAR, QUARTER, MONTH, WEEK = "year", "half_year", "quarter", "month", "week"
# Periods with entries of their own, and their labels; other duties belong to the yearly entry.
TRACK_LABELS = {YEAR: "全年", HALF_YEAR: "每半年", QUARTER: "每季度", MONTH: "每月", WEEK: "每周"}
# Tracks with several periods a year.
RECURRING_TRACKS = tuple(track for track in TRACK_LABELS if track != YEAR)
_MONTHS_PER_PERIOD = {YEAR: 12, HALF_YEAR: 6, QUARTER: 3, MONTH: 1}


@dataclass(frozen=True)
class TaskPeriod:
    """One period of a track: label (2026, 2026H2, 2026Q3, 2026-05, 2026W07), first and last day."""

    track: str
    label: str
    first: date
    last: date

    @property
    def words(self) -> str:
        """Return the period in words: 2026年, 2026年第三季度, 2026年5月, 2026年第7周."""
        year = self.first.year
        if self.track == YEAR:
            return f"{year}年"
        if self.track == HALF_YEAR:
            return f"{year}年{'上' if self.first.month == 1 else '下'}半年"
        if self.track == QUARTER:
            return f"{year}年第{'一二三四'[self.first.month // 3]}季度"
        if self.track == MONTH:
            return f"{year}年{self.first.month}月"
        iso = self.first.isocalendar()
        return f"{iso.year}年第{iso.week}周"


def find_period(track: str, day: date) -> TaskPeriod:
    """Return the period of a track that contains a day."""
    if track == WEEK:
        first_day = day - timedelta(days=day.weekday())
        iso = day.isocalendar()
        return TaskPeriod(track, f"{iso.year}W{iso.week:02d}", first_day, first_day + timedelta(days=6))
    length = _MONTHS_PER_PERIOD[track]
    nth = (day.month - 1) // length
    first_day = date(day.year, nth * length + 1, 1)
    end_month = nth * length + length
    last_day = date(day.year, 12, 31) if end_month == 12 else date(day.year, end_month + 1, 1) - timedelta(days=1)
    label = {
        YEAR: f"{day.year}",
        HALF_YEAR: f"{day.year}H{nth + 1}",
        QUARTER: f"{day.year}Q{nth + 1}",
        MONTH: f"{day.year}-{nth + 1:02d}",
    }[track]
    return TaskPeriod(track, label, first_day, last_day)


def get_next_period(period: TaskPeriod) -> TaskPeriod:
    """Return the next period."""
    return find_period(period.track, period.last + timedelta(days=1))


def parse_period(track: str, label: str) -> TaskPeriod:
    """Return the period of a label of `find_period`."""
    year = int(label[:4])
    if track == YEAR:
        return find_period(track, date(year, 1, 1))
    if track == WEEK:
        return find_period(track, date.fromisocalendar(year, int(label[5:]), 1))
    number = int(label.lstrip("0123456789")[1:])
    return find_period(track, date(year, (number - 1) * _MONTHS_PER_PERIOD[track] + 1, 1))


def find_first_period(track: str, year: int, started: date | None, today: date) -> TaskPeriod:
    """Return the period to open when a notice is confirmed.

    Before the year, or before the notice was issued, it is the first one, and after the year the
    last. The first and the last week are those of ISO 8601.
    """
    begin, end = date(year, 1, 1), date(year, 12, 31)
    if started and begin <= started <= end:
        begin = started
    day = min(max(today, begin), end)
    if track == WEEK:
        day = min(max(day, date(year, 1, 4)), date(year, 12, 28))
    return find_period(track, day)


def is_in_year(period: TaskPeriod, year: int) -> bool:
    """Return true if the last day of a period (of a week: its Thursday) is in the year."""
    probe = period.first + timedelta(days=3) if period.track == WEEK else period.last
    return probe.year == year


def find_last_period(track: str, year: int) -> TaskPeriod:
    """Return the last period of a year; the last week contains 28 December (ISO 8601).

    >>> find_last_period("quarter", 2026).label, find_last_period("week", 2026).label
    ('2026Q4', '2026W53')
    """
    return find_period(track, date(year, 12, 28 if track == WEEK else 31))


def describe_period(track: str, label: str) -> str:
    """Return the period of an entry in words (2026年11月); empty for the year and for look-backs."""
    if track == YEAR or track not in TRACK_LABELS:
        return ""
    try:
        return parse_period(track, label).words
    except ValueError:
        return ""
