"""Counts of 2, 3 and 4 characters in sequence, from laws, news and official replies.

The numbers are in `data/counts.bin`, built by `tools/privacy_counts.py`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from gongkai.lib.privacy.proofreading.places import are_han
from gongkai.lib.privacy.proofreading.tabled import (
    CountTable,
    Ints,
    Numbers,
    Reals,
    SparseBytes,
    decode_gaps,
    encode_gaps,
    from_levels,
    hash_keys,
    pack_parts,
    to_levels,
    unpack_parts,
)

#: Signs for what is not Chinese, in the places of the first three characters.
BORDER, NUMBER, LATIN = "。", "0", "A"
_NUMBER_CHARACTERS = "0123456789０１２３４５６７８９．.%％"
#: Maximum number of characters in the model: 13 bits.
MAX_LETTERS = 8191
#: How often a row of two stands whose level and one is given.
_PAIR_COUNTS: Reals = np.concatenate((np.zeros(1), np.exp(np.arange(255) / 3.0))).astype(np.float32)


@dataclass(frozen=True)
class CharacterCounts:
    """Counts of sequences of one to four characters in sample texts.

    Attributes:
        letters: the characters; the number of a character is its place and one.
        single: how often each number stands in the texts.
        pairs: for each row of two its level and one, nought if it is unknown; `pair` gives the place.
        rows: for 3 and 4 the hashes of rows of so many characters.
    """

    letters: str
    single: Reals
    pairs: SparseBytes
    rows: dict[int, CountTable]
    numbers: Ints

    def encode(self, text: str) -> tuple[Ints, Ints]:
        """Return the numbers of a text's characters and their offsets, padded by four borders."""
        points = np.frombuffer(text.encode("utf-32-le", "replace"), dtype="<u4")
        numbers = self.numbers[np.minimum(points, 0xFFFF)]
        again = np.zeros(len(numbers), dtype=bool)
        again[1:] = (numbers[1:] == numbers[:-1]) & (numbers[1:] <= 3) & (numbers[1:] > 0)
        kept = np.flatnonzero(~again)
        rim = np.ones(4, dtype=np.int64)
        places: Ints = np.concatenate((rim * -1, kept, rim * len(text)))
        found: Ints = np.concatenate((rim.astype(np.int32), numbers[kept], rim.astype(np.int32)))
        return found, places

    def number(self, char: str) -> int:
        """Return the number by which the tables name a character."""
        return int(self.numbers[min(ord(char), 0xFFFF)])

    def of(self, *columns: Ints) -> Reals:
        """Return the counts of sequences given column by column."""
        size = len(columns)
        if size == 1:
            return self.single[columns[0]]
        if size == 2:
            return _PAIR_COUNTS[self.pairs.at(self.pair(*columns))]
        return self.rows[size].of(hash_rows(columns))

    def pair(self, first: Ints, second: Ints) -> Ints:
        """Return the positions of pairs in `pairs`."""
        found: Ints = first * np.int32(len(self.letters) + 1) + second
        return found


def hash_rows(columns: Iterable[Ints]) -> NDArray[np.uint32]:
    """Return a 32-bit hash of each row of characters; pairs are kept as they are."""
    key: NDArray[np.uint64] | None = None
    size = 0
    for column in columns:
        number = column.astype(np.uint64)
        key = number if key is None else (key << np.uint64(13)) | number
        size += 1
    assert key is not None
    return key.astype(np.uint32) if size < 3 else hash_keys(key)


def get_min_pair_level(often: float) -> int:
    """Return the smallest value in `CharacterCounts.pairs` for pairs that occur `often` times."""
    return int(np.searchsorted(_PAIR_COUNTS, np.float32(often)))


def pack(letters: str, single: Numbers, rows: Mapping[int, tuple[Numbers, Numbers]]) -> bytes:
    """Return the file: letters, levels of single characters, hashes and levels for each size."""
    parts = [letters.encode(), to_levels(single).tobytes()]
    for size in (2, 3, 4):
        keys, counts = rows[size]
        hashes = keys.astype(np.uint32) if size < 3 else hash_keys(keys.astype(np.uint64))
        order = np.argsort(hashes, kind="stable")
        hashes, levels = hashes[order], to_levels(counts[order])
        parts += [*encode_gaps(hashes), levels.tobytes()]
    return pack_parts(parts)


def unpack(content: bytes) -> CharacterCounts:
    """Return the counts of a file."""
    parts = unpack_parts(content)
    letters = parts[0].decode()
    rows = {}
    for size in (2, 3, 4):
        low, high, steps = parts[3 * size - 4 : 3 * size - 1]
        hashes = decode_gaps(low, high)
        if size == 2:
            places = (hashes >> 13).astype(np.int32) * np.int32(len(letters) + 1) + (hashes & 8191).astype(np.int32)
            pairs = SparseBytes(places, np.frombuffer(steps, np.uint8) + np.uint8(1), (len(letters) + 1) ** 2)
            continue
        rows[size] = CountTable(hashes, np.frombuffer(steps, np.uint8))
    single = np.zeros(MAX_LETTERS + 1, dtype=np.float32)
    single[1 : len(letters) + 1] = from_levels(parts[1])
    return CharacterCounts(letters, single, pairs, rows, _build_number_table(letters))


def _build_number_table(letters: str) -> Ints:
    table = np.ones(0x10000, dtype=np.int32)
    table[are_han(np.arange(table.size))] = 0
    for sign, chars in ((2, _NUMBER_CHARACTERS), (3, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")):
        for char in chars:
            table[ord(char)] = sign
    for place, char in enumerate(letters[3:], 4):
        table[ord(char)] = place
    return table


@cache
def load_counts() -> CharacterCounts:
    """Return the bundled character counts."""
    return unpack((files("gongkai.lib.privacy") / "data" / "counts.bin").read_bytes())
