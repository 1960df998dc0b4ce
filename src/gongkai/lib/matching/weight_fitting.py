"""Fit ranking weights to an office's pairs of questions and right entries."""

import math
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from gongkai.lib import matching
from gongkai.lib.matching.entries import make_question_parts
from gongkai.lib.matching.folding import fold
from gongkai.lib.matching.synonyms import Synonyms
from gongkai.lib.matching.weights import DEFAULT_WEIGHTS, RankingWeights

#: Minimum number of pairs for a fit.
MIN_PAIRS = 200
#: Pairs that weights are chosen by, the last ones; hits that are looked at; wordings that an entry learns.
MAX_PAIRS, RANKING_DEPTH, MAX_LEARNT_QUESTIONS = 1500, 10, 20
#: Minimum improvement that is worth a change, even if it is significant.
MIN_GAIN = 0.002
#: Candidate values of each weight; those that rebuild the entries come first.
WEIGHT_CANDIDATES: dict[str, tuple[float, ...]] = {
    "learnt": (0.0, 0.4, 0.6, 0.8),
    "variant": (0.3, 0.5, 0.8),
    "answer": (0.7, 0.9, 1.0),
    "single": (1.0, 2.0, 3.0),
    "word": (0.2, 0.4, 0.8),
    "synonym": (0.25, 0.5, 1.0),
    "rarity": (1.0, 1.2, 1.5),
    "more_rarity": (0.25, 0.5, 0.8),
    "passage": (0.5, 0.75, 0.9),
}
#: Weights of the parts of an entry.
ENTRY_WEIGHTS = frozenset({"learnt", "variant", "answer"})


class FittingEntry(NamedTuple):
    """An entry of the base, for fitting."""

    id: str
    question: str
    answer: str
    variants: tuple[str, ...] = ()


class TrainingPair(NamedTuple):
    """A question (`asked`), and the id of the entry that a person chose for it."""

    asked: str
    id: str


@dataclass(frozen=True)
class RankingQuality:
    """Quality of a ranking (0 to 1): mean nDCG@10 (`ndcg`), shares of right entries at rank 1 and in the top three."""

    ndcg: float
    first: float
    three: float


@dataclass(frozen=True)
class FittedWeights:
    """Result of a fit: weights, number of pairs and of held-out ones, quality on these before and after."""

    weights: RankingWeights
    pairs: int
    held: int
    before: RankingQuality
    after: RankingQuality
    better: bool
    """True if the new weights are surely better on the held-back pairs and not worse at rank 1."""


def make_index_content(entry: FittingEntry, weights: RankingWeights, learnt: Iterable[str] = ()) -> tuple[object, ...]:
    """Return the searchable parts of an entry with their weights."""
    return make_question_parts(entry.question, entry.answer, entry.variants, weights=weights, learnt=learnt)


def collect_learnt_questions(pairs: Iterable[TrainingPair]) -> dict[str, tuple[str, ...]]:
    """Return {entry: its latest distinct questions} to learn as wordings."""
    learnt_questions: dict[str, dict[str, None]] = defaultdict(dict)
    for pair in pairs:
        learnt_questions[pair.id].pop(pair.asked, None)
        learnt_questions[pair.id][pair.asked] = None
    return {id_: tuple(asked)[-MAX_LEARNT_QUESTIONS:] for id_, asked in learnt_questions.items()}


def find_ranks(index: "matching.Index", pairs: Sequence[TrainingPair]) -> list[int]:
    """Return the rank of each pair's entry; 0 if it is not found."""
    ranks = []
    for pair in pairs:
        ids = [hit.id for hit in index.search(pair.asked, k=RANKING_DEPTH)]
        ranks.append(ids.index(pair.id) + 1 if pair.id in ids else 0)
    return ranks


def _compute_gain(rank: int) -> float:
    """Return the discounted gain of a rank (from 1), 0 if not found."""
    return 1 / math.log2(1 + rank) if rank else 0.0


def compute_ranking_quality(ranks: Sequence[int]) -> RankingQuality:
    """Return the quality of a ranking from the ranks of the right entries."""
    count = max(len(ranks), 1)
    return RankingQuality(
        sum(map(_compute_gain, ranks)) / count,
        sum(rank == 1 for rank in ranks) / count,
        sum(1 <= rank <= 3 for rank in ranks) / count,
    )


def is_surely_better(before: Sequence[int], after: Sequence[int]) -> bool:
    """Return true if the mean gain of ranks rose by more than its standard error and at least by `MIN_GAIN`."""
    differences = [_compute_gain(new) - _compute_gain(old) for old, new in zip(before, after, strict=True)]
    count = len(differences)
    if count < 2:
        return False
    mean = sum(differences) / count
    spread = math.sqrt(sum((difference - mean) ** 2 for difference in differences) / (count - 1) / count)
    return mean >= MIN_GAIN and mean > spread


def fit_ranking_weights(
    entries: Sequence[FittingEntry],
    pairs: Iterable[TrainingPair],
    *,
    synonyms: Synonyms | None = None,
    before: RankingWeights = DEFAULT_WEIGHTS,
) -> FittedWeights:
    """Return the ranking weights that fit training pairs best, with their quality.

    Args:
        entries: the entries.
        pairs: questions with the entries that were chosen for them, the oldest first; those of removed entries are
        ignored.
        synonyms: the synonym table in use.
        before: the weights in use.

    Raises:
        ValueError: too few pairs, in a Chinese line.
    """
    entry_ids = {entry.id for entry in entries}
    clean = _deduplicate_pairs(pair for pair in pairs if pair.id in entry_ids)
    if len(clean) < MIN_PAIRS:
        raise ValueError(f"可以学习的问答对只有{len(clean)}对，至少需要{MIN_PAIRS}对。")
    held_out = [pair for pair in clean if _get_fold_number(pair) == 2]
    training = [pair for pair in clean if _get_fold_number(pair) != 2]
    ranking_weights = _CoordinateSearch(entries, training, synonyms).find_best_weights(before)
    old_ranks = find_ranks(_build_index(entries, before, training, synonyms), held_out)
    new_ranks = find_ranks(_build_index(entries, ranking_weights, training, synonyms), held_out)
    old_quality, new_quality = compute_ranking_quality(old_ranks), compute_ranking_quality(new_ranks)
    better = is_surely_better(old_ranks, new_ranks) and new_quality.first >= old_quality.first
    return FittedWeights(ranking_weights, len(clean), len(held_out), old_quality, new_quality, better)


def _deduplicate_pairs(pairs: Iterable[TrainingPair]) -> list[TrainingPair]:
    """Return the newest pair of each question, the oldest first, at most `MAX_PAIRS`."""
    newest_by_question: dict[str, TrainingPair] = {}
    for pair in pairs:
        key = "".join(fold(pair.asked).split())
        if key:
            newest_by_question.pop(key, None)
            newest_by_question[key] = pair
    return list(newest_by_question.values())[-MAX_PAIRS:]


def _get_fold_number(pair: TrainingPair) -> int:
    """Return the cross-validation fold (0 to 2) of a pair, by its question."""
    return zlib.crc32(fold(pair.asked).encode()) % 3


def _build_index(
    entries: Sequence[FittingEntry], weights: RankingWeights, learnt: Iterable[TrainingPair], synonyms: Synonyms | None
) -> "matching.Index":
    """Return an index of the entries with weights."""
    wordings: Mapping[str, tuple[str, ...]] = collect_learnt_questions(learnt) if weights.learnt else {}
    index = matching.Index.build(
        ((entry.id, make_index_content(entry, weights, wordings.get(entry.id, ()))) for entry in entries),  # type: ignore[misc]
        synonyms=synonyms,
    )
    index.weights = weights
    return index


class _CoordinateSearch:
    """Coordinate search: each weight in turn, twice; a change must be significant."""

    def __init__(
        self, entries: Sequence[FittingEntry], training: Sequence[TrainingPair], synonyms: Synonyms | None
    ) -> None:
        halves = [[pair for pair in training if _get_fold_number(pair) == part] for part in (0, 1)]
        self.ways = [(halves[0], halves[1]), (halves[1], halves[0])]
        self.entries, self.synonyms = entries, synonyms
        self.built: list[matching.Index] = []
        self.built_with: tuple[float, ...] = ()

    def find_best_weights(self, start: RankingWeights) -> RankingWeights:
        """Return the weights found by changing one at a time, in two rounds."""
        ranking_weights, reached = start, self._find_ranks(start)
        for _ in range(2):
            round_start = ranking_weights
            for name, values in WEIGHT_CANDIDATES.items():
                for value in values:
                    tried = ranking_weights.with_weights(**{name: value})
                    if tried != ranking_weights and is_surely_better(reached, places := self._find_ranks(tried)):
                        ranking_weights, reached = tried, places
            if ranking_weights == round_start:
                break
        return ranking_weights

    def _find_ranks(self, weights: RankingWeights) -> list[int]:
        """Return the ranks of the right entries under these weights."""
        entry_weights = tuple(getattr(weights, name) for name in sorted(ENTRY_WEIGHTS))
        if not self.built or entry_weights != self.built_with:
            self.built = [
                _build_index(self.entries, weights, learnt_pairs, self.synonyms) for learnt_pairs, _ in self.ways
            ]
            self.built_with = entry_weights
        ranks: list[int] = []
        for index, (_, judged) in zip(self.built, self.ways, strict=True):
            index.weights = weights
            ranks += find_ranks(index, judged)
        return ranks
