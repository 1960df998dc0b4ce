"""The growing arrays of an index, and the snapshot that a reader works on."""

from array import array
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gongkai.lib.matching.entries import Part
from gongkai.lib.matching.postings import Counts, Ints, Segment, compact, freeze


class Vocabulary(dict[str, int]):
    """Terms with their numbers; `vocabulary[term]` gives a new term the next one. Readers use `get`."""

    def __missing__(self, term: str) -> int:
        self[term] = number = len(self)
        return number


class Counted(NamedTuple):
    """Distinct term numbers of a text, with their counts (at most 255)."""

    numbers: Ints
    counts: Counts


def counted(vocabulary: Vocabulary, terms: dict[str, int]) -> Counted:
    """Return the terms of a text as term numbers with their counts."""
    numbers = np.fromiter(map(vocabulary.__getitem__, terms), np.int32, len(terms))
    counts = np.fromiter(terms.values(), np.int64, len(terms)).clip(0, 255)
    return Counted(numbers, counts.astype(np.uint8))


def together(parts: list[Counted]) -> Counted:
    """Return several counted texts as one."""
    if len(parts) == 1:
        return parts[0]
    numbers, where = np.unique(np.concatenate([part.numbers for part in parts]), return_inverse=True)
    counts = np.bincount(where, weights=np.concatenate([part.counts for part in parts]), minlength=len(numbers))
    return Counted(numbers.astype(np.int32), counts.clip(0, 255).astype(np.uint8))


@dataclass
class Texts:
    """Postings and lengths of one kind of text: passages, or whole entries of several passages."""

    lengths: "array[int]" = field(default_factory=lambda: array("i"))
    owners: "array[int]" = field(default_factory=lambda: array("i"))
    weights: "array[float]" = field(default_factory=lambda: array("f"))
    kinds: bytearray = field(default_factory=bytearray)
    segments: tuple[Segment, ...] = ()
    waiting: list[tuple[int, Ints, Counts]] = field(default_factory=list)

    def append(self, owner: int, counted: Counted, length: int, weight: float, kinds: int) -> None:
        """Add a text to the entry `owner`."""
        self.waiting.append((len(self.lengths), *counted))
        self.lengths.append(length)
        self.owners.append(owner)
        self.weights.append(weight)
        self.kinds.append(kinds)

    def settle(self) -> None:
        """Move buffered texts into a frozen segment."""
        if self.waiting:
            self.segments = compact(self.segments, freeze(self.waiting))
            self.waiting = []


class View(NamedTuple):
    """Read-only view of the texts of one kind."""

    segments: tuple[Segment, ...]
    norm: NDArray[np.float32]
    owners: Ints
    weights: NDArray[np.float32]
    kinds: NDArray[np.uint8]


class Snapshot(NamedTuple):
    """Consistent read-only state of an index; ids and vocabulary only grow."""

    ids: list[str]
    contents: list[tuple[Part, ...]]
    vocabulary: dict[str, int]
    having: NDArray[np.int32]
    alive: NDArray[np.bool_]
    live: int
    passages: View
    wholes: View
    several: bool


def numbers_of(values: "array[int]") -> Ints:
    """Return a numpy copy of a growing array."""
    return np.array(values, dtype=np.int32)
