"""Find four-character set phrases with one wrong character."""

from collections.abc import Iterator
from functools import cache

from gongkai.lib.privacy.frame import SearchText
from gongkai.lib.privacy.model import Finding
from gongkai.lib.privacy.persons import shape
from gongkai.lib.privacy.proofreading.repeats import count_sequence
from gongkai.lib.privacy.proofreading.suspects import list_similar_characters
from gongkai.lib.privacy.tables import read_rows, read_word_file


@cache
def _load_idioms() -> frozenset[str]:
    return frozenset(row[0] for row in read_rows("idioms_open"))


def _is_open_pattern(word: str) -> bool:
    turned = word[0] == word[2] or word[1] == word[3]
    return turned or word[1:3] in ("有所", "无所") or word[0] + word[2] in _OPEN_PATTERNS


#: First and third characters of such patterns.
_OPEN_PATTERN_LIST = (
    "一二 不没 无不 千万 百千 东西 左右 上下 前后 大小 天地 男女 有无 七八 三五 四八 半不 非即 连带 且且 自他"
)
_OPEN_PATTERNS = frozenset(_OPEN_PATTERN_LIST.split())


@cache
def list_fixed_idioms(place: int) -> frozenset[str]:
    """Return the idioms whose character at a place never varies."""
    return frozenset(
        row[0]
        for row in read_rows("idioms_open")
        if f"s{place}" not in (row[1].split() if len(row) > 1 else ()) and not _is_open_pattern(row[0])
    )


def is_in_idiom(text: str, start: int, end: int) -> bool:
    """Return whether a place is part of a correct idiom."""
    known = _load_idioms()
    return any(at <= start and end <= at + 4 and text[at : at + 4] in known for at in range(max(0, end - 4), start + 1))


@cache
def _load_wildcards(name: str) -> dict[tuple[int, str], tuple[str, ...]]:
    found: dict[tuple[int, str], list[str]] = {}
    for word in read_word_file(name):
        for place in range(len(word)):
            found.setdefault((place, word[:place] + word[place + 1 :]), []).append(word)
    return {key: tuple(sorted(words)) for key, words in found.items()}


def find_idiom_errors(frame: SearchText) -> Iterator[Finding]:
    """Yield set phrases of four characters with one wrong or all homophone characters."""
    text, starts = frame.text, frame.starts
    heads, tails = _load_halves()
    begun, tailed = _load_by_first_three(), _load_by_last_three()
    last = -1
    for start in range(len(text) - 3):
        if not starts[start] or start < last:
            continue
        head, tail = text[start : start + 3], text[start + 1 : start + 4]
        right = ""
        if head[:2] in heads or tail[1:] in tails:
            right = _find_similar_idiom(frame, start)
        if not right and head in begun:
            right = _find_idiom_by_start(frame, start)
        if not right and tail in tailed:
            right = ""
        if right:
            last = start + 4
            words = text[start:last]
            yield Finding("typo", start, last, frame.source[start:last], f"“{words}”疑为“{right}”之误", right)


@cache
def _load_halves() -> tuple[frozenset[str], frozenset[str]]:
    words = read_word_file("idioms") | read_word_file("words4")
    return frozenset(word[:2] for word in words), frozenset(word[2:] for word in words)


def _find_similar_idiom(frame: SearchText, start: int) -> str:
    words = frame.text[start : start + 4]
    if shape.is_dictionary_word(words) or words in read_word_file("words4") or not _has_word_borders(frame, start, 4):
        return ""
    for place in range(4):
        for right in _load_wildcards("words4").get((place, words[:place] + words[place + 1 :]), ()):
            if (
                right != words
                and right[place] in list_similar_characters(words[place])
                and _is_unknown_sequence(words, place)
            ):
                return right
    return ""


@cache
def _load_by_first_three() -> dict[str, str]:
    found: dict[str, str] = {}
    for word in sorted(read_word_file("idioms") | list_fixed_idioms(3)):
        found[word[:3]] = "" if word[:3] in found else word
    return found


def _find_idiom_by_start(frame: SearchText, start: int) -> str:
    words = frame.text[start : start + 4]
    right = _load_by_first_three().get(words[:3], "")
    if (
        not right
        or right == words
        or len(words) < 4
        or count_sequence(words)
        or count_sequence(words[:3]) > 1.2 * count_sequence(right)
    ):
        return ""
    # 在此一并致谢: the last two are a word that good texts have more than those of the idiom.
    other = count_sequence(words[2:]) > count_sequence(right[2:]) and right[3] not in list_similar_characters(words[3])
    return "" if other and not count_sequence(right) else right


#: With these behind its first character an idiom is a pattern for any verb (学有所思, 转不了身).
_PATTERN_CHARACTERS = frozenset("不有无之而以于得了为如若")


@cache
def _load_by_last_three() -> dict[str, str]:
    found: dict[str, str] = {}
    for word in sorted(read_word_file("idioms") | list_fixed_idioms(0)):
        found[word[1:]] = "" if word[1:] in found or word[1] in _PATTERN_CHARACTERS else word
    return found


def _is_unknown_sequence(words: str, place: int) -> bool:
    return not count_sequence(words) and not any(
        count_sequence(words[at : at + 3]) > 0 for at in (0, 1) if at <= place < at + 3
    )


def _has_word_borders(frame: SearchText, start: int, size: int) -> bool:
    left = start == 0 or frame.starts[start] > 0
    end = start + size
    return left and (end >= len(frame.text) or frame.starts[end] > 0 or not shape.HAN_CHARACTER.match(frame.text[end]))
