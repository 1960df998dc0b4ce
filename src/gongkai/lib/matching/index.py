"""The search index: add entries, and find the best entries for a question."""

import threading
from array import array
from collections.abc import Collection, Iterable, Iterator
from functools import reduce
from itertools import islice
from operator import or_
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gongkai.lib.matching import analysis, files, postings, ranking
from gongkai.lib.matching import synonyms as tables
from gongkai.lib.matching.entries import (
    AnalysedPassage,
    EntryContent,
    EntryPart,
    analyse_content,
    join_parts,
    split_parts,
)
from gongkai.lib.matching.folding import fold, require_text
from gongkai.lib.matching.postings import (
    CountedTerms,
    IndexSnapshot,
    PostingsIndex,
    TextsView,
    Vocabulary,
    count_terms,
    sum_counts,
    to_array,
)
from gongkai.lib.matching.synonyms import Synonyms
from gongkai.lib.matching.weights import DEFAULT_WEIGHTS


def make_texts_view(texts: PostingsIndex, average: float) -> TextsView:
    """Return a read-only view of the texts of one kind; `average` is their mean length."""
    return TextsView(
        texts.segments,
        ranking.compute_length_norm(to_array(texts.lengths), average),
        to_array(texts.owners),
        np.array(texts.weights, np.float32),
        np.frombuffer(bytes(texts.kinds), np.uint8),
    )


def compute_text_scores(
    view: TextsView, numbers: postings.Ints, gains: NDArray[np.float32], asked_kinds: int
) -> NDArray[np.float64]:
    """Return the score of each text; `asked_kinds`: bits of the requested kinds of answer."""
    scores = postings.score_texts(view.segments, numbers, gains, view.norm) * view.weights
    if asked_kinds:
        scores *= 1 + ranking.ANSWER_KIND_GAIN * np.bitwise_count(view.kinds & asked_kinds)
    return scores


def find_best_positions(scores: NDArray[np.float64], k: int) -> list[int]:
    """Return the positions of the k highest positive scores; ties keep their order."""
    found = np.flatnonzero(scores > 0)
    if k <= 0 or not len(found):
        return []
    if len(found) > k:
        least = np.partition(scores[found], len(found) - k)[len(found) - k]
        found = found[scores[found] >= least]
    order = np.argsort(-scores[found], kind="stable")[:k]
    return [int(i) for i in found[order]]


_BATCH_SIZE = 2000  # texts frozen at once while many are added


class IndexHit(NamedTuple):
    """A matching entry; `score` is the share of the question it covers, 0 to 1."""

    id: str
    score: float


class FoundEntry(NamedTuple):
    """A hit together with the entry's parts at the time of the search."""

    hit: IndexHit
    content: tuple[EntryPart, ...]


class Index:
    """Entries (id and text) with ranked search; thread-safe.

    Equal calls in equal order give equal hits and scores; equal scores are in the order in
    which the entries were added. Adding, removing and building give the same figures.
    """

    def __init__(self, synonyms: Synonyms | None = None) -> None:
        self.synonyms = tables.load_default_synonyms() if synonyms is None else synonyms
        self.weights = DEFAULT_WEIGHTS
        self._lock = threading.RLock()
        self._clear()

    def _clear(self) -> None:
        """Remove all entries from the index."""
        self._ids: list[str] = []
        self._contents: list[tuple[EntryPart, ...]] = []
        self._numbers: dict[str, int] = {}
        self._alive = bytearray()
        self._vocabulary = Vocabulary()
        self._having = array("i")
        self._passages, self._wholes = PostingsIndex(), PostingsIndex()
        self._sums = [0, 0]  # length of all live entries, number of their passages
        self._snapshot: IndexSnapshot | None = None

    @classmethod
    def build(cls, entries: Iterable[tuple[str, EntryContent]], *, synonyms: Synonyms | None = None) -> "Index":
        """Return an index of the entries (id, text or parts).

        Raises:
            ValueError: an id occurs twice, or a text is too long.
            TypeError: an id or a text is none.
        """
        index = cls(synonyms)
        for id_, content in entries:
            if id_ in index._numbers:
                raise ValueError(f"编号重复：{id_}")
            index.add(id_, content)
        index._get_snapshot()
        return index

    def __len__(self) -> int:
        return len(self._numbers)

    def __contains__(self, id_: object) -> bool:
        return id_ in self._numbers

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._numbers))

    def add(self, id_: str, content: EntryContent) -> None:
        """Add an entry, or replace the one with this id (TypeError: the id is no text)."""
        if not isinstance(id_, str):
            raise TypeError(f"编号应为文本（str），收到的是 {type(id_).__name__}")
        parts = split_parts(content)
        passages = analyse_content(parts)
        with self._lock:
            if id_ in self._numbers:
                self.remove(id_)
            number = len(self._ids)
            self._ids.append(id_)
            self._contents.append(parts)
            self._numbers[id_] = number
            self._alive.append(1)
            texts = [count_terms(self._vocabulary, each.terms) for each in passages]
            for each, text in zip(passages, texts, strict=True):
                self._passages.append(number, text, each.length, each.weight, each.kinds)
            entry_counts = sum_counts(texts)
            if len(passages) > 1:
                kinds = reduce(or_, (each.kinds for each in passages))
                self._wholes.append(number, entry_counts, sum(each.length for each in passages), 1.0, kinds)
            self._update_counts(entry_counts, passages, 1)
            if len(self._passages.waiting) >= _BATCH_SIZE:
                self._passages.flush()
                self._wholes.flush()
            self._snapshot = None

    def _update_counts(self, terms: CountedTerms, passages: list[AnalysedPassage], sign: int) -> None:
        """Add the terms and passages of an entry to the counts (`sign` 1) or subtract them (-1)."""
        self._having.frombytes(bytes(self._having.itemsize * (len(self._vocabulary) - len(self._having))))
        having = np.frombuffer(self._having, dtype=np.int32)
        having[terms.numbers] += sign
        del having  # lets the array grow again
        self._sums[0] += sign * sum(each.length for each in passages)
        self._sums[1] += sign * len(passages)

    def remove(self, id_: str) -> None:
        """Remove an entry from the index.

        Raises:
            KeyError: there is none with this id.
        """
        with self._lock:
            if id_ not in self._numbers:
                raise KeyError(f"没有这个编号：{id_}")
            number = self._numbers.pop(id_)
            passages = analyse_content(self._contents[number])
            entry_counts = sum_counts([count_terms(self._vocabulary, each.terms) for each in passages])
            self._alive[number] = 0  # the parts stay until `_compact`: readers may hold them
            self._update_counts(entry_counts, passages, -1)
            self._snapshot = None
            dead = len(self._ids) - len(self._numbers)
            if dead > 500 and dead * 3 > len(self._ids):
                self._compact()

    def _compact(self) -> None:
        """Drop removed entries and renumber the others."""
        alive = np.frombuffer(bytes(self._alive), dtype=np.uint8).astype(bool)
        new_entry_numbers = np.where(alive, np.cumsum(alive) - 1, -1).astype(np.int32)
        for texts in (self._passages, self._wholes):
            texts.flush()
            owners = new_entry_numbers[to_array(texts.owners)]
            is_kept = owners >= 0
            new_text_numbers = np.where(is_kept, np.cumsum(is_kept) - 1, -1).astype(np.int32)
            texts.segments = tuple(postings.renumber_texts(segment, new_text_numbers) for segment in texts.segments)
            texts.lengths = array("i", to_array(texts.lengths)[is_kept].tobytes())
            texts.owners = array("i", owners[is_kept].tobytes())
            texts.weights = array("f", np.array(texts.weights, np.float32)[is_kept].tobytes())
            texts.kinds = bytearray(np.frombuffer(bytes(texts.kinds), np.uint8)[is_kept].tobytes())
        self._ids = [id_ for id_, lives in zip(self._ids, alive, strict=True) if lives]
        self._contents = [given for given, lives in zip(self._contents, alive, strict=True) if lives]
        self._numbers = {id_: number for number, id_ in enumerate(self._ids)}
        self._alive = bytearray(b"\x01" * len(self._ids))

    def _get_snapshot(self) -> IndexSnapshot:
        """Return the current snapshot, which changes by other threads do not touch."""
        snapshot = self._snapshot
        if snapshot is not None:
            return snapshot
        with self._lock:
            if self._snapshot is None:
                self._snapshot = self._take_snapshot()
            return self._snapshot

    def _take_snapshot(self) -> IndexSnapshot:
        """Return a view of the present arrays; the caller has the lock."""
        length, count = self._sums
        live = len(self._numbers)
        for texts in (self._passages, self._wholes):
            texts.flush()
        return IndexSnapshot(
            self._ids,
            self._contents,
            self._vocabulary,
            np.array(self._having, np.int32),
            np.frombuffer(bytes(self._alive), np.uint8).astype(bool),
            live,
            make_texts_view(self._passages, length / max(count, 1)),
            make_texts_view(self._wholes, length / max(live, 1)),
            bool(len(self._wholes.lengths)),
        )

    def search(self, question: str, k: int = 10, *, within: Collection[str] | None = None) -> list[IndexHit]:
        """Return the best entries for a question, best first.

        Args:
            question: a question, a message of several lines, or words; at most 4,000 characters are read.
            k: how many at most.
            within: only these ids, where given.

        Raises:
            TypeError: the question is no text.
        """
        snapshot = self._get_snapshot()
        scores = self._compute_scores(snapshot, question)
        if within is None:
            return [IndexHit(snapshot.ids[i], float(scores[i])) for i in find_best_positions(scores, k)]
        allowed = set(within)
        allowed_positions = (i for i in find_best_positions(scores, len(scores)) if snapshot.ids[i] in allowed)
        return [IndexHit(snapshot.ids[i], float(scores[i])) for i in islice(allowed_positions, max(k, 0))]

    def search_with_contents(self, question: str, k: int = 10) -> tuple[list[FoundEntry], int]:
        """Return (hits of `search` with their contents, number of entries)."""
        snapshot = self._get_snapshot()
        scores = self._compute_scores(snapshot, question)
        rows = [
            FoundEntry(IndexHit(snapshot.ids[i], float(scores[i])), snapshot.contents[i])
            for i in find_best_positions(scores, k)
        ]
        return rows, snapshot.live

    def _compute_scores(self, snapshot: IndexSnapshot, question: str) -> NDArray[np.float64]:
        """Return the rounded score of each entry, 0 for removed ones."""
        scores = self._compute_raw_scores(snapshot, question)
        scores[~snapshot.alive] = 0
        # Rounded, so that the last bits of a sum never decide over the order.
        return np.round(scores, 9)

    def _compute_raw_scores(self, snapshot: IndexSnapshot, question: str) -> NDArray[np.float64]:
        """Return the score of each entry: its best passage mixed with the entry as a whole."""
        require_text(question)
        use = self.weights
        weights = ranking.weight_question_terms(question, self.synonyms, use)
        known_terms = [(term, snapshot.vocabulary[term]) for term in weights if term in snapshot.vocabulary]
        known_terms = [(term, number) for term, number in known_terms if number < len(snapshot.having)]
        if not known_terms or not snapshot.live:
            return np.zeros(len(snapshot.alive))
        numbers = np.array([number for _, number in known_terms], np.int32)
        having = snapshot.having[numbers].astype(np.int64)
        power = ranking.compute_rarity_power(weights, use)
        worth = np.array([weights[term] for term, _ in known_terms]) * ranking.compute_rarity(
            having, snapshot.live, power
        )
        unknown = sum(weights.values()) - sum(weights[term] for term, _ in known_terms)
        ideal = float(worth.sum()) + unknown * float(
            ranking.compute_rarity(np.zeros(1, np.int64), snapshot.live, power)[0]
        )
        cheap_terms = ranking.select_cheap_terms(having, lambda i: len(known_terms[i][0]) == 1)
        numbers, gains = numbers[cheap_terms], (worth[cheap_terms] / ideal).astype(np.float32)
        requested_kinds = analysis.get_requested_answer_kinds(fold(question[:60])) if len(question) <= 60 else 0
        single = compute_text_scores(snapshot.passages, numbers, gains, requested_kinds)
        if not snapshot.several:
            return single
        scores = np.zeros(len(snapshot.alive))
        np.maximum.at(scores, snapshot.passages.owners, single)
        text_scores = compute_text_scores(snapshot.wholes, numbers, gains, requested_kinds)
        share = use.passage
        scores[snapshot.wholes.owners] = share * scores[snapshot.wholes.owners] + (1 - share) * text_scores
        return scores

    def get_text(self, id_: str) -> str:
        """Return the text of an entry, each part on lines of its own."""
        return join_parts(self.get_content(id_))

    def get_content(self, id_: str) -> tuple[EntryPart, ...]:
        """Return the parts of an entry.

        Raises:
            KeyError: there is none with this id.
        """
        with self._lock:
            if id_ not in self._numbers:
                raise KeyError(f"没有这个编号：{id_}")
            return self._contents[self._numbers[id_]]

    def count_entries_with(self, term: str) -> tuple[int, int]:
        """Return (number of entries that contain a term, number of all)."""
        snapshot = self._get_snapshot()
        number = snapshot.vocabulary.get(term, -1)
        return (int(snapshot.having[number]) if 0 <= number < len(snapshot.having) else 0), snapshot.live

    def save(self, path: Path | str) -> None:
        """Write the index to a file atomically.

        A new file gets the rights that the umask leaves, one that is replaced keeps its own.
        """
        with self._lock:
            self._get_snapshot()
            files.save_index(path, self)

    @classmethod
    def load(cls, path: Path | str, *, synonyms: Synonyms | None = None) -> "Index":
        """Return the index in a file written by `Index.save`.

        Raises:
            OSError: there is no such file (FileNotFoundError), or it may not be read.
            ValueError: the file is none, is damaged, or was written by another version.
        """
        index = cls(synonyms)
        files.load_index(path, index)
        return index
