"""How often words stand, and two and three of them one behind the other, in laws, news and official replies.

The numbers are in `data/words.bin`: counted with `tools/privacy_counts.py` over the same texts as `counts.bin`, no text in it but
the words themselves. What is not Chinese counts as one of three signs: a border (marks, spaces, line ends), a number,
Latin letters; a run of one sign is one. Rows are
kept by a hash of 32 bits; the words that often stand behind each word are kept as they are.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from gongkai.lib.chinese.characters import is_han
from gongkai.lib.privacy.frame import Frame
from gongkai.lib.privacy.proofreading.tabled import (
    Ints,
    Reals,
    Table,
    gapped,
    level,
    levelled,
    mixed,
    packed,
    parts_of,
    ungapped,
)

#: Two words that a text writes side by side so often are meant.
MOST = 2
#: The first three words: signs.
BORDER, NUMBER, LATIN = 1, 2, 3
_TRUST = 3.0
#: A word stands often behind another from so many times and such a share of the other's places on.
_STRONG, _SHARE = 20.0, 0.004


@dataclass(frozen=True)
class Lexis:
    """Words and their counts.

    Attributes:
        words: the words, the number of a word is its place and one; nought is an unknown word.
        number: the number of each word.
        single: how often each number stands.
        two: rows of two words; the first word's number is in the upper half of a row.
        three: rows of three words, hashed.
        apart: rows of two words with one between them.
        begins: for each number where the words begin in `behind` that often stand behind it.
        behind: the numbers of those words.
        mates: for each number where the words begin in `like` that sound or look like it.
        like: the numbers of those words.
        how: how each is like it.
    """

    words: list[str]
    number: dict[str, int]
    single: Reals
    two: Table
    three: Table
    apart: Table
    begins: Ints
    behind: Ints
    mates: Ints
    like: Ints
    how: Ints

    def pairs(self, first: Ints, second: Ints) -> Reals:
        """Return how often words stand one behind the other."""
        return self.two.of(hashed(first, second))

    def triples(self, first: Ints, second: Ints, third: Ints) -> Reals:
        """Return how often three words stand one behind the other."""
        return self.three.of(hashed(first, second, third))

    def spaced(self, first: Ints, second: Ints) -> Reals:
        """Return how often two words stand with one between them."""
        return self.apart.of(hashed(first, second))

    def chance(self, first: Ints, second: Ints, third: Ints) -> Reals:
        """Return the logarithm of how likely words are behind two others."""
        often = self.single[third]
        found = (often + np.float32(0.3)) / self.single.sum()
        before = self.single[second]
        found = (np.minimum(self.pairs(second, third), before) + _TRUST * found) / (before + _TRUST)
        before = self.pairs(first, second)
        found = (np.minimum(self.triples(first, second, third), before) + _TRUST * found) / (before + _TRUST)
        result: Reals = np.log(found)
        return result


def hashed(*columns: Ints) -> NDArray[np.uint32]:
    """Return 32 bits for each row of words."""
    key = columns[0].astype(np.uint64)
    for column in columns[1:]:
        key = (key << np.uint64(16)) | column.astype(np.uint64)
    return mixed(key)


def pack(
    words: list[str],
    single: Ints,
    tables: list[tuple[list[Ints], Ints]],
    mates: list[tuple[int, int, int]],
) -> bytes:
    """Return the file: words, their levels, per table the sorted hashes by their gaps, with levels, what follows, what is alike.

    Args:
        words: the words.
        single: how often each stands.
        tables: rows of two, of three, and of two with one between, each as its columns and how often each row stands.
        mates: pairs of words that are alike, and how.
    """
    parts = ["\n".join(words).encode(), level(single).tobytes()]
    for columns, often in tables:
        # Rows of two are smaller as they are; they are hashed when they are read.
        rows = hashed(*columns) if len(columns) > 2 else (columns[0] << 16) | columns[1]
        order = np.argsort(rows, kind="stable")
        parts += [*gapped(rows[order]), level(often[order]).tobytes()]
    (first, second), often = tables[0]
    strong = (often >= _STRONG) & (often >= _SHARE * single[first - 1]) & (second > LATIN)
    followers = np.stack((first[strong], second[strong]), 1)
    followers = followers[np.lexsort((followers[:, 1], followers[:, 0]))]
    alike = np.array(sorted(mates), np.uint32).reshape(-1, 3)
    parts += [column.astype("<u2").tobytes() for column in (*followers.T, alike[:, 0], alike[:, 1])]
    parts.append(alike[:, 2].astype("u1").tobytes())
    return packed(parts)


def unpack(content: bytes) -> Lexis:
    """Return the words and counts of a file."""
    parts = parts_of(content)
    words = parts[0].decode().split("\n")
    single = np.concatenate((np.zeros(1, np.float32), levelled(parts[1])))
    tables = []
    for at in (2, 5, 8):
        rows, levels = ungapped(parts[at], parts[at + 1]), np.frombuffer(parts[at + 2], np.uint8)
        if at != 5:
            rows = mixed(rows.astype(np.uint64))
            order = np.argsort(rows)
            rows, levels = rows[order], levels[order]
        tables.append(Table(rows, levels))
    first, behind, word, like = (np.frombuffer(parts[at], "<u2").astype(np.int32) for at in (11, 12, 13, 14))
    ends = np.arange(len(single) + 1)
    begins, mates = (np.searchsorted(column, ends).astype(np.int32) for column in (first, word))
    how = np.frombuffer(parts[15], np.uint8).astype(np.int32)
    number = {word: place for place, word in enumerate(words, 1)}
    two, three, apart = tables
    return Lexis(words, number, single, two, three, apart, begins, behind, mates, like, how)


@cache
def lexis() -> Lexis:
    """Return the words that come with the room."""
    return unpack((files("gongkai.lib.privacy") / "data" / "words.bin").read_bytes())


@dataclass(frozen=True)
class Line:
    """The words of a text: numbers and offsets, two borders before and behind; a run of one sign is one word.

    Attributes:
        ids: the number of each word.
        begins: the offset of each.
        ends: the offset behind each.
    """

    ids: Ints
    begins: Ints
    ends: Ints


def signed(word: str) -> int:
    """Return the number of a word that is a sign, nought for other words."""
    char = word[0]
    if is_han(char):
        return 0
    if char.isascii() and char.isalpha():
        return LATIN
    return NUMBER if char.isascii() and all(sign in "0123456789.%" for sign in word) else BORDER


def line(frame: Frame) -> Line:
    """Return the words of a text."""
    known, text = lexis().number, frame.text
    sizes = np.frombuffer(bytes(frame.starts), np.uint8).copy()
    points = np.frombuffer(text.encode("utf-32-le", "replace"), "<u4")
    sizes[:-1][(points == ord("\n")) | (points == 0)] = 1  # a line's end is a border
    begins = np.flatnonzero(sizes)
    ends = np.append(begins[1:], len(text))[: len(begins)]
    seen: dict[str, int] = {}
    numbers = []
    for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
        word = text[begin:end]
        number = seen.get(word)
        if number is None:
            number = seen[word] = signed(word) or known.get(word, 0)
        numbers.append(number)
    ids = np.array(numbers, np.int32)
    again = np.zeros(len(ids), bool)
    again[1:] = (ids[1:] == ids[:-1]) & (ids[1:] <= LATIN) & (ids[1:] > 0)
    kept = np.flatnonzero(~again)
    rim, last = np.ones(2, np.int32), len(text)
    return Line(
        np.concatenate((rim * BORDER, ids[kept], rim * BORDER)),
        np.concatenate((rim * 0, begins[kept], rim * last)),
        np.concatenate((rim * 0, np.append(begins[kept][1:], last)[: len(kept)], rim * last)),
    )


@cache
def _number(word: str) -> int:
    return signed(word) or lexis().number.get(word, 0)


def likelier(changes: list[tuple[list[str], list[str]]]) -> list[float]:
    """Return for each two rows of words how much likelier the second is than the first (natural logarithm).

    The rows begin and end with words that stay; what both have in common at either end counts as context only.
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
            numbers = [_number(word) for word in row]
            for at in range(max(head, 2), min(len(row) - tail + 2, len(row))):
                ids.append((numbers[at - 2], numbers[at - 1], numbers[at]))
                owner.append(place)
                signs.append(sign)
    if not ids:
        return [0.0] * len(changes)
    chance = lexis().chance(*np.array(ids, np.int32).T)
    found: list[float] = np.bincount(owner, chance * np.array(signs), minlength=len(changes)).tolist()
    return found


def repeated(ids: Ints, first: Ints, second: Ints) -> Ints:
    """Return how often rows of two words stand in the text itself."""
    here, times = np.unique((ids[:-1].astype(np.int64) << 16) | ids[1:], return_counts=True)
    found: Ints = times[np.searchsorted(here, (first.astype(np.int64) << 16) | second)]
    return found
