"""Recognise headings without numbers: short lines between the points of running text."""

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.reading.layouts.labels import OTHER_FACT_LABEL_PATTERN, UnitNamingHabits
from gongkai.lib.reading.layouts.owners import is_unit_label_line, split_owners
from gongkai.lib.reading.words.numbering import find_number

#: Longer lines are no headings.
_MAX_HEADING_CHARACTERS = 30
_LABEL = re.compile(r"^(?:重点|主要|工作|具体|公开)?(?:任务|事项|项目)(?:名称)?\s*[:：]\s*")
_ENDED = re.compile(r"[。；;：:，,、！!？?…）)】〕]$|[。；;]")
#: Titles of papers, signatures, days and marks of sites stand alone, too.
_NO_HEADING = re.compile(
    r"(?:通知|要点|方案|意见|清单|分解表|分工表|一览表|任务表|附件\d*|分工)$|^附件|20\d\d年|^第.{1,4}页|(?:办公室|人民政府|局|委员会)$|\d{3,}|[|>＞©]"
)


#: 【一季度】
_FRAMED = re.compile(rf"【[{HAN}\d、—-]{{2,20}}】")


_MONTH = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})月"
#: 3月 on a line of its own; 5—6月：, 9月底前：, 全年：.
_TIME_ALONE = re.compile(
    rf"(?:(?:20\d\d年)?(?:\d{{1,2}}月?[—–~～至-]{{1,2}})?{_MONTH}份?(?:[上中下]旬|[底末]前?|前)?|第?[一二三四]季度[底末]?前?|[上下]半年|全年|年内|常年|长期|年底前?"
    rf"|每(?:月|季度?|年|半年))[：:]?"
)


def _may_be_heading(text: str, habits: UnitNamingHabits) -> bool:
    if _TIME_ALONE.fullmatch(text):
        return True
    if _FRAMED.fullmatch(text):
        return not split_owners(text, habits)[-1][1]
    if not 4 <= len(text) <= _MAX_HEADING_CHARACTERS or _ENDED.search(text) or _NO_HEADING.search(text):
        return False
    if re.search(r"[：:]", _LABEL.sub("", text)):
        return False
    if (
        find_number(text)
        or is_unit_label_line(text)
        or OTHER_FACT_LABEL_PATTERN.match(text)
        or split_owners(text, habits)[-1][1]
    ):
        return False
    return len(re.findall(rf"[{HAN}]", text)) * 4 >= len(text) * 3


def strip_headline(text: str) -> str:
    """Return the heading without decorations and labels."""
    if _TIME_ALONE.fullmatch(text):
        return text.rstrip("：:")
    return text[1:-1] if _FRAMED.fullmatch(text) else _LABEL.sub("", re.sub(rf"^[^{HAN}A-Za-z0-9“\"《]+", "", text))


def find_headline_levels(texts: list[str], habits: UnitNamingHabits) -> dict[int, int]:
    """Return the level (1 or 2) of each unnumbered heading, by the position of its paragraph.

    It stands above text or points, behind the end of a point; where two stand above each other anywhere, the first of such two is of the
    first level and all others of the second. Below numbered headings (一、) all are of the second.
    """
    found: set[int] = set()
    for n, text in enumerate(texts[:-1]):
        below = texts[n + 1]
        if not _may_be_heading(text, habits) or is_unit_label_line(below) or OTHER_FACT_LABEL_PATTERN.match(below):
            continue
        behind_end = n == 0 or n - 1 in found or _is_end_of_point(texts[n - 1], habits)
        if behind_end and (_may_be_heading(below, habits) or len(below) > len(text) or find_number(below)):
            found.add(n)
    above_another = {n for n in found if n + 1 in found}
    if any((number := find_number(text)) and number.depth == 1 for text in texts):
        return dict.fromkeys(found, 2)
    return {n: 1 if n in above_another or not above_another else 2 for n in found}


def _is_end_of_point(text: str, habits: UnitNamingHabits) -> bool:
    if is_unit_label_line(text) or OTHER_FACT_LABEL_PATTERN.match(text):
        return True
    number = find_number(text)
    return bool(split_owners(text, habits)[-1][1]) or bool(
        number and number.depth == 1 and len(text) <= _MAX_HEADING_CHARACTERS
    )


def find_start_above(texts: list[str], start: int, habits: UnitNamingHabits) -> int:
    """Return the position where the tasks begin, including unnumbered headings directly above
    `start`."""
    more = find_headline_levels(texts[start:], habits)
    first = start
    while more and first > 1 and start - first < 2 and _may_be_heading(texts[first - 1], habits):
        first -= 1
    return first
