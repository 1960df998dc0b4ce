"""Make the lists of everyday words that look like names: `data/nopersons.txt` and `data/words_counted.txt`.

Both are made from the counts of this package (`data/counts.bin`: laws, news, official replies) and the dictionary:

* `nopersons`: strings of two and three characters that begin with a surname and are frequent in those texts, because
  they are words (祝贺, 雷阵雨), parts of words (金融机) or well-known people. They are not names unless announced as such.
* `words_counted`: the most frequent words of two characters that are not in `lexicon` and `words2`. They are not names
  after a bare word for a person.

Run: ``python tools/privacy_words.py src/gongkai/lib/privacy/data``
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from gongkai.lib.privacy.data_tables import read_word_file
from gongkai.lib.privacy.persons import shape
from gongkai.lib.privacy.proofreading.numbers import CharacterCounts, load_character_counts

#: Minimum counts of a string in the counted texts.
_TAGGED_TWO, _TAGGED_THREE, _THREE, _DAILY = 20, 5, 20, 400


def _list_pairs(known: CharacterCounts) -> Iterator[tuple[str, float, int, int]]:
    """Yield each pair of Chinese characters in the texts, its count, and the characters' numbers."""
    for key, often in zip(known.rows[2].astype(np.int64), known.levels[2], strict=True):
        first, second = int(key) >> 13, int(key) & 8191
        if first >= 4 and second >= 4:
            yield known.letters[first - 1] + known.letters[second - 1], float(often), first, second


def _is_clear_name(word: str) -> bool:
    """Return true if a string is so clearly a name that it is not listed."""
    named = word[0] in shape.MOST_COMMON_SURNAMES or word[0] in shape.DISTINCTIVE_SURNAMES
    return named and (
        shape.score_given_name(word[1:]) >= 0.5
        if len(word) == 2
        else word[1:] in shape.GIVEN_NAME_PAIRS and shape.score_name(word) >= 2
    )


def _list_triples(known: CharacterCounts) -> Iterator[tuple[str, float]]:
    """Yield the strings of three characters that begin with a surname, and their counts."""
    following: dict[int, list[int]] = {}
    for _, often, first, second in _list_pairs(known):
        if often >= 4:
            following.setdefault(first, []).append(second)
    for first, seconds in following.items():
        if known.letters[first - 1] not in shape.KNOWN_SURNAMES:
            continue
        rows = [(second, third) for second in seconds for third in following.get(second, ())]
        if not rows:
            continue
        columns = np.array([(first, *row) for row in rows], dtype=np.int64).T
        for at in np.flatnonzero((often := known.count_sequences(*columns)) >= _TAGGED_THREE):
            yield "".join(known.letters[number - 1] for number in columns[:, at]), float(often[at])


def main(folder: Path) -> None:
    """Write both lists into a folder."""
    known = load_character_counts()
    daily = read_word_file("lexicon") | read_word_file("words2") | read_word_file("nonames")
    nobody: set[str] = set()
    often_written: set[str] = set()
    for word, often, _, _ in _list_pairs(known):
        tag = shape.get_word_tag(word) if often >= _TAGGED_TWO else ""
        if tag.startswith("nr"):
            if shape.get_surname_size(word) and not _is_clear_name(word):
                nobody.add(word)
        elif tag and often >= _DAILY and word not in daily:
            often_written.add(word)
    for word, often in _list_triples(known):
        tagged = shape.get_word_tag(word).startswith("nr")
        looks = tagged or (often >= _THREE and shape.score_name(word) >= 0.5)
        if looks and word not in daily and not _is_clear_name(word):
            nobody.add(word)
    for name, words in (("nopersons", nobody), ("words_counted", often_written)):
        (folder / f"{name}.txt").write_text("\n".join(sorted(words)) + "\n", encoding="utf-8")
        print(name, len(words))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
