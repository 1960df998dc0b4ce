"""Check the numbers of headings and of items inside sentences."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.chinese.numerals import to_int, to_words
from gongkai.lib.privacy.model import Finding
from gongkai.lib.privacy.search_text import SearchText

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


def parse_number(text: str) -> int:
    """Return the value of Chinese or Arabic numerals, or 0."""
    return to_int(text) or 0


@dataclass
class _HeadingNumber:
    """A heading's number: span, value, and `words` as printed.

    `level` is (true for a line with tabs, depth); `title` the first three Han characters of the heading.
    """

    level: tuple[bool, int]
    style: str
    value: int
    start: int
    end: int
    words: str
    title: str


def _list_headings(text: str) -> Iterator[_HeadingNumber]:
    """Yield the numbered headings of a text with their level, number and title."""
    at = 0
    for line in text.split("\n"):
        for style, level, pattern in _HEADING_LEVELS:
            match = pattern.match(line)
            if match:
                start = at + match.start("n")
                yield _HeadingNumber(
                    ("\t" in line, level),
                    style,
                    parse_number(match["n"]),
                    start,
                    at + match.end("n"),
                    match[0].strip(),
                    _get_heading_start(line[match.end() :]),
                )
                break
        at += len(line) + 1


def _get_heading_start(text: str) -> str:
    """Return the first three Han characters of a heading."""
    return re.sub(rf"[^{HAN}]", "", text)[:3]


def find_heading_errors(search_text: SearchText) -> Iterator[Finding]:
    """Yield headings with a number that does not follow the previous one of their level."""
    last_by_level: dict[tuple[bool, int], _HeadingNumber] = {}
    articles: _HeadingNumber | None = None
    broken: set[tuple[bool, int]] = set()
    titles: set[tuple[tuple[bool, int], str]] = set()
    for heading in _list_headings(search_text.text):
        if heading.style == "条":
            if (
                articles is not None
                and heading.value != articles.value + 1
                and _is_real_error(search_text, articles, heading)
            ):
                yield _make_finding(search_text, heading, articles)
            articles = heading
            continue
        if (heading.level, heading.title) in titles and heading.level[1] < 4:
            last_by_level[heading.level] = heading
            continue
        titles.add((heading.level, heading.title))
        previous = last_by_level.get(heading.level)
        for deeper in [level for level in last_by_level if level > heading.level]:
            del last_by_level[deeper]
        if previous is not None and heading.value not in (1, previous.value + 1) and heading.level not in broken:
            if _is_real_error(search_text, previous, heading):
                yield _make_finding(search_text, heading, previous)
            else:
                broken.add(heading.level)
        last_by_level[heading.level] = heading


def _is_real_error(search_text: SearchText, before: _HeadingNumber, number: _HeadingNumber) -> bool:
    """Return true if a repeated or skipped number is an error."""
    jump = number.value - before.value
    if jump not in (0, 2) or number.start - before.end > 20_000:
        return False
    between = search_text.text[before.end : number.start]
    if jump == 0:
        if number.value > 1 and number.style == "、" and f"{to_words(number.value - 1)}、" in between:
            return False  # it began anew within a paragraph
        # A table prints its headings again on the next page; that is no slip.
        return len(between) > 4 and len(number.title) > 2 and number.title != before.title
    missing = before.value + 1
    text = to_words(missing)
    missing_number = {
        "、": f"{text}、",
        "（）": f"{text}）",
        "1.": str(missing),
        "（1）": f"{missing}）",
        "章": f"第{text}章",
        "节": f"第{text}节",
        "条": f"第{text}条",
    }[number.style]
    return missing_number not in between and missing_number.replace("）", ")") not in between


def _make_finding(search_text: SearchText, number: _HeadingNumber, before: _HeadingNumber) -> Finding:
    """Return the finding for a heading number that repeats or skips, with the expected number."""
    arabic = number.words.strip("（()）．.、 　").isdigit()
    expected = str(before.value + 1) if arabic else to_words(before.value + 1)
    text = "重复" if number.value == before.value else "跳号"
    reason = f"序号{text}：前一项为“{before.words}”，此处应为“{expected}”"
    return Finding("ordinal", number.start, number.end, search_text.source[number.start : number.end], reason, expected)


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
    re.compile(rf"(?:(?<=[。；：;:，,])|^)\s?[（(](?P<n>[一二三四五六七八九十]{{1,2}})[）)](?=[{HAN}“])", re.MULTILINE),
    re.compile(rf"(?:(?<=[。；：;:])|^)\s?(?P<n>[0-9]{{1,2}})[.．、](?=[{HAN}“])", re.MULTILINE),
    re.compile(
        rf"(?:(?<=[。；：;:，,、\n])|^)\s?第(?P<n>[一二三四五六七八九十])(?:章|编|篇|阶段|步|批|类|组|档|环节|部分|项|点|方面|位|名|轮|期|场|单元|板块)(?=[（(:：，,、{HAN}])",
        re.MULTILINE,
    ),
)
#: Articles within a line: 第六条 … 。第八条 …
_INLINE_ARTICLE_RE = re.compile(
    rf"(?:(?<=[。；：，;:,])|^)\s?第(?P<n>[一二三四五六七八九十百零]{{1,6}})条(?=[ \t\u3000]|规定|明确|对[{HAN}])",
    re.MULTILINE,
)
#: A. B. D.
_LETTERED_ITEM_RE = re.compile(rf"(?:(?<=[。；：;:\n])|^)\s?(?P<n>[A-H])[.．、](?=[{HAN}“])", re.MULTILINE)
_CIRCLED_NUMBER_RE = re.compile(rf"(?P<n>[①-⑳])(?=\s?[{HAN}“])")
_BRACKETED_NUMBER_RE = re.compile(rf"(?:(?<=[。；：，\n])|^)\s?[（(](?P<n>[0-9]{{1,2}})[）)](?=[{HAN}“])")

#: Numbers that also stand at the head of paragraphs and cells: judged within one line only.
_SINGLE_LINE_PATTERNS = (*_INLINE_NUMBERS[4:7], _CIRCLED_NUMBER_RE, _LETTERED_ITEM_RE)

#: Maximum items of a series in a sentence, whose numbers have at most two digits.
_MAX_ITEMS = 100


def find_item_number_errors(search_text: SearchText) -> Iterator[Finding]:
    """Yield item numbers that are skipped or repeated."""
    for pattern in (*_INLINE_NUMBERS, _BRACKETED_NUMBER_RE, _CIRCLED_NUMBER_RE, _LETTERED_ITEM_RE):
        series: list[tuple[int, int, int, str]] = []
        for match in pattern.finditer(search_text.source):
            group = "n" if match["n"] else "m"
            start, end = match.span(group)
            value = _parse_item_number(match[group])
            if series and (
                hit := _check_sequence(search_text, series, value, start, end, pattern in _SINGLE_LINE_PATTERNS)
            ):
                yield hit
            series.append((value, start, end, match[group]))


def find_article_errors(search_text: SearchText) -> Iterator[Finding]:
    """Yield articles inside one line that are skipped or repeated."""
    for line in re.finditer(r"[^\n]+", search_text.text):
        matches = list(_INLINE_ARTICLE_RE.finditer(search_text.text, *line.span()))
        for previous, article in pairwise(matches):
            last_value, value = parse_number(previous["n"]), parse_number(article["n"])
            if value - last_value in (0, 2) and (
                value == last_value or len(matches) > 2 or to_words(last_value + 1) not in line[0]
            ):
                start, end = article.span("n")
                expected = to_words(last_value + 1)
                reason = f"序号{'重复' if value == last_value else '跳号'}：前一条为“第{previous['n']}条”，此处应为“第{expected}条”"
                yield Finding("ordinal", start, end, search_text.source[start:end], reason, expected)
                break


def _parse_item_number(text: str) -> int:
    if "①" <= text <= "⑳":
        return ord(text) - 0x245F
    return ord(text) - 0x40 if text.isascii() and text.isalpha() else parse_number(text)


def _check_sequence(
    search_text: SearchText, series: list[tuple[int, int, int, str]], value: int, start: int, end: int, strict: bool
) -> Finding | None:
    """Return the finding for an item number out of sequence, or None.

    `series`: (value, start, end, written) of the items before; `strict`: a skipped number counts only within a line.
    """
    previous = series[-1][0]
    few = len(series) <= _MAX_ITEMS
    begun = few and [item[0] for item in series] == list(range(1, len(series) + 1))
    same_line = "\n" not in search_text.source[series[-1][1] : start]
    # 第一；第二；第五: further than one number only behind two items of the same line.
    far = value - previous in (3, 4) and begun and same_line and len(series) > 1
    skipped = far or (value - previous == 2 and (begun and same_line if strict else begun or not same_line))
    twice = value == previous and begun and same_line and len(series) > 1
    between = search_text.source[series[-1][2] : start]
    if not (skipped or twice) or (skipped and re.search(rf"(?<![0-9]){previous + 1}\s?[.．、）)]", between)):
        return None
    text = search_text.source[start:end]
    expected = (
        chr(0x245F + previous + 1)
        if "①" <= text <= "⑳"
        else chr(0x41 + previous)
        if text.isascii() and text.isalpha()
        else str(previous + 1)
        if text.isdigit()
        else to_words(previous + 1)
    )
    reason = f"序号{'重复' if twice else '跳号'}：前一项为“{series[-1][3]}”，此处应为“{expected}”"
    return Finding("ordinal", start, end, text, reason, expected)
