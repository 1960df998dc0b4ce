"""Tables without a column of units whose cells say it themselves: 公开……。 / 责任单位：市财政局 / 时限：3月底前 in one cell."""

from dataclasses import replace

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.document import Cell, Grid, Line, State
from gongkai.lib.reading.tables.heads import Role, is_head, meanings
from gongkai.lib.reading.words.unit_names import LABEL_OF_UNITS

_LABEL = re.compile(
    rf"(?P<label>{LABEL_OF_UNITS}|(?:完成|公开|办结)?(?:时限|时间|期限))\s*[:：]\s*(?P<said>.+)"
)
_UNITS = re.compile(LABEL_OF_UNITS)


def with_labels_apart(grid: Grid) -> Grid:
    """Return the grid with a column for each label that stands in most cells of one column; the grid itself where there is none."""
    place = next(
        (n for n, line in enumerate(grid.lines[:4]) if sum(is_head(cell.text) for cell in line.cells) >= 2),
        None,
    )
    if place is None:
        return grid
    heads, rows = grid.lines[place], grid.lines[place + 1 :]
    roles = {role for cell in heads.cells for role, _ in meanings(cell.text)}
    if roles & {Role.LEAD, Role.RESPONSIBLE} or len(rows) < 2:
        return grid
    for column in range(len(heads.cells)):
        parts = [_parts(line.cells[column].text) if column < len(line.cells) else ("", {}) for line in rows]
        named = sum(any(_UNITS.fullmatch(label) for label in said) for _, said in parts)
        if named >= 2 and named * 3 >= len(rows) * 2:
            return _apart(grid, place, column, parts)
    return grid


def _parts(text: str) -> tuple[str, dict[str, str]]:
    """The text of a cell and what its labelled lines say."""
    kept: list[str] = []
    said: dict[str, str] = {}
    for line in text.split("\n"):
        if match := _LABEL.fullmatch(line.strip("；;。 ")):
            said[match["label"]] = match["said"]
        else:
            kept.append(line)
    return "\n".join(kept), said


def _apart(grid: Grid, place: int, column: int, parts: list[tuple[str, dict[str, str]]]) -> Grid:
    labels = list(dict.fromkeys(label for _, said in parts for label in said))
    lines: list[Line] = [
        replace(line, cells=[*line.cells, *(Cell("", State.LEFT) for _ in labels)])
        for line in grid.lines[:place]
    ]
    heads = grid.lines[place]
    lines.append(replace(heads, cells=[*heads.cells, *map(Cell, labels)]))
    for line, (text, said) in zip(grid.lines[place + 1 :], parts, strict=True):
        cells = [replace(cell, text=text) if n == column else cell for n, cell in enumerate(line.cells)]
        more = [Cell(said[label]) if label in said else Cell("", State.NONE) for label in labels]
        lines.append(replace(line, cells=[*cells, *more]))
    return Grid(lines, grid.exact)
