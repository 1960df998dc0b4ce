"""The score of an inspection and its reasons, from findings and the table of indicators. Pure: the same rows give the same score.

Any veto ends it: not passed, nought points (国办秘函〔2019〕19号: the second part is only scored where the first is passed).
An indicator takes no more than its points, a group no more than its; bonus counts where the deductions leave more than `bonus_from`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from gongkai.lib.typed_json import texts
from gongkai.oversight.inspection.site.indicators import Indicator, Indicators


class HasIndicator(Protocol):
    """What is counted: it names the indicator that it is of."""

    @property
    def indicator(self) -> str:
        """Key of the table."""


@dataclass(frozen=True)
class Score:
    """What an inspection gives.

    Attributes:
        score: 0 where anything is vetoed.
        before_veto: what it would be without, bonus included.
        passed: whether the site passes.
        veto: what was vetoed: indicator, name, how many findings.
        deductions: what was taken off: indicator, name, group, findings, points.
        bonus: what was added.
    """

    score: float
    before_veto: float
    passed: bool
    veto: list[dict[str, object]] = field(default_factory=list)
    deductions: list[dict[str, object]] = field(default_factory=list)
    bonus: list[dict[str, object]] = field(default_factory=list)


def score_of(findings: Iterable[HasIndicator], table: Indicators, skipped: Mapping[str, str]) -> Score:
    """Return the score of findings by a table.

    Args:
        findings: all of a site that count.
        table: the indicators.
        skipped: indicators that could not be judged: neither taken off nor added for.
    """
    counts: dict[str, int] = {}
    for has_indicator in findings:
        counts[has_indicator.indicator] = counts.get(has_indicator.indicator, 0) + 1
    veto = [
        _veto(row, found)
        for row in table.rows.values()
        if row.kind == "veto" and (found := _found(row, counts)) >= row.at
    ]
    deductions: list[dict[str, object]] = []
    left = dict(table.groups)
    for row in table.rows.values():
        found = counts.get(row.key, 0)
        if row.kind != "deduction" or not found:
            continue
        points = round(min(found * row.each, row.most or found * row.each, left[row.group]), 2)
        left[row.group] = round(left[row.group] - points, 2)
        deductions.append({**_named(row), "group": row.group, "findings": found, "points": points})
    kept = round(sum(left.values()), 2)
    earned = (
        []
        if kept <= table.bonus_from
        else [row for row in table.rows.values() if _earned(row, counts, skipped)]
    )
    bonus = [_named(row) | {"points": row.each} for row in earned]
    total = round(kept + sum(min(row.each, row.most) for row in earned), 2)
    return Score(
        0.0 if veto else total,
        total,
        not veto and kept >= table.passing,
        veto,
        deductions,
        [] if veto else bonus,
    )


def _found(row: Indicator, counts: Mapping[str, int]) -> int:
    return counts.get(row.key, 0) + sum(counts.get(text, 0) for text in texts(row.limits, "counts"))


def _named(row: Indicator) -> dict[str, object]:
    return {"indicator": row.key, "name": row.name, "source": row.source, "seen": row.seen}


def _veto(row: Indicator, found: int) -> dict[str, object]:
    return {**_named(row), "findings": found, "at": row.at}


#: Bonus → indicators that must have found nothing.
_CLEAN = {
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


def _earned(row: Indicator, counts: Mapping[str, int], skipped: Mapping[str, str]) -> bool:
    if row.kind != "bonus" or row.key in skipped or row.key not in _CLEAN:
        return False
    return not any(counts.get(text) for text in _CLEAN[row.key])
