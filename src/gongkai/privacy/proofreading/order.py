"""Ordinals that skip or come twice: 一、三、; （一）（三）; 1. 3.; 第一条 第三条; 一是 三是."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gongkai.privacy.frame import Frame
from gongkai.privacy.model import Finding

_CN = "一二三四五六七八九十百零〇两"
_LEVELS: tuple[tuple[str, int, re.Pattern[str]], ...] = (
    ("章", 0, re.compile(rf"[ \t　]*第(?P<n>[{_CN}]{{1,5}})章(?=[\s　])")),
    ("节", 1, re.compile(rf"[ \t　]*第(?P<n>[{_CN}]{{1,5}})节(?=[\s　])")),
    ("条", -1, re.compile(rf"[ \t　]*第(?P<n>[{_CN}]{{1,7}})条(?=[\s　])")),
    ("、", 2, re.compile(rf"[ \t　]*(?P<n>[{_CN}]{{1,4}})、")),
    ("（）", 3, re.compile(rf"[ \t　]*[（(](?P<n>[{_CN}]{{1,4}})[）)]")),
    ("1.", 4, re.compile(r"[ \t　]*(?P<n>[0-9]{1,2})[．.、](?![0-9])")),
    ("（1）", 5, re.compile(r"[ \t　]*[（(](?P<n>[0-9]{1,2})[）)]")),
)
_BORDER = r"(?:(?<=[，。；：！？\n;:])|^)\s?"
_INLINE: tuple[re.Pattern[str], ...] = (
    re.compile(_BORDER + r"(?P<n>[一二三四五六七八九十])是(?=[\u4e00-\u9fff“])", re.MULTILINE),
    re.compile(_BORDER + r"第(?P<n>[一二三四五六七八九十])[，,](?=[\u4e00-\u9fff“])", re.MULTILINE),
    re.compile(_BORDER + r"(?P<n>[一二三四五六七八九十])要(?=[\u4e00-\u9fff“])", re.MULTILINE),
    re.compile(
        r"(?:(?<=[。；：;:])|(?<=[：:]\n))\s?(?P<n>[一二三四五六七八九十]{1,2})、(?=[\u4e00-\u9fff“])|^\s?(?P<m>[一二三四五六七八九十]{1,2})、(?=[^\n]{2,60}[。；;][一二三四五六七八九十]{1,2}、)",
        re.MULTILINE,
    ),
    re.compile(
        r"(?:(?<=[。；：;:，,])|^)\s?[（(](?P<n>[一二三四五六七八九十]{1,2})[）)](?=[\u4e00-\u9fff“])",
        re.MULTILINE,
    ),
    re.compile(r"(?:(?<=[。；：;:])|^)\s?(?P<n>[0-9]{1,2})[.．、](?=[\u4e00-\u9fff“])", re.MULTILINE),
    re.compile(
        r"(?:(?<=[。；：;:，,\n])|^)\s?第(?P<n>[一二三四五六七八九十])(?:阶段|步|批|类|组|档|环节|部分)(?=[（(:：，,、\u4e00-\u9fff])",
        re.MULTILINE,
    ),
)
_CIRCLED = re.compile(r"(?P<n>[①-⑳])(?=\s?[\u4e00-\u9fff“])")
_INLINE_MARKS = re.compile(r"(?:(?<=[。；：，\n])|^)\s?[（(](?P<n>[0-9]{1,2})[）)](?=[\u4e00-\u9fff“])")


def number(words: str) -> int:
    """Return the value of Chinese or Arabic numerals up to 9999."""
    if words.isdigit():
        return int(words)
    digits = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
    total, current = 0, 0
    for char in words:
        if char == "百":
            total, current = total + (current or 1) * 100, 0
        elif char == "十":
            total, current = total + (current or 1) * 10, 0
        else:
            current = digits[char]
    return total + current


#: Numbers that also stand at the head of paragraphs and cells: judged within one line only.
_STRICT = (*_INLINE[3:6], _CIRCLED)


@dataclass
class _Mark:
    level: int
    style: str
    value: int
    start: int
    end: int
    words: str
    title: str


def _marks(text: str) -> Iterator[_Mark]:
    at = 0
    for line in text.split("\n"):
        for style, level, pattern in _LEVELS:
            found = pattern.match(line)
            if found:
                start = at + found.start("n")
                yield _Mark(
                    level,
                    style,
                    number(found["n"]),
                    start,
                    at + found.end("n"),
                    found[0].strip(),
                    _title(line[found.end() :]),
                )
                break
        at += len(line) + 1


def _title(words: str) -> str:
    """Return the first characters of a heading, enough to know one that is printed again."""
    return re.sub(r"[^\u4e00-\u9fff]", "", words)[:3]


def ordinals(frame: Frame) -> Iterator[Finding]:
    """Yield headings whose number does not follow the one before it on the same level.

    Reported only where the series goes on after the gap or had begun properly, so that excerpts, references
    and tables torn apart by a conversion are left alone.
    """
    last: dict[int, _Mark] = {}
    articles: _Mark | None = None
    broken: set[int] = set()
    titles: set[tuple[int, str]] = set()
    for mark in _marks(frame.text):
        if mark.level == -1:
            if articles is not None and mark.value != articles.value + 1 and _counts(frame, articles, mark):
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
            if _counts(frame, before, mark):
                yield _finding(frame, mark, before)
            else:
                broken.add(mark.level)
        last[mark.level] = mark
    yield from _inline(frame)


def _counts(frame: Frame, before: _Mark, mark: _Mark) -> bool:
    """Return whether a jump is a slip: one or two numbers left out or one repeated, and nowhere in between."""
    jump = mark.value - before.value
    if jump not in (0, 2) or mark.start - before.end > 20_000:
        return False
    between = frame.text[before.end : mark.start]
    if jump == 0:
        # A table prints its headings again on the next page; that is no slip.
        return len(between) > 4 and len(mark.title) > 2 and mark.title != before.title
    missing = before.value + 1
    chinese = _chinese(missing)
    shown = {
        "、": f"{chinese}、",
        "（）": f"{chinese}）",
        "1.": str(missing),
        "（1）": f"{missing}）",
        "章": f"第{chinese}章",
        "节": f"第{chinese}节",
        "条": f"第{chinese}条",
    }[mark.style]
    return shown not in between and shown.replace("）", ")") not in between


def _chinese(value: int) -> str:
    digits = "零一二三四五六七八九"
    if value < 10:
        return digits[value]
    if value < 20:
        return "十" + (digits[value % 10] if value % 10 else "")
    if value < 100:
        return digits[value // 10] + "十" + (digits[value % 10] if value % 10 else "")
    rest = value % 100
    return (
        digits[value // 100]
        + "百"
        + (
            ""
            if not rest
            else ("零" if rest < 10 else "")
            + (_chinese(rest) if rest >= 20 or rest < 10 else "一" + _chinese(rest))
        )
    )


def _finding(frame: Frame, mark: _Mark, before: _Mark) -> Finding:
    arabic = mark.words.strip("（()）．.、 　").isdigit()
    right = str(before.value + 1) if arabic else _chinese(before.value + 1)
    said = "重复" if mark.value == before.value else "跳号"
    why = f"序号{said}：前一项为“{before.words}”，此处应为“{right}”"
    return Finding("ordinal", mark.start, mark.end, frame.source[mark.start : mark.end], why, right)


def _inline(frame: Frame) -> Iterator[Finding]:
    for pattern in (*_INLINE, _INLINE_MARKS, _CIRCLED):
        series: list[tuple[int, int, int, str]] = []
        for found in pattern.finditer(frame.source):
            group = "n" if found["n"] else "m"
            start, end = found.span(group)
            if series and (
                "\n\n" in frame.source[series[-1][1] : start]
                or start - series[-1][1] > 1500
                or _value(found[group]) == 1
            ):
                series = []
            value = _value(found[group])
            if series and (hit := _out_of_turn(frame, series, value, start, end, pattern in _STRICT)):
                yield hit
            series.append((value, start, end, found[group]))


def _value(words: str) -> int:
    return ord(words) - 0x245F if "①" <= words <= "⑳" else number(words)


def _out_of_turn(
    frame: Frame, series: list[tuple[int, int, int, str]], value: int, start: int, end: int, strict: bool
) -> Finding | None:
    """Return the finding for a number in a sentence that skips one or comes twice in a series that began with one."""
    before = series[-1][0]
    begun = [item[0] for item in series] == list(range(1, len(series) + 1))
    same_line = "\n" not in frame.source[series[-1][1] : start]
    skipped = value - before == 2 and (begun and same_line if strict else begun or not same_line)
    twice = value == before and begun and same_line and len(series) > 1
    if not (skipped or twice):
        return None
    words = frame.source[start:end]
    right = (
        chr(0x245F + before + 1)
        if "①" <= words <= "⑳"
        else str(before + 1)
        if words.isdigit()
        else _chinese(before + 1)
    )
    why = f"序号{'重复' if twice else '跳号'}：前一项为“{series[-1][3]}”，此处应为“{right}”"
    return Finding("ordinal", start, end, words, why, right)
