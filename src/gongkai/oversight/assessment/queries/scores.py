"""Compute the scores of a round from valid marks, and check stored results."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from gongkai.core.acts.digest import canonical_json, digest
from gongkai.core.ledger.figures import SCORE_SOURCES_BY_NAME, ScoredCase
from gongkai.core.ledger.models import Entry
from gongkai.oversight.assessment.models import Assessed, Indicator, Mark, Result, Round, ScoringWay
from gongkai.oversight.assessment.queries.trees import convert_leaf, digest_scheme, list_leaves
from gongkai.oversight.assessment.scoring import (
    FAILED_GRADE,
    NOT_APPLICABLE_LABEL,
    SHARE_WAYS,
    GivenMark,
    ScoredLeaf,
    ScoreOutcome,
    compute_outcome,
    find_grade,
    format_score,
    rank_units,
    round_to_cents,
    sum_leaves,
)

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

#: Share of its points below which an indicator is weak.
WEAK_SHARE_LIMIT = Fraction(6, 10)
#: Text in place of a grade while marks are missing.
UNFINISHED_LABEL = "未评完"


@dataclass
class UnitScore:
    """A unit's score and rank in a round."""

    unit: Assessed
    outcome: ScoreOutcome
    grade: str
    place: int = 0
    """Rank within the group, from 1; 0 with a veto, and while a unit of the group is not fully judged."""
    marks: list[Mark] = field(default_factory=list)
    missing: tuple[Indicator, ...] = ()
    """Leaves that still need a mark: until then the unit has no grade and no total, and its group no ranks."""
    leaves: tuple[ScoredLeaf, ...] = ()

    @property
    def grade_text(self) -> str:
        """Return the unit's grade in a round, or a note that it is not determined yet."""
        return UNFINISHED_LABEL if self.missing and not self.outcome.vetoes else self.grade

    @property
    def rank_text(self) -> str:
        """Return the rank, the reason for having none, or a dash if it is not known yet."""
        barred = self.outcome.vetoes or not self.outcome.applies
        return str(self.place) if self.place else "不排名" if barred else "—"

    @property
    def score(self) -> "Decimal":
        """Return the total, or the points so far while marks are missing."""
        return self.outcome.so_far if self.missing else self.outcome.total

    @property
    def so_far_of(self) -> str:
        """Return the maximum for `score` while marks are missing; empty afterwards."""
        if not self.missing:
            return ""
        judged = sum_leaves([leaf for leaf in self.leaves if leaf.way in SHARE_WAYS], self.outcome).of
        return f"已评 {format_score(judged)} 分" if judged else "还没有评分"

    @property
    def has_score(self) -> bool:
        """Return True if any applicable indicator was judged."""
        if not self.outcome.applies:
            return False
        lines = self.outcome.lines.values()
        return not self.missing or any(line.judged and line.applies for line in lines)

    @property
    def base(self) -> "Decimal":
        """Return the points without bonuses and deductions: those given so far, or scaled once all is judged."""
        return round_to_cents(self.outcome.got if self.missing else self.outcome.base)

    @property
    def vetoed_by(self) -> list[str]:
        """Return the names of the indicators that veto the result."""
        names = {mark.indicator.code: mark.indicator.name for mark in self.marks}
        return [names.get(code, code) for code in self.outcome.vetoes]

    @property
    def weak(self) -> list[Indicator]:
        """Return the leaves with less than 60 percent of their points."""
        return [
            leaf
            for leaf in list_leaves(self.unit.round.scheme)
            if (line := self.outcome.lines[leaf.code]).share is not None
            and line.points < Fraction(leaf.points) * WEAK_SHARE_LIMIT
        ]

    @property
    def total(self) -> "Decimal":
        """Return the rounded total; valid once everything is judged."""
        return self.outcome.total

    def format_points(self, leaf: Indicator) -> str:
        """Return an indicator's points with two decimals, or the reason why there are none."""
        line = self.outcome.lines[leaf.code]
        if not line.applies:
            return NOT_APPLICABLE_LABEL
        if leaf.way == ScoringWay.VETO:
            return "否决" if line.judged else "—"
        if line.judged:
            return str(round_to_cents(line.points))
        return "未评" if leaf.way in SHARE_WAYS else "—"


def list_cases(unit: Assessed, source: str, until: "date") -> list[ScoredCase]:
    """Return a unit's cases of a score source, such as its tasks; for an office those of its entries."""
    cases = SCORE_SOURCES_BY_NAME[source].cases(unit.body, unit.round.first, until)
    if unit.office is None:
        return cases
    refs = [case.ref for case in cases]
    own_numbers = set(Entry.objects.filter(number__in=refs, office=unit.office).values_list("number", flat=True))
    return [case for case in cases if case.ref in own_numbers]


def map_valid_marks(units: Iterable[Assessed]) -> dict[int, list[Mark]]:
    """Return the valid marks by primary key of the unit, in one query."""
    marks: dict[int, list[Mark]] = defaultdict(list)
    rows = Mark.objects.filter(unit__in=list(units), struck_at=None).select_related("indicator", "evaluator")
    for mark in rows.order_by("pk"):
        marks[mark.unit_id].append(mark)
    return marks


def convert_marks(marks: Iterable[Mark]) -> list[GivenMark]:
    """Convert stored marks into the input of the scoring functions."""
    return [GivenMark(mark.indicator.code, None if mark.value is None else Fraction(mark.value)) for mark in marks]


def get_grades(round_: Round) -> list[tuple[str, Fraction]]:
    """Return (grade, least score) of the round's scheme."""
    return [(str(name), Fraction(str(least))) for name, least in round_.scheme.grades]


def list_standings(round_: Round, units: Sequence[Assessed] | None = None) -> list[UnitScore]:
    """Return the round's units (or only `units`) with score and rank, best first in fully judged groups."""
    rows = list(units if units is not None else round_.units.select_related("body", "office", "entry"))
    listed = list_leaves(round_.scheme)
    leaves = [convert_leaf(indicator) for indicator in listed]
    marks, least = map_valid_marks(rows), get_grades(round_)
    standings = []
    for unit in rows:
        unit.round = round_
        outcome = compute_outcome(leaves, convert_marks(marks[unit.pk]))
        missing = tuple(leaf for leaf in listed if leaf.way in SHARE_WAYS and not outcome.lines[leaf.code].judged)
        standings.append(
            UnitScore(unit, outcome, find_grade(outcome, least), 0, marks[unit.pk], missing, leaves=tuple(leaves))
        )
    unfinished = {standing.unit.group for standing in standings if standing.missing}
    for group in {standing.unit.group for standing in standings} - unfinished:
        places = rank_units(
            {standing.unit.pk: standing.outcome for standing in standings if standing.unit.group == group}
        )
        for standing in standings:
            standing.place = places.get(standing.unit.pk, standing.place)
    return sorted(standings, key=_make_standing_key)


def _make_standing_key(standing: UnitScore) -> tuple[object, ...]:
    """Return the sort key of a standing: group, units without a rank last, rank, position."""
    unit, outcome = standing.unit, standing.outcome
    return unit.group, bool(outcome.vetoes), not outcome.applies, standing.place, unit.body.position


def get_standing(unit: Assessed) -> UnitScore:
    """Return the score and rank of one unit."""
    return next(standing for standing in list_standings(unit.round) if standing.unit.pk == unit.pk)


def list_unjudged_leaves(round_: Round, standings: Sequence[UnitScore]) -> list[tuple[Assessed, Indicator]]:
    """Return (unit, indicator) of those that still need a score."""
    return [(standing.unit, leaf) for standing in standings for leaf in standing.missing]


def make_sheet(standing: UnitScore, leaves: Sequence[ScoredLeaf], scheme_digest: str) -> dict[str, object]:
    """Return a unit's score sheet as plain data: all inputs of its score, and the results."""
    lines = standing.outcome.lines
    by_leaf: dict[str, list[object]] = defaultdict(list)
    for mark in standing.marks:
        by_leaf[mark.indicator.code].append([mark.pk, None if mark.value is None else f"{mark.value:.4f}"])
    return {
        "scheme": scheme_digest,
        "base": str(round_to_cents(standing.outcome.base)),
        "bonus": str(round_to_cents(standing.outcome.bonus)),
        "deducted": str(round_to_cents(standing.outcome.deducted)),
        "vetoes": list(standing.outcome.vetoes),
        "lines": [
            {
                "code": leaf.key,
                "points": str(round_to_cents(lines[leaf.key].points)),
                "share": None
                if lines[leaf.key].share is None
                else str(round_to_cents(lines[leaf.key].share or Fraction(0))),
                "applies": lines[leaf.key].applies,
                "marks": by_leaf[leaf.key],
            }
            for leaf in leaves
        ],
        "total": str(standing.total),
        "grade": standing.grade,
        "place": standing.place,
        "group": standing.unit.group,
    }


def digest_sheet(sheet: Mapping[str, object]) -> str:
    """Return the digest of a score sheet."""
    return digest(canonical_json(sheet))


def recompute_round(round_: Round) -> list[str]:
    """Recompute a confirmed round from its marks, and return the differences as lines."""

    faults = []
    if digest_scheme(round_.scheme) != round_.scheme.digest:
        faults.append(f"{round_.scheme}：指标体系与启用时不一致")
    leaves = [convert_leaf(indicator) for indicator in list_leaves(round_.scheme)]
    results = {result.unit_id: result for result in Result.objects.filter(unit__round=round_)}
    for standing in list_standings(round_):
        stored_result = results.get(standing.unit.pk)
        if stored_result is not None and standing.outcome.vetoes:
            standing.place = stored_result.place  # before 2026-12, units with a veto were ranked last
        elif stored_result is not None and not standing.outcome.applies and stored_result.grade == FAILED_GRADE:
            standing.place, standing.grade = (
                stored_result.place,
                FAILED_GRADE,
            )  # older results also ranked units without applicable indicators
        digest = digest_sheet(make_sheet(standing, leaves, round_.scheme.digest))
        if (
            stored_result is None
            or stored_result.digest != digest
            or digest_sheet(stored_result.sheet) != stored_result.digest
        ):
            faults.append(f"{standing.unit}：重新计算的得分与确定的结果不一致")
    return faults
