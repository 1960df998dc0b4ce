"""From the arrays of an index to the scores of its texts, and the best of them."""

import numpy as np
from numpy.typing import NDArray

from gongkai.lib.matching import postings, ranking
from gongkai.lib.matching.store import Texts, View, numbers_of


def view(texts: Texts, average: float) -> View:
    """The texts of one kind as a reader sees them; `average`: their mean length."""
    return View(
        texts.segments,
        ranking.length_norm(numbers_of(texts.lengths), average),
        numbers_of(texts.owners),
        np.array(texts.weights, np.float32),
        np.frombuffer(bytes(texts.kinds), np.uint8),
    )


def texts_scores(
    seen: View, numbers: postings.Ints, gains: NDArray[np.float32], asked: int
) -> NDArray[np.float64]:
    """The score of each text for the terms; `asked`: bits of the kinds of answer that the question asks for."""
    scores = postings.score(seen.segments, numbers, gains, seen.norm) * seen.weights
    if asked:
        scores *= 1 + ranking.ANSWER_KIND * np.bitwise_count(seen.kinds & asked)
    return scores


def best(scores: NDArray[np.float64], k: int) -> list[int]:
    """Places of the k highest scores above nothing; equal ones in their order."""
    found = np.flatnonzero(scores > 0)
    if k <= 0 or not len(found):
        return []
    if len(found) > k:
        least = np.partition(scores[found], len(found) - k)[len(found) - k]
        found = found[scores[found] >= least]
    order = np.argsort(-scores[found], kind="stable")[:k]
    return [int(i) for i in found[order]]
