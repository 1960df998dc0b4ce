"""Columns under heads that no rule knows: taken for what their content looks like, and every row says so.

A column is never put aside silently: units, limits and measures under an unknown head are read as such and flagged, anything else is
said to stand in the other columns.
"""

from collections.abc import Callable
from dataclasses import replace

from gongkai.reading.document import Line, State
from gongkai.reading.tables.column import Column
from gongkai.reading.tables.heads import (
    DEADLINE_HEAD,
    PATH_HEAD,
    Role,
    bare_head,
    is_head,
    leads_beside_helpers,
)
from gongkai.reading.words.dues import When, read_limit
from gongkai.reading.words.numbering import number_of
from gongkai.reading.words.unit_names import ENDS_AS_UNIT, split_outside_brackets

_WHEN = When(2000)


def told_by_content(columns: list[Column], lines: list[Line]) -> list[Column]:
    """Return the columns with those under unknown heads told by what they hold; a doubt goes to each line."""
    out = list(columns)
    for place, column in enumerate(columns):
        head = bare_head(column.head)
        if column.role is Role.LEAD and leads_beside_helpers(column.head) and is_head(column.head):
            for line in lines:
                if any(cell.text for cell in line.cells):
                    line.doubts.append(f"没有牵头栏，“{head}”按牵头单位读取，请核对")
        known = is_head(column.head) or DEADLINE_HEAD.search(head) or PATH_HEAD.search(head)
        if column.role is not Role.EXTRA or known or not head:
            continue
        role, words = _told(out, _texts(lines, place))
        out[place] = replace(column, role=role, level=0)
        for line in lines:
            if any(cell.text for cell in line.cells):
                line.doubts.append(f"表头“{head}”不认识，{words}，请核对")
    return out


def _told(columns: list[Column], texts: list[str]) -> tuple[Role, str]:
    roles = {column.role for column in columns}
    if _share(texts, _is_units) >= 0.7:
        if Role.RESPONSIBLE not in roles:
            return Role.RESPONSIBLE, "按内容读作责任单位"
        if Role.LEAD not in roles:
            return Role.LEAD, "按内容读作牵头单位"
        return Role.EXTRA, "内容像是单位，放在其他栏"
    if _share(texts, _is_limit) >= 0.6:
        return Role.EXTRA, "内容像是时限，放在其他栏，没有作为时限"
    long = texts and sum(map(len, texts)) / len(texts) >= 16
    if Role.MEASURE not in roles and (long or Role.SECTION not in roles):
        return Role.MEASURE, "按内容读作贯彻举措"
    return Role.EXTRA, "放在其他栏"


def _texts(lines: list[Line], place: int) -> list[str]:
    cells = (line.cells[place] for line in lines if place < len(line.cells))
    return [cell.text for cell in cells if cell.state is State.PRINTED and cell.text]


def _share(texts: list[str], test: Callable[[str], bool]) -> float:
    return sum(map(test, texts)) / len(texts) if texts else 0.0


def _is_units(text: str) -> bool:
    names = [name.strip() for name in split_outside_brackets(text) if name.strip()]
    return (
        bool(names)
        and number_of(text) is None
        and all(2 <= len(name) <= 30 for name in names)
        and bool(ENDS_AS_UNIT.search(names[-1]))
    )


def _is_limit(text: str) -> bool:
    return len(text) <= 16 and bool(read_limit(text, _WHEN))
