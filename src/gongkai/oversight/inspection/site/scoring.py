"""Compute the score of an inspection with its reasons from findings and the table of indicators, which an office may
replace.

Any veto gives zero points (国办秘函〔2019〕19号: the second part is scored only if the first is
passed). Deductions are limited by indicator and by group. Bonus points count if the deductions
leave more than `bonus_from`.
"""

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from gongkai.lib.typed_json import read_texts

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
    """The indicator table: version, source, points by group, rows by key, and file digest.

    `passing` are the points needed to pass; bonus points count above `bonus_from`.
    """

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


_INDICATOR_KINDS = {"veto", "deduction", "bonus", "note"}
_INDICATOR_FIELDS = {"name", "kind", "group", "each", "most", "at", "source", "seen"}


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
        table = tomllib.loads(data.decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise IndicatorError(f"指标表读不出：{path.name}") from error
    except tomllib.TOMLDecodeError as error:
        raise IndicatorError(f"指标表写法有误：{error}") from error
    try:
        groups = {str(name): float(points) for name, points in table["groups"].items()}
        rows = {key: _read_indicator(key, given, groups) for key, given in table["indicator"].items()}
        return Indicators(
            str(table["version"]),
            str(table["source"]),
            groups,
            float(table["passing"]),
            float(table["bonus_from"]),
            rows,
            hashlib.sha256(data).hexdigest(),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        if isinstance(error, IndicatorError):
            raise
        raise IndicatorError(f"指标表缺少或写错：{error}") from error


def _read_indicator(key: str, values: dict[str, Any], groups: dict[str, float]) -> Indicator:
    """Return an indicator from its table section.

    Raises:
        IndicatorError: unknown kind or group, or negative points.
    """
    facts = {name: value for name, value in values.items() if name in _INDICATOR_FIELDS}
    indicator = Indicator(key, limits={n: v for n, v in values.items() if n not in _INDICATOR_FIELDS}, **facts)
    if indicator.kind not in _INDICATOR_KINDS:
        raise IndicatorError(f"指标“{key}”的类别应为 veto、deduction、bonus 或 note")
    if indicator.kind == "deduction" and indicator.group not in groups:
        raise IndicatorError(f"指标“{key}”的分组不在 groups 中：{indicator.group}")
    if indicator.each < 0 or indicator.most < 0 or indicator.at < 1:
        raise IndicatorError(f"指标“{key}”的分值应不小于0")
    return indicator


#: Maximum number of pages listed with a finding; the others are counted.
MAX_LISTED_PAGES = 5
#: Maximum number of stored findings of one indicator; the others are counted.
MAX_STORED_FINDINGS = 2_000
#: Keys of links to harmful pages, and of links whose addresses only look harmful.
VETO, DOUBT = "veto.harmful", "harmful.doubt"
#: Prefix of a reason that a person can resolve.
UNVERIFIED_PREFIX = "待核实"


def describe_unjudged(count: int) -> str:
    """Return the reason why links to harmful pages could not be judged."""
    return f"{UNVERIFIED_PREFIX}：{count}处链接的地址像有害网站，没有读到内容，请人工打开核对"


@dataclass
class InspectionFinding:
    """A fault found by an inspection of a site.

    Attributes:
        indicator: key in the indicator table.
        url: page that shows the fault, or the faulty address.
        what: the fault, one line in Chinese.
        evidence: time, excerpt, source and digest of the stored page.
        count: number of pages that show it.
        also: some of these pages.
        home: the home page shows it.
        key: identifies the same fault across inspections.
    """

    indicator: str
    url: str
    what: str
    evidence: dict[str, object] = field(default_factory=dict)
    count: int = 1
    also: list[str] = field(default_factory=list)
    home: bool = False
    key: str = ""

    @property
    def mark(self) -> str:
        """Return the identifier of the fault across inspections of the site."""
        return hashlib.sha256(f"{self.indicator}|{self.url}|{self.key or self.what}".encode()).hexdigest()

    def as_dict(self) -> dict[str, object]:
        """Return the finding for JSON."""
        return {
            "indicator": self.indicator,
            "url": self.url,
            "what": self.what,
            "count": self.count,
            "home": self.home,
            "also": self.also,
            "evidence": self.evidence,
        }


@dataclass
class FindingCollector:
    """Collects findings by (indicator, key).

    By indicator, `kept` counts the findings stored and `over` those beyond `MAX_STORED_FINDINGS`, which are not.
    """

    rows: dict[tuple[str, str], InspectionFinding] = field(default_factory=dict)
    over: dict[str, int] = field(default_factory=dict)
    kept: dict[str, int] = field(default_factory=dict)

    def add(
        self, indicator: str, url: str, fault: str, *, key: str = "", is_home_page: bool = False, **evidence: object
    ) -> None:
        """Add a fault; the same fault on another page increases its count.

        Args:
            indicator: key in the indicator table.
            url: page that shows it.
            fault: the message.
            key: identifies the same fault elsewhere (default: `fault`).
            is_home_page: the home page shows it.
            evidence: the excerpt.
        """
        finding = self.rows.get((indicator, key or fault))
        if finding is not None:
            finding.count += 1
            finding.home = finding.home or is_home_page
            if len(finding.also) < MAX_LISTED_PAGES and url != finding.url and url not in finding.also:
                finding.also.append(url)
            return
        if self.kept.get(indicator, 0) >= MAX_STORED_FINDINGS:
            self.over[indicator] = self.over.get(indicator, 0) + 1
            return
        self.kept[indicator] = self.kept.get(indicator, 0) + 1
        self.rows[indicator, key or fault] = InspectionFinding(
            indicator,
            url,
            fault,
            {name: value for name, value in evidence.items() if value not in (None, "")},
            home=is_home_page,
            key=key,
        )

    def get_findings(self, indicator: str) -> list[InspectionFinding]:
        """Return the findings of an indicator."""
        return [finding for finding in self.rows.values() if finding.indicator == indicator]


class HasIndicator(Protocol):
    """Protocol of an object that belongs to an indicator."""

    @property
    def indicator(self) -> str:
        """Return the key of the indicator."""


@dataclass(frozen=True)
class InspectionScore:
    """The score of an inspection with its deductions.

    Attributes:
        score: points; 0 after a veto.
        before_veto: points without the veto, including bonus.
        passed: the site passes.
        veto: vetoes: indicator, name, number of findings.
        deductions: indicator, name, group, findings, points.
        bonus: points added.
    """

    score: float
    before_veto: float
    passed: bool
    veto: list[dict[str, object]] = field(default_factory=list)
    deductions: list[dict[str, object]] = field(default_factory=list)
    bonus: list[dict[str, object]] = field(default_factory=list)


def compute_score(findings: Iterable[HasIndicator], table: Indicators, skipped: Mapping[str, str]) -> InspectionScore:
    """Compute the score of findings.

    Args:
        findings: all findings that count.
        table: the indicator table.
        skipped: indicators that could not be judged and do not affect the score.
    """
    counts: dict[str, int] = {}
    for has_indicator in findings:
        counts[has_indicator.indicator] = counts.get(has_indicator.indicator, 0) + 1
    veto = [
        {**_describe_indicator(row), "findings": finding_count, "at": row.at}
        for row in table.rows.values()
        if row.kind == "veto" and (finding_count := _count_findings(row, counts)) >= row.at
    ]
    deductions: list[dict[str, object]] = []
    points_left = dict(table.groups)
    for row in table.rows.values():
        finding_count = counts.get(row.key, 0)
        if row.kind != "deduction" or not finding_count:
            continue
        points = round(min(finding_count * row.each, row.most or finding_count * row.each, points_left[row.group]), 2)
        points_left[row.group] = round(points_left[row.group] - points, 2)
        deductions.append({**_describe_indicator(row), "group": row.group, "findings": finding_count, "points": points})
    points_kept = round(sum(points_left.values()), 2)
    earned = (
        []
        if points_kept <= table.bonus_from
        else [row for row in table.rows.values() if _is_bonus_earned(row, counts, skipped)]
    )
    bonus = [_describe_indicator(row) | {"points": row.each} for row in earned]
    total = round(points_kept + sum(min(row.each, row.most) for row in earned), 2)
    return InspectionScore(
        0.0 if veto else total,
        total,
        not veto and points_kept >= table.passing,
        veto,
        deductions,
        [] if veto else bonus,
    )


def _count_findings(row: Indicator, counts: Mapping[str, int]) -> int:
    """Return the number of findings of an indicator and of those named in its limit `counts`."""
    return counts.get(row.key, 0) + sum(counts.get(text, 0) for text in read_texts(row.limits, "counts"))


def _describe_indicator(row: Indicator) -> dict[str, object]:
    """Return the indicator's key, name and source for the report."""
    return {"indicator": row.key, "name": row.name, "source": row.source, "seen": row.seen}


#: Bonus → indicators that must have no findings.
_FINDINGS_EXCLUDING_BONUS = {
    "bonus.ipv6": ("ipv6.missing",),
    "bonus.accessible": (
        "access.lang",
        "access.alt",
        "access.label",
        "access.link",
        "access.frame",
        "access.autoplay",
        "mobile.viewport",
        "mobile.zoom",
    ),
    "bonus.languages": (),
}


def _is_bonus_earned(row: Indicator, counts: Mapping[str, int], skipped: Mapping[str, str]) -> bool:
    """Return True if a bonus is earned: it was judged, and none of the faults that exclude it was found."""
    if row.kind != "bonus" or row.key in skipped or row.key not in _FINDINGS_EXCLUDING_BONUS:
        return False
    return not any(counts.get(text) for text in _FINDINGS_EXCLUDING_BONUS[row.key])
