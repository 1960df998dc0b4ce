"""Check heading numbers: skipped or repeated 一、; （一）; 1.; 第一条; 一是."""

from collections.abc import Iterator
from dataclasses import dataclass

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.chinese.numerals import to_int, to_words
from gongkai.lib.privacy.frame import Frame
from gongkai.lib.privacy.model import Finding

_CHINESE_DIGITS = "一二三四五六七八九十百零〇两"
_HEADING_LEVELS: tuple[tuple[str, int, re.Pattern[str]], ...] = (
    ("章", 0, re.compile(rf"[ \t　]*第(?P<n>[{_CHINESE_DIGITS}]{{1,5}})章(?=[\s　])")),
    ("节", 1, re.compile(rf"[ \t　]*第(?P<n>[{_CHINESE_DIGITS}]{{1,5}})节(?=[\s　])")),
    ("条", -1, re.compile(rf"[ \t　]*第(?P<n>[{_CHINESE_DIGITS}]{{1,7}})条(?=[\s　])")),
    ("、", 2, re.compile(rf"[ \t　]*(?P<n>[{_CHINESE_DIGITS}]{{1,4}})、")),
    ("（）", 3, re.compile(rf"[ \t　]*[（(](?P<n>[{_CHINESE_DIGITS}]{{1,4}})[）)]")),
    ("1.", 4, re.compile(r"[ \t　]*(?P<n>[0-9]{1,2})[．.、](?![0-9])")),
    ("（1）", 5, re.compile(r"[ \t　]*[（(](?P<n>[0-9]{1,2})[）)]")),
)


def parse_number(words: str) -> int:
    """Return the value of Chinese or Arabic numerals, or 0."""
    return to_int(words) or 0


@dataclass
class _HeadingNumber:
    """A heading number: level, style, value, span and title."""

    level: int
    style: str
    value: int
    start: int
    end: int
    words: str
    title: str


def _list_headings(text: str) -> Iterator[_HeadingNumber]:
    at = 0
    for line in text.split("\n"):
        for style, level, pattern in _HEADING_LEVELS:
            found = pattern.match(line)
            if found:
                start = at + found.start("n")
                yield _HeadingNumber(
                    level,
                    style,
                    parse_number(found["n"]),
                    start,
                    at + found.end("n"),
                    found[0].strip(),
                    _heading_start(line[found.end() :]),
                )
                break
        at += len(line) + 1


def _heading_start(words: str) -> str:
    return re.sub(rf"[^{HAN}]", "", words)[:3]


def find_heading_errors(frame: Frame) -> Iterator[Finding]:
    """Yield headings whose number does not follow the previous one of the same level."""
    last: dict[int, _HeadingNumber] = {}
    articles: _HeadingNumber | None = None
    broken: set[int] = set()
    titles: set[tuple[int, str]] = set()
    for mark in _list_headings(frame.text):
        if mark.level == -1:
            if articles is not None and mark.value != articles.value + 1 and _is_real_error(frame, articles, mark):
                yield _finding(frame, mark, articles)
            articles = mark
            continue
        if (mark.level, mark.title) in titles and mark.level < 4:
            last[mark.level] = mark
            continue
        titles.add((mark.level, mark.title))
        before = last.get(mark.level)
        for deeper in [level for level in last if level > mark.level]:
            del last[deeper]
        if before is not None and mark.value not in (1, before.value + 1) and mark.level not in broken:
            if _is_real_error(frame, before, mark):
                yield _finding(frame, mark, before)
            else:
                broken.add(mark.level)
        last[mark.level] = mark


def _is_real_error(frame: Frame, before: _HeadingNumber, mark: _HeadingNumber) -> bool:
    jump = mark.value - before.value
    if jump not in (0, 2) or mark.start - before.end > 20_000:
        return False
    between = frame.text[before.end : mark.start]
    if jump == 0:
        if mark.value > 1 and mark.style == "、" and f"{to_words(mark.value - 1)}、" in between:
            return False  # it began anew within a paragraph
        # A table prints its headings again on the next page; that is no slip.
        return len(between) > 4 and len(mark.title) > 2 and mark.title != before.title
    missing = before.value + 1
    words = to_words(missing)
    shown = {
        "、": f"{words}、",
        "（）": f"{words}）",
        "1.": str(missing),
        "（1）": f"{missing}）",
        "章": f"第{words}章",
        "节": f"第{words}节",
        "条": f"第{words}条",
    }[mark.style]
    return shown not in between and shown.replace("）", ")") not in between


def _finding(frame: Frame, mark: _HeadingNumber, before: _HeadingNumber) -> Finding:
    arabic = mark.words.strip("（()）．.、 　").isdigit()
    right = str(before.value + 1) if arabic else to_words(before.value + 1)
    said = "重复" if mark.value == before.value else "跳号"
    why = f"序号{said}：前一项为“{before.words}”，此处应为“{right}”"
    return Finding("ordinal", mark.start, mark.end, frame.source[mark.start : mark.end], why, right)
