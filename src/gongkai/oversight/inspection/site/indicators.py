"""Read the table of indicators with weights and sources; an office may replace the file."""

import hashlib
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

INDICATOR_TABLE_PATH = Path(__file__).resolve().parents[1] / "data" / "indicators.toml"


class IndicatorError(ValueError):
    """Raised if the table of indicators is invalid; the message is one line in Chinese."""


@dataclass(frozen=True)
class Indicator:
    """One row of the indicator table.

    Attributes:
        key: identifier used by findings.
        name: display name.
        kind: veto, deduction, bonus, or note (listed without weight).
        group: group whose points it reduces.
        each: points for each finding.
        most: maximum points.
        at: number of findings from which a veto applies.
        source: document that defines it.
        seen: the figure is in the source; false for our own estimates.
        limits: numbers that the check uses.
    """

    key: str
    name: str
    kind: str
    group: str = ""
    each: float = 0.0
    most: float = 0.0
    at: int = 1
    source: str = ""
    seen: bool = False
    limits: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Indicators:
    """The indicator table: version, source, points by group, rows by key, and file digest."""

    version: str
    source: str
    groups: dict[str, float]
    passing: float
    bonus_from: float
    rows: dict[str, Indicator]
    digest: str = ""

    def __getitem__(self, key: str) -> Indicator:
        """Return the row of a key."""
        return self.rows[key]

    def __contains__(self, key: str) -> bool:
        """Return True if an indicator is in use."""
        return key in self.rows

    def limit(self, key: str, name: str, usual: float) -> float:
        """Return a number that the check of an indicator uses; `usual` if the table has none."""
        row = self.rows.get(key)
        found = row.limits.get(name, usual) if row else usual
        return found if isinstance(found, (int, float)) else float(str(found))


_KINDS = {"veto", "deduction", "bonus", "note"}
_FIELDS = {"name", "kind", "group", "each", "most", "at", "source", "seen"}


def read_indicators(path: Path = INDICATOR_TABLE_PATH, *, data: bytes | None = None) -> Indicators:
    """Read an indicator table.

    Args:
        path: the file.
        data: its bytes, if stored elsewhere.

    Raises:
        IndicatorError: the table cannot be read or is inconsistent.
    """

    try:
        data = path.read_bytes() if data is None else data
        read = tomllib.loads(data.decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise IndicatorError(f"指标表读不出：{path.name}") from error
    except tomllib.TOMLDecodeError as error:
        raise IndicatorError(f"指标表写法有误：{error}") from error
    try:
        groups = {str(name): float(points) for name, points in read["groups"].items()}
        rows = {key: _row(key, given, groups) for key, given in read["indicator"].items()}
        return Indicators(
            str(read["version"]),
            str(read["source"]),
            groups,
            float(read["passing"]),
            float(read["bonus_from"]),
            rows,
            hashlib.sha256(data).hexdigest(),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        if isinstance(error, IndicatorError):
            raise
        raise IndicatorError(f"指标表缺少或写错：{error}") from error


def _row(key: str, given: dict[str, Any], groups: dict[str, float]) -> Indicator:
    facts = {name: value for name, value in given.items() if name in _FIELDS}
    made = Indicator(key, limits={n: v for n, v in given.items() if n not in _FIELDS}, **facts)
    if made.kind not in _KINDS:
        raise IndicatorError(f"指标“{key}”的类别应为 veto、deduction、bonus 或 note")
    if made.kind == "deduction" and made.group not in groups:
        raise IndicatorError(f"指标“{key}”的分组不在 groups 中：{made.group}")
    if made.each < 0 or made.most < 0 or made.at < 1:
        raise IndicatorError(f"指标“{key}”的分值应不小于0")
    return made
