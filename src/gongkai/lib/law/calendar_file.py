"""Load calendar tables: the one in the package, and a file of the office."""

import os
import tomllib
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from gongkai.lib.law.calendar import Calendar, DaysOff, Notice
from gongkai.lib.law.changes import CalendarChange
from gongkai.lib.law.errors import LawError, describe_os_error
from gongkai.lib.law.statutory import fixed_days

#: Environment variable with the path of a file of further years, in the form of ``data/calendar.toml``.
VARIABLE = "GONGKAI_CALENDAR"
#: Callables that return the installation's own years (`ledger.holidays`): the same tuple until something changes.
FURTHER: list[Callable[[], tuple[Notice, ...]]] = []


def default_calendar() -> Calendar:
    """Return the calendar of the package and of the file in ``GONGKAI_CALENDAR``.

    Raises:
        LawError: the file is there but is not a calendar table.
    """
    path = os.environ.get(VARIABLE, "")
    try:
        changed = os.stat(path).st_mtime_ns if path else 0
    except OSError:
        path, changed = "", 0  # named, but nothing has been imported yet
    calendar = _load_calendar(path, changed)
    for further in FURTHER:
        if notices := further():
            calendar = _add_notices(calendar, notices)
    return calendar


@lru_cache(maxsize=8)
def _add_notices(calendar: Calendar, notices: tuple[Notice, ...]) -> Calendar:
    return calendar.with_notices(notices)


@lru_cache(maxsize=8)
def _load_calendar(path: str, changed: int) -> Calendar:
    builtin = files("gongkai.lib.law").joinpath("data/calendar.toml").read_text("utf-8")
    calendar = Calendar(read_notices(builtin, "calendar.toml"), _read_changes(builtin))
    return calendar.with_notices(read_file(Path(path))) if path else calendar


def _read_changes(text: str) -> list[CalendarChange]:
    rows = tomllib.loads(text)["change"]
    return [CalendarChange(**{**row, "off": tuple(row["off"]), "work": tuple(row.get("work", ()))}) for row in rows]


def read_file(path: Path) -> list[Notice]:
    """Read a calendar table from a TOML file.

    Raises:
        LawError: the file cannot be read or is not a calendar table.
    """
    try:
        return read_notices(path.read_text("utf-8-sig"), path.name)
    except (OSError, UnicodeDecodeError) as error:
        raise LawError(f"不能读取工作日历文件 {path}：{describe_os_error(error)}") from error


def read_notices(text: str, name: str) -> list[Notice]:
    """Read the ``[[notice]]`` sections of a calendar table.

    Raises:
        LawError: not TOML, a field absent or of the wrong kind, or a year that `check_notice` refuses.
    """
    try:
        rows = tomllib.loads(text).get("notice", [])
        notices = [_parse_notice(row) for row in rows]
    except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as error:
        raise LawError(f"工作日历文件 {name} 格式有误：{error}") from error
    for notice in notices:
        check_notice(notice)
    return notices


def _parse_notice(row: Mapping[str, Any]) -> Notice:
    off = tuple(DaysOff(str(span["name"]), _require_day(span["from"]), _require_day(span["to"])) for span in row["off"])
    return Notice(
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


def check_notice(notice: Notice) -> None:
    """Refuse an implausible calendar table.

    Raises:
        LawError: no days off, a span that ends before it begins or lies in another year (a New Year span may begin in the
            last days of the year before), a make-up day that is no weekend day, is off or is a holiday fixed by the regulation.
    """
    year = notice.year
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
        if name := fixed_days().get(day.toordinal()):
            raise LawError(f"{day} 是法定节假日（{name}），不能调休上班")


def to_toml(notices: Iterable[Notice]) -> str:
    """Write notices as a calendar table, the form `read_notices` reads."""
    return "\n".join(_format_section(notice) for notice in notices)


def _format_section(notice: Notice) -> str:
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
    clean = "".join(c if c >= " " and c != "\x7f" else " " for c in text)
    return '"' + clean.replace("\\", "\\\\").replace('"', '\\"') + '"'
