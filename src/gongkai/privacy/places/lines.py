"""Homes in rows without heads: the same cell of several lines is an address, and the lines are told of persons."""

from collections.abc import Iterator

from gongkai.privacy import lazy_re as re
from gongkai.privacy.frame import Frame
from gongkai.privacy.places.extent import detail, read_forward
from gongkai.privacy.places.households import OFFICE_PLACE
from gongkai.privacy.places.words import areas, in_column_of_land
from gongkai.privacy.surroundings import People

_LINE = re.compile(r"[^\n]{12,300}")
_CELL = re.compile(r"[^\s|,，、;；]+")
#: What only the row of a person holds: a mobile, an ID number.
_PERSONS = re.compile(r"(?<![0-9])(?:1[3-9][0-9]{9}|[1-9][0-9]{16}[0-9Xx])(?![0-9])")
_MASKED = re.compile(r"某|×|\*")
#: A row that tells of land, of what is built with public money, or of a body.
_WORKS = re.compile(
    r"路灯|硬化|修缮|工程|项目|采购|地块|条田|公里|立方|公司|合作社|经营部|集团|学校|医院|政府|委员会|[商饭酒]店"
)
_FEW, _MANY = 3, 12


def _address(frame: Frame, start: int, end: int) -> bool:
    """Return whether a cell is wholly an address that leads to a house or a group."""
    words = frame.text[start:end]
    return (
        len(words) > 4
        and areas(words) > 0
        and detail(words) > 1
        and read_forward(frame, start) == end
        and not (OFFICE_PLACE.search(words) or _MASKED.search(words) or in_column_of_land(frame.text, start))
    )


def _column(frame: Frame, low: int, high: int) -> tuple[int, int, int] | None:
    """Return which cell of a line is an address, where it begins and ends; None where none or more than one is."""
    cells = [found.span() for found in _CELL.finditer(frame.text, low, high)]
    if not _FEW <= len(cells) <= _MANY:
        return None
    found = [(place, *span) for place, span in enumerate(cells) if place and _address(frame, *span)]
    return found[0] if len(found) == 1 else None


def in_lines(frame: Frame, people: People) -> Iterator[tuple[int, int]]:
    """Yield the addresses that stand at the same place of at least three lines, most of which hold a person or his number."""
    columns: dict[int, list[tuple[int, int, bool]]] = {}
    for line in _LINE.finditer(frame.text):
        low, high = line.span()
        if _WORKS.search(line[0]) or not (column := _column(frame, low, high)):
            continue
        place, start, end = column
        personal = bool(_PERSONS.search(frame.digits, low, high)) or bool(people.between(low, high))
        columns.setdefault(place, []).append((start, end, personal))
    for rows in columns.values():
        if len(rows) >= _FEW and sum(personal for _, _, personal in rows) * 2 > len(rows):
            yield from ((start, end) for start, end, _ in rows)
