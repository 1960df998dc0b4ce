"""Changes of law from a day on that override this package's tables."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeGuard

from gongkai.lib.law.errors import LawError, describe_os_error

if TYPE_CHECKING:
    from gongkai.lib.law.figures import FigureHistory

START_TRANSITION, OPEN_TRANSITION = "start", "open"
#: Accepted values of `FigureChange.transition`.
TRANSITIONS = (START_TRANSITION, OPEN_TRANSITION)
#: Largest value of a figure, in its units.
MAX_FIGURE_VALUE = 10_000


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A new value of one figure of law, with its first day.

    Attributes:
        key: the figure's key, for example ``request.reply``.
        value: the new number of units.
        since: first day in force.
        until: last day in force; None: no end.
        entered: day the office confirmed it; a case closed before keeps the earlier value.
        source: the document.
        transition: ``start``: the day the clock starts chooses; ``open``: also a case started earlier, not
            closed before `since`, whose old due date is not before `since`.
    """

    key: str
    value: int
    since: date
    until: date | None
    entered: date
    source: str
    transition: str = START_TRANSITION

    def holds_on(self, day: date) -> bool:
        """Return true on the days from `since` to `until`."""
        return self.since <= day and (self.until is None or day <= self.until)

    def overlaps(self, other: "FigureChange") -> bool:
        """Return true if both changes set the same figure for the same day."""
        first, second = sorted((self, other), key=lambda one: one.since)
        return first.key == second.key and first.holds_on(second.since)


@dataclass(frozen=True, slots=True)
class CalendarChange:
    """Days that become free (`off`) or working (`work`); cases closed before `announced` keep their date."""

    announced: date
    source: str
    off: tuple[date, ...] = ()
    work: tuple[date, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class LawChanges:
    """Changes of figures of law and of working days."""

    figures: tuple[FigureChange, ...] = ()
    calendars: tuple[CalendarChange, ...] = ()

    def known_when_closed(self, closed: date | None) -> tuple[FigureChange, ...]:
        """Return the changes of figures entered by the day a case was closed, or all for an open case (None)."""
        return self.figures if closed is None else tuple(figure for figure in self.figures if figure.entered <= closed)


#: Empty changes.
NO_CHANGES = LawChanges()
#: Callables that return the installation's stored changes (`ledger.legal_changes`): the same object until they
#: change.
CHANGE_SOURCES: list[Callable[[], LawChanges]] = []


def load_stored_changes() -> LawChanges:
    """Return the changes of law that this installation has recorded."""
    change_sets = [read() for read in CHANGE_SOURCES]
    if len(change_sets) == 1:
        return change_sets[0]
    return LawChanges(
        tuple(change for change_set in change_sets for change in change_set.figures),
        tuple(change for change_set in change_sets for change in change_set.calendars),
    )


# -- the TOML form --------------------------------------------------------------------------------------------------

_TABLE_FIELDS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {  # required fields, all fields
    "figure": (
        frozenset({"key", "value", "from", "source"}),
        frozenset({"key", "value", "from", "until", "entered", "source", "transition"}),
    ),
    "calendar": (frozenset({"announced", "source"}), frozenset({"announced", "source", "off", "work"})),
}


def read_changes_file(path: str, history: "FigureHistory") -> LawChanges:
    """Read changes from a TOML file.

    Raises:
        LawError: the file cannot be read, or `read_changes` refuses its text.
    """
    try:
        return read_changes(Path(path).read_text("utf-8-sig"), history)
    except (OSError, UnicodeDecodeError, ValueError) as error:
        if isinstance(error, LawError):
            raise
        raise LawError(f"不能读取规则文件 {path}：{describe_os_error(error)}") from None


def read_changes(text: str, history: "FigureHistory") -> LawChanges:
    """Return the changes in ``[[figure]]`` and ``[[calendar]]`` tables.

    Args:
        text: TOML.
        history: the figures whose value may change, by key (`figures.list_figures_with_history`).

    Raises:
        LawError: not TOML; an unknown table, field, key or transition; a field that is absent or of the wrong kind;
            an end before its beginning; two changes of one figure on one day; a day both free and worked.
    """
    try:
        tables = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise LawError(f"规则文件不是 TOML：{' '.join(str(error).split())}") from None
    for name in tables:
        if name not in _TABLE_FIELDS:
            raise LawError(f"规则文件没有这一种表：{name}（只有 [[figure]]、[[calendar]]）")
    figures = tuple(_read_figure(row, history) for row in _list_table_rows(tables, "figure"))
    for place, change in enumerate(figures):
        if any(change.overlaps(other) for other in figures[:place]):
            raise LawError(f"规则文件中 {change.key} 有两项的日期重叠")
    return LawChanges(figures, tuple(_read_calendar(row) for row in _list_table_rows(tables, "calendar")))


def _list_table_rows(tables: Mapping[str, object], name: str) -> Sequence[Mapping[str, object]]:
    """Return the tables of one name in a file of changes (LawError: a field is unknown or missing)."""
    rows = tables.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise LawError(f"规则文件中 {name} 应写作 [[{name}]]")
    required, allowed = _TABLE_FIELDS[name]
    for row in rows:
        if unknown := sorted(row.keys() - allowed):
            raise LawError(f"规则文件的 [[{name}]] 没有这一项：{unknown[0]}")
        if missing := sorted(required - row.keys()):
            raise LawError(f"规则文件的 [[{name}]] 缺少 {missing[0]}")
    return rows


def _read_figure(row: Mapping[str, object], history: "FigureHistory") -> FigureChange:
    """Return the change of a figure that a file of changes states.

    Raises:
        LawError: the figure, its value or its transition is not allowed.
    """
    key, value, transition = row["key"], row["value"], row.get("transition", START_TRANSITION)
    if not isinstance(key, str) or key not in history:
        raise LawError(f"规则文件：没有这一项期限：{key}")
    if (
        not isinstance(value, int)
        or isinstance(value, bool)
        or not 1 <= value <= MAX_FIGURE_VALUE
        or history[key][-1].unit == "choice"
    ):
        raise LawError(f"规则文件：{key} 的 value 应为1至{MAX_FIGURE_VALUE}的整数")
    if transition not in TRANSITIONS:
        raise LawError(f"规则文件：transition 只能是 start、open，不能是{transition}")
    since, until = _read_day(row, "from"), _read_day(row, "until") if "until" in row else None
    if until is not None and until < since:
        raise LawError(f"规则文件：{key} 的 until（{until}）早于 from（{since}）")
    entered = _read_day(row, "entered") if "entered" in row else since
    return FigureChange(key, value, since, until, entered, _require_source(row), str(transition))


def _read_calendar(row: Mapping[str, object]) -> CalendarChange:
    """Return a change of the calendar (LawError: an invalid field)."""
    off, work = _read_days(row, "off"), _read_days(row, "work")
    if both := sorted({*off} & {*work}):
        raise LawError(f"规则文件：{both[0]} 既放假又上班")
    return CalendarChange(_read_day(row, "announced"), _require_source(row), off, work)


def _require_source(row: Mapping[str, object]) -> str:
    """Return the named source with single blanks; LawError if it is empty."""
    source = row["source"]
    if not isinstance(source, str) or not source.strip():
        raise LawError("规则文件：source 应写明文件，不能为空")
    return " ".join(source.split())


def _read_day(row: Mapping[str, object], name: str) -> date:
    day = row[name]
    if not _is_day(day):
        raise LawError(f"规则文件：{name} 应为日期（如 2027-03-01，不加引号）")
    return day


def _is_day(value: object) -> TypeGuard[date]:
    return type(value) is date


def _read_days(row: Mapping[str, object], name: str) -> tuple[date, ...]:
    """Return the days of a list; LawError if one is no date."""
    days = row.get(name, [])
    found = [day for day in days if _is_day(day)] if isinstance(days, list) else None
    if found is None or found != days:
        raise LawError(f"规则文件：{name} 应为日期的列表（如 [2026-05-06]）")
    return tuple(found)
