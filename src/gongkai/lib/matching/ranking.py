"""Weights of question terms, and length normalisation of texts. Figures: docs/matching.md."""

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from gongkai.lib.matching.analysis import (
    MAX_QUESTION_CHARACTERS,
    count_terms_in_text,
    is_main_term,
    remove_question_words,
)
from gongkai.lib.matching.folding import fold
from gongkai.lib.matching.synonyms import Synonyms
from gongkai.lib.matching.weights import DEFAULT_WEIGHTS, RankingWeights

HALF_RARITY_BIGRAMS = 60
"""Number of bigrams at which half of `RankingWeights.more_rarity` is added to the power of rarity."""
SINGLE_CHARACTER_HALF_LIFE_BIGRAMS = 25
"""Number of bigrams that halves the weight of single characters."""
#: Weight of a number in a question.
NUMBER_WEIGHT = 2.0
ANSWER_KIND_GAIN = 0.2
"""Gain for each requested kind of answer (time, amount, place …) that the text contains."""
MAX_POSTINGS = 500_000
"""Maximum postings that one search reads; the commonest single characters are left out first."""


def weight_question_terms(
    question: str, synonyms: Synonyms, ranking_weights: RankingWeights = DEFAULT_WEIGHTS
) -> dict[str, float]:
    """Return {term: weight} of a question; rarity is applied later."""
    folded = fold(question[:MAX_QUESTION_CHARACTERS])
    counts = count_terms_in_text(remove_question_words(folded))
    single = ranking_weights.single / (
        1 + sum(n for term, n in counts.items() if is_main_term(term)) / SINGLE_CHARACTER_HALF_LIFE_BIGRAMS
    )

    def weigh_kind(term: str) -> float:
        """Return the weight of a term's kind: word pair, number, main term or single character."""
        if term[0] == "_":
            return ranking_weights.word
        if term[0] == "#":
            return NUMBER_WEIGHT
        if is_main_term(term):
            return 1.0 if len(term) > 1 and not term.isascii() else 1.0 + ranking_weights.word
        return single

    weights = {term: n * weigh_kind(term) for term, n in counts.items()}
    for row in synonyms.find(folded):
        for term in count_terms_in_text(row.official):
            if term not in counts:
                weights[term] = max(weights.get(term, 0.0), ranking_weights.synonym * row.weight * weigh_kind(term))
    return weights


def compute_rarity_power(terms: Iterable[str], ranking_weights: RankingWeights = DEFAULT_WEIGHTS) -> float:
    """Return the exponent of rarity for a question with these terms."""
    mains = sum(map(is_main_term, terms))
    return ranking_weights.rarity + ranking_weights.more_rarity * mains / (mains + HALF_RARITY_BIGRAMS)


def compute_rarity(having: NDArray[np.int64], entries: int, power: float) -> NDArray[np.float64]:
    """Return the rarity of terms (idf to a power) from the number of entries with each."""
    idf: NDArray[np.float64] = np.log1p((max(entries, 1) - having + 0.5).clip(0.5) / (having + 0.5))
    return idf**power


def compute_length_norm(lengths: NDArray[np.int32], average: float) -> NDArray[np.float32]:
    """Return the length normalisation added to term counts."""
    average = max(average, 1.0)
    b, k1 = average / (average + 20), 1.5 * average / (average + 100)
    return (k1 * (1 - b + b * lengths / average)).astype(np.float32)


def select_cheap_terms(costs: NDArray[np.int64], is_single: Callable[[int], bool]) -> list[int]:
    """Return the positions of the terms whose postings fit into `MAX_POSTINGS`; common ones are dropped first."""
    kept = list(range(len(costs)))
    total = int(costs.sum())
    if total > MAX_POSTINGS:
        for at in sorted(kept, key=lambda i: (not is_single(i), -int(costs[i]), i)):
            if total <= MAX_POSTINGS or len(kept) == 1:
                break
            kept.remove(at)
            total -= int(costs[at])
    return kept
