"""The growing arrays of an index, and the snapshot that a reader works on."""

from array import array
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gongkai.matching.entries import Analysed, Part
from gongkai.matching.postings import Counts, Ints, Segment, compact, freeze


@dataclass
class Texts:
    """Postings and lengths of one kind of text: passages, or whole entries of several passages."""

    lengths: "array[int]" = field(default_factory=lambda: array("i"))
    owners: "array[int]" = field(default_factory=lambda: array("i"))
    weights: "array[float]" = field(default_factory=lambda: array("f"))
    kinds: bytearray = field(default_factory=bytearray)
    segments: tuple[Segment, ...] = ()
    waiting: list[tuple[int, Ints, Counts]] = field(default_factory=list)

    def append(self, owner: int, found: Analysed, numbers: Ints, counts: Counts) -> None:
        """One more text of the entry `owner`."""
        self.waiting.append((len(self.lengths), numbers, counts))
        self.lengths.append(found.length)
        self.owners.append(owner)
        self.weights.append(found.weight)
        self.kinds.append(found.kinds)

    def settle(self) -> None:
        """Freeze what is waiting."""
        if self.waiting:
            self.segments = compact(self.segments, freeze(self.waiting))
            self.waiting = []


class View(NamedTuple):
    """The texts of one kind as a reader sees them."""

    segments: tuple[Segment, ...]
    norm: NDArray[np.float32]
    owners: Ints
    weights: NDArray[np.float32]
    kinds: NDArray[np.uint8]


class Snapshot(NamedTuple):
    """A moment of the index; nothing in it changes any more (ids and vocabulary only grow)."""

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
    """A copy of a growing array for readers."""
    return np.array(values, dtype=np.int32)
