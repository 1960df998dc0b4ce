"""Ranking weights fitted to an office's own pairs: adopted only if better on held-out pairs."""

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

SUBJECTS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉"
ENTRIES = [
    FittingEntry(str(n), f"{thing}类证照如何核发", f"{thing}类证照由窗口核发。") for n, thing in enumerate(SUBJECTS)
]
#: Nicknames that occur nowhere in the entries, but repeatedly in the questions.
NICKNAMES = [chr(0x4E00 + 37 * n) + chr(0x5000 + 41 * n) for n in range(len(SUBJECTS))]
QUESTION_PATTERNS = [
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


def test_repeated_wordings_are_learnt_and_improve_held_out_ranking() -> None:
    pairs = [TrainingPair(ask.format(name), str(n)) for n, name in enumerate(NICKNAMES) for ask in QUESTION_PATTERNS]
    made = fit_ranking_weights(ENTRIES, pairs)
    assert made.better
    assert made.weights.learnt > 0
    assert made.after.first > made.before.first + 0.3
    assert made.pairs == len(pairs) >= MIN_PAIRS


def test_weights_stay_default_if_nothing_can_be_learnt() -> None:
    pairs = [
        TrainingPair(f"{thing}类证照{ask}", str(n)) for n, thing in enumerate(SUBJECTS) for ask in QUESTION_PATTERNS
    ]
    made = fit_ranking_weights(ENTRIES, pairs)
    assert not made.better
    assert made.weights == DEFAULT_WEIGHTS


def test_too_few_valid_pairs_are_refused() -> None:
    with pytest.raises(ValueError, match="至少需要200对"):
        fit_ranking_weights(
            ENTRIES, [TrainingPair(f"{n}", "999") for n in range(500)] + [TrainingPair("甲", "0")] * 300
        )


def test_improvement_by_chance_does_not_count() -> None:
    assert not is_surely_better([1, 2, 1, 3], [1, 1, 2, 3])
    assert not is_surely_better([2], [1])
    assert is_surely_better([2] * 50, [1] * 50)


def test_stored_weights_are_validated() -> None:
    assert RankingWeights.read({"learnt": 0.5, "word": "x", "unknown": 1, "single": -1}) == RankingWeights(learnt=0.5)
    assert collect_learnt_questions([TrainingPair("一", "a"), TrainingPair("二", "a"), TrainingPair("一", "a")]) == {
        "a": ("二", "一")
    }
