"""Read which measures of another notice a column cites: 第3项, 三/2. Pure."""

from collections.abc import Iterable

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.numerals import to_int

_CITING_HEAD = re.compile(r"对应|对照|上级(?:任务|要求|条目)|^(?:国家|省|市|州)级?(?:任务|要点|条目)(?:编?号|序号)?$")
#: Matches a cited number: 第3项, 第（三）条.
CITED_NUMBER = re.compile(
    r"(?:第|(?<![\d年月]))\s*[（(]?(\d{1,3}|[一二三四五六七八九十]{1,3})[）)]?\s*[项条款号]?(?![\d年月日])"
)
# 一/2, 第一类第2项: the second measure of the first section.
_CITED_IN_SECTION = re.compile(
    r"第?[（(]?(?P<section>[一二三四五六七八九十]{1,3})[）)]?(?:\s*[/／—－–.．·-]\s*|[类部分章、]+第?)[（(]?(?P<number>\d{1,2})[）)]?[项条]?"
)


Extras = Iterable[tuple[str, str]]


def find_cited_numbers(extras: Extras) -> tuple[int, ...]:
    """Return the numbers that the columns citing another notice print, without those within a section.

    >>> find_cited_numbers([("对应市任务", "第3项、第5项")])
    (3, 5)
    """
    cells = [_CITED_IN_SECTION.sub("", text) for head, text in extras if _CITING_HEAD.search(head)]
    found = (to_int(match[1]) for cell in cells for match in CITED_NUMBER.finditer(cell))
    return tuple(dict.fromkeys(number for number in found if number))


def find_cited_section_numbers(extras: Extras) -> tuple[tuple[int, int], ...]:
    """Return what such columns cite by section and number.

    >>> find_cited_section_numbers([("对应市任务", "一/2"), ("序号", "3")])
    ((1, 2),)
    """
    cells = [text for head, text in extras if _CITING_HEAD.search(head)]
    found = (match for cell in cells for match in _CITED_IN_SECTION.finditer(cell))
    return tuple(dict.fromkeys((to_int(match["section"]) or 0, int(match["number"])) for match in found))


def number_within_sections(measures: Iterable[tuple[str, int]]) -> dict[tuple[int, int], int]:
    """Map section and number inside it, both from 1, to the running number of the measure."""
    sections: dict[str, list[int]] = {}
    for section, number in measures:
        sections.setdefault(section, []).append(number)
    return {
        (section, place): number
        for section, there in enumerate(sections.values(), 1)
        for place, number in enumerate(there, 1)
    }
