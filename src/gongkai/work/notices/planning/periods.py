"""Periods: years, half-years, quarters, months and weeks, and what comes next."""

from dataclasses import dataclass
from datetime import date, timedelta

YEAR, HALF_YEAR, QUARTER, MONTH, WEEK = "year", "half_year", "quarter", "month", "week"
#: The rhythms that make entries of their own, with their words; everything else stands in the year's entry.
TRACKS = {YEAR: "全年", HALF_YEAR: "每半年", QUARTER: "每季度", MONTH: "每月", WEEK: "每周"}
#: Those of which one follows another within a year.
RECURRING = tuple(track for track in TRACKS if track != YEAR)
_MONTHS = {YEAR: 12, HALF_YEAR: 6, QUARTER: 3, MONTH: 1}


@dataclass(frozen=True)
class Period:
    """One period of a rhythm: its label (2026, 2026H2, 2026Q3, 2026-05, 2026W07), first and last day."""

    track: str
    label: str
    first: date
    last: date

    @property
    def words(self) -> str:
        """The period as people say it: 2026年、2026年第三季度、2026年5月、2026年第7周."""
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


def period_of(track: str, day: date) -> Period:
    """Return the period of a rhythm that holds a day."""
    if track == WEEK:
        first = day - timedelta(days=day.weekday())
        iso = day.isocalendar()
        return Period(track, f"{iso.year}W{iso.week:02d}", first, first + timedelta(days=6))
    length = _MONTHS[track]
    nth = (day.month - 1) // length
    first = date(day.year, nth * length + 1, 1)
    end_month = nth * length + length
    last = date(day.year, 12, 31) if end_month == 12 else date(day.year, end_month + 1, 1) - timedelta(days=1)
    label = {
        YEAR: f"{day.year}",
        HALF_YEAR: f"{day.year}H{nth + 1}",
        QUARTER: f"{day.year}Q{nth + 1}",
        MONTH: f"{day.year}-{nth + 1:02d}",
    }[track]
    return Period(track, label, first, last)


def following(period: Period) -> Period:
    """Return the period after one."""
    return period_of(period.track, period.last + timedelta(days=1))


def parse(track: str, label: str) -> Period:
    """Return the period of a label that `period_of` gave."""
    year = int(label[:4])
    if track == YEAR:
        return period_of(track, date(year, 1, 1))
    if track == WEEK:
        return period_of(track, date.fromisocalendar(year, int(label[5:]), 1))
    number = int(label.lstrip("0123456789")[1:])
    return period_of(track, date(year, (number - 1) * _MONTHS[track] + 1, 1))


def first_period(track: str, year: int, started: date | None, today: date) -> Period:
    """Return the period to open when a notice of a year is confirmed: the one that runs today.

    Before the year (or before the notice was issued) it is the first, after the year the last: a notice entered years later does
    not open a row of empty periods.
    """
    begin, end = date(year, 1, 1), date(year, 12, 31)
    if started and begin <= started <= end:
        begin = started
    return period_of(track, min(max(today, begin), end))


def belongs(period: Period, year: int) -> bool:
    """Whether a period still belongs to a year: its last day lies in it (weeks: its Thursday)."""
    probe = period.first + timedelta(days=3) if period.track == WEEK else period.last
    return probe.year == year


def last_period(track: str, year: int) -> Period:
    """Return the last period that belongs to a year; of weeks the one that holds 28 December, as ISO 8601 counts them.

    >>> last_period("quarter", 2026).label, last_period("week", 2026).label
    ('2026Q4', '2026W53')
    """
    return period_of(track, date(year, 12, 28 if track == WEEK else 31))


def said(track: str, label: str) -> str:
    """Return the period of an entry as people say it (2026年11月); empty for the year's, and for labels that are no period (look-back)."""
    if track == YEAR or track not in TRACKS:
        return ""
    try:
        return parse(track, label).words
    except ValueError:
        return ""
