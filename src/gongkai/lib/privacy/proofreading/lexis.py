"""Counts of words, word pairs and triples in laws, news and official replies.

The numbers are in `data/words.bin`, built by `tools/privacy_counts.py`. Non-Chinese runs count
as one of three signs: border, number, Latin letters. Rows are stored as 32-bit hashes.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from gongkai.lib.chinese.characters import is_han
from gongkai.lib.privacy.proofreading.shares import (
    CountTable,
    Ints,
    Reals,
    decode_gaps,
    encode_gaps,
    from_levels,
    hash_keys,
    pack_parts,
    to_levels,
    unpack_parts,
)

#: The first three words: signs.
BORDER, NUMBER, LATIN = 1, 2, 3
_PRIOR_WEIGHT = 3.0


@dataclass(frozen=True)
class WordCounts:
    """Counts of words, and of pairs and triples of words, in sample texts.

    Attributes:
        words: the words; the number of a word is its position plus one, 0 for unknown words.
        number: the number of each word.
        single: count of each number.
        two: counts of pairs of words; the key has the first word's number in its upper half.
        three: counts of triples of words, by hash.
    """

    words: list[str]
    number: dict[str, int]
    single: Reals
    two: CountTable
    three: CountTable

    def pairs(self, first: Ints, second: Ints) -> Reals:
        """Return the counts of word pairs."""
        return self.two.of(hash_word_rows(first, second))

    def triple_counts(self, first: Ints, second: Ints, third: Ints) -> Reals:
        """Return the counts of word triples."""
        return self.three.of(hash_word_rows(first, second, third))

    def log_likelihood(self, first: Ints, second: Ints, third: Ints) -> Reals:
        """Return the log likelihood of words after two others."""
        often = self.single[third]
        found = (often + np.float32(0.3)) / self.single.sum()
        before = self.single[second]
        found = (np.minimum(self.pairs(second, third), before) + _PRIOR_WEIGHT * found) / (before + _PRIOR_WEIGHT)
        before = self.pairs(first, second)
        found = (np.minimum(self.triple_counts(first, second, third), before) + _PRIOR_WEIGHT * found) / (
            before + _PRIOR_WEIGHT
        )
        result: Reals = np.log(found)
        return result


def hash_word_rows(*columns: Ints) -> NDArray[np.uint32]:
    """Return a 32-bit hash of each row, for columns of word numbers."""
    key = columns[0].astype(np.uint64)
    for column in columns[1:]:
        key = (key << np.uint64(16)) | column.astype(np.uint64)
    return hash_keys(key)


def pack(words: list[str], single: Ints, tables: list[tuple[list[Ints], Ints]]) -> bytes:
    """Return the file: words, their levels, and per table hashes and levels.

    Args:
        words: the words.
        single: the count of each word.
        tables: the pairs and the triples of words, each as its columns and the count of each row.
    """
    parts = ["\n".join(words).encode(), to_levels(single).tobytes()]
    for columns, often in tables:
        # Unhashed pairs compress better; they are hashed when they are read.
        rows = hash_word_rows(*columns) if len(columns) > 2 else (columns[0] << 16) | columns[1]
        order = np.argsort(rows, kind="stable")
        parts += [*encode_gaps(rows[order]), to_levels(often[order]).tobytes()]
    return pack_parts(parts)


def unpack(content: bytes) -> WordCounts:
    """Return the words and counts of a file."""
    parts = unpack_parts(content)
    words = next(parts).decode().split("\n")
    single = np.concatenate((np.zeros(1, np.float32), from_levels(next(parts))))
    pairs = hash_keys(decode_gaps(next(parts), next(parts)).astype(np.uint64))
    order = np.argsort(pairs)
    two = CountTable(pairs[order], np.frombuffer(next(parts), np.uint8)[order])
    three = CountTable(decode_gaps(next(parts), next(parts)), np.frombuffer(next(parts), np.uint8))
    return WordCounts(words, {word: place for place, word in enumerate(words, 1)}, single, two, three)


@cache
def load_word_counts() -> WordCounts:
    """Return the bundled word counts."""
    return unpack((files("gongkai.lib.privacy") / "data" / "words.bin").read_bytes())


def sign_number(word: str) -> int:
    """Return the number of a sign, or 0 for other words."""
    char = word[0]
    if is_han(char):
        return 0
    if char.isascii() and char.isalpha():
        return LATIN
    return NUMBER if char.isascii() and all(sign in "0123456789.%" for sign in word) else BORDER


@cache
def _get_word_id(word: str) -> int:
    return sign_number(word) or load_word_counts().number.get(word, 0)


def score_changes(changes: list[tuple[list[str], list[str]]]) -> list[float]:
    """Return for each change of words its gain in log likelihood.

    Both rows begin and end with words that stay; common words at either end count as context only.
    """
    ids: list[tuple[int, int, int]] = []
    owner: list[int] = []
    signs: list[float] = []
    for place, (was, now) in enumerate(changes):
        head = 0
        while head < min(len(was), len(now)) and was[head] == now[head]:
            head += 1
        tail = 0
        while tail < min(len(was), len(now)) - head and was[-1 - tail] == now[-1 - tail]:
            tail += 1
        for row, sign in ((was, -1.0), (now, 1.0)):
            numbers = [_get_word_id(word) for word in row]
            for at in range(max(head, 2), min(len(row) - tail + 2, len(row))):
                ids.append((numbers[at - 2], numbers[at - 1], numbers[at]))
                owner.append(place)
                signs.append(sign)
    if not ids:
        return [0.0] * len(changes)
    chance = load_word_counts().log_likelihood(*np.array(ids, np.int32).T)
    found: list[float] = np.bincount(owner, chance * np.array(signs), minlength=len(changes)).tolist()
    return found
