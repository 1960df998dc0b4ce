"""Scores, purely: leaves and what was judged of them in, a score with its reasons out. Exact fractions inside, two decimals outside.

What is not applicable to a unit is left out and the rest stretched to the whole, as 国办秘函〔2019〕19号 does where a site offers no services
(办事服务 is skipped, the points left × 4/3). A unit with a veto is 不合格 whatever else it has.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

#: Ways by which a share of an indicator's points is given; the others add, deduct or bar.
SHARED = frozenset({"auto", "online", "phone", "third", "self"})
BONUS, DEDUCTION, VETO = "bonus", "deduction", "veto"
FAILED = "不合格"
NOT_APPLICABLE = "不适用"


@dataclass(frozen=True)
class Leaf:
    """An indicator that is scored: its points, its way, and between which shares (percent) points are given in proportion."""

    key: str
    points: Fraction
    way: str
    full_at: Fraction = Fraction(100)
    zero_at: Fraction = Fraction(0)


@dataclass(frozen=True)
class Given:
    """One judgement of a leaf: a share in percent (`SHARED`), points (bonus, deduction), anything (veto); None: not applicable."""

    key: str
    value: Fraction | None


@dataclass(frozen=True)
class Line:
    """What one leaf came to: the mean share in percent, the points, and whether it was judged or left out."""

    key: str
    points: Fraction
    share: Fraction | None
    judged: bool
    applies: bool


@dataclass(frozen=True)
class Part:
    """What some leaves came to together: points got, of how many that were judged, and how many points nobody judged yet."""

    points: Fraction
    of: Fraction
    open: Fraction
    judged: bool
    """Whether anything of it was judged, not applicable being a judgement."""


@dataclass(frozen=True)
class Outcome:
    """A unit's score: `got` of the shared leaves, `base` the same stretched to their whole, bonus, deductions, vetoes, the total."""

    lines: Mapping[str, Line]
    got: Fraction
    base: Fraction
    bonus: Fraction
    deducted: Fraction
    vetoes: tuple[str, ...]
    applies: bool = True
    """Return whether any of the shared leaves applies: without one there is nothing to grade or to rank."""

    @property
    def so_far(self) -> Decimal:
        """What was given till now, as it is written: points of what was judged, nothing stretched, nothing assumed of the rest."""
        return two(max(Fraction(0), self.got + self.bonus - self.deducted))

    @property
    def exact(self) -> Fraction:
        """The total once all is judged, never below nothing."""
        return max(Fraction(0), self.base + self.bonus - self.deducted)

    @property
    def total(self) -> Decimal:
        """The total as it is written: two decimals, half up."""
        return two(self.exact)


def two(value: Fraction) -> Decimal:
    """Return a number with two decimals, half up."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


def plain(value: Fraction) -> str:
    """Return points without decimals that say nothing: 40, 7.5."""
    return f"{two(value).normalize():f}"


def points_for(leaf: Leaf, share: Fraction) -> Fraction:
    """Return the points for a share in percent: none up to `zero_at`, all from `full_at`, in proportion between."""
    if share >= leaf.full_at:
        return leaf.points
    if share <= leaf.zero_at:
        return Fraction(0)
    return leaf.points * (share - leaf.zero_at) / (leaf.full_at - leaf.zero_at)


def outcome(leaves: Sequence[Leaf], given: Iterable[Given]) -> Outcome:
    """Return the score of one unit; the order of what was judged makes no difference."""
    by_key: dict[str, list[Fraction | None]] = {leaf.key: [] for leaf in leaves}
    for one in given:
        if one.key in by_key:
            by_key[one.key].append(one.value)
    lines = {leaf.key: _line(leaf, by_key[leaf.key]) for leaf in leaves}
    shared = [leaf for leaf in leaves if leaf.way in SHARED]
    whole = sum((leaf.points for leaf in shared), Fraction(0))
    applying = sum((leaf.points for leaf in shared if lines[leaf.key].applies), Fraction(0))
    got = sum((lines[leaf.key].points for leaf in shared), Fraction(0))
    return Outcome(
        lines,
        got,
        got * whole / applying if applying else Fraction(0),
        _sum(leaves, lines, BONUS),
        _sum(leaves, lines, DEDUCTION),
        tuple(leaf.key for leaf in leaves if leaf.way == VETO and lines[leaf.key].judged),
        any(lines[leaf.key].applies for leaf in shared) or not shared,
    )


def _sum(leaves: Sequence[Leaf], lines: Mapping[str, Line], way: str) -> Fraction:
    return sum((lines[leaf.key].points for leaf in leaves if leaf.way == way), Fraction(0))


def _line(leaf: Leaf, values: Sequence[Fraction | None]) -> Line:
    known = [value for value in values if value is not None]
    if leaf.way == VETO:
        return Line(leaf.key, Fraction(0), None, bool(known), True)
    if leaf.way in {BONUS, DEDUCTION}:
        return Line(leaf.key, min(leaf.points, sum(known, Fraction(0))), None, bool(known), True)
    if not known:
        return Line(leaf.key, Fraction(0), None, bool(values), not values)
    share = sum(known, Fraction(0)) / len(known)
    return Line(leaf.key, points_for(leaf, share), share, True, True)


def part(leaves: Iterable[Leaf], result: Outcome) -> Part:
    """Return what leaves came to together; what does not apply and what bars counts on no side, what nobody judged on its own."""
    rows = [(leaf, result.lines[leaf.key]) for leaf in leaves if leaf.way != VETO]
    return Part(
        sum((line.points for _, line in rows), Fraction(0)),
        sum((leaf.points for leaf, line in rows if line.applies and line.judged), Fraction(0)),
        sum((leaf.points for leaf, line in rows if leaf.way in SHARED and not line.judged), Fraction(0)),
        any(line.judged for _, line in rows),
    )


def grade(result: Outcome, grades: Sequence[tuple[str, Fraction]]) -> str:
    """Return the grade of a score: the first whose least it reaches; 不合格 with a veto or below all; 不适用 where no indicator applies."""
    if result.vetoes:
        return FAILED
    if not result.applies:
        return NOT_APPLICABLE
    for name, least in sorted(grades, key=lambda one: -one[1]):
        if result.total >= two(least):
            return name
    return FAILED


def ranks(scores: Mapping[int, Outcome]) -> dict[int, int]:
    """Return the place of each unit in its group: by total as written, equal ones share a place.

    A unit with a veto has none (单项否决), nor has one to which no indicator applies.
    """
    totals = {number: one.total for number, one in scores.items() if one.applies and not one.vetoes}
    return {number: 1 + sum(other > own for other in totals.values()) for number, own in totals.items()}


def gain(leaves: Sequence[Leaf], given: Sequence[Given], key: str, shares: Sequence[float]) -> Fraction:
    """Return how much a unit's total differs between one more case of a leaf held and not held.

    Args:
        leaves: the scheme's.
        given: what was judged of the other leaves.
        key: the leaf.
        shares: its cases so far, 0 to 1 each.
    """
    rest = [one for one in given if one.key != key]
    known = [Fraction(value).limit_denominator(10_000) for value in shares]

    def total(last: int) -> Fraction:
        mean = (sum(known, Fraction(0)) + last) / (len(known) + 1) * 100
        return outcome(leaves, [*rest, Given(key, mean)]).exact

    return total(1) - total(0)
