"""Set phrases in their right form, and words that advertising law forbids."""

from collections.abc import Iterator
from functools import cache

from gongkai.privacy import lazy_re as re
from gongkai.privacy.frame import Frame
from gongkai.privacy.model import Finding
from gongkai.privacy.proofreading.repeats import stands
from gongkai.privacy.tables import alternatives, rows


@cache
def _errors() -> tuple[re.Pattern[str], dict[str, str]]:
    table = {row[0]: row[1] for row in rows("phrase_errors")}
    return re.compile(alternatives(tuple(table))), table


def set_phrases(frame: Frame) -> Iterator[Finding]:
    """Yield known wrong forms of set phrases (`expressions` finds what is near a right one)."""
    text = frame.text
    pattern, table = _errors()
    for found in pattern.finditer(text):
        why = f"固定表述应为“{table[found[0]]}”"
        yield Finding("phrase", found.start(), found.end(), found[0], why, table[found[0]])


_NUMERALS = "一二两三四五六七八九十"


@cache
def _numbered() -> tuple[re.Pattern[str], dict[str, str]]:
    """Return set phrases with one numeral exchanged, and the phrases; where it is the only one, it must stand in quotation marks."""
    table: dict[str, str] = {}
    phrases = {row[0] for row in rows("numerals")}
    for phrase in sorted(phrases):
        places = [place for place, char in enumerate(phrase) if char in _NUMERALS]
        for place in places:
            for other in _NUMERALS.replace(phrase[place], ""):
                wrong = phrase[:place] + other + phrase[place + 1 :]
                table["“" + wrong + "”" if len(places) == 1 else wrong] = phrase
    return re.compile(alternatives(tuple(wrong for wrong in table if wrong not in phrases))), table


def numerals(frame: Frame) -> Iterator[Finding]:
    """Yield set phrases with another numeral (三会两课, “三个自信”), where good texts never write them so."""
    pattern, table = _numbered()
    for found in pattern.finditer(frame.text):
        start, end = found.span()
        words, right = found[0].strip("“”"), table[found[0]]
        if stands(re.sub("[“”、，]", "", words)):
            continue
        start, end = start + found[0].startswith("“"), end - found[0].endswith("”")
        yield Finding("phrase", start, end, frame.source[start:end], f"固定表述应为“{right}”", right)


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
