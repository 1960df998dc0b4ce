"""Count n-grams of characters and of words for proofreading.

`python tools/privacy_counts.py COUNTS.bin WORDS.bin TEXT.txt … [--rough TEXT.txt …]` (UTF-8 texts without mistakes; the
texts after ``--rough`` contain mistakes, such as letters and questions: their counts are weighted by a quarter).

More official texts without mistakes give better results; a sentence that occurs in several texts should be in the input
once. Only counts are written (and the counted words); rare n-grams are left out (`_MIN_COUNTS`, `_MIN_WORD_COUNTS`).
"""

import re
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gongkai.lib.chinese.characters import HAN
from gongkai.lib.chinese.dictionary import split_words
from gongkai.lib.privacy.proofreading import word_counts
from gongkai.lib.privacy.proofreading.numbers import (
    BORDER,
    LATIN,
    MAX_COUNTED_CHARACTERS,
    NUMBER,
    pack_character_counts,
)
from gongkai.lib.privacy.search_text import to_half_width

#: Length of n-grams of characters → minimum count.
_MIN_COUNTS = {2: 3, 3: 6, 4: 10}
#: Maximum number of words; minimum counts of bigrams and trigrams of words.
_MAX_WORDS, _MIN_WORD_COUNTS = 40_000, (4, 6)
_ROUGH_WEIGHT = 0.25
Numbers = NDArray[np.uint64]
Counted = tuple[Numbers, NDArray[np.float64]]


def normalize_text(text: str) -> str:
    """Return a text with each number, Latin word and boundary replaced by one placeholder."""
    text = re.sub(r"[0-9０-９．.%％]+", NUMBER, text)
    text = re.sub(r"[A-Za-z]+", LATIN, text)
    return re.sub(f"[^{HAN}0A]+", BORDER, text)


def _ngram_keys(numbers: Numbers, places: tuple[int, ...], bits: int) -> Numbers:
    """Return a key for each n-gram, made from the numbers at these offsets, with so many bits each."""
    size = len(numbers) - places[-1]
    keys = np.zeros(size, dtype=np.uint64)
    for place in places:
        keys = (keys << np.uint64(bits)) | numbers[place : size + place]
    return keys


def _count_ngrams(clean: Numbers, rough: Numbers, least: float) -> Counted:
    """Return the n-grams with at least the minimum count, and their weighted counts."""
    one, many = np.unique(clean, return_counts=True)
    other, few = np.unique(rough, return_counts=True)
    keys, often = np.concatenate((one, other)), np.concatenate((many, few * _ROUGH_WEIGHT))
    order = np.argsort(keys, kind="stable")
    keys, often = keys[order], often[order]
    first = np.flatnonzero(np.append(True, keys[1:] != keys[:-1]))
    often = np.add.reduceat(often, first)
    return keys[first][often >= least], often[often >= least]


def count_characters(clean: str, rough: str) -> bytes:
    """Return the content of the file of character n-grams."""
    frequent = Counter(clean) + Counter(rough)
    han = [char for char, times in frequent.most_common() if times > 1 and "\u4e00" <= char <= "\u9fff"]
    letters = BORDER + NUMBER + LATIN + "".join(han[: MAX_COUNTED_CHARACTERS - 3])
    table = np.zeros(0x10000, dtype=np.uint64)
    for place, char in enumerate(letters, 1):
        table[ord(char)] = place
    one, other = (table[np.frombuffer(text.encode("utf-16-le"), dtype="<u2")] for text in (clean, rough))
    found = {
        size: _count_ngrams(_ngram_keys(one, tuple(range(size)), 13), _ngram_keys(other, tuple(range(size)), 13), least)
        for size, least in _MIN_COUNTS.items()
    }
    return pack_character_counts(letters, np.array([frequent[char] for char in letters]), found)


def _words(text: str) -> list[str]:
    """Return the words of a text; anything that is not Chinese becomes a placeholder."""
    signs = (BORDER, NUMBER, LATIN)
    seen: dict[str, str] = {}
    found: list[str] = []
    for line in to_half_width(text).split("\n"):
        for word in (*split_words(line), "\n"):
            if word not in seen:
                sign = word_counts.get_sign_number(word)
                seen[word] = signs[sign - 1] if sign else word
            found.append(seen[word])
    return found


def count_words(clean: str, rough: str) -> bytes:
    """Return the content of the file of word n-grams."""
    cut = [_words(text) for text in (clean, rough)]
    frequent = Counter(cut[0])
    for word, times in Counter(cut[1]).items():
        frequent[word] += times * _ROUGH_WEIGHT  # type: ignore[assignment]
    signs = [BORDER, NUMBER, LATIN]
    vocabulary = [*signs, *[word for word, _ in frequent.most_common() if word not in signs][:_MAX_WORDS]]
    number = {word: place for place, word in enumerate(vocabulary, 1)}
    one, other = (_merge_placeholders(np.fromiter((number.get(word, 0) for word in part), np.uint64)) for part in cut)
    tables: list[tuple[list[NDArray[Any]], NDArray[Any]]] = []
    for places, least in zip(((0, 1), (0, 1, 2)), _MIN_WORD_COUNTS, strict=True):
        keys, often = _count_ngrams(_ngram_keys(one, places, 16), _ngram_keys(other, places, 16), least)
        shifts = range(16 * (len(places) - 1), -1, -16)
        columns = [(keys >> np.uint64(shift)) & np.uint64(0xFFFF) for shift in shifts]
        known = np.all([column > 0 for column in columns], axis=0)
        tables.append(([column[known].astype(np.int64) for column in columns], often[known]))
    return word_counts.pack_word_counts(vocabulary, np.array([frequent[word] for word in vocabulary]), tables)


def _merge_placeholders(numbers: Numbers) -> Numbers:
    """Return the numbers with repeated placeholders merged."""
    again = np.zeros(len(numbers), bool)
    again[1:] = (numbers[1:] == numbers[:-1]) & (numbers[1:] <= len((BORDER, NUMBER, LATIN))) & (numbers[1:] > 0)
    return numbers[~again]


def main(*names: str) -> None:
    """Count the texts and write the files."""
    cut = names.index("--rough") if "--rough" in names else len(names)
    clean, rough = (
        [Path(name).read_text(encoding="utf-8") for name in part] for part in (names[2:cut], names[cut + 1 :])
    )
    border = BORDER * 3
    squashed = [border.join(map(normalize_text, part)) for part in (clean, rough)]
    makers: tuple[tuple[str, Callable[[str, str], bytes], list[str]], ...] = (
        (names[0], count_characters, squashed),
        (names[1], count_words, ["\n".join(clean), "\n".join(rough)]),
    )
    for out, made, texts in makers:
        content = made(*texts)
        Path(out).write_bytes(content)
        print(out, sum(map(len, texts)), "characters,", len(content), "bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
