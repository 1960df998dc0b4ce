"""Read the rows of a table that is one string."""

import re
from collections import Counter
from dataclasses import dataclass, field, replace

from gongkai.lib.reading.document import Cell, Grid, Line, State, make_cell
from gongkai.lib.reading.layouts.align import is_units
from gongkai.lib.reading.layouts.unparted.cells import (
    LEVEL_PATTERN,
    UNSEPARATED_COLUMNS_DOUBT,
    Begin,
    Row,
    Shape,
    begin_of,
    headings_at,
    let_no_group_lead,
    part_by_common_ends,
)
from gongkai.lib.reading.layouts.unparted.headings import kind_of, measure_begins
from gongkai.lib.reading.layouts.unparted.names import Names
from gongkai.lib.reading.tables.columns import heads_to_columns
from gongkai.lib.reading.tables.heads import DEADLINE_HEAD, Column, Role, assign_roles
from gongkai.lib.reading.words.numbering import number_of
from gongkai.lib.reading.words.unit_names import split_outside_brackets

MAX_ROUNDS = 3
MIN_CERTAIN_SCORE = 5.0  # what cells must score where no full stop stands in front of them
_OPEN, _CLOSE = "（(〔[【《“", "）)〕]】》”"


@dataclass(slots=True)
class _Run:
    rows: list[Row] = field(default_factory=list)
    rest: str = ""


def grid_of_run(text: str, heads: list[str], known: list[str]) -> tuple[Grid, str] | None:
    """Return the grid of a one-string table, and the rest after it; None for other columns.

    `known` are names printed elsewhere (the addressees).
    """
    roles = assign_roles(heads)
    limits = [bool(DEADLINE_HEAD.search(head)) for head in heads]
    usual = [role for role, limit in zip(roles, limits, strict=True) if not limit]
    if usual not in (
        [Role.SECTION, Role.MEASURE, Role.LEAD, Role.RESPONSIBLE],
        [Role.SECTION, Role.MEASURE, Role.RESPONSIBLE],
    ) or any(limits[:-1]):
        return None
    counts, kind = Counter([*known, *known]), kind_of(text)
    plain = bool(re.search(r"[科处股]室|内设机构", "".join([*heads, *known])))
    run = _Run()
    for _ in range(MAX_ROUNDS):
        run = _read(text, Shape(Role.LEAD in roles, any(limits), Names(counts, plain), kind))
        names = [
            name
            for row in run.rows
            for cell in (row.lead, row.responsible)
            for name in split_outside_brackets(cell, "、，,")
        ]
        counts = Counter([*known, *known, *names])
        plain = plain or sum(not LEVEL_PATTERN.match(name) for name in names) * 2 > len(names)
        kind = replace(kind, items=_has_items(run.rows))
    if not run.rows:
        return None
    if Role.LEAD in roles:
        part_by_common_ends(run.rows)
        let_no_group_lead(run.rows)
    return _grid(run.rows, heads), run.rest


def _has_items(rows: list[Row]) -> bool:
    firsts = [row for row in rows if row.headings and _depth(row.headings[0]) == 1]
    return not firsts or sum(len(row.headings) > 1 for row in firsts) * 2 >= len(firsts)


def _read(text: str, shape: Shape) -> _Run:
    run = _Run()
    row = Row()
    first = _first(text, shape)
    row.headings, start = first.headings, first.end
    last = _counted((0, 0), first.headings)
    held = first.headings[0] if first.headings else ""
    for stop in _stops(text, start):
        if stop <= start:
            continue
        found = begin_of(text[stop : stop + 500], replace(shape, last=last, held=held))
        if found is None or (text[stop - 1] not in "。；！" and found.score < MIN_CERTAIN_SCORE):
            continue
        last = _counted(last, found.headings)
        held = next((text for text in found.headings if _depth(text) == 1), held)
        row.measure = text[start:stop]
        row.lead, row.responsible, row.limit = found.lead, found.responsible, found.limit
        run.rows.append(row)
        row = Row(headings=found.headings)
        start = stop + found.end
    behind = text.rfind("。", start) + 1
    if behind > start and is_units(text[behind:]):  # the table ends in units, whatever their names are like
        row.measure, row.responsible = text[start:behind], text[behind:]
        run.rows.append(row)
        return run
    run.rest = ("".join(row.headings) + text[start:]).strip()
    return run


def _counted(last: tuple[int, int], headings: tuple[str, ...]) -> tuple[int, int]:
    for heading in headings:
        number = number_of(heading)
        if number and number.depth <= 2:
            last = (number.value, 0) if number.depth == 1 else (last[0], number.value)
    return last


def _first(text: str, shape: Shape) -> Begin:
    ways = headings_at(text[:200], shape)
    return max(ways[1:] or ways, key=lambda way: way.score + measure_begins(text[way.end : way.end + 40]))


def _stops(text: str, start: int) -> list[int]:
    out = []
    depth = 0
    for place in range(start, len(text)):
        char = text[place]
        if char in _OPEN:
            depth += 1
        elif char in _CLOSE:
            depth = max(0, depth - 1)
            if depth == 0 and char in "）)”" and text[place + 1 : place + 2] not in ("", "。", "；", "，", "、"):
                out.append(place + 1)
        elif char in "。；！" and depth == 0:
            out.append(place + 1)
    return out


def _grid(rows: list[Row], heads: list[str]) -> Grid:
    items = any(_depth(text) == 2 for row in rows for text in row.headings)
    firsts = any(_depth(text) == 1 for row in rows for text in row.headings)
    columns = heads_to_columns(heads, len(heads) + int(items and firsts))
    lines = [Line([Cell(head) for head in heads])]
    for row in rows:
        line = Line([_cell(column, row, two=items and firsts) for column in columns])
        line.doubts.append(UNSEPARATED_COLUMNS_DOUBT)
        lines.append(line)
    return Grid(lines, exact=False)


def _depth(heading: str) -> int:
    number = number_of(heading)
    return number.depth if number else 0


def _cell(column: Column, row: Row, *, two: bool) -> Cell:
    match column.role:
        case Role.SECTION:
            texts = [x for x in row.headings if not two or _depth(x) == column.level]
            return Cell(texts[0]) if texts else Cell("", State.COVERED)
        case Role.MEASURE:
            return make_cell(row.measure)
        case Role.LEAD:
            return make_cell(row.lead) if row.lead else Cell("", State.NONE)
        case Role.RESPONSIBLE:
            return make_cell(row.responsible) if row.responsible else Cell("", State.NONE)
        case _:
            return Cell(row.limit) if row.limit else Cell("", State.NONE)
