"""Set phrases in their right form, and words that advertising law forbids."""

import re
from collections.abc import Iterator
from functools import cache

from gongkai.privacy.frame import Frame
from gongkai.privacy.model import Finding
from gongkai.privacy.proofreading.names import distance
from gongkai.privacy.tables import alternatives, rows


@cache
def _errors() -> tuple[re.Pattern[str], dict[str, str]]:
    table = {row[0]: row[1] for row in rows("phrase_errors")}
    return re.compile(alternatives(tuple(table))), table


@cache
def _phrases() -> tuple[re.Pattern[str], dict[str, list[str]]]:
    phrases = tuple(row[0] for row in rows("phrases") if len(row[0]) >= 7)
    heads: dict[str, list[str]] = {}
    for phrase in phrases:
        heads.setdefault(phrase[:2], []).append(phrase)
    return re.compile(alternatives(tuple(heads))), heads


def set_phrases(frame: Frame) -> Iterator[Finding]:
    """Yield set phrases with one character wrong, missing or too many, and known wrong forms."""
    text = frame.text
    pattern, table = _errors()
    for found in pattern.finditer(text):
        why = f"固定表述应为“{table[found[0]]}”"
        yield Finding("phrase", found.start(), found.end(), found[0], why, table[found[0]])
    heads, by_head = _phrases()
    for found in heads.finditer(text):
        start = found.start()
        for phrase in by_head[found[0]]:
            if any(text.startswith(other, start) for other in by_head[found[0]]):
                break
            end = _near_end(text, start, phrase)
            if end:
                yield Finding(
                    "phrase", start, end, frame.source[start:end], f"固定表述应为“{phrase}”", phrase
                )
                break


def _near_end(text: str, start: int, phrase: str) -> int:
    for size in (len(phrase), len(phrase) - 1, len(phrase) + 1):
        words = text[start : start + size]
        same_end = words[-2:] == phrase[-2:] or size == len(phrase)
        if (
            len(words) == size
            and same_end
            and "\n" not in words
            and distance(words, phrase, 1) == 1
            and _slip(words, phrase)
        ):
            return start + size
    return 0


def _slip(words: str, phrase: str) -> bool:
    """Return whether the one difference is a character and not only a mark (、 for ，, quotation marks left out)."""
    return re.sub(r"[^\u4e00-\u9fff]", "", words) != re.sub(r"[^\u4e00-\u9fff]", "", phrase)


@cache
def _forbidden() -> tuple[re.Pattern[str], dict[str, tuple[str, ...]]]:
    table = {row[0]: tuple(row[1].split()) if len(row) > 1 else () for row in rows("adverts")}
    return re.compile(alternatives(tuple(table))), table


def adverts(frame: Frame) -> Iterator[Finding]:
    """Yield words of advertising (广告法 art. 9 and 28); where a text forbids them itself, it may name them."""
    text = frame.text
    pattern, table = _forbidden()
    for found in pattern.finditer(text):
        start, end = found.span()
        around = text[max(0, start - 5) : end + 6]
        if any(context in around for context in table[found[0]]):
            continue
        near = text[max(0, start - 24) : end + 12]
        if (
            re.search(r"不得|禁止|严禁|广告|用语|字样|等词|“[^”]*$", near[: start - max(0, start - 24)])
            or "用语" in near
        ):
            continue
        yield Finding("advert", start, end, found[0], "绝对化或广告用语（广告法第九条），政策文字中不宜使用")
