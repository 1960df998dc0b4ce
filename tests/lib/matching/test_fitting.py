"""Weights fitted to an office's own pairs: better on held-back ones, or not at all."""

import pytest

from gongkai.lib.matching.weight_fitting import (
    MIN_PAIRS,
    FittingEntry,
    TrainingPair,
    collect_learnt_questions,
    fit_ranking_weights,
    is_surely_better,
)
from gongkai.lib.matching.weights import DEFAULT_WEIGHTS, RankingWeights

THINGS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉"
ENTRIES = [
    FittingEntry(str(n), f"{thing}类证照如何核发", f"{thing}类证照由窗口核发。") for n, thing in enumerate(THINGS)
]
#: What people call them: words that stand nowhere in the base, the same again and again.
NICKNAMES = [chr(0x4E00 + 37 * n) + chr(0x5000 + 41 * n) for n in range(len(THINGS))]
ASKED = [
    "{}咋办",
    "{}在哪弄",
    "我要{}",
    "{}多久能好",
    "{}丢了",
    "{}要钱不",
    "补个{}",
    "{}找谁",
    "{}能代办不",
    "换{}",
    "老{}还能用不",
]


def test_wordings_that_come_again_are_learnt_and_found_on_held_back_pairs() -> None:
    pairs = [TrainingPair(ask.format(name), str(n)) for n, name in enumerate(NICKNAMES) for ask in ASKED]
    made = fit_ranking_weights(ENTRIES, pairs)
    assert made.better
    assert made.weights.learnt > 0
    assert made.after.first > made.before.first + 0.3
    assert made.pairs == len(pairs) >= MIN_PAIRS


def test_where_nothing_is_to_be_learnt_nothing_changes() -> None:
    pairs = [TrainingPair(f"{thing}类证照{ask}", str(n)) for n, thing in enumerate(THINGS) for ask in ASKED]
    made = fit_ranking_weights(ENTRIES, pairs)
    assert not made.better
    assert made.weights == DEFAULT_WEIGHTS


def test_too_few_pairs_and_pairs_of_entries_that_are_gone_prove_nothing() -> None:
    with pytest.raises(ValueError, match="至少需要200对"):
        fit_ranking_weights(
            ENTRIES, [TrainingPair(f"{n}", "999") for n in range(500)] + [TrainingPair("甲", "0")] * 300
        )


def test_better_by_chance_is_not_better() -> None:
    assert not is_surely_better([1, 2, 1, 3], [1, 1, 2, 3])
    assert not is_surely_better([2], [1])
    assert is_surely_better([2] * 50, [1] * 50)


def test_weights_that_were_stored_are_read_with_care() -> None:
    assert RankingWeights.read({"learnt": 0.5, "word": "x", "unknown": 1, "single": -1}) == RankingWeights(learnt=0.5)
    assert collect_learnt_questions([TrainingPair("一", "a"), TrainingPair("二", "a"), TrainingPair("一", "a")]) == {
        "a": ("二", "一")
    }
