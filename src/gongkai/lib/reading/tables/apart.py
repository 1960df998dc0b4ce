"""Split a column of units and limits (责任单位及完成时限) into two columns."""

from dataclasses import replace

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.document import Cell, Grid, Line, State, make_cell
from gongkai.lib.reading.layouts.align import is_limit, is_units
from gongkai.lib.reading.tables.heads import DEADLINE_HEAD, Role, bare_head, is_head_row, meanings
from gongkai.lib.reading.words.unit_names import split_outside_brackets

#: What stands for the cell above.
DITTO_PATTERN = re.compile(r"同\s?上|〃|″|＂|同前")


def with_dittos_read(grid: Grid) -> Grid:
    """Return the grid with 同上 cells marked as covered by the cell above."""
    if not any(DITTO_PATTERN.fullmatch(cell.text) for line in grid.lines for cell in line.cells):
        return grid
    lines = [
        replace(
            line,
            cells=[Cell("", State.COVERED) if DITTO_PATTERN.fullmatch(cell.text) else cell for cell in line.cells],
        )
        for line in grid.lines
    ]
    return Grid(lines, grid.exact)


_TWO_PART_HEADER = re.compile(r"(?P<first>[^及和与、/／]{2,8})[及和与、/／](?P<second>[^及和与、/／]{2,8})")


def with_limits_apart(grid: Grid) -> Grid:
    """Return the grid with such a column split; unchanged if it has none."""
    for place, line in enumerate(grid.lines[:12]):
        for at, cell in enumerate(line.cells):
            heads = heads_apart(cell.text)
            if heads and is_head_row([one.text if n != at else heads[0] for n, one in enumerate(line.cells)]):
                return _split_column(grid, place, at, heads)
    return grid


def heads_apart(text: str) -> tuple[str, str] | None:
    """Return the headers of units and limits, or None if the header does not name one of each."""
    match = _TWO_PART_HEADER.fullmatch(bare_head(text))
    if match is None:
        return None
    units, limits = match["first"], match["second"]
    if DEADLINE_HEAD.search(units):
        units, limits = limits, units
    roles = {role for role, _ in meanings(units)}
    named = DEADLINE_HEAD.search(limits) and not DEADLINE_HEAD.search(units)
    return (units, limits) if named and roles & {Role.LEAD, Role.RESPONSIBLE} else None


def _split_column(grid: Grid, place: int, at: int, heads: tuple[str, str]) -> Grid:
    lines = [_insert_cell(line, at, line.cells[at : at + 1], Cell("", State.LEFT)) for line in grid.lines[:place]]
    lines.append(_insert_cell(grid.lines[place], at, [Cell(heads[0])], Cell(heads[1])))
    for line in grid.lines[place + 1 :]:
        if at >= len(line.cells) or line.cells[at].state is not State.PRINTED:
            cell = line.cells[at] if at < len(line.cells) else make_cell("")
            lines.append(_insert_cell(line, at, [cell], Cell(cell.text, cell.state)))
            continue
        units, limits = _split_cell(line.cells[at].text)
        lines.append(_insert_cell(line, at, [make_cell(units)], make_cell(limits)))
    return Grid(lines, grid.exact)


def _insert_cell(line: Line, at: int, units: list[Cell], limits: Cell) -> Line:
    return replace(line, cells=[*line.cells[:at], *units, limits, *line.cells[at + 1 :]])


#: 市发展改革委（6月底前）
_UNITS_AND_LIMIT = re.compile(r"(?P<units>[^（()）]+)[（(](?P<limit>[^（()）]+)[)）]")


def _split_cell(text: str) -> tuple[str, str]:
    pieces = [piece.strip() for piece in split_outside_brackets(text, "，,；;。\n") if piece.strip()]
    alone = _UNITS_AND_LIMIT.fullmatch(pieces[0]) if len(pieces) == 1 else None
    if alone and is_units(alone["units"]) and is_limit(alone["limit"]):
        return alone["units"], alone["limit"]
    limits = [piece for piece in pieces if is_limit(piece)]
    return "，".join(piece for piece in pieces if piece not in limits), "，".join(limits)
