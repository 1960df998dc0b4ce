"""Numbers of the deadline rules with source, certainty and validity; an office may set some.

A figure whose `sure` is ``verified`` was read in the text it names and cannot be set. ``unverified`` (the text could not be
read in full) and ``local`` (local practice) figures are defaults: `get_figures_in_force` takes an office's own values for them and
marks what was set as ``local`` with the office's source. ``probable`` is earlier law that was not read in its text.
"""

import os
import tomllib
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.days import day_in_words, today
from gongkai.lib.law.changes import MAX_FIGURE_VALUE, START_TRANSITION, FigureChange, load_stored_changes
from gongkai.lib.law.errors import LawError, describe_os_error

VERIFIED, UNVERIFIED, LOCAL, PROBABLE = "verified", "unverified", "local", "probable"
#: Certainty of a figure (`LegalFigure.sure`) → Chinese label.
CERTAINTY_LABELS = {
    VERIFIED: "已核对原文",
    UNVERIFIED: "未见原文，本机关可改",
    LOCAL: "地方或办公惯例，本机关可改",
    PROBABLE: "已失效的规定，未见原文",
}
#: Unit of a figure → Chinese words after the number.
UNIT_LABELS = {"working_day": "个工作日", "day": "日", "month": "个月", "hour": "小时", "person": "人", "choice": ""}

#: Environment variable with the path of an office's own values: a TOML table, key = value (or {value, source}).
LAW_SETTINGS_VARIABLE = "GONGKAI_LAW_SETTINGS"


@dataclass(frozen=True, slots=True)
class LegalFigure:
    """A number from law or practice, such as a period, with its source and validity.

    Attributes:
        since: first day in force; None: no beginning is known.
        until: last day in force; None: no end is known.
        transition: ``start``, or ``open`` for clocks started earlier whose period is not over on `since`.
        transition_source: the provision on an open transition.
        changed_on: first day of this installation's own change of the value; None: the value is the package's.
    """

    key: str
    name: str
    value: int | str
    unit: str
    source: str
    sure: str
    choices: tuple[str, ...] = ()
    is_set: bool = False  # set by this installation
    since: date | None = None
    until: date | None = None
    transition: str = START_TRANSITION
    transition_source: str = ""
    changed_on: date | None = None

    @property
    def count(self) -> int:
        """Return the value as a number of units."""
        assert isinstance(self.value, int)
        return self.value

    @property
    def words(self) -> str:
        """Return the value with its unit, in Chinese."""
        return self.in_units(self.value)

    def in_units(self, value: int | str) -> str:
        """Return another value with this figure's unit, in Chinese."""
        return f"{value}{UNIT_LABELS[self.unit]}"

    def holds_on(self, day: date) -> bool:
        """Return true on the days from `since` to `until`."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)

    def as_dict(self) -> dict[str, object]:
        """Return the data that `gongkai law rules --json` prints."""
        row = {"key": self.key, "name": self.name, "value": self.value, "unit": self.unit}
        row |= {"source": self.source, "sure": self.sure, "set": self.is_set, "transition": self.transition}
        row |= {name: day.isoformat() for name, day in (("from", self.since), ("until", self.until)) if day}
        return row | ({"choices": list(self.choices)} if self.choices else {})


#: All figures by key, each with the values that it had, the earliest first.
FigureHistory = Mapping[str, tuple[LegalFigure, ...]]


_TABLE_FILE = "lib/law/data/figures.toml"
_REQUIRED_FIELDS = ("name", "value", "unit", "source", "sure")
_INHERITED_FIELDS = {*_REQUIRED_FIELDS, "choices"}
_ALLOWED_FIELDS = {*_INHERITED_FIELDS, "from", "transition", "transition_source"}


@lru_cache(maxsize=1)
def _load_table() -> FigureHistory:
    """Return the versions of each figure, by "group.name"."""
    return read_figure_table(files("gongkai.lib.law").joinpath("data/figures.toml").read_text("utf-8"))


def read_figure_table(text: str) -> FigureHistory:
    """Return the figures of a table by key; the head of `data/figures.toml` explains the fields.

    Raises:
        LawError: a row has an unknown field, lacks one, or the days of two rows of one figure overlap.
    """
    tables = tomllib.loads(text)
    rows = {f"{group}.{name}": row for group, part in tables.items() for name, row in part.items()}
    return MappingProxyType({key: tuple(_read_versions(key, row)) for key, row in rows.items()})


def _read_versions(key: str, row: Mapping[str, object]) -> Iterable[LegalFigure]:
    """Yield the versions of a figure in the table, the earliest first."""
    earlier_rows = row.get("before", [])
    if not isinstance(earlier_rows, list):
        raise LawError(f"{_TABLE_FILE} 的 {key}：before 应写作 [[{key}.before]]")
    inherited = {name: value for name, value in row.items() if name in _INHERITED_FIELDS}
    versions = [
        _read_version(key, {**inherited, **one}, {*_ALLOWED_FIELDS, "until"}, "before 行") for one in earlier_rows
    ]
    versions.sort(key=lambda version: version.since or date.min)
    present = {name: value for name, value in row.items() if name != "before"}
    versions.append(_read_version(key, present, _ALLOWED_FIELDS, "现行一行"))
    for earlier, later in pairwise(versions):
        if later.since is None or earlier.until is None or earlier.until >= later.since:
            raise LawError(f"{_TABLE_FILE} 的 {key}：每行的 from 应晚于前一行的 until（{earlier.until}）")
    yield from versions


def _read_version(key: str, row: Mapping[str, object], allowed: Set[str], label: str) -> LegalFigure:
    """Return the figure that a row of the table states (LawError: invalid field)."""
    required = (*_REQUIRED_FIELDS, "until") if "until" in allowed else _REQUIRED_FIELDS
    for problem, names in (("不能有", row.keys() - allowed), ("缺少", required - row.keys())):
        if names:
            raise LawError(f"{_TABLE_FILE} 的 {key}：{label}{problem} {'、'.join(sorted(names))}")
    for name in ("from", "until"):
        if type(row.get(name, date.min)) is not date:
            raise LawError(f"{_TABLE_FILE} 的 {key}：{label}的 {name} 应为日期，如 2027-03-01")
    choices = row.get("choices", [])
    assert isinstance(choices, list)
    fields = {name: value for name, value in row.items() if name != "from"}
    fields |= {"since": row.get("from"), "choices": tuple(choices)}
    return LegalFigure(key=key, **fields)  # type: ignore[arg-type]


def list_figures_with_history(settings: Mapping[str, object] | None = None) -> FigureHistory:
    """Return all figures with their earlier and later values.

    An office's own value replaces those that the law leaves open.

    Args:
        settings: key → value, or key → {"value": …, "source": …}. Without it, the file that
            ``GONGKAI_LAW_SETTINGS`` names, if any.

    Raises:
        LawError: an unknown key, a figure the law fixes, or a value of the wrong kind.
    """
    return _load_history(get_settings_file_stamp()) if settings is None else _set_figures(settings)


@lru_cache(maxsize=4)
def _load_history(stamp: tuple[str, int]) -> FigureHistory:
    """Return the history of figures; cached by the stamp of the settings file."""
    return _set_figures(read_settings_file())


def _set_figures(own_values: Mapping[str, object]) -> FigureHistory:
    """Return the table of figures, with an office's own values for those that the law leaves open."""
    if not own_values:
        return _load_table()
    table = dict(_load_table())
    for key, value in own_values.items():
        if key not in table:
            raise LawError(f"没有这一项期限设置：{key}")
        table[key] = _set_versions(table[key], value)
    return MappingProxyType(table)


def get_figures_in_force(
    settings: Mapping[str, object] | None = None,
    *,
    on: date | None = None,
    changes: Iterable[FigureChange] | None = None,
) -> Mapping[str, LegalFigure]:
    """Return the figures in force on a day, by key.

    Args:
        settings: as `list_figures_with_history`.
        on: the day; default today.
        changes: values that override the table; default those of this installation.

    Raises:
        LawError: as `list_figures_with_history`.
    """
    day = on or today()
    over = load_stored_changes().figures if changes is None else tuple(changes)
    if settings is None:
        return _load_figures(get_settings_file_stamp(), day, over)
    return _select_in_force(list_figures_with_history(settings), day, over)


@lru_cache(maxsize=256)
def _load_figures(stamp: tuple[str, int], day: date, changes: tuple[FigureChange, ...]) -> Mapping[str, LegalFigure]:
    """Return the figures in force on a day; cached by the stamp of the settings file."""
    return _select_in_force(_load_history(stamp), day, changes)


def _select_in_force(table: FigureHistory, day: date, changes: Iterable[FigureChange]) -> Mapping[str, LegalFigure]:
    """Return the figures in force on a day, changes applied."""
    found = {key: figure for key, versions in table.items() for figure in versions if figure.holds_on(day)}
    for change in changes:
        if change.holds_on(day):
            found[change.key] = change_figure(table[change.key], change)
    return MappingProxyType(found)


def find_version(versions: tuple[LegalFigure, ...], day: date) -> LegalFigure:
    """Return the version of a figure in force on a day, or the next one."""
    return next(version for version in versions if version.until is None or day <= version.until)


def end_before_next_version(change: FigureChange) -> FigureChange:
    """Return a change; one without an end ends before the table of figures has its next value."""
    later = [row.since for row in list_figures_with_history()[change.key] if row.since and row.since > change.since]
    return change if change.until or not later else replace(change, until=min(later) - timedelta(days=1))


def change_figure(versions: tuple[LegalFigure, ...], change: FigureChange) -> LegalFigure:
    """Return the figure that a change replaces, with the value, source and days of the change."""
    return replace(
        find_version(versions, change.since),
        value=change.value,
        source=change.source,
        changed_on=change.since,
        since=change.since,
        until=change.until,
        transition=change.transition,
        transition_source="",
    )


def describe_missing_figure(key: str, day: date) -> str:
    """Return the reason why there is no figure on a day, and the first day with one."""
    versions = _load_table()[key]
    later = next((version for version in versions if version.since is not None and version.since > day), versions[-1])
    since = f"，自{day_in_words(later.since)}起才有规定（{later.source}）" if later.since else ""
    return f"{day_in_words(day)}没有关于{later.name}的规定{since}"


_FIGURE_REFERENCE_RE = re.compile(r"<([a-z]+\.[a-z_]+)>")


def fill_in_figures(text: str, figures: Iterable[LegalFigure] = ()) -> str:
    """Return a sentence with the figures for its keys such as <request.reply>.

    Args:
        text: the sentence.
        figures: figures of a case, which the law of its day chose; the others are those in force today.

    Raises:
        KeyError: there is no figure of a key in it.
    """
    known = {**get_figures_in_force(), **{figure.key: figure for figure in figures}}
    return _FIGURE_REFERENCE_RE.sub(lambda found: known[found[1]].words, text)


def get_settings_file_stamp() -> tuple[str, int]:
    """Return (path, modification time) of the settings file, ("", 0) without one.

    Raises:
        LawError: the file is named but cannot be read.
    """
    path = os.environ.get(LAW_SETTINGS_VARIABLE, "")
    if not path:
        return "", 0
    try:
        return path, os.stat(path).st_mtime_ns
    except OSError as error:
        raise LawError(f"不能读取期限设置文件 {path}：{describe_os_error(error)}") from error


def read_settings_file() -> Mapping[str, object]:
    """Return {key: value} of the settings file named in the environment; {} if none is named.

    Raises:
        LawError: the file cannot be read or is not TOML.
    """
    path = os.environ.get(LAW_SETTINGS_VARIABLE, "")
    if not path:
        return {}
    try:
        tables = tomllib.loads(Path(path).read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise LawError(f"不能读取期限设置文件 {path}：{describe_os_error(error)}") from error
    except tomllib.TOMLDecodeError as error:
        raise LawError(f"期限设置文件 {path} 格式有误：{error}") from error
    return dict(_flatten_tables(tables))


def _flatten_tables(tables: Mapping[str, object]) -> list[tuple[str, object]]:
    """Return (dotted key, value) pairs of TOML tables: ``consultation.reply``, 3."""
    rows = []
    for group, part in tables.items():
        if isinstance(part, dict) and "value" not in part:
            rows += [(f"{group}.{name}", value) for name, value in part.items()]
        else:
            rows.append((group, part))
    return rows


def _set_versions(versions: tuple[LegalFigure, ...], office_value: object) -> tuple[LegalFigure, ...]:
    """Return a figure's versions with this office's own value where the law leaves it open.

    Raises:
        LawError: law fixes every version, or the value is not allowed.
    """
    figure = versions[-1]
    key = figure.key
    open_versions = [version for version in versions if version.sure in {UNVERIFIED, LOCAL}]
    if not open_versions:
        raise LawError(f"{key}（{figure.name}）由{figure.source}规定，不能另行设置")
    value, source = (
        (office_value.get("value"), office_value.get("source"))
        if isinstance(office_value, Mapping)
        else (office_value, None)
    )
    choices = open_versions[-1].choices
    if open_versions[-1].unit == "choice":
        if value not in choices:
            raise LawError(f"{key} 只能是 {'、'.join(choices)}")
    elif type(value) is not int or not 1 <= value <= MAX_FIGURE_VALUE:
        raise LawError(f"{key} 应为 1 至 {MAX_FIGURE_VALUE} 的整数")
    own_source = str(source or "本机关规定")
    return tuple(
        replace(version, value=value, source=own_source, sure=LOCAL, is_set=True)
        if version in open_versions
        else version
        for version in versions
    )
