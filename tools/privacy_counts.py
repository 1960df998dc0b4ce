"""Count rows of characters and of words for proofreading.

`python tools/privacy_counts.py COUNTS.bin WORDS.bin TEXT.txt … [--rough TEXT.txt …]` (UTF-8 texts, clean ones; behind ``--rough`` those
that hold slips themselves, letters and questions: what stands there counts a quarter).

The more of them that are official and free of mistakes, the better; a sentence that several texts have should stand there once.
Only counts are written (and the words that are counted), rows that stand seldom are left out (`_LEAST`, `_LEAST_WORDS`).
"""

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import rjieba
from numpy.typing import NDArray

from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.frame import half_width
from gongkai.lib.privacy.proofreading import lexis
from gongkai.lib.privacy.proofreading.counts import BORDER, LATIN, LETTERS, NUMBER, pack
from gongkai.lib.privacy.proofreading.misplaced import LONGER
from gongkai.lib.privacy.proofreading.suspects import SOUND, like
from gongkai.lib.privacy.tables import rows

#: Rows of two, three and four characters are kept from so many times on.
_LEAST = {2: 3, 3: 6, 4: 10}
#: So many words; rows of two, of three, and of two with one between them.
_WORDS, _LEAST_WORDS = 40_000, (4, 6, 8)
_ROUGH = 0.25
#: Words with one character more are asked for words that stand so often.
_LONG_OFTEN = 60
#: Said alike, though no character is the same.
_ALL_SOUNDS = 2 * SOUND
Numbers = NDArray[np.uint64]
Counted = tuple[Numbers, NDArray[np.float64]]


def squash(text: str) -> str:
    """Return a text with its numbers, Latin words and borders as one sign each."""
    text = re.sub(r"[0-9０-９．.%％]+", NUMBER, text)
    text = re.sub(r"[A-Za-z]+", LATIN, text)
    return re.sub(f"[^{HAN}0A]+", BORDER, text)


def _keys(numbers: Numbers, places: tuple[int, ...], bits: int) -> Numbers:
    """Return one number for each row of the numbers at some places from each on."""
    size = len(numbers) - places[-1]
    keys = np.zeros(size, dtype=np.uint64)
    for place in places:
        keys = (keys << np.uint64(bits)) | numbers[place : size + place]
    return keys


def _count(clean: Numbers, rough: Numbers, least: float) -> Counted:
    """Return the rows that stand so often, and how often each does."""
    one, many = np.unique(clean, return_counts=True)
    other, few = np.unique(rough, return_counts=True)
    keys, often = np.concatenate((one, other)), np.concatenate((many, few * _ROUGH))
    order = np.argsort(keys, kind="stable")
    keys, often = keys[order], often[order]
    first = np.flatnonzero(np.append(True, keys[1:] != keys[:-1]))
    often = np.add.reduceat(often, first)
    return keys[first][often >= least], often[often >= least]


def characters(clean: str, rough: str) -> bytes:
    """Return the file of rows of characters."""
    frequent = Counter(clean) + Counter(rough)
    han = [char for char, times in frequent.most_common() if times > 1 and "\u4e00" <= char <= "\u9fff"]
    letters = BORDER + NUMBER + LATIN + "".join(han[: LETTERS - 3])
    table = np.zeros(0x10000, dtype=np.uint64)
    for place, char in enumerate(letters, 1):
        table[ord(char)] = place
    one, other = (table[np.frombuffer(text.encode("utf-16-le"), dtype="<u2")] for text in (clean, rough))
    found = {
        size: _count(_keys(one, tuple(range(size)), 13), _keys(other, tuple(range(size)), 13), least)
        for size, least in _LEAST.items()
    }
    return pack(letters, np.array([frequent[char] for char in letters]), found)


def _words(text: str) -> list[str]:
    """Return the words of a text; what is not Chinese is a sign."""
    signs = (BORDER, NUMBER, LATIN)
    seen: dict[str, str] = {}
    found: list[str] = []
    for line in half_width(text).split("\n"):
        for word in (*rjieba.cut(line, False), "\n"):
            if word not in seen:
                sign = lexis.signed(word)
                seen[word] = signs[sign - 1] if sign else word
            found.append(seen[word])
    return found


def words(clean: str, rough: str) -> bytes:
    """Return the file of rows of words."""
    cut = [_words(text) for text in (clean, rough)]
    frequent = Counter(cut[0])
    for word, times in Counter(cut[1]).items():
        frequent[word] += times * _ROUGH  # type: ignore[assignment]
    signs = [BORDER, NUMBER, LATIN]
    vocabulary = [*signs, *[word for word, _ in frequent.most_common() if word not in signs][:_WORDS]]
    number = {word: place for place, word in enumerate(vocabulary, 1)}
    one, other = (_runs(np.fromiter((number.get(word, 0) for word in part), np.uint64)) for part in cut)
    tables: list[tuple[list[NDArray[Any]], NDArray[Any]]] = []
    for places, least in zip(((0, 1), (0, 1, 2), (0, 2)), _LEAST_WORDS, strict=True):
        keys, often = _count(_keys(one, places, 16), _keys(other, places, 16), least)
        shifts = range(16 * (len(places) - 1), -1, -16)
        columns = [(keys >> np.uint64(shift)) & np.uint64(0xFFFF) for shift in shifts]
        known = np.all([column > 0 for column in columns], axis=0)
        tables.append(([column[known].astype(np.int64) for column in columns], often[known]))
    single = np.array([frequent[word] for word in vocabulary])
    return lexis.pack(vocabulary, single, tables, list(_alike(vocabulary, number, single)))


def _runs(numbers: Numbers) -> Numbers:
    """Return the numbers with runs of one sign as one."""
    again = np.zeros(len(numbers), bool)
    again[1:] = (
        (numbers[1:] == numbers[:-1]) & (numbers[1:] <= len((BORDER, NUMBER, LATIN))) & (numbers[1:] > 0)
    )
    return numbers[~again]


def _alike(
    vocabulary: list[str], number: dict[str, int], single: NDArray[Any]
) -> Iterator[tuple[int, int, int]]:
    """Yield pairs of words that may stand for one another, and how they are alike."""
    pairs: dict[tuple[int, int], int] = {}
    for rule in (_one_other, _same_sound):
        for pair, how in rule(vocabulary):
            pairs.setdefault(pair, how)
    for row in rows("mixed_words"):
        for was, now in permutations((number[word] for word in row[0].split() if word in number), 2):
            pairs.setdefault((was, now), _ALL_SOUNDS)
    yield from ((was, now, how) for (was, now), how in pairs.items())
    for place, word in enumerate(vocabulary, 1):
        if place > lexis.LATIN and 2 <= len(word) <= 5 and single[place - 1] >= _LONG_OFTEN:
            shorter = {number.get(word[:at] + word[at + 1 :], 0) for at in range(len(word))}
            yield from ((less, place, LONGER) for less in shorter if less > lexis.LATIN)


Alike = Iterator[tuple[tuple[int, int], int]]
#: Characters that words may have one for the other, both right (缴费, 交费).
_EITHER = frozenset("交缴")


def _one_other(vocabulary: list[str]) -> Alike:
    """Yield pairs of words of which one character is another that sounds or looks like it."""
    wild: dict[tuple[int, str], list[tuple[int, str]]] = {}
    for place, word in enumerate(vocabulary, 1):
        if 2 <= len(word) <= 4:
            for at, char in enumerate(word):
                wild.setdefault((at, word[:at] + " " + word[at + 1 :]), []).append((place, char))
    for group in wild.values():
        for (was, char), (now, other) in permutations(group, 2):
            if other in like(char) and {char, other} != _EITHER:
                yield (was, now), like(char)[other]


def _same_sound(vocabulary: list[str]) -> Alike:
    """Yield pairs of words of two characters that are read alike and share none."""
    said: dict[str, set[str]] = {}
    for sound, chars in rows("sounds"):
        for char in chars:
            said.setdefault(char, set()).add(sound)
    groups: dict[tuple[str, str], list[int]] = {}
    for place, word in enumerate(vocabulary, 1):
        if len(word) == 2:
            for first in said.get(word[0], ()):
                for second in said.get(word[1], ()):
                    groups.setdefault((first, second), []).append(place)
    for group in groups.values():
        for was, now in permutations(group, 2):
            one, other = vocabulary[was - 1], vocabulary[now - 1]
            if one[0] != other[0] and one[1] != other[1]:
                yield (was, now), _ALL_SOUNDS


def main(*names: str) -> None:
    """Count the texts and write the files."""
    cut = names.index("--rough") if "--rough" in names else len(names)
    clean, rough = (
        [Path(name).read_text(encoding="utf-8") for name in part] for part in (names[2:cut], names[cut + 1 :])
    )
    border = BORDER * 3
    squashed = [border.join(map(squash, part)) for part in (clean, rough)]
    makers: tuple[tuple[str, Callable[[str, str], bytes], list[str]], ...] = (
        (names[0], characters, squashed),
        (names[1], words, ["\n".join(clean), "\n".join(rough)]),
    )
    for out, made, texts in makers:
        content = made(*texts)
        Path(out).write_bytes(content)
        print(out, sum(map(len, texts)), "characters,", len(content), "bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
