"""Score computation: exact, independent of order, bounded, scaled to applicable indicators."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import most
from gongkai.oversight.assessment.scoring import (
    FAILED_GRADE,
    NOT_APPLICABLE_LABEL,
    GivenMark,
    ScoredLeaf,
    compute_gain,
    compute_outcome,
    compute_points,
    find_grade,
    rank_units,
    round_to_cents,
    sum_leaves,
)

GRADES = [("优秀", Fraction(90)), ("良好", Fraction(80)), ("合格", Fraction(60))]
LEAVES = [
    ScoredLeaf("1", Fraction(40), "auto"),
    ScoredLeaf("2", Fraction(30), "phone", full_at=Fraction(90), zero_at=Fraction(50)),
    ScoredLeaf("3", Fraction(30), "third"),
    ScoredLeaf("4", Fraction(5), "bonus"),
    ScoredLeaf("5", Fraction(10), "deduction"),
    ScoredLeaf("6", Fraction(1), "veto"),
]
shares = st.one_of(st.none(), st.integers(0, 10_000).map(lambda n: Fraction(n, 100)))
judged = st.lists(
    st.one_of(
        st.builds(GivenMark, st.sampled_from(["1", "2", "3"]), shares),
        st.builds(GivenMark, st.sampled_from(["4", "5"]), st.integers(0, 400).map(lambda n: Fraction(n, 100))),
    ),
    max_size=12,
)


@pytest.mark.parametrize(("share", "points"), [(40, 0), (50, 0), (60, "7.5"), (70, 15), (90, 30), (100, 30)])
def test_points_grow_linearly_between_two_shares(share: int, points: str) -> None:
    assert compute_points(LEAVES[1], Fraction(share)) == Fraction(points)


def test_inapplicable_indicator_is_excluded_and_rest_is_scaled() -> None:
    made = compute_outcome(LEAVES, [GivenMark("1", Fraction(75)), GivenMark("2", Fraction(100)), GivenMark("3", None)])
    assert made.total == round_to_cents(Fraction(60) * 100 / 70)
    assert (made.lines["3"].applies, made.lines["3"].judged) == (False, True)


def test_unjudged_indicator_scores_nothing_and_is_marked() -> None:
    made = compute_outcome(LEAVES, [GivenMark("1", Fraction(100))])
    assert (made.total, made.lines["2"].judged, made.lines["2"].applies) == (Decimal("40.00"), False, True)


def test_points_so_far_are_not_scaled_and_exclude_unjudged() -> None:
    made = compute_outcome(LEAVES, [GivenMark("1", Fraction(75)), GivenMark("2", None), GivenMark("4", Fraction(2))])
    assert made.so_far == Decimal("32.00")
    of = sum_leaves(LEAVES[:3], made)
    assert (of.points, of.of, of.open) == (30, 40, 30), "what does not apply is on no side"
    assert not sum_leaves(LEAVES[2:3], made).judged


def test_veto_fails_unit_and_removes_rank() -> None:
    full = [GivenMark(key, Fraction(100)) for key in "123"]
    best, barred = compute_outcome(LEAVES, full), compute_outcome(LEAVES, [*full, GivenMark("6", Fraction(1))])
    poor = compute_outcome(LEAVES, [GivenMark("1", Fraction(1))])
    assert (find_grade(best, GRADES), find_grade(barred, GRADES), find_grade(poor, GRADES)) == (
        "优秀",
        FAILED_GRADE,
        FAILED_GRADE,
    )
    assert rank_units({1: barred, 2: poor, 3: best, 4: best}) == {3: 1, 4: 1, 2: 3}


def test_unit_without_applicable_indicators_has_no_grade_or_rank() -> None:
    nothing = compute_outcome(LEAVES, [GivenMark(key, None) for key in "123"])
    poor = compute_outcome(LEAVES, [GivenMark(key, Fraction(0)) for key in "123"])
    assert (find_grade(nothing, GRADES), find_grade(poor, GRADES)) == (NOT_APPLICABLE_LABEL, FAILED_GRADE)
    assert rank_units({1: nothing, 2: poor}) == {2: 1}


@given(judged, st.randoms(use_true_random=False))
@settings(max_examples=most(60))
def test_order_of_marks_makes_no_difference(rows: list[GivenMark], chance: object) -> None:
    mixed = list(rows)
    chance.shuffle(mixed)
    assert compute_outcome(LEAVES, rows) == compute_outcome(LEAVES, mixed)


@given(judged)
@settings(max_examples=most(60))
def test_score_stays_within_its_limits(rows: list[GivenMark]) -> None:
    made = compute_outcome(LEAVES, rows)
    assert 0 <= made.base <= 100
    assert 0 <= made.bonus <= 5
    assert 0 <= made.deducted <= 10
    assert 0 <= made.total <= 105


@given(judged, st.sampled_from(["1", "2", "3"]))
@settings(max_examples=most(60))
def test_better_mark_never_lowers_score(rows: list[GivenMark], key: str) -> None:
    better = [GivenMark(one.key, Fraction(100)) if one.key == key and one.value is not None else one for one in rows]
    assert compute_outcome(LEAVES, better).exact >= compute_outcome(LEAVES, rows).exact


def test_gain_of_one_more_case_is_its_share_of_the_indicator() -> None:
    known = [GivenMark("1", Fraction(50)), GivenMark("2", Fraction(100)), GivenMark("3", Fraction(100))]
    assert compute_gain(LEAVES, known, "1", [1.0, 0.0, 0.0]) == Fraction(10)
    assert compute_gain(LEAVES, known, "1", []) == Fraction(40)
