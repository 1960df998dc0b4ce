"""Decide about missing characters by weighted clues.

The weights are in `data/clues_missing.tsv`, fitted by `tools/privacy_clues.py`.
"""

from bisect import bisect_right
from collections.abc import Iterator
from functools import cache

from gongkai.lib.chinese import dictionary
from gongkai.lib.privacy.frame import SearchText
from gongkai.lib.privacy.model import Finding
from gongkai.lib.privacy.proofreading.gaps import TextGap, find_gaps
from gongkai.lib.privacy.proofreading.places import GRAMMAR_CHARACTERS, find_han_window, is_possibly_in_name, is_quoted
from gongkai.lib.privacy.proofreading.repeats import count_sequence
from gongkai.lib.privacy.tables import read_rows

_CLUE_BINS: dict[str, tuple[float, ...]] = {
    "gain": (6, 7, 8, 10, 12, 15, 19, 24),
    "known": (30, 60, 120, 300, 1000, 3000, 10000),
    "char": (20000, 60000, 150000),
    "two": (1, 20, 100, 500, 3000),
    "three": (1, 5, 20, 100),
    "made": (1, 30, 300, 3000),
    "word": (1, 50, 500, 3000),
    "side": (0, 20, 200, 2000),
    "bound": (0.01, 0.1, 0.3, 0.6, 0.9),
}
#: Characters that many words may have or leave out (或者, 应当).
_OPTIONAL_CHARACTERS = frozenset("的了者当其有和在及与等要将是应于之或为以并所被把对人")
_PLACE_CHARACTERS = frozenset("省市县区镇乡村街路国第年月日号")
#: Minimum weight of a place that is reported.
OMISSION_THRESHOLD = 3.1
#: What stands so often before the place, and so rarely goes on with the character, is whole.
_KNOWN_LEFT, _GOES_ON = 20.0, 0.01


def _find_bin(kind: str, value: float) -> int:
    return bisect_right(_CLUE_BINS[kind], value)


def _list_words(text: str) -> list[tuple[int, str]]:
    found, at = [], 0
    for word in dictionary.split_words(text):
        found.append((at, word))
        at += len(word)
    return found


def _word_at(words: list[tuple[int, str]], place: int) -> tuple[int, str]:
    return next((at, word) for at, word in reversed(words) if at <= place)


def list_gap_clues(text: str, gap: TextGap) -> list[str]:
    """Return the clues of a place where a character may be missing."""
    start, end = find_han_window(text, gap.at)
    here, place = text[start:end], gap.at - start
    whole = here[:place] + gap.char + here[place:]
    was, now = _list_words(here), _list_words(whole)
    begin, word = _word_at(now, place)
    (_, left), (begins, right) = _word_at(was, place - 1), _word_at(was, place)
    fewer = len(was) - len(now)
    gain, size = _find_bin("gain", gap.gain), min(len(word), 4)
    found = [
        f"gain {gain}",
        f"known {_find_bin('known', gap.known)}",
        f"word {size} {min(place - begin, 2)} {begin + len(word) - 1 == place:d}",
        f"fewer {max(-2, min(2, fewer))}",
        f"sides {min(len(left), 3)} {min(len(right), 3)} {begins < place:d}",
        f"grammar {left in GRAMMAR_CHARACTERS:d} {right in GRAMMAR_CHARACTERS:d}",
        f"grammatical {gap.char in GRAMMAR_CHARACTERS:d}",
        f"char {_find_bin('char', count_sequence(gap.char))}",
        f"two {_find_bin('two', count_sequence(text[gap.at - 1 : gap.at + 1]))}",
        f"before {_find_bin('three', count_sequence(text[max(0, gap.at - 2) : gap.at + 1]))}",
        f"behind {_find_bin('three', count_sequence(text[gap.at - 1 : gap.at + 2]))}",
        f"made {_find_bin('made', count_sequence(whole[max(0, place - 1) : place + 2]))}",
        f"border {place < 2:d} {end - gap.at < 2:d}",
        f"left {_find_bin('side', count_sequence(left) if len(left) > 1 else -1)} {min(len(left), 3)}",
        f"right {_find_bin('side', count_sequence(right) if len(right) > 1 else -1)} {min(len(right), 3)}",
        f"gain {gain // 2} {size} {max(-1, min(1, fewer))}",
    ]
    two = _find_bin("two", count_sequence(text[gap.at - 1 : gap.at + 1]))
    found.append(f"torn {begins < place:d} {two} {len(right) if begins < place else 0}")
    before, behind = text[max(start, gap.at - 2) : gap.at], text[gap.at : min(end, gap.at + 2)]
    found.append(f"bound left {_count_as_part(before, before + gap.char)} {begins < place:d}")
    found.append(f"bound right {_count_as_part(behind, gap.char + behind)} {begins < place:d}")
    if len(word) > 1:
        found.append(f"whole {_find_bin('word', count_sequence(word))} {size}")
    found += [name for name, holds in _list_context_clues(text, gap) if holds]
    return found


def _count_as_part(row: str, longer: str) -> int:
    often = count_sequence(row)
    return _find_bin("bound", count_sequence(longer) / often) if often else -1


def _list_context_clues(text: str, gap: TextGap) -> Iterator[tuple[str, bool]]:
    yield "named", is_possibly_in_name(text, gap.at) or is_possibly_in_name(text, gap.at - 1)
    yield "quoted", is_quoted(text, gap.at)
    yield "optional", gap.char in _OPTIONAL_CHARACTERS
    yield "place", gap.char in _PLACE_CHARACTERS


@cache
def _load_weights() -> dict[str, float]:
    return {row[0]: float(row[1]) for row in read_rows("clues_missing")}


def find_omissions(frame: SearchText) -> Iterator[Finding]:
    """Yield places where a character is missing."""
    text, weights = frame.text, _load_weights()
    for gap in find_gaps(text):
        if (
            gap.again > 2
            or weights["all"] + sum(weights.get(clue, 0.0) for clue in list_gap_clues(text, gap)) < OMISSION_THRESHOLD
        ):
            continue
        if _is_complete_before(text, gap):
            continue
        start, end, right = _expand_to_word(text, gap)
        words = frame.source[start:end]
        yield Finding("missing", start, end, words, f"疑漏“{gap.char}”字，应为“{right}”", right)


def _is_complete_before(text: str, gap: TextGap) -> bool:
    start, end = find_han_window(text, gap.at)
    _, left = _word_at(_list_words(text[start:end]), gap.at - start - 1)
    for size in (2, 3):
        row = text[max(0, gap.at - size) : gap.at]
        # A word that the dictionary has whole is no sign: it may have lost what follows (畅通[群]众监督).
        often = count_sequence(row) if len(row) == size and len(left) < size else 0.0
        if often >= _KNOWN_LEFT and count_sequence(row + gap.char) <= _GOES_ON * often:
            return True
    return False


def _expand_to_word(text: str, gap: TextGap) -> tuple[int, int, str]:
    start, end = find_han_window(text, gap.at)
    place = gap.at - start
    whole = text[start : gap.at] + gap.char + text[gap.at : end]
    begin, word = _word_at(_list_words(whole), place)
    last = begin + len(word)
    begin, last = min(begin, place - 1), max(last, place + 2)
    return start + begin, start + last - 1, whole[begin:last]
