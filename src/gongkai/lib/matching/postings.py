"""The growing arrays of an index, and the snapshot that a reader works on."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gongkai.lib.matching.entries import EntryPart

#: Numbers of terms or texts.
Ints = NDArray[np.int32]
#: Counts of terms, at most 255.
Counts = NDArray[np.uint8]


class PostingsSegment(NamedTuple):
    """The postings of some texts: for each term, the texts that contain it and how often."""

    terms: Ints
    starts: NDArray[np.int64]
    texts: Ints
    counts: Counts

    @property
    def size(self) -> int:
        """Return the number of postings."""
        return len(self.texts)


def make_segment(rows: Sequence[tuple[int, Ints, Counts]]) -> PostingsSegment:
    """Return the segment of rows (text number, term numbers, counts)."""
    terms = np.concatenate([row[1] for row in rows]) if rows else np.empty(0, np.int32)
    counts = np.concatenate([row[2] for row in rows]) if rows else np.empty(0, np.uint8)
    texts = np.repeat(np.array([row[0] for row in rows], np.int32), [len(row[1]) for row in rows])
    order = np.argsort(terms, kind="stable")
    unique, first = np.unique(terms[order], return_index=True)
    starts = np.append(first, len(terms)).astype(np.int64)
    return PostingsSegment(unique.astype(np.int32), starts, texts[order].astype(np.int32), counts[order])


def merge_segments(a: PostingsSegment, b: PostingsSegment) -> PostingsSegment:
    """Return both segments as one; the texts of `b` follow those of `a`."""
    terms = np.union1d(a.terms, b.terms).astype(np.int32)
    lengths = np.zeros(len(terms), np.int64)
    where = [np.searchsorted(terms, part.terms) for part in (a, b)]
    for part, at in zip((a, b), where, strict=True):
        lengths[at] += np.diff(part.starts)
    starts = np.append(0, np.cumsum(lengths))
    texts, counts = np.empty(starts[-1], np.int32), np.empty(starts[-1], np.uint8)
    begin = starts[:-1].copy()
    for part, at in zip((a, b), where, strict=True):
        own = np.diff(part.starts)
        to = np.repeat(begin[at] - part.starts[:-1], own) + np.arange(part.size)
        texts[to], counts[to] = part.texts, part.counts
        begin[at] += own
    return PostingsSegment(terms, starts, texts, counts)


def compact_segments(segments: tuple[PostingsSegment, ...], new: PostingsSegment) -> tuple[PostingsSegment, ...]:
    """Return the segments with a new one, merged so that their sizes grow geometrically."""
    kept = [*segments, new]
    while len(kept) > 1 and kept[-2].size < 4 * kept[-1].size:
        last = kept.pop()
        kept[-1] = merge_segments(kept[-1], last)
    return tuple(kept)


def renumber_texts(segment: PostingsSegment, numbers: Ints) -> PostingsSegment:
    """Return the segment with renumbered texts; texts with negative numbers are dropped."""
    new = numbers[segment.texts]
    alive = new >= 0
    lengths = np.add.reduceat(alive, segment.starts[:-1]) if segment.size else np.empty(0, np.int64)
    used = lengths > 0
    starts = np.append(0, np.cumsum(lengths[used]))
    return PostingsSegment(segment.terms[used], starts.astype(np.int64), new[alive], segment.counts[alive])


def score_texts(
    segments: tuple[PostingsSegment, ...], terms: Ints, weights: NDArray[np.float32], norm: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Return for each text the sum over terms of weight × count / (count + norm).

    Args:
        segments: the postings.
        terms: term numbers.
        weights: one for each term.
        norm: one for each text.
    """
    total = np.zeros(len(norm))
    for segment in segments:
        if not segment.size:
            continue
        index = np.searchsorted(segment.terms, terms).clip(max=len(segment.terms) - 1)
        hit = np.flatnonzero(segment.terms[index] == terms)
        if not len(hit):
            continue
        begin, end = segment.starts[index[hit]], segment.starts[index[hit] + 1]
        ranges = list(zip(begin.tolist(), end.tolist(), strict=True))
        texts = np.concatenate([segment.texts[i:j] for i, j in ranges])
        counts = np.concatenate([segment.counts[i:j] for i, j in ranges]).astype(np.float32)
        gains = np.repeat(weights[hit], end - begin)
        gains *= counts
        counts += norm[texts]
        gains /= counts
        total += np.bincount(texts, weights=gains, minlength=len(norm))
    return total


class Vocabulary(dict[str, int]):
    """Search terms with their numbers; `vocabulary[term]` adds a new term. Readers use `get`."""

    def __missing__(self, term: str) -> int:
        self[term] = number = len(self)
        return number


class CountedTerms(NamedTuple):
    """Distinct term numbers of a text, with their counts (at most 255)."""

    numbers: Ints
    counts: Counts


def count_terms(vocabulary: Vocabulary, terms: dict[str, int]) -> CountedTerms:
    """Return the terms of a text as term numbers with their counts; new terms get the next numbers."""
    numbers = np.fromiter(map(vocabulary.__getitem__, terms), np.int32, len(terms))
    counts = np.fromiter(terms.values(), np.int64, len(terms)).clip(0, 255)
    return CountedTerms(numbers, counts.astype(np.uint8))


def sum_counts(counts_of_texts: list[CountedTerms]) -> CountedTerms:
    """Return the term counts of several texts as one."""
    if len(counts_of_texts) == 1:
        return counts_of_texts[0]
    numbers, where = np.unique(np.concatenate([part.numbers for part in counts_of_texts]), return_inverse=True)
    counts = np.bincount(
        where, weights=np.concatenate([part.counts for part in counts_of_texts]), minlength=len(numbers)
    )
    return CountedTerms(numbers.astype(np.int32), counts.clip(0, 255).astype(np.uint8))


@dataclass
class PostingsIndex:
    """Inverted index of one kind of text, with lengths and weights.

    `owners`: the entry of each text; `kinds`: bits of its kinds of answer; `waiting`: texts not yet in a segment.
    """

    lengths: "array[int]" = field(default_factory=lambda: array("i"))
    owners: "array[int]" = field(default_factory=lambda: array("i"))
    weights: "array[float]" = field(default_factory=lambda: array("f"))
    kinds: bytearray = field(default_factory=bytearray)
    segments: tuple[PostingsSegment, ...] = ()
    waiting: list[tuple[int, Ints, Counts]] = field(default_factory=list)

    def append(self, owner: int, counted: CountedTerms, length: int, weight: float, kinds: int) -> None:
        """Add a text to the entry `owner`."""
        self.waiting.append((len(self.lengths), *counted))
        self.lengths.append(length)
        self.owners.append(owner)
        self.weights.append(weight)
        self.kinds.append(kinds)

    def flush(self) -> None:
        """Move the buffered texts into a new segment."""
        if self.waiting:
            self.segments = compact_segments(self.segments, make_segment(self.waiting))
            self.waiting = []


class TextsView(NamedTuple):
    """Read-only view of the texts of one kind; `norm` is their length normalisation."""

    segments: tuple[PostingsSegment, ...]
    norm: NDArray[np.float32]
    owners: Ints
    weights: NDArray[np.float32]
    kinds: NDArray[np.uint8]


class IndexSnapshot(NamedTuple):
    """Consistent read-only state of an index; ids and vocabulary only grow.

    `having`: number of entries with each term; `live`: number of entries; `several`: an entry has several passages.
    """

    ids: list[str]
    contents: list[tuple[EntryPart, ...]]
    vocabulary: dict[str, int]
    having: NDArray[np.int32]
    alive: NDArray[np.bool_]
    live: int
    passages: TextsView
    wholes: TextsView
    several: bool


def to_array(values: "array[int]") -> Ints:
    """Return a numpy copy of a growing array."""
    return np.array(values, dtype=np.int32)
