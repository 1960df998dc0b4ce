"""Counts of words, word pairs and triples in laws, news and official replies.

The numbers are in `data/words.bin`, built by `tools/privacy_counts.py`. Non-Chinese runs count
as one of three signs: border, number, Latin letters. Rows are stored as 32-bit hashes.
"""

from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import IO

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

#: Numbers of the three signs for non-Chinese runs.
BORDER, NUMBER, LATIN = 1, 2, 3
_PRIOR_WEIGHT = 3.0
#: Words of up to this many characters are sorted in one array.
_MAX_SHORT_WORD_CHARACTERS = 4


class WordNumbers:
    """The number of each word, in less memory than a dict (6 MB) needs."""

    def __init__(self, words: list[str]) -> None:
        self._long = {word: number for number, word in enumerate(words, 1) if len(word) > _MAX_SHORT_WORD_CHARACTERS}
        short = np.array(
            [word if len(word) <= _MAX_SHORT_WORD_CHARACTERS else "" for word in words],
            f"<U{_MAX_SHORT_WORD_CHARACTERS}",
        )
        order = np.argsort(short)
        self._words, self._numbers = short[order], (order + 1).astype(np.uint16)

    def find(self, word: str) -> int:
        """Return the number of a word, 0 for unknown words."""
        if not 0 < len(word) <= _MAX_SHORT_WORD_CHARACTERS:
            return self._long.get(word, 0)
        at = int(np.searchsorted(self._words, np.array(word, self._words.dtype)))
        return int(self._numbers[at]) if at < len(self._words) and self._words[at] == word else 0


@dataclass(frozen=True)
class WordCounts:
    """Counts of words, and of pairs and triples of words, in sample texts.

    Attributes:
        numbers: the number of each word.
        single: count of each number.
        two: counts of pairs of words, by `make_pair_keys`.
        three: counts of triples of words, by hash.
    """

    numbers: WordNumbers
    single: Reals
    two: CountTable
    three: CountTable

    def count_pairs(self, first: Ints, second: Ints) -> Reals:
        """Return the counts of word pairs."""
        return self.two.get_counts(make_pair_keys(first, second))

    def count_triples(self, first: Ints, second: Ints, third: Ints) -> Reals:
        """Return the counts of word triples."""
        return self.three.get_counts(hash_word_rows(first, second, third))

    def log_likelihood(self, first: Ints, second: Ints, third: Ints) -> Reals:
        """Return the log likelihood of each third word after the first and second word (numbers of words)."""
        often = self.single[third]
        likelihood = (often + np.float32(0.3)) / self.single.sum()
        history_counts = self.single[second]
        likelihood = (np.minimum(self.count_pairs(second, third), history_counts) + _PRIOR_WEIGHT * likelihood) / (
            history_counts + _PRIOR_WEIGHT
        )
        history_counts = self.count_pairs(first, second)
        likelihood = (
            np.minimum(self.count_triples(first, second, third), history_counts) + _PRIOR_WEIGHT * likelihood
        ) / (history_counts + _PRIOR_WEIGHT)
        result: Reals = np.log(likelihood)
        return result


def make_pair_keys(first: Ints, second: Ints) -> NDArray[np.uint32]:
    """Return the key of each pair of words: the number of the first one is in its upper half."""
    return (first.astype(np.uint32) << np.uint32(16)) | second.astype(np.uint32)


def hash_word_rows(*columns: Ints) -> NDArray[np.uint32]:
    """Return a 32-bit hash of each row, for columns of word numbers."""
    key = columns[0].astype(np.uint64)
    for column in columns[1:]:
        key = (key << np.uint64(16)) | column.astype(np.uint64)
    return hash_keys(key)


def pack_word_counts(words: list[str], single: Ints, tables: list[tuple[list[Ints], Ints]]) -> bytes:
    """Return the file: words, their levels, and per table hashes and levels.

    Args:
        words: the words.
        single: the count of each word.
        tables: the pairs and the triples of words, each as its columns and the count of each row.
    """
    parts = ["\n".join(words).encode(), to_levels(single).tobytes()]
    for columns, often in tables:
        rows = hash_word_rows(*columns) if len(columns) > 2 else make_pair_keys(*columns)
        order = np.argsort(rows, kind="stable")
        parts += [*encode_gaps(rows[order]), to_levels(often[order]).tobytes()]
    return pack_parts(parts)


def unpack_word_counts(source: IO[bytes]) -> WordCounts:
    """Return the words and counts of a file."""
    sections = unpack_parts(source)
    word_list = next(sections).decode().split("\n")
    single = np.concatenate((np.zeros(1, np.float32), from_levels(next(sections))))
    two = CountTable(decode_gaps(next(sections), next(sections)), np.frombuffer(next(sections), np.uint8), shift=16)
    three = CountTable(decode_gaps(next(sections), next(sections)), np.frombuffer(next(sections), np.uint8))
    return WordCounts(WordNumbers(word_list), single, two, three)


@cache
def load_word_counts() -> WordCounts:
    """Return the bundled word counts."""
    with (files("gongkai.lib.privacy") / "data" / "words.bin").open("rb") as source:
        return unpack_word_counts(source)


def get_sign_number(word: str) -> int:
    """Return the number of a sign, or 0 for other words."""
    char = word[0]
    if is_han(char):
        return 0
    if char.isascii() and char.isalpha():
        return LATIN
    return NUMBER if char.isascii() and all(sign in "0123456789.%" for sign in word) else BORDER


@lru_cache(maxsize=8192)
def _get_word_number(word: str) -> int:
    """Return the number of a word in the tables, 0 if it is unknown."""
    return get_sign_number(word) or load_word_counts().numbers.find(word)


def score_changes(changes: list[tuple[list[str], list[str]]]) -> list[float]:
    """Return the gain in log likelihood of each change (words before, words after).

    Both rows begin and end with words that stay; common words at either end count as context only.
    """
    ids: list[tuple[int, int, int]] = []
    owner: list[int] = []
    signs: list[float] = []
    for place, (old_words, new_words) in enumerate(changes):
        head = 0
        while head < min(len(old_words), len(new_words)) and old_words[head] == new_words[head]:
            head += 1
        tail = 0
        while tail < min(len(old_words), len(new_words)) - head and old_words[-1 - tail] == new_words[-1 - tail]:
            tail += 1
        for row, sign in ((old_words, -1.0), (new_words, 1.0)):
            numbers = [_get_word_number(word) for word in row]
            for at in range(max(head, 2), min(len(row) - tail + 2, len(row))):
                ids.append((numbers[at - 2], numbers[at - 1], numbers[at]))
                owner.append(place)
                signs.append(sign)
    if not ids:
        return [0.0] * len(changes)
    chance = load_word_counts().log_likelihood(*np.array(ids, np.int32).T)
    gains: list[float] = np.bincount(owner, chance * np.array(signs), minlength=len(changes)).tolist()
    return gains
