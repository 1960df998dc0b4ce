"""Decide which days are working days (工作日), by the yearly notices of the State Council."""

import os
import tomllib
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files
from itertools import accumulate
from pathlib import Path
from typing import Any

from gongkai.lib.law.changes import CalendarChange
from gongkai.lib.law.errors import LawError, describe_os_error
from gongkai.lib.law.statutory import get_fixed_holidays

WEEKDAY, MAKEUP, HOLIDAY, WEEKEND = "weekday", "makeup", "holiday", "weekend"
_LAST_ORDINAL = date.max.toordinal()
#: Error of a computation that leaves the years 1 to 9999.
LAW_DATE_RANGE_ERROR = "超出可以计算的日期范围（公元1年至9999年）"


@dataclass(frozen=True, slots=True)
class Holiday:
    """One holiday of a notice, with first and last day."""

    name: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class HolidayNotice:
    """The yearly holiday notice (放假通知): days off (`off`), and make-up working days (调休上班, `work`).

    `announced` is the day from which it counts; None: it counts from the beginning.
    """

    year: int
    title: str
    number: str
    issued_on: date | None
    source: str
    off: tuple[Holiday, ...]
    work: tuple[date, ...]
    announced: date | None = None


class Calendar:
    """Working days (工作日) from a set of yearly notices and later changes; immutable.

    A later notice for the same year replaces the earlier one, with the changes before it. Answers take time in the
    logarithm of the exceptions.
    """

    def __init__(self, notices: Iterable[HolidayNotice], changes: Iterable[CalendarChange] = ()) -> None:
        self.history = tuple(notices)
        self.changes = tuple(sorted(changes, key=lambda one: one.announced))
        by_year = {notice.year: notice for notice in self.history}
        self.notices = tuple(by_year[year] for year in sorted(by_year))
        self.years = frozenset(by_year)
        self._off: dict[int, str] = dict(get_fixed_holidays())
        self._work = {day.toordinal() for notice in self.notices for day in notice.work}
        for notice in self.notices:
            for days in notice.off:
                for ordinal in range(days.first.toordinal(), days.last.toordinal() + 1):
                    self._off[ordinal] = days.name
        for one in self.changes:
            self._apply_change(one, by_year)
        # Ordinal 1 (0001-01-01) is a Monday, so ordinal % 7 is 1…5 from Monday to Friday.
        change = {o: -1 for o in self._off if _is_monday_to_friday(o) and o not in self._work}
        change |= {o: 1 for o in self._work if not _is_monday_to_friday(o)}
        self._exceptions = sorted(change)
        self._shift = [0, *accumulate(change[o] for o in self._exceptions)]
        announced = {notice.announced for notice in self.history if notice.announced}
        self._announced = sorted(announced | {one.announced for one in self.changes})
        self._earlier: dict[int, Calendar] = {}

    def _apply_change(self, change: CalendarChange, notices: Mapping[int, HolidayNotice]) -> None:
        """Apply a change, except to a year whose notice is newer."""
        for days, free in ((change.off, True), (change.work, False)):
            for day in days:
                notice, ordinal = notices.get(day.year), day.toordinal()
                if notice and notice.announced and notice.announced >= change.announced:
                    continue
                if free:
                    self._off[ordinal] = change.name or change.source
                    self._work.discard(ordinal)
                else:
                    self._off.pop(ordinal, None)
                    self._work.add(ordinal)

    def known_on(self, day: date) -> "Calendar":
        """Return the calendar without the notices and changes announced after a day."""
        count = bisect_right(self._announced, day)
        if count == len(self._announced):
            return self
        if count not in self._earlier:
            self._earlier[count] = Calendar(
                (notice for notice in self.history if notice.announced is None or notice.announced <= day),
                (change for change in self.changes if change.announced <= day),
            )
        return self._earlier[count]

    def list_changes(self, year: int) -> list[CalendarChange]:
        """Return the changes of a year's working days, in order of announcement."""
        return [change for change in self.changes if any(day.year == year for day in (*change.off, *change.work))]

    @property
    def fingerprint(self) -> str:
        """Return a text that is equal for calendars with the same working days."""
        return repr((sorted(self.years), self._exceptions, self._shift))

    def with_notices(self, notices: Iterable[HolidayNotice]) -> "Calendar":
        """Return a calendar with more (or newer) notices."""
        return Calendar([*self.history, *notices], self.changes)

    def with_changes(self, changes: Iterable[CalendarChange]) -> "Calendar":
        """Return a calendar with more changes."""
        new_changes = tuple(changes)
        return Calendar(self.history, [*self.changes, *new_changes]) if new_changes else self

    def get_kind(self, day: date) -> str:
        """Return the kind of a day: `WEEKDAY`, `MAKEUP`, `HOLIDAY` or `WEEKEND`."""
        ordinal = day.toordinal()
        if ordinal in self._work:
            return WEEKDAY if _is_monday_to_friday(ordinal) else MAKEUP
        if ordinal in self._off:
            return HOLIDAY
        return WEEKDAY if _is_monday_to_friday(ordinal) else WEEKEND

    def is_workday(self, day: date) -> bool:
        """Return whether a day is a working day."""
        return self.get_kind(day) in {WEEKDAY, MAKEUP}

    def holiday_name(self, day: date) -> str | None:
        """Return the name of the holiday that a day off belongs to, or None."""
        return self._off.get(day.toordinal())

    def covers(self, first: date, last: date) -> bool:
        """Return whether the notices of all years from first to last are loaded."""
        return not self.list_unknown_years(first, last)

    def list_unknown_years(self, first: date, last: date) -> set[int]:
        """Return the years from `first` to `last` without a loaded holiday notice."""
        return {year for year in range(first.year, last.year + 1) if year not in self.years}

    def add_working_days(self, day: date, count: int) -> date:
        """Return the count-th working day after a day.

        Raises:
            LawError: a count below 1, or a day beyond the year 9999.
        """
        if count < 1:
            raise LawError(f"工作日数应不小于1：{count}")
        start = day.toordinal()
        target = self._count_workdays_upto(start) + count
        at, missing = start, count
        # Never overshoots: `missing` days hold at most `missing` working days.
        while missing:
            at += missing
            if at > _LAST_ORDINAL:
                raise LawError(LAW_DATE_RANGE_ERROR)
            missing = target - self._count_workdays_upto(at)
        return date.fromordinal(at)

    def subtract_working_days(self, day: date, count: int) -> date:
        """Return the count-th working day before a day.

        Raises:
            LawError: a count below 1, or a day before the year 1.
        """
        if count < 1:
            raise LawError(f"工作日数应不小于1：{count}")
        before = day.toordinal() - 1
        # The day is the last one that still has `count` working days from it to the day before `day`.
        target = self._count_workdays_upto(before) - count
        at = before
        while (missing := self._count_workdays_upto(at - 1) - target) > 0:
            at -= missing
            if at < 1:
                raise LawError(LAW_DATE_RANGE_ERROR)
        return date.fromordinal(at)

    def count_working_days(self, after: date, upto: date) -> int:
        """Return the number of working days after `after` up to and including `upto`, negative if `upto` is earlier."""
        return self._count_workdays_upto(upto.toordinal()) - self._count_workdays_upto(after.toordinal())

    def on_or_after(self, day: date) -> date:
        """Return the day itself if it is a working day, else the next one (民法典第二百零三条)."""
        return day if self.is_workday(day) else self.add_working_days(day, 1)

    def on_or_before(self, day: date) -> date:
        """Return the day itself if it is a working day, else the previous one."""
        return day if self.is_workday(day) else self.subtract_working_days(day, 1)

    def count_days_off_and_makeup(self, after: date, upto: date) -> tuple[int, int]:
        """Return (days not worked, make-up days worked) after one day up to and including another."""
        worked = self.count_working_days(after, upto)
        first = bisect_right(self._exceptions, after.toordinal())
        last = bisect_left(self._exceptions, upto.toordinal() + 1)
        makeup = sum(1 for ordinal in self._exceptions[first:last] if ordinal in self._work)
        return (upto - after) // timedelta(days=1) - worked, makeup

    def _count_workdays_upto(self, ordinal: int) -> int:
        """Return the number of working days from the first ordinal to `ordinal`."""
        weeks, rest = divmod(ordinal, 7)
        return weeks * 5 + min(rest, 5) + self._shift[bisect_right(self._exceptions, ordinal)]


def _is_monday_to_friday(ordinal: int) -> bool:
    return ordinal % 7 in {1, 2, 3, 4, 5}


#: Environment variable with the path of a file of further years, in the form of ``data/calendar.toml``.
CALENDAR_VARIABLE = "GONGKAI_CALENDAR"
#: Callables that return the installation's own years (`ledger.holidays`): the same tuple until something changes.
CALENDAR_SOURCES: list[Callable[[], tuple[HolidayNotice, ...]]] = []


def default_calendar() -> Calendar:
    """Return the calendar of the package, with the years of the file in ``GONGKAI_CALENDAR`` and of the installation.

    Raises:
        LawError: the file is there but is not a calendar table.
    """
    path = os.environ.get(CALENDAR_VARIABLE, "")
    try:
        changed = os.stat(path).st_mtime_ns if path else 0
    except OSError:
        path, changed = "", 0  # named, but nothing has been imported yet
    calendar = _load_calendar(path, changed)
    for further in CALENDAR_SOURCES:
        if notices := further():
            calendar = _add_notices(calendar, notices)
    return calendar


@lru_cache(maxsize=8)
def _add_notices(calendar: Calendar, notices: tuple[HolidayNotice, ...]) -> Calendar:
    """Return the calendar with notices added; cached."""
    return calendar.with_notices(notices)


@lru_cache(maxsize=8)
def _load_calendar(path: str, changed: int) -> Calendar:
    """Return the built-in calendar with the notices of a file; `changed` is for the cache."""
    builtin = files("gongkai.lib.law").joinpath("data/calendar.toml").read_text("utf-8")
    calendar = Calendar(parse_holiday_notices(builtin, "calendar.toml"), _read_changes(builtin))
    return calendar.with_notices(read_calendar_file(Path(path))) if path else calendar


def _read_changes(text: str) -> list[CalendarChange]:
    rows = tomllib.loads(text)["change"]
    return [CalendarChange(**{**row, "off": tuple(row["off"]), "work": tuple(row.get("work", ()))}) for row in rows]


def read_calendar_file(path: Path) -> list[HolidayNotice]:
    """Return the notices of a calendar table in a TOML file.

    Raises:
        LawError: the file cannot be read or is not a calendar table.
    """
    try:
        return parse_holiday_notices(path.read_text("utf-8-sig"), path.name)
    except (OSError, UnicodeDecodeError) as error:
        raise LawError(f"不能读取工作日历文件 {path}：{describe_os_error(error)}") from error


def parse_holiday_notices(text: str, name: str) -> list[HolidayNotice]:
    """Return the holiday notices of a calendar table, its ``[[notice]]`` sections.

    Raises:
        LawError: not TOML, a field absent or of the wrong kind, or a year that `check_holiday_notice` refuses.
    """
    try:
        rows = tomllib.loads(text).get("notice", [])
        notices = [_parse_notice(row) for row in rows]
    except (ValueError, KeyError, TypeError, AttributeError) as error:  # TOML errors are ValueErrors
        raise LawError(f"工作日历文件 {name} 格式有误：{error}") from error
    for notice in notices:
        check_holiday_notice(notice)
    return notices


def _parse_notice(row: Mapping[str, Any]) -> HolidayNotice:
    """Return the notice that one table of the calendar file describes."""
    off = tuple(Holiday(str(span["name"]), _require_day(span["from"]), _require_day(span["to"])) for span in row["off"])
    return HolidayNotice(
        year=int(row["year"]),
        title=str(row["title"]),
        number=str(row.get("number", "")),
        issued_on=_require_day(row["issued_on"]) if "issued_on" in row else None,
        source=str(row.get("source", "")),
        off=off,
        work=tuple(_require_day(day) for day in row["work"]),
        announced=_require_day(row["announced"]) if "announced" in row else None,
    )


def _require_day(value: object) -> date:
    if type(value) is not date:
        raise TypeError(f"{value!r} 不是日期")
    return value


def check_holiday_notice(notice: HolidayNotice) -> None:
    """Refuse an implausible holiday notice.

    Raises:
        LawError: no days off, a span that ends before it begins, is longer than 16 days or lies in another year (a New Year span may begin in the
            last days of the year before), a make-up day that is no weekend day, is off or is a holiday fixed by the regulation.
    """
    year = notice.year
    if not date.min.year < year <= date.max.year:
        raise LawError(LAW_DATE_RANGE_ERROR)
    if not notice.off:
        raise LawError(f"{year}年的日历没有放假日期")
    off = set()
    for days in notice.off:
        if days.last < days.first or (days.last - days.first).days > 15:
            raise LawError(f"{year}年{days.name}的放假起止日期有误：{days.first} 至 {days.last}")
        off |= set(range(days.first.toordinal(), days.last.toordinal() + 1))
    for day in [*(d for days in notice.off for d in (days.first, days.last)), *notice.work]:
        if not date(year - 1, 12, 20) <= day <= date(year, 12, 31):
            raise LawError(f"{day} 不在{year}年")
    for day in notice.work:
        if day.weekday() < 5:
            raise LawError(f"调休上班日应为星期六或星期日：{day}")
        if day.toordinal() in off:
            raise LawError(f"{day} 既放假又上班")
        if name := get_fixed_holidays().get(day.toordinal()):
            raise LawError(f"{day} 是法定节假日（{name}），不能调休上班")


def to_toml(notices: Iterable[HolidayNotice]) -> str:
    """Return holiday notices as the text of a calendar table, which `parse_holiday_notices` reads."""
    return "\n".join(_format_section(notice) for notice in notices)


def _format_section(notice: HolidayNotice) -> str:
    """Return a notice as a table of the calendar file."""
    lines = [
        "[[notice]]",
        f"year = {notice.year}",
        f"title = {_quote_toml(notice.title)}",
        f"number = {_quote_toml(notice.number)}",
        *([f"issued_on = {notice.issued_on}"] if notice.issued_on else []),
        f"source = {_quote_toml(notice.source)}",
        *([f"announced = {notice.announced}"] if notice.announced else []),
        "off = [",
        *(f"  {{ name = {_quote_toml(d.name)}, from = {d.first}, to = {d.last} }}," for d in notice.off),
        "]",
        f"work = [{', '.join(map(str, notice.work))}]",
    ]
    return "\n".join(lines) + "\n"


def _quote_toml(text: str) -> str:
    """Return a TOML string without control characters."""
    clean = "".join(c if c >= " " and c != "\x7f" else " " for c in text)
    return '"' + clean.replace("\\", "\\\\").replace('"', '\\"') + '"'
