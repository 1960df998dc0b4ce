"""Compute scores from leaves and marks, in exact fractions rounded to two decimals. Pure.

Indicators that do not apply to a unit are omitted and the rest is scaled, as in 国办秘函〔2019〕19号
for sites without 办事服务 (remaining points × 4/3). A unit with a veto is 不合格.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

#: Scoring methods whose value is a share of the points; the others add, deduct or veto.
SHARE_WAYS = frozenset({"auto", "online", "phone", "third", "self"})
BONUS, DEDUCTION, VETO = "bonus", "deduction", "veto"
#: Grade of a unit with a veto or below all grades.
FAILED_GRADE = "不合格"
NOT_APPLICABLE_LABEL = "不适用"


@dataclass(frozen=True)
class ScoredLeaf:
    """An indicator that is scored: points, scoring method (`way`), and the shares in percent for full and
    for zero points.
    """

    key: str
    points: Fraction
    way: str
    full_at: Fraction = Fraction(100)
    zero_at: Fraction = Fraction(0)


@dataclass(frozen=True)
class GivenMark:
    """A mark of one indicator (`key`): share in percent, points, or veto; None means not applicable."""

    key: str
    value: Fraction | None


@dataclass(frozen=True)
class IndicatorScore:
    """The result of one indicator: mean share in percent, and points.

    `judged`: it has a mark, even “not applicable”; `applies`: it is not marked as not applicable.
    """

    key: str
    points: Fraction
    share: Fraction | None
    judged: bool
    applies: bool


@dataclass(frozen=True)
class LeavesTotal:
    """The result of several leaves together: points, maximum (`of`), and points not judged yet (`open`)."""

    points: Fraction
    of: Fraction
    open: Fraction
    judged: bool
    """True if any of the leaves has a mark, including "not applicable"."""


@dataclass(frozen=True)
class ScoreOutcome:
    """The computed score of a unit with its parts; `lines` has the result of each leaf by key.

    `got` are the points of leaves scored by share, `base` the same scaled to applicable leaves; `bonus` and `deducted`
    are sums of points, `vetoes` the keys of leaves.
    """

    lines: Mapping[str, IndicatorScore]
    got: Fraction
    base: Fraction
    bonus: Fraction
    deducted: Fraction
    vetoes: tuple[str, ...]
    applies: bool = True
    """False if no leaf scored by share applies: then there is nothing to grade or to rank."""

    @property
    def so_far(self) -> Decimal:
        """Return the rounded points given so far, without scaling."""
        return round_to_cents(max(Fraction(0), self.got + self.bonus - self.deducted))

    @property
    def exact(self) -> Fraction:
        """Return the exact total, at least zero; valid once everything is judged."""
        return max(Fraction(0), self.base + self.bonus - self.deducted)

    @property
    def total(self) -> Decimal:
        """Return the total with two decimals, half up."""
        return round_to_cents(self.exact)


def round_to_cents(value: Fraction) -> Decimal:
    """Round a number to two decimals, half up."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


def format_score(value: Fraction) -> str:
    """Format points without trailing zeros: 40, 7.5."""
    return f"{round_to_cents(value).normalize():f}"


def compute_points(leaf: ScoredLeaf, share: Fraction) -> Fraction:
    """Return the points for a share in percent, linear between `zero_at` and `full_at`."""
    if share >= leaf.full_at:
        return leaf.points
    if share <= leaf.zero_at:
        return Fraction(0)
    return leaf.points * (share - leaf.zero_at) / (leaf.full_at - leaf.zero_at)


def compute_outcome(leaves: Sequence[ScoredLeaf], marks: Iterable[GivenMark]) -> ScoreOutcome:
    """Compute the score of one unit; the order of marks does not matter."""
    by_key: dict[str, list[Fraction | None]] = {leaf.key: [] for leaf in leaves}
    for mark in marks:
        if mark.key in by_key:
            by_key[mark.key].append(mark.value)
    lines = {leaf.key: _compute_line(leaf, by_key[leaf.key]) for leaf in leaves}
    shared = [leaf for leaf in leaves if leaf.way in SHARE_WAYS]
    total_points = sum((leaf.points for leaf in shared), Fraction(0))
    applying = sum((leaf.points for leaf in shared if lines[leaf.key].applies), Fraction(0))
    points_got = sum((lines[leaf.key].points for leaf in shared), Fraction(0))
    return ScoreOutcome(
        lines,
        points_got,
        points_got * total_points / applying if applying else Fraction(0),
        _sum_points(leaves, lines, BONUS),
        _sum_points(leaves, lines, DEDUCTION),
        tuple(leaf.key for leaf in leaves if leaf.way == VETO and lines[leaf.key].judged),
        any(lines[leaf.key].applies for leaf in shared) or not shared,
    )


def _sum_points(leaves: Sequence[ScoredLeaf], lines: Mapping[str, IndicatorScore], method: str) -> Fraction:
    return sum((lines[leaf.key].points for leaf in leaves if leaf.way == method), Fraction(0))


def _compute_line(leaf: ScoredLeaf, values: Sequence[Fraction | None]) -> IndicatorScore:
    """Return the result of one leaf; None in `values` means "not applicable"."""
    fractions = [value for value in values if value is not None]
    if leaf.way == VETO:
        return IndicatorScore(leaf.key, Fraction(0), None, bool(fractions), True)
    if leaf.way in {BONUS, DEDUCTION}:
        return IndicatorScore(leaf.key, min(leaf.points, sum(fractions, Fraction(0))), None, bool(fractions), True)
    if not fractions:
        return IndicatorScore(leaf.key, Fraction(0), None, bool(values), not values)
    share = sum(fractions, Fraction(0)) / len(fractions)
    return IndicatorScore(leaf.key, compute_points(leaf, share), share, True, True)


def sum_leaves(leaves: Iterable[ScoredLeaf], result: ScoreOutcome) -> LeavesTotal:
    """Return the sum of the results of several indicators.

    Vetoes and inapplicable leaves do not count; unjudged ones are counted separately.
    """
    rows = [(leaf, result.lines[leaf.key]) for leaf in leaves if leaf.way != VETO]
    return LeavesTotal(
        sum((line.points for _, line in rows), Fraction(0)),
        sum((leaf.points for leaf, line in rows if line.applies and line.judged), Fraction(0)),
        sum((leaf.points for leaf, line in rows if leaf.way in SHARE_WAYS and not line.judged), Fraction(0)),
        any(line.judged for _, line in rows),
    )


def find_grade(result: ScoreOutcome, grades: Sequence[tuple[str, Fraction]]) -> str:
    """Return the grade that a score earns.

    This is the first grade whose minimum is reached; 不合格 with a veto or below all grades; 不适用 if no
    indicator applies.
    """
    if result.vetoes:
        return FAILED_GRADE
    if not result.applies:
        return NOT_APPLICABLE_LABEL
    for name, least in sorted(grades, key=lambda one: -one[1]):
        if result.total >= round_to_cents(least):
            return name
    return FAILED_GRADE


def rank_units(scores: Mapping[int, ScoreOutcome]) -> dict[int, int]:
    """Return the rank of each unit in its group; equal totals share a rank.

    Units with a veto (单项否决), and those to which no indicator applies, have no rank.
    """
    totals = {number: outcome.total for number, outcome in scores.items() if outcome.applies and not outcome.vetoes}
    return {
        number: 1 + sum(other_total > own_total for other_total in totals.values())
        for number, own_total in totals.items()
    }


def compute_gain(
    leaves: Sequence[ScoredLeaf], marks: Sequence[GivenMark], key: str, shares: Sequence[float]
) -> Fraction:
    """Return by how many points a further case of a leaf raises the total if it is fulfilled instead of not.

    Args:
        leaves: leaves of the scheme.
        marks: marks of the unit; those of the leaf itself are ignored.
        key: the leaf.
        shares: the leaf's cases so far, each 0 to 1.
    """
    other_marks = [mark for mark in marks if mark.key != key]
    fractions = [Fraction(value).limit_denominator(10_000) for value in shares]

    def total(last: int) -> Fraction:
        mean = (sum(fractions, Fraction(0)) + last) / (len(fractions) + 1) * 100
        return compute_outcome(leaves, [*other_marks, GivenMark(key, mean)]).exact

    return total(1) - total(0)
