"""Find four-character set phrases with one wrong character."""

from collections.abc import Iterator
from functools import cache

from gongkai.lib.privacy.frame import Frame
from gongkai.lib.privacy.model import Finding
from gongkai.lib.privacy.persons import shape
from gongkai.lib.privacy.proofreading.idioms import closed
from gongkai.lib.privacy.proofreading.repeats import stands
from gongkai.lib.privacy.proofreading.suspects import like
from gongkai.lib.privacy.tables import read_word_file


@cache
def _wild(name: str) -> dict[tuple[int, str], tuple[str, ...]]:
    found: dict[tuple[int, str], list[str]] = {}
    for word in read_word_file(name):
        for place in range(len(word)):
            found.setdefault((place, word[:place] + word[place + 1 :]), []).append(word)
    return {key: tuple(sorted(words)) for key, words in found.items()}


def idioms(frame: Frame) -> Iterator[Finding]:
    """Yield set phrases of four characters with one wrong or all homophone characters."""
    text, starts = frame.text, frame.starts
    heads, tails = _halves()
    begun, tailed = _begun(), _tailed()
    last = -1
    for start in range(len(text) - 3):
        if not starts[start] or start < last:
            continue
        head, tail = text[start : start + 3], text[start + 1 : start + 4]
        right = ""
        if head[:2] in heads or tail[1:] in tails:
            right = _of_four(frame, start)
        if not right and head in begun:
            right = _bound(frame, start)
        if not right and tail in tailed:
            right = ""
        if right:
            last = start + 4
            words = text[start:last]
            yield Finding("typo", start, last, frame.source[start:last], f"“{words}”疑为“{right}”之误", right)


@cache
def _halves() -> tuple[frozenset[str], frozenset[str]]:
    words = read_word_file("idioms") | read_word_file("words4")
    return frozenset(word[:2] for word in words), frozenset(word[2:] for word in words)


def _of_four(frame: Frame, start: int) -> str:
    words = frame.text[start : start + 4]
    if (
        shape.is_dictionary_word(words)
        or words in read_word_file("words4")
        or not _whole_ends(frame, start, 4)
    ):
        return ""
    for place in range(4):
        for right in _wild("words4").get((place, words[:place] + words[place + 1 :]), ()):
            if right != words and right[place] in like(words[place]) and _unknown(words, place):
                return right
    return ""


@cache
def _begun() -> dict[str, str]:
    found: dict[str, str] = {}
    for word in sorted(read_word_file("idioms") | closed(3)):
        found[word[:3]] = "" if word[:3] in found else word
    return found


def _bound(frame: Frame, start: int) -> str:
    words = frame.text[start : start + 4]
    right = _begun().get(words[:3], "")
    if (
        not right
        or right == words
        or len(words) < 4
        or stands(words)
        or stands(words[:3]) > 1.2 * stands(right)
    ):
        return ""
    # 在此一并致谢: the last two are a word that good texts have more than those of the idiom.
    other = stands(words[2:]) > stands(right[2:]) and right[3] not in like(words[3])
    return "" if other and not stands(right) else right


#: With these behind its first character an idiom is a pattern for any verb (学有所思, 转不了身).
_LINKS = frozenset("不有无之而以于得了为如若")


@cache
def _tailed() -> dict[str, str]:
    found: dict[str, str] = {}
    for word in sorted(read_word_file("idioms") | closed(0)):
        found[word[1:]] = "" if word[1:] in found or word[1] in _LINKS else word
    return found


def _unknown(words: str, place: int) -> bool:
    return not stands(words) and not any(
        stands(words[at : at + 3]) > 0 for at in (0, 1) if at <= place < at + 3
    )


def _whole_ends(frame: Frame, start: int, size: int) -> bool:
    left = start == 0 or frame.starts[start] > 0
    end = start + size
    return left and (
        end >= len(frame.text) or frame.starts[end] > 0 or not shape.HAN_CHARACTER.match(frame.text[end])
    )
