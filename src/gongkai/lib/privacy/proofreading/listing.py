"""Check item numbers inside sentences: 一是 三是, 首先 第三, ① ③, and announced totals."""

from collections.abc import Iterator
from itertools import pairwise

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.chinese.numerals import to_words
from gongkai.lib.privacy.frame import Frame
from gongkai.lib.privacy.model import Finding
from gongkai.lib.privacy.proofreading.order import parse_number

_ITEM_BORDER = r"(?:(?<=[，。；：！？\n;:])|^)\s?"
_INLINE_NUMBERS: tuple[re.Pattern[str], ...] = (
    re.compile(_ITEM_BORDER + rf"(?P<n>[一二三四五六七八九十])是(?=[{HAN}“])", re.MULTILINE),
    re.compile(_ITEM_BORDER + rf"第(?P<n>[一二三四五六七八九十])[，,](?=[{HAN}“])", re.MULTILINE),
    re.compile(_ITEM_BORDER + rf"其(?P<n>[一二三四五六])[，,是](?=[{HAN}“])", re.MULTILINE),
    re.compile(_ITEM_BORDER + rf"(?P<n>[一二三四五六七八九十])要(?=[{HAN}“])", re.MULTILINE),
    re.compile(
        rf"(?:(?<=[。；：;:])|(?<=[：:]\n))\s?(?P<n>[一二三四五六七八九十]{{1,2}})、(?=[{HAN}“])|^\s?(?P<m>[一二三四五六七八九十]{{1,2}})、(?=[^\n]{{2,60}}[。；;][一二三四五六七八九十]{{1,2}}、)",
        re.MULTILINE,
    ),
    re.compile(
        rf"(?:(?<=[。；：;:，,])|^)\s?[（(](?P<n>[一二三四五六七八九十]{{1,2}})[）)](?=[{HAN}“])",
        re.MULTILINE,
    ),
    re.compile(rf"(?:(?<=[。；：;:])|^)\s?(?P<n>[0-9]{{1,2}})[.．、](?=[{HAN}“])", re.MULTILINE),
    re.compile(
        rf"(?:(?<=[。；：;:，,、\n])|^)\s?第(?P<n>[一二三四五六七八九十])(?:章|编|篇|阶段|步|批|类|组|档|环节|部分|项|点|方面|位|名|轮|期|场|单元|板块)(?=[（(:：，,、{HAN}])",
        re.MULTILINE,
    ),
)
#: Articles within a line: 第六条 … 。第八条 …
_INLINE_ARTICLE = re.compile(
    rf"(?:(?<=[。；：，;:,])|^)\s?第(?P<n>[一二三四五六七八九十百零]{{1,6}})条(?=[ \t\u3000]|规定|明确|对[{HAN}])",
    re.MULTILINE,
)
#: A. B. D.
_LETTERED_ITEM = re.compile(rf"(?:(?<=[。；：;:\n])|^)\s?(?P<n>[A-H])[.．、](?=[{HAN}“])", re.MULTILINE)
_CIRCLED_NUMBER = re.compile(rf"(?P<n>[①-⑳])(?=\s?[{HAN}“])")
_BRACKETED_NUMBER = re.compile(rf"(?:(?<=[。；：，\n])|^)\s?[（(](?P<n>[0-9]{{1,2}})[）)](?=[{HAN}“])")

#: Numbers that also stand at the head of paragraphs and cells: judged within one line only.
_SINGLE_LINE_PATTERNS = (*_INLINE_NUMBERS[4:7], _CIRCLED_NUMBER, _LETTERED_ITEM)

#: A series in a sentence has at most so many items: its numbers have two digits.
_MAX_ITEMS = 100


def find_series_errors(frame: Frame) -> Iterator[Finding]:
    """Yield item numbers that are skipped or repeated."""
    for pattern in (*_INLINE_NUMBERS, _BRACKETED_NUMBER, _CIRCLED_NUMBER, _LETTERED_ITEM):
        series: list[tuple[int, int, int, str]] = []
        for found in pattern.finditer(frame.source):
            group = "n" if found["n"] else "m"
            start, end = found.span(group)
            value = _item_value(found[group])
            if series and (hit := _check_sequence(frame, series, value, start, end, pattern in _SINGLE_LINE_PATTERNS)):
                yield hit
            series.append((value, start, end, found[group]))


def find_article_errors(frame: Frame) -> Iterator[Finding]:
    """Yield articles inside one line that are skipped or repeated."""
    for line in re.finditer(r"[^\n]+", frame.text):
        found = list(_INLINE_ARTICLE.finditer(frame.text, *line.span()))
        for before, hit in pairwise(found):
            last, value = parse_number(before["n"]), parse_number(hit["n"])
            if value - last in (0, 2) and (value == last or len(found) > 2 or to_words(last + 1) not in line[0]):
                start, end = hit.span("n")
                right = to_words(last + 1)
                why = f"序号{'重复' if value == last else '跳号'}：前一条为“第{before['n']}条”，此处应为“第{right}条”"
                yield Finding("ordinal", start, end, frame.source[start:end], why, right)
                break


def _item_value(words: str) -> int:
    if "①" <= words <= "⑳":
        return ord(words) - 0x245F
    return ord(words) - 0x40 if words.isascii() and words.isalpha() else parse_number(words)


def _check_sequence(
    frame: Frame, series: list[tuple[int, int, int, str]], value: int, start: int, end: int, strict: bool
) -> Finding | None:
    before = series[-1][0]
    few = len(series) <= _MAX_ITEMS
    begun = few and [item[0] for item in series] == list(range(1, len(series) + 1))
    same_line = "\n" not in frame.source[series[-1][1] : start]
    # 第一；第二；第五: further than one number only behind two items of the same line.
    far = value - before in (3, 4) and begun and same_line and len(series) > 1
    skipped = far or (value - before == 2 and (begun and same_line if strict else begun or not same_line))
    twice = value == before and begun and same_line and len(series) > 1
    between = frame.source[series[-1][2] : start]
    if not (skipped or twice) or (skipped and re.search(rf"(?<![0-9]){before + 1}\s?[.．、）)]", between)):
        return None
    words = frame.source[start:end]
    right = (
        chr(0x245F + before + 1)
        if "①" <= words <= "⑳"
        else chr(0x41 + before)
        if words.isascii() and words.isalpha()
        else str(before + 1)
        if words.isdigit()
        else to_words(before + 1)
    )
    why = f"序号{'重复' if twice else '跳号'}：前一项为“{series[-1][3]}”，此处应为“{right}”"
    return Finding("ordinal", start, end, words, why, right)
