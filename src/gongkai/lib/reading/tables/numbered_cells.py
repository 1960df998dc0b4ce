"""One row of a table that holds several tasks: points numbered alike in the measure and in the cell of the units."""

import re
from dataclasses import replace

from gongkai.lib.reading.tables.heads import DEADLINE_HEAD, bare_head
from gongkai.lib.reading.tables.rows import Draft
from gongkai.lib.reading.words.numbering import number_of, without_number


def split_numbered(drafts: list[Draft]) -> list[Draft]:
    """Return the drafts with those cut apart whose units count 1, 2, 3 … as their measures do; each part says so."""
    return [part for draft in drafts for part in _parts(draft)]


def _parts(draft: Draft) -> list[Draft]:
    points = _points(draft.measure)
    cells = {name: _points(getattr(draft, name)) for name in ("lead", "responsible")}
    numbered = {name: lines for name, lines in cells.items() if lines}
    if not points or not numbered:
        return [draft]
    numbers = [_value(point) for point in points]
    if any([_value(line) for line in lines] != numbers for lines in numbered.values()):
        draft.doubt("responsible", "单位栏与举措的编号不一致，无法逐条对应，请核对")
        return [draft]
    extras = {
        head: _lines(text, numbers)
        for head, text in draft.extras.items()
        if DEADLINE_HEAD.search(bare_head(head))
    }
    out = []
    for n, point in enumerate(points):
        part = replace(draft, measure=point, doubts=[*draft.doubts])
        part.extras = {**draft.extras, **{head: lines[n] for head, lines in extras.items() if lines}}
        for name, lines in numbered.items():
            setattr(part, name, without_number(lines[n]))
        part.doubt(None, f"一格中有{len(points)}条，按编号与单位逐条对应，分为{len(points)}行，请核对")
        out.append(part)
    return out


def _points(text: str) -> list[str]:
    """The lines of a cell that counts from 1 and holds nothing else; empty where it does not."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    values = [_value(line) for line in lines]
    return lines if len(lines) >= 2 and values == list(range(1, len(lines) + 1)) else []


def _value(line: str) -> int:
    number = number_of(line)
    return number.value if number and number.depth >= 3 else 0


def _lines(text: str, numbers: list[int]) -> list[str]:
    """As many limits as points, numbered as they are or not at all; empty where one stands for all."""
    lines = [line.strip() for line in re.split(r"\n", text) if line.strip()]
    if len(lines) != len(numbers):
        return []
    values = [_value(line) for line in lines]
    return [without_number(line) for line in lines] if values == numbers else lines if not any(values) else []
