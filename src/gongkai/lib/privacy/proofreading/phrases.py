"""Find misspelt set phrases, and words that advertising law forbids."""

from collections.abc import Iterator
from functools import cache

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.privacy.frame import Frame
from gongkai.lib.privacy.model import Finding
from gongkai.lib.privacy.tables import alternatives_pattern, read_rows


@cache
def _load_phrase_errors() -> tuple[re.Pattern[str], dict[str, str]]:
    table = {row[0]: row[1] for row in read_rows("phrase_errors")}
    return re.compile(alternatives_pattern(tuple(table))), table


def find_known_phrase_errors(frame: Frame) -> Iterator[Finding]:
    """Yield known wrong forms of set phrases."""
    text = frame.text
    pattern, table = _load_phrase_errors()
    for found in pattern.finditer(text):
        why = f"固定表述应为“{table[found[0]]}”"
        yield Finding("phrase", found.start(), found.end(), found[0], why, table[found[0]])


@cache
def _load_forbidden_words() -> tuple[re.Pattern[str], dict[str, tuple[str, ...]]]:
    table = {row[0]: tuple(row[1].split()) if len(row) > 1 else () for row in read_rows("adverts")}
    return re.compile(alternatives_pattern(tuple(table))), table


def find_advertising_words(frame: Frame) -> Iterator[Finding]:
    """Yield advertising words (广告法 art. 9 and 28), unless the text itself forbids them."""
    text = frame.text
    pattern, table = _load_forbidden_words()
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
