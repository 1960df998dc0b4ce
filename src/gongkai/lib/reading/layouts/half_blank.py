"""Rows of typed tables that print their lead or their responsible units and leave the other blank: merged with above, or nobody? It is asked."""

from gongkai.lib.reading.document import Block, Cell, Grid, Line, State
from gongkai.lib.reading.tables.heads import Role, assign, bare_head, is_head_row

_UNITS = (Role.LEAD, Role.RESPONSIBLE)


def tell_half_blanks(blocks: list[Block]) -> None:
    """Say of each such row that its blank cell is taken to go on from above. Cells merged downwards are mostly merged in both columns.

    Where both are blank, where headings are left blank, too (such a table prints merged cells so), or where the format says which cells are merged,
    nothing is asked here.
    """
    for grid in blocks:
        if isinstance(grid, Grid) and not grid.exact:
            _tell(grid)


def _tell(grid: Grid) -> None:
    start = next((n for n, line in enumerate(grid.lines[:12]) if is_head_row(_texts(line))), None)
    if start is None:
        return
    heads = _texts(grid.lines[start])
    roles = assign(heads)
    places = [n for n, role in enumerate(roles) if role in _UNITS]
    sections = {n for n, role in enumerate(roles) if role is Role.SECTION}
    below = grid.lines[start + 1 :]
    if len(places) != 2 or any(
        _is_blank(cell) for line in below for n, cell in enumerate(line.cells) if n in sections
    ):
        return
    for line in below:
        cells = [line.cells[n] for n in places if n < len(line.cells)]
        blank = [
            n for n, cell in zip(places, cells, strict=False) if cell.state is State.EMPTY and not cell.text
        ]
        if len(cells) == 2 and len(blank) == 1:
            head = bare_head(heads[blank[0]])
            line.about.append(
                (roles[blank[0]].value, f"“{head}”栏空白，无法判断是与上一行合并还是没有内容，暂按合并读取")
            )


def _is_blank(cell: Cell) -> bool:
    return cell.state is State.EMPTY and not cell.text


def _texts(line: Line) -> list[str]:
    return [cell.text for cell in line.cells]
