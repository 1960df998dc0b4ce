"""The numbers of the rule sets: each once, with source and sureness, some of them an office's to set.

A figure whose `sure` is ``verified`` was read in the text it names and cannot be set. ``unverified`` (the text could not be
read in full) and ``local`` (local practice) figures are defaults: `figures` takes an office's own values for them and
marks what was set as ``local`` with the office's source.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.law.errors import LawError, because

VERIFIED, UNVERIFIED, LOCAL = "verified", "unverified", "local"
SURE_WORDS = {VERIFIED: "已核对原文", UNVERIFIED: "未见原文，本机关可改", LOCAL: "地方或办公惯例，本机关可改"}
UNITS = {
    "working_day": "个工作日",
    "day": "日",
    "month": "个月",
    "hour": "小时",
    "person": "人",
    "choice": "",
}

#: Names a file of an office's own values: a TOML table, key = value (or key = {value = …, source = "…"}).
VARIABLE = "GONGKAI_LAW_SETTINGS"


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of the law (or of practice): `value` in `unit`s, read in `source`, `sure` as the module says."""

    key: str
    name: str
    value: int | str
    unit: str
    source: str
    sure: str
    choices: tuple[str, ...] = ()
    is_set: bool = False

    @property
    def count(self) -> int:
        """The value as a number of units."""
        assert isinstance(self.value, int)
        return self.value

    @property
    def words(self) -> str:
        """The value with its unit, in Chinese."""
        return self.in_units(self.value)

    def in_units(self, value: int | str) -> str:
        """Another value with this figure's unit, in Chinese."""
        return f"{value}{UNITS[self.unit]}"

    def as_dict(self) -> dict[str, object]:
        """Return what `gongkai law rules --json` prints of it."""
        row = {"key": self.key, "name": self.name, "value": self.value, "unit": self.unit}
        row |= {"source": self.source, "sure": self.sure, "set": self.is_set}
        return row | ({"choices": list(self.choices)} if self.choices else {})


@lru_cache(maxsize=1)
def _builtin() -> Mapping[str, Figure]:
    tables = tomllib.loads(files("gongkai.lib.law").joinpath("data/figures.toml").read_text("utf-8"))
    rows = {f"{group}.{name}": row for group, part in tables.items() for name, row in part.items()}
    return MappingProxyType(
        {key: Figure(**{**row, "key": key, "choices": tuple(row.get("choices", ()))}) for key, row in rows.items()}
    )


def figures(settings: Mapping[str, object] | None = None) -> Mapping[str, Figure]:
    """Return all figures by key, with an office's own values where it may set them.

    Args:
        settings: key → value, or key → {"value": …, "source": …}. Without it, the file that
            ``GONGKAI_LAW_SETTINGS`` names, if any.

    Raises:
        LawError: an unknown key, a figure the law fixes, or a value of the wrong kind.
    """
    own = from_environment() if settings is None else settings
    if not own:
        return _builtin()
    table = dict(_builtin())
    for key, value in own.items():
        table[key] = _set(table, key, value)
    return MappingProxyType(table)


_NAMED = re.compile(r"<([a-z]+\.[a-z_]+)>")


def with_figures(text: str) -> str:
    """Return a sentence with the figures that it names by their keys: `自收到申请之日起<request.reply>内答复`.

    Raises:
        KeyError: it names one that there is none of.
    """
    known = figures()
    return _NAMED.sub(lambda found: known[found[1]].words, text)


def stamp() -> tuple[str, int]:
    """Return the name and time of change of the settings file; ("", 0) where none is named."""
    path = os.environ.get(VARIABLE, "")
    if not path:
        return "", 0
    try:
        return path, os.stat(path).st_mtime_ns
    except OSError as error:
        raise LawError(f"不能读取期限设置文件 {path}：{because(error)}") from error


def from_environment() -> Mapping[str, object]:
    """Read the settings file of the environment; an empty mapping where none is named.

    Raises:
        LawError: the file cannot be read or is not TOML.
    """
    path = os.environ.get(VARIABLE, "")
    if not path:
        return {}
    try:
        tables = tomllib.loads(Path(path).read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise LawError(f"不能读取期限设置文件 {path}：{because(error)}") from error
    except tomllib.TOMLDecodeError as error:
        raise LawError(f"期限设置文件 {path} 格式有误：{error}") from error
    return dict(_flat(tables))


def _flat(tables: Mapping[str, object]) -> list[tuple[str, object]]:
    """Read ``[consultation]`` with ``reply = 3`` as the key ``consultation.reply``."""
    rows = []
    for group, part in tables.items():
        if isinstance(part, dict) and "value" not in part:
            rows += [(f"{group}.{name}", value) for name, value in part.items()]
        else:
            rows.append((group, part))
    return rows


def _set(table: Mapping[str, Figure], key: str, own: object) -> Figure:
    if key not in table:
        raise LawError(f"没有这一项期限设置：{key}")
    figure = table[key]
    value, source = (own.get("value"), own.get("source")) if isinstance(own, Mapping) else (own, None)
    if figure.sure == VERIFIED:
        raise LawError(f"{key}（{figure.name}）由{figure.source}规定，不能另行设置")
    if figure.unit == "choice":
        if value not in figure.choices:
            raise LawError(f"{key} 只能是 {'、'.join(figure.choices)}")
    elif type(value) is not int or not 1 <= value <= 10_000:
        raise LawError(f"{key} 应为 1 至 10000 的整数")
    return replace(figure, value=value, source=str(source or "本机关规定"), sure=LOCAL, is_set=True)
