"""Brackets, quotation marks and punctuation."""

import re
from collections.abc import Iterator

from gongkai.privacy.frame import Frame
from gongkai.privacy.model import Finding

_PAIRS = {"（": "）", "《": "》", "〔": "〕", "【": "】", "“": "”", "‘": "’", "「": "」"}
_CLOSE = {close: open_ for open_, close in _PAIRS.items()}
_SIGNS = re.compile("[" + "".join(_PAIRS) + "".join(_CLOSE) + "()]")
#: 1） a） ① ）: a closing bracket that numbers an item needs no opening one.
_NUMBERING = re.compile(r"(?:^|[\s。；;，,：:、）)])[0-9一二三四五六七八九十a-zA-Z①-⑳]{1,3}[）)]$")
#: How far a bracket may reach before it counts as left open (characters, lines).
_REACH = 400


def brackets(frame: Frame) -> Iterator[Finding]:
    """Yield brackets and quotation marks without their partner in the paragraph (a torn line may end it)."""
    at = 0
    text = frame.source
    for paragraph in re.split(r"(\n\s*\n|\n(?=[ 　\t]*(?:[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[）)]|第[一二三四五六七八九十百]+[章节条]))|(?<=[。；：！？])\n)", text):
        if paragraph and not paragraph.isspace():
            yield from _paragraph(paragraph, at)
        at += len(paragraph)


def _paragraph(paragraph: str, offset: int) -> Iterator[Finding]:
    """Match the signs of one paragraph with a stack; round brackets of both widths may close each other."""
    open_: list[tuple[str, int]] = []
    for found in _SIGNS.finditer(paragraph):
        sign, place = found[0], found.start()
        sign = {"(": "（", ")": "）"}.get(sign, sign)
        if sign in _PAIRS:
            open_.append((sign, place))
        elif any(item[0] == _CLOSE[sign] for item in open_):
            while open_[-1][0] != _CLOSE[sign]:
                yield _unclosed(paragraph, offset, *open_.pop())
            open_.pop()
        elif not _numbers_item(paragraph, place):
            yield _finding(paragraph, offset, place, f"“{found[0]}”前面缺少“{_CLOSE[sign]}”")
    for sign, place in open_:
        if len(paragraph) - place < _REACH or sign in "《〔【":
            if not (sign == "“" and _quotes_on(paragraph, place)):
                yield _unclosed(paragraph, offset, sign, place)


def _quotes_on(paragraph: str, place: int) -> bool:
    """Return whether an open quotation may go on in the next paragraph: it begins this one."""
    return not paragraph[:place].strip()


def _numbers_item(paragraph: str, place: int) -> bool:
    return bool(_NUMBERING.search(paragraph[max(0, place - 5) : place + 1])) or place < 4 and paragraph[:place].strip().isalnum()


def _unclosed(paragraph: str, offset: int, sign: str, place: int) -> Finding:
    return _finding(paragraph, offset, place, f"“{paragraph[place]}”没有对应的“{_PAIRS[sign]}”")


def _finding(paragraph: str, offset: int, place: int, why: str) -> Finding:
    return Finding("bracket", offset + place, offset + place + 1, paragraph[place], f"括号、引号或书名号不成对：{why}")


_FULL = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！"}
_HALF = re.compile(r"(?<=[\u4e00-\u9fff”》）〕])[,;:?!](?=[\s]?[\u4e00-\u9fff“《（〔])|(?<=[\u4e00-\u9fff”》）〕])[,;?!](?=\s*$)", re.MULTILINE)
_DOT = re.compile(r"(?<=[\u4e00-\u9fff]{2})\.(?=[\u4e00-\u9fff]{2}|\s*$)", re.MULTILINE)
_RUN = re.compile(r"[，、；：]{2,}|[，、；：][。！？]|。[，、；：]|。{2}(?!。)|(?<!。)。{2}$|[！]{4,}")
#: From so many on, half-width punctuation is the habit of the text and is reported once.
_HABIT = 10


def punctuation(frame: Frame) -> Iterator[Finding]:
    """Yield half-width punctuation between Chinese characters, and marks that stand twice."""
    text = frame.source
    half = [*_HALF.finditer(text), *_DOT.finditer(text)]
    half.sort(key=lambda found: found.start())
    for found in half[:1] if len(half) >= _HABIT else half:
        right = _FULL.get(found[0], "。")
        why = f"中文之间应用全角标点“{right}”"
        if len(half) >= _HABIT:
            why += f"（全文共{len(half)}处，只列第一处）"
        yield Finding("punctuation", found.start(), found.end(), found[0], why, right)
    for found in _RUN.finditer(text):
        yield Finding("punctuation", found.start(), found.end(), found[0], "标点重复或连用", found[0][-1] if "。" in found[0] else found[0][0])
