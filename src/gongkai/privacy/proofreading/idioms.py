"""Idioms of four characters with another character, one missing, one too many, or two exchanged.

`data/idioms_open.tsv` has the idioms and what is open: places where good texts vary or another idiom has another character
(`tools/privacy_idioms.py` counts it), so that 防范未然 for 防患未然 is reported and 一言一行 for 一举一行 is not asked.
"""

from collections.abc import Iterator
from functools import cache

from gongkai.privacy.frame import Frame
from gongkai.privacy.model import Finding
from gongkai.privacy.persons import shape
from gongkai.privacy.proofreading.repeats import stands
from gongkai.privacy.tables import rows

#: Characters that people put into an idiom by right (防患于未然, 前车之鉴).
_LOOSE = frozenset("的之而于又地得了与和不也以其所更式化性求如似若有无是")


@cache
def _table() -> tuple[dict[tuple[int, str], str], dict[str, str], dict[str, str], frozenset[str]]:
    """Return the idioms by three of their characters in place, by what is left without one, and by two exchanged; all idioms."""
    other: dict[tuple[int, str], str] = {}
    short: dict[str, str] = {}
    moved: dict[str, str] = {}
    words = {
        row[0]: frozenset(row[1].split()) if len(row) > 1 else frozenset() for row in rows("idioms_open")
    }
    for word, open_ in words.items():
        for place in range(4):
            rest = word[:place] + word[place + 1 :]
            # At either end what stands there often belongs to another word.
            if place in (1, 2) and f"s{place}" not in open_ and not _pattern(word):
                other[place, rest] = word
            if f"o{place}" not in open_:
                short[rest] = "" if rest in short else word
        for turned in _exchanged(word):
            if turned not in words:
                moved[turned] = "" if turned in moved else word
    return other, short, moved, frozenset(words)


def _pattern(word: str) -> bool:
    """Return whether an idiom is of a pattern that takes any words (学有所思, 一丝一缕, 东张西望)."""
    turned = word[0] == word[2] or word[1] == word[3]
    return turned or word[1:3] in ("有所", "无所") or word[0] + word[2] in _PATTERNS


#: First and third characters of such patterns.
_PATTERNS_WORDS = (
    "一二 不没 无不 千万 百千 东西 左右 上下 前后 大小 天地 男女 有无 七八 三五 四八 半不 非即 连带 且且 自他"
)
_PATTERNS = frozenset(_PATTERNS_WORDS.split())


def _exchanged(word: str) -> tuple[str, ...]:
    """Return an idiom with two neighbours exchanged."""
    turned = {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(3)}
    return tuple(turned - {word})


@cache
def _parts() -> frozenset[str]:
    """Return the first, the middle and the last two characters of all idioms."""
    return frozenset(part for word in _table()[3] for part in (word[:2], word[1:3], word[2:]))


def idioms(frame: Frame) -> Iterator[Finding]:
    """Yield idioms that are not quite there."""
    text, parts, known = frame.text, _parts(), _table()[3]
    last = -1
    for at in range(len(text) - 1):
        if text[at : at + 2] not in parts or at < last:
            continue
        if any(text[start : start + 4] in known for start in range(max(0, at - 2), at + 1)):
            continue
        for start in range(max(0, at - 2), at + 1):
            size, right = _meant(frame, start)
            if right:
                last = start + size
                words = frame.source[start:last]
                yield Finding("typo", start, last, words, f"“{words}”疑为“{right}”之误", right)
                break


def _meant(frame: Frame, start: int) -> tuple[int, str]:
    """Return how many characters from an offset on are meant to be an idiom, and the idiom."""
    text = frame.text
    other, short, moved, known = _table()
    words = text[start : start + 4]
    if len(words) == 4 and words not in known:
        right = moved.get(words, "")
        if right and _strange(frame, start, 4):
            return 4, right
        for place in range(4):
            right = other.get((place, words[:place] + words[place + 1 :]), "")
            if right and _strange(frame, start, 4):
                return 4, right
    longer = text[start : start + 5]
    if len(longer) == 5:
        for place in (1, 2, 3):
            right = longer[:place] + longer[place + 1 :]
            added = longer[place]
            if right in known and added not in _LOOSE and _strange(frame, start, 5):
                return 5, right
    right = short.get(words[:3], "")
    if right and _lacks(frame, start, right):
        return 3, right
    return 0, ""


def _lacks(frame: Frame, start: int, right: str) -> bool:
    """Return whether three characters are an idiom without one: none of those around completes it."""
    words = frame.text[start : start + 3]
    around = frame.text[max(0, start - 1) : start + 4]
    return right not in around and stands(words) < 0.3 * stands(right) and _strange(frame, start, 3)


def _strange(frame: Frame, start: int, size: int) -> bool:
    """Return whether nobody writes what stands there, and no word reaches over either end."""
    text, end = frame.text, start + size
    words = text[start:end]
    if not all(map(shape.IS_HAN.match, words)):
        return False
    if shape.known_word(words) or not _whole(frame, start, end):
        return False
    if size == 5:
        return not stands(words[:4]) and not stands(words[1:])
    return size == 3 or not stands(words)


def _whole(frame: Frame, start: int, end: int) -> bool:
    left = start == 0 or frame.starts[start] > 0
    return left and (
        end >= len(frame.text) or frame.starts[end] > 0 or not shape.IS_HAN.match(frame.text[end])
    )


@cache
def closed(place: int) -> frozenset[str]:
    """Return the idioms of the table whose character at a place is open in no text, and which are no pattern."""
    return frozenset(
        row[0]
        for row in rows("idioms_open")
        if f"s{place}" not in (row[1].split() if len(row) > 1 else ()) and not _pattern(row[0])
    )


def settled(text: str, start: int, end: int) -> bool:
    """Return whether a place lies within an idiom as it is written."""
    known = _table()[3]
    return any(
        at <= start and end <= at + 4 and text[at : at + 4] in known
        for at in range(max(0, end - 4), start + 1)
    )
