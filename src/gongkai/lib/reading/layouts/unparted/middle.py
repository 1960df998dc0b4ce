"""Read a one-string table with units between task and requirement."""

from collections import Counter
from dataclasses import dataclass, replace

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.document import Cell, Grid, Line, State, make_cell, over_the_width
from gongkai.lib.reading.layouts.align import is_limit
from gongkai.lib.reading.layouts.unparted.cells import (
    LEVEL_PATTERN,
    UNSEPARATED_COLUMNS_DOUBT,
    Begin,
    Row,
    Shape,
    let_no_group_lead,
    part_by_common_ends,
    units_at,
)
from gongkai.lib.reading.layouts.unparted.headings import kind_of, measure_begins, title_ends
from gongkai.lib.reading.layouts.unparted.names import Names
from gongkai.lib.reading.tables.heads import DEADLINE_HEAD, Role, assign_roles
from gongkai.lib.reading.words.numbering import number_of
from gongkai.lib.reading.words.unit_names import ENDS_AS_UNIT, split_outside_brackets

#: Fewer rows say nothing about where they begin.
_FEWEST = 3
_ROUNDS = 3
_LONGEST = 400
_POINT = re.compile(r"(?<![\d.．])(\d{1,3})[．.、](?!\d)")
_HEADING = re.compile(r"[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十]{1,3}）")
#: Behind these a unit is named inside a sentence.
_SUBJECT = re.compile(r"要(?!求)|应|负责|牵头|的|是|和|与|及(?!时)")
#: No task ends so.
_GOES_ON = re.compile(r"[、，（(《“各直等级与和]$|有关$|相关$|会同$")
_START = re.compile(r"[省市区县州旗镇乡各]|有关|相关|全[省市区县州旗]")
_REGIONS = "省市区县州旗"
#: What units and the words around them must score at least.
_LEAST = 1.9
_NO_REQUEST = "没有读到对它的要求，可能与上一行同一格，请核对"


@dataclass(slots=True)
class _Part:
    """A row's own text, and the headings printed behind it."""

    text: str
    headings: list[str]


def grid_of_middle(text: str, heads: list[str], known: list[str]) -> Grid | None:
    """Return the grid of such a table, or None for other columns."""
    limited = [bool(DEADLINE_HEAD.search(head)) for head in heads]
    roles = [role for role, limit in zip(assign_roles(heads), limited, strict=True) if not limit]
    units = [role for role in roles if role in (Role.LEAD, Role.RESPONSIBLE)]
    texts = (Role.SECTION, Role.MEASURE)
    between = len(roles) == len(units) + 2 and roles[0] in texts and roles[-1] is Role.MEASURE
    if not units or not between or any(limited[:-1]):
        return None
    above, parts = _parts(text)
    if len(parts) < _FEWEST:
        return None
    plain = bool(re.search(r"[科处股]室|内设机构", "".join([*heads, *known])))
    names = Names(Counter(known) + _printed_often(parts, plain=plain), plain)
    rows = _rows(parts, Shape(Role.LEAD in units, any(limited), names, kind_of(text), joins=True))
    if sum(bool(row.responsible or row.lead) for row in rows) * 2 < len(rows):
        return None
    if Role.LEAD in units:
        part_by_common_ends(rows)
        let_no_group_lead(rows)
    return _grid(above, parts, rows, heads)


def _parts(text: str) -> tuple[list[str], list[_Part]]:
    starts: list[int] = []
    value = 0
    for match in _POINT.finditer(text):
        if int(match[1]) == value + 1 or (starts and int(match[1]) == 1 and _behind_heading(text, match.start())):
            starts.append(match.start())
            value = int(match[1])
    if not starts:
        return [], []
    above = _without_headings(text[: starts[0]])
    parts = [_without_headings(text[start:end]) for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]
    return above[1], [_Part(*part) for part in parts]


def _behind_heading(text: str, place: int) -> bool:
    return any(place - 45 < match.end() <= place for match in _HEADING.finditer(text, max(0, place - 60), place))


def _without_headings(text: str) -> tuple[str, list[str]]:
    places = [match.start() for match in _HEADING.finditer(text)]
    for first in places:
        cut = [at for at in places if at >= first]
        found = [text[a:b].strip() for a, b in zip(cut, [*cut[1:], len(text)], strict=True)]
        if all(len(one) <= 45 and not re.search(r"[。；，：]", one[:-1]) for one in found):
            return text[:first], found
    return text, []


def _rows(parts: list[_Part], shape: Shape) -> list[Row]:
    known = Counter(shape.names.counts)
    rows: list[Row] = []
    for _ in range(_ROUNDS):
        rows = [_row(part.text, shape) for part in parts]
        names = [
            name
            for row in rows
            for cell in (row.lead, row.responsible)
            for name in split_outside_brackets(cell, "、，,")
        ]
        plain = shape.names.plain or sum(not LEVEL_PATTERN.match(name) for name in names) * 2 > len(names)
        shape = replace(shape, names=Names(known + Counter(names), plain))
    return rows


def _printed_often(parts: list[_Part], *, plain: bool) -> Counter[str]:
    found: Counter[str] = Counter()
    for part in parts:
        starts = [n for n in range(len(part.text)) if plain or _may_start(part.text, n)]
        found.update(
            {
                part.text[n : n + length]
                for n in starts
                for length in range(3, 15)
                if ENDS_AS_UNIT.search(part.text[n : n + length])
                and not re.search(r"[，、。；：]", part.text[n : n + length])
            }
        )
    return Counter({name: count for name, count in found.items() if count > 1})


def _may_start(text: str, place: int) -> bool:
    if place and text[place - 1] in _REGIONS and text[place] in _REGIONS:
        return False
    return bool(_START.match(text, place)) or (place > 0 and text[place - 1] in "、，")


def _row(text: str, shape: Shape) -> Row:
    text, limit = _limit_behind(text) if shape.limits else (text, "")
    number = number_of(text)
    first = (number.length if number else 0) + 2
    best: tuple[float, int, Begin] = (_LEAST, 0, Begin())
    for place in range(first, min(len(text), 120)):
        title = text[:place]
        if _GOES_ON.search(title) or any(title.count(a) != title.count(b) for a, b in ("（）", "“”")):
            continue
        if re.search(r"[。；]", title):
            break
        if not shape.names.plain and not _may_start(text, place):
            continue
        for units in units_at(text[place : place + _LONGEST], shape)[:12]:
            if units.lead and units.responsible and not (shape.names.plain or _START.match(units.responsible)):
                continue
            score = (
                units.score
                + title_ends(title)
                + _asks(text[place + units.end :])
                - _too_long(units, plain=shape.names.plain)
            )
            if score > best[0]:
                best = (score, place, units)
    _, place, units = best
    if not place:
        return Row(measure=text, limit=limit)
    asked = text[place + units.end :]
    return Row(
        measure=f"{text[:place]}\n{asked}".strip(),
        lead=units.lead,
        responsible=units.responsible,
        limit=limit,
    )


def _too_long(units: Begin, *, plain: bool) -> float:
    first = re.split(r"[、，,（(]", units.lead or units.responsible)[0]
    inside = any(
        first[n] in _REGIONS and ENDS_AS_UNIT.search(first[n:]) and len(first) - n > 2 for n in range(3, len(first))
    )
    return (0.3 * max(0, len(first) - 3) if plain else 0.25 * max(0, len(first) - 8)) + 2.0 * inside


def _asks(rest: str) -> float:
    return 0.0 if not rest else -3.0 if _SUBJECT.match(rest) else measure_begins(rest[:40])


def _limit_behind(text: str) -> tuple[str, str]:
    stop = text.rfind("。")
    behind = text[stop + 1 :]
    return (text[: stop + 1], behind) if stop > 0 and behind and is_limit(behind) else (text, "")


def _grid(above: list[str], parts: list[_Part], rows: list[Row], heads: list[str]) -> Grid:
    roles = assign_roles(heads)
    limits = [bool(DEADLINE_HEAD.search(head)) for head in heads]
    measure = max(n for n, role in enumerate(roles) if role is Role.MEASURE)
    lines = [Line([Cell(head) for head in heads]), *(over_the_width(value, len(heads)) for value in above)]
    for part, row in zip(parts, rows, strict=True):
        line = Line([Cell("", State.NONE) for _ in heads], doubts=[UNSEPARATED_COLUMNS_DOUBT])
        for place, role in enumerate(roles):
            if limits[place]:
                line.cells[place] = make_cell(row.limit) if row.limit else Cell("", State.NONE)
            elif place == measure:
                line.cells[place] = make_cell(row.measure)
            elif role in (Role.LEAD, Role.RESPONSIBLE):
                line.cells[place] = _units(row, role)
        if "\n" not in row.measure and "。" not in row.measure:
            line.about.append(("measure", _NO_REQUEST))
        lines.append(line)
        lines.extend(over_the_width(heading, len(heads)) for heading in part.headings)
    return Grid(lines, exact=False)


def _units(row: Row, role: Role) -> Cell:
    text = row.lead if role is Role.LEAD else row.responsible
    if text:
        return make_cell(text)
    return Cell("", State.NONE) if row.lead or row.responsible else Cell("", State.COVERED, guessed=True)
