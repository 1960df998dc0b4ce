"""Decide about missing characters by weighted clues.

The weights are in `data/clues_missing.tsv`, fitted by `tools/privacy_clues.py`.
"""

from bisect import bisect_right
from collections.abc import Iterator
from functools import cache

from gongkai.lib.privacy import dictionary
from gongkai.lib.privacy.frame import Frame
from gongkai.lib.privacy.model import Finding
from gongkai.lib.privacy.proofreading.around import GRAMMAR, named, quoted, window
from gongkai.lib.privacy.proofreading.gaps import Gap, gaps
from gongkai.lib.privacy.proofreading.repeats import stands
from gongkai.lib.privacy.tables import read_rows

_BINS: dict[str, tuple[float, ...]] = {
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
_OPTIONAL = frozenset("的了者当其有和在及与等要将是应于之或为以并所被把对人")
_PLACE = frozenset("省市县区镇乡村街路国第年月日号")
#: From this on a place is reported.
THRESHOLD = 3.1
#: What stands so often before the place, and so rarely goes on with the character, is whole.
_KNOWN_LEFT, _GOES_ON = 20.0, 0.01


def _bin(kind: str, value: float) -> int:
    return bisect_right(_BINS[kind], value)


def _words(text: str) -> list[tuple[int, str]]:
    found, at = [], 0
    for word in dictionary.split_words(text):
        found.append((at, word))
        at += len(word)
    return found


def _at(words: list[tuple[int, str]], place: int) -> tuple[int, str]:
    return next((at, word) for at, word in reversed(words) if at <= place)


def clues(text: str, gap: Gap) -> list[str]:
    """Return the clues of a place where a character may be missing."""
    start, end = window(text, gap.at)
    here, place = text[start:end], gap.at - start
    whole = here[:place] + gap.char + here[place:]
    was, now = _words(here), _words(whole)
    begin, word = _at(now, place)
    (_, left), (begins, right) = _at(was, place - 1), _at(was, place)
    fewer = len(was) - len(now)
    gain, size = _bin("gain", gap.gain), min(len(word), 4)
    found = [
        f"gain {gain}",
        f"known {_bin('known', gap.known)}",
        f"word {size} {min(place - begin, 2)} {begin + len(word) - 1 == place:d}",
        f"fewer {max(-2, min(2, fewer))}",
        f"sides {min(len(left), 3)} {min(len(right), 3)} {begins < place:d}",
        f"grammar {left in GRAMMAR:d} {right in GRAMMAR:d}",
        f"grammatical {gap.char in GRAMMAR:d}",
        f"char {_bin('char', stands(gap.char))}",
        f"two {_bin('two', stands(text[gap.at - 1 : gap.at + 1]))}",
        f"before {_bin('three', stands(text[max(0, gap.at - 2) : gap.at + 1]))}",
        f"behind {_bin('three', stands(text[gap.at - 1 : gap.at + 2]))}",
        f"made {_bin('made', stands(whole[max(0, place - 1) : place + 2]))}",
        f"border {place < 2:d} {end - gap.at < 2:d}",
        f"left {_bin('side', stands(left) if len(left) > 1 else -1)} {min(len(left), 3)}",
        f"right {_bin('side', stands(right) if len(right) > 1 else -1)} {min(len(right), 3)}",
        f"gain {gain // 2} {size} {max(-1, min(1, fewer))}",
    ]
    two = _bin("two", stands(text[gap.at - 1 : gap.at + 1]))
    found.append(f"torn {begins < place:d} {two} {len(right) if begins < place else 0}")
    before, behind = text[max(start, gap.at - 2) : gap.at], text[gap.at : min(end, gap.at + 2)]
    found.append(f"bound left {_bound(before, before + gap.char)} {begins < place:d}")
    found.append(f"bound right {_bound(behind, gap.char + behind)} {begins < place:d}")
    if len(word) > 1:
        found.append(f"whole {_bin('word', stands(word))} {size}")
    found += [name for name, holds in _holds(text, gap) if holds]
    return found


def _bound(row: str, longer: str) -> int:
    often = stands(row)
    return _bin("bound", stands(longer) / often) if often else -1


def _holds(text: str, gap: Gap) -> Iterator[tuple[str, bool]]:
    yield "named", named(text, gap.at) or named(text, gap.at - 1)
    yield "quoted", quoted(text, gap.at)
    yield "optional", gap.char in _OPTIONAL
    yield "place", gap.char in _PLACE


@cache
def _weights() -> dict[str, float]:
    return {row[0]: float(row[1]) for row in read_rows("clues_missing")}


def omissions(frame: Frame) -> Iterator[Finding]:
    """Yield places where a character is missing."""
    text, weights = frame.text, _weights()
    for gap in gaps(text):
        if (
            gap.again > 2
            or weights["all"] + sum(weights.get(clue, 0.0) for clue in clues(text, gap)) < THRESHOLD
        ):
            continue
        if _torn(text, gap):
            continue
        start, end, right = _shown(text, gap)
        words = frame.source[start:end]
        yield Finding("missing", start, end, words, f"疑漏“{gap.char}”字，应为“{right}”", right)


def _torn(text: str, gap: Gap) -> bool:
    start, end = window(text, gap.at)
    _, left = _at(_words(text[start:end]), gap.at - start - 1)
    for size in (2, 3):
        row = text[max(0, gap.at - size) : gap.at]
        # A word that the dictionary has whole is no sign: it may have lost what follows (畅通[群]众监督).
        often = stands(row) if len(row) == size and len(left) < size else 0.0
        if often >= _KNOWN_LEFT and stands(row + gap.char) <= _GOES_ON * often:
            return True
    return False


def _shown(text: str, gap: Gap) -> tuple[int, int, str]:
    start, end = window(text, gap.at)
    place = gap.at - start
    whole = text[start : gap.at] + gap.char + text[gap.at : end]
    begin, word = _at(_words(whole), place)
    last = begin + len(word)
    begin, last = min(begin, place - 1), max(last, place + 2)
    return start + begin, start + last - 1, whole[begin:last]
