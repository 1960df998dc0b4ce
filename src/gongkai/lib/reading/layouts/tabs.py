"""Read tables copied from word processors: cells separated by tabs."""

import csv
import io
from collections import Counter

from gongkai.lib.reading.document import CellState, Grid, GridCell, GridLine, make_cell
from gongkai.lib.reading.words.numbering import find_number


def read_tab_rows(lines: list[str]) -> Grid | None:
    """Read rows with cells separated by tabs, None if most have a single cell."""
    text = "\n".join(lines)
    rows = _read_quoted_rows(text) if '"' in text else []
    rows = rows or _join_rows_over_lines(lines)
    rows = [row for row in rows if any(row)]
    width = Counter(len(row) for row in rows).most_common(1)[0][0] if rows else 0
    if width < 2:
        return None
    grid = []
    for row in rows:
        line = GridLine([make_cell(text) for text in row[:width]])
        if len(row) > width:
            line.doubts.append("本行的列数多于表头，多出的文字并入最后一栏")
            line.cells[-1] = make_cell(" ".join(row[width - 1 :]))
        line.cells.extend(make_cell("") for _ in range(width - len(row)))
        grid.append(line)
    return Grid(grid, exact=False)


def _read_quoted_rows(text: str) -> list[list[str]]:
    """Return rows with cells in quotes; [] if a cell begins with a quotation mark that does not end it."""
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter="\t"))
    except csv.Error:  # a field of more than 131,072 characters
        return []
    return [] if any("\t" in cell for row in rows for cell in row) else rows


def read_comma_rows(lines: list[str]) -> Grid | None:
    """Read rows of comma-separated values (RFC 4180) below headers; None if over a tenth differ in width."""
    try:
        rows = [row for row in csv.reader(io.StringIO("\n".join(lines))) if any(cell.strip() for cell in row)]
    except csv.Error:  # a field of more than 131,072 characters
        return None
    width = len(rows[0])
    if len(rows) < 2 or sum(len(row) == width for row in rows) * 10 < len(rows) * 9:
        return None
    return Grid([_even_row(row, width) for row in rows], exact=False)


def _even_row(row: list[str], width: int) -> GridLine:
    """Return the row with `width` cells, with a doubt if it had fewer, or more, which are joined into the last."""
    line = GridLine([make_cell(text) for text in [*row, *[""] * (width - len(row))][:width]])
    if len(row) != width:
        line.doubts.append("本行的列数与表头不同，请核对各栏")
    if len(row) > width:
        line.cells[-1] = make_cell(",".join(row[width - 1 :]))
    return line


def _join_rows_over_lines(lines: list[str]) -> list[list[str]]:
    """Return rows of cells divided by tabs; a short row continues on the next line."""
    width = lines[0].count("\t") + 1
    rows: list[list[str]] = []
    for line in lines:
        cells = line.split("\t")
        short = bool(rows) and len(rows[-1]) < width
        if rows and (short or len(cells) == 1) and len(rows[-1]) + len(cells) - 1 <= width:
            rows[-1][-1] += "\n" + cells[0]
            rows[-1].extend(cells[1:])
        elif line.strip("\n"):
            rows.append(cells)
    return rows


def read_tab_cells(lines: list[str]) -> Grid | None:
    """Read cells that begin with a tab, one a line, with blank lines between rows; None for a single column.

    A cell may contain blank lines too, so rows are found by their number of cells: groups between blank
    lines are joined until they have as many cells as most rows.
    """
    groups = _group_lines(lines)
    sizes = Counter(len(group) for group in groups)
    if not sizes or (width := _find_usual_size(sizes)) < 2:
        return None
    grid_lines: list[GridLine] = []
    waiting: list[str] = []
    for place, group in enumerate(groups):
        below = groups[place + 1] if place + 1 < len(groups) else []
        if not waiting and _is_spread_heading(group, below, width):
            grid_lines.append(
                GridLine([GridCell(group[0].strip()), *(GridCell("", CellState.LEFT) for _ in range(width - 1))])
            )
            continue
        if waiting and len(waiting) + len(group) > width:
            grid_lines.append(_make_odd_line(waiting, width))
            waiting = []
        waiting = waiting + group
        if len(waiting) >= width or _looks_like_heads(waiting, width):
            grid_lines.append(_make_line(waiting, width))
            waiting = []
    if waiting:
        grid_lines.append(_make_odd_line(waiting, width))
    return Grid(grid_lines, exact=False)


def _is_spread_heading(group: list[str], next_group: list[str], width: int) -> bool:
    """Return whether one cell is a heading over the whole width."""
    number = find_number(group[0]) if len(group) == 1 else None
    return (
        bool(number and number.depth <= 2)
        and "\n" not in group[0].strip()
        and (len(next_group) in (1, width) or not next_group)
    )


def _find_usual_size(sizes: Counter[int]) -> int:
    best = max(sizes.values())
    return max(size for size, count in sizes.items() if count == best)


def _looks_like_heads(cells: list[str], width: int) -> bool:
    """Return whether fewer cells than `width` are a row of heads."""
    from gongkai.lib.reading.tables.heads import is_head_row

    return len(cells) < width and is_head_row(cells)


def _group_lines(lines: list[str]) -> list[list[str]]:
    """Return the cells of each row, where blank lines end a row."""
    groups: list[list[list[str]]] = []
    blank = True
    for line in lines:
        if line.startswith("\t"):
            if blank or not groups:
                groups.append([])
            groups[-1].append([line[1:]])
            blank = False
        else:
            blank = not line.strip()
            if groups:
                groups[-1][-1].append(line)
    return [["\n".join(cell).strip("\r\n") for cell in group] for group in groups]


def _make_line(cells: list[str], width: int) -> GridLine:
    """Return a table line of cells; more than `width` are a doubt."""
    line = GridLine([make_cell(cell) for cell in cells])
    if len(cells) > width:
        line.doubts.append("本行的单元格多于其他行，请核对各栏")
    return line


def _make_odd_line(cells: list[str], width: int) -> GridLine:
    """Return a row of `width` cells: those given, after empty ones at the left; it has a doubt."""
    missing: list[GridCell] = [make_cell("") for _ in range(width - len(cells))]
    line = GridLine([*missing, *(make_cell(cell) for cell in cells)])
    line.doubts.append("本行的单元格少于其他行，请核对各栏")
    return line
