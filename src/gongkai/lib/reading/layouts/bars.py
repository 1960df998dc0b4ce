"""Read tables with cells separated by bars: one cell a line, Markdown, or box drawing."""

from collections import Counter

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.document import CellState, Grid, GridCell, GridLine, make_cell, make_full_width_line
from gongkai.lib.reading.layouts.align import (
    ColumnTexts,
    align_cells,
    collect_column_texts,
    do_cells_fit_columns,
    is_second_unit_labelled,
    is_unit_list,
)
from gongkai.lib.reading.layouts.cells import add_serial_number_head, make_grid_from_pieces
from gongkai.lib.reading.layouts.headlines import is_possible_head, is_serial_number_head
from gongkai.lib.reading.tables.by_content import assign_columns_by_whole_rows
from gongkai.lib.reading.tables.columns import make_columns
from gongkai.lib.reading.tables.grid_normalization import is_table_head
from gongkai.lib.reading.tables.heads import DEADLINE_HEAD_PATTERN, ColumnRole, TableColumn, is_head, is_head_row
from gongkai.lib.reading.words.numbering import find_number

_LINE_END_BARS_RE = re.compile(r"^(?P<text>.*?)[ \t]*(?P<bars>\|[| \t]*)$")


def read_bar_lines(lines: list[str]) -> Grid | None:
    """Read cells that end in ` |`; None without headers.

    The columns of the cells are unknown, so a row with fewer cells is assigned to columns by its content, and guesses
    are marked.
    """
    groups = _group_cells(lines)
    heads = _find_header_cells(groups)
    if not heads:
        return None
    if len(groups) == 1 and not groups[0][1]:
        return make_grid_from_pieces(groups[0][0][len(heads) :], heads)  # no row's end is marked
    groups = _drop_empty_margin(groups, heads)
    width = _count_columns(groups, len(heads))
    rows = _complete_rows(groups, width, len(heads))
    columns = assign_columns_by_whole_rows(make_columns(heads, width), rows)
    grid_lines = [GridLine([GridCell(text) for text in heads])]
    second = is_second_unit_labelled(rows)
    grid_lines.extend(
        make_full_width_line(cells[0], width)
        if not any(cells[1:]) and _is_full_width_heading(cells[0])
        else _lay_out_row(cells, columns, second=second)
        for cells in rows
    )
    return Grid(grid_lines, exact=False)


#: The cells of a row and the number of its bars.
CellGroup = tuple[list[str], int]


def _drop_empty_margin(groups: list[CellGroup], heads: list[str]) -> list[CellGroup]:
    """Return the groups of cells without the bars of an empty column at the edge."""
    margin = groups[0][1]
    full = [covered for cells, covered in groups[1:] if len(cells) == len(heads)]
    if groups[0][0] != heads or not margin or max(len(cells) for cells, _ in groups) > len(heads):
        return groups
    if not full or min(full) < margin:
        return groups
    return [(cells, max(0, covered - margin)) for cells, covered in groups]


def _find_header_cells(groups: list[CellGroup]) -> list[str]:
    """Return the heads with which the first group of cells begins, or []."""
    first_cells = groups[0][0] if groups else []
    is_known_head = [is_head(text) for text in first_cells]
    count = 0
    while count < len(first_cells) and (
        is_known_head[count]
        or (
            (any(is_known_head[count + 1 : count + 3]) or _ends_before_one(first_cells, count))
            and is_possible_head(first_cells[count])
        )
    ):
        count += 1
    return first_cells[:count] if is_head_row(first_cells[:count]) else []


def _ends_before_one(cells: list[str], place: int) -> bool:
    """Return true if the next cell is the number 1 of a first row."""
    return place > 1 and is_serial_number_head(cells[0]) and cells[place + 1 : place + 2] == ["1"]


def _count_columns(groups: list[CellGroup], heads: int) -> int:
    """Return the number of columns, at least `heads`, that divides most groups of cells."""
    totals = [len(cells) + covered for cells, covered in groups]
    fits = {width: sum(total % width == 0 for total in totals) for width in range(heads, heads + 4)}
    return max(fits, key=lambda width: (fits[width], totals.count(width), -width))


def _complete_rows(groups: list[CellGroup], width: int, heads: int) -> list[list[str]]:
    """Return the rows of groups that may contain several: `width` cells each, fewer where merged cells are left out."""
    rows: list[list[str]] = []
    for place, (cells, covered) in enumerate(groups):
        remaining_cells = cells[heads:] if place == 0 else cells
        while len(remaining_cells) > width or (len(remaining_cells) == width and not covered):
            rows.append(remaining_cells[:width])
            remaining_cells = remaining_cells[width:]
        if remaining_cells:
            rows.append(remaining_cells)
    return rows


def _group_cells(lines: list[str]) -> list[CellGroup]:
    """Return the cells of lines that end with bars, grouped by repeated bars."""
    groups: list[CellGroup] = []
    cells: list[str] = []
    waiting: list[str] = []
    for line in lines:
        match = _LINE_END_BARS_RE.match(line)
        if match is None:
            waiting.append(line)
            continue
        cells.append("\n".join([*waiting, match["text"]]).strip())
        waiting = []
        bars = match["bars"].count("|")
        if bars > 1:
            groups.append((cells, bars - 1))
            cells = []
    if cells:
        groups.append((cells, 0))
    return groups


def _lay_out_row(
    cells: list[str], columns: list[TableColumn], *, second: bool, texts_seen: ColumnTexts | None = None
) -> GridLine:
    """Return a grid line for cells that are fewer or more than the columns.

    `second`, `texts_seen`: as for `align_cells`.
    """
    if len(cells) > len(columns):
        line = GridLine([make_cell(text) for text in cells[: len(columns)]])
        line.doubts.append("本行的单元格多于表头，请核对各栏")
        return line
    if len(cells) == len(columns) and not cells[-1] and not do_cells_fit_columns(cells, columns):
        cells = cells[: max((n for n, text in enumerate(cells, 1) if text), default=0)]
    places, sure = align_cells(cells, columns, second=second, texts_seen=texts_seen)
    line = GridLine(
        [
            GridCell("", CellState.COVERED, guessed=not (sure and second) or _is_text_column(column))
            for column in columns
        ]
    )
    for text, place in zip(cells, places, strict=True):
        cell = make_cell(text)
        line.cells[place] = GridCell(cell.text, cell.state, guessed=not sure)
    return line


def _is_text_column(column: TableColumn) -> bool:
    return column.role is ColumnRole.SECTION or (
        column.role is ColumnRole.EXTRA and not DEADLINE_HEAD_PATTERN.search(column.head)
    )


#: Separators of the cells of a row.
BAR_PATTERN = re.compile(r"[|│┃｜║]")
_RULE_LINE_RE = re.compile(r"^[\s|+\-=:│┃├┤┼┬┴┌┐└┘─━╋┏┓┗┛┣┫┳┻╔╗╚╝║═╠╣╦╩╬]*$")


def read_bar_rows(lines: list[str]) -> Grid | None:
    """Read rows with cells between bars; None if most have a single cell.

    If lines begin without a bar, a bar at the start follows an empty cell. If such rows omit cells that merged ones
    cover and end in as many bars more, cells are assigned to columns by content.
    """
    if not BAR_PATTERN.match(lines[0].strip()):
        return _read_open_rows(lines)
    ruled = sum(bool(_RULE_LINE_RE.match(line)) and bool(line.strip()) for line in lines) >= 3
    rows: list[list[str]] = []
    fresh = True
    for line in lines:
        if _RULE_LINE_RE.match(line):
            fresh = True
            continue
        cells = [cell.strip() for cell in BAR_PATTERN.split(_strip_bars(line))]
        if ruled and not fresh and rows and len(cells) == len(rows[-1]):
            rows[-1] = [_join_wrapped(up, down) for up, down in zip(rows[-1], cells, strict=True)]
        else:
            rows.append(cells)
        fresh = False
    width = Counter(map(len, rows)).most_common(1)[0][0] if rows else 0
    if width < 2:
        return None
    return Grid([_pad_row(row, width) for row in rows], exact=False)


def _read_open_rows(lines: list[str]) -> Grid | None:
    """Return the grid of lines that do not begin with a bar; None without a header."""
    rows = [_split_cells(line) for line in lines if line.strip() and not _RULE_LINE_RE.match(line)]
    width = max(Counter(map(len, rows)).most_common(2))[0] if rows else 0
    width = max([width, *(len(row) for row in rows[1:] if _begins_section(row) and len(row) <= len(rows[0]) + 2)])
    if len(rows) > 2 and len(rows[0]) < len(rows[1]) <= len(rows[0]) + 2 and all(rows[1][:3]):
        width = max(width, len(rows[1]))  # the first row prints every cell
    heads = [text for text in rows[0] if text] if rows else []
    if width < 2 or not is_table_head(heads):
        return None
    if not is_head_row(heads):
        return Grid([_pad_row(row, width) for row in rows], exact=False)
    count_head = add_serial_number_head([text for row in rows[1:] for text in row], heads)
    columns = assign_columns_by_whole_rows(make_columns(count_head, width), rows[1:])
    full = [row for row in rows[1:] if len(row) <= width]
    ragged = len({len(row) for row in full}) > 1 and all(all(row) for row in full)
    if not ragged and (any(row and not row[0] for row in full) or not any(not row[-1] for row in full)):
        return Grid([_pad_row(row, width) for row in rows], exact=False)  # empty cells are printed where they are
    grid_lines = [GridLine([GridCell(text) for text in count_head])]
    second, column_texts = is_second_unit_labelled(rows), collect_column_texts(rows[1:], len(columns))
    for cells in rows[1:]:
        row = cells[: max((n for n, text in enumerate(cells, 1) if text), default=0)]
        if (aligned_line := _align_right(cells, columns)) is not None:
            grid_lines.append(aligned_line)
            continue
        if len(row) == 1 and _is_full_width_heading(row[0]):
            grid_lines.append(make_full_width_line(row[0], width))
            continue
        grid_lines.append(
            _pad_row(row, width)
            if len(row) == width
            else _lay_out_row(
                [re.sub(r"<br\s*/?>", "\n", text) for text in row if text],
                columns,
                second=second,
                texts_seen=column_texts,
            )
        )
    return Grid(grid_lines, exact=False)


def _align_right(cells: list[str], columns: list[TableColumn]) -> GridLine | None:
    """Return the line of a row that lacks its first section cells, with these covered; None if unsure."""
    missing = len(columns) - len(cells)
    if missing < 1 or not all(column.role is ColumnRole.SECTION for column in columns[:missing]) or not cells[0]:
        return None
    remaining_columns = columns[missing:]
    if remaining_columns[0].role is not ColumnRole.SECTION or find_number(cells[0]):
        return None
    pairs = [(column, text) for column, text in zip(remaining_columns, cells, strict=True) if text]
    units = [is_unit_list(text) for column, text in pairs if column.role in (ColumnRole.LEAD, ColumnRole.RESPONSIBLE)]
    texts = [is_unit_list(text) for column, text in pairs if column.role is ColumnRole.MEASURE]
    if not units or not all(units) or any(texts):
        return None
    covered = [GridCell("", CellState.COVERED) for _ in range(missing)]
    return GridLine([*covered, *(make_cell(text) for text in cells)])


def _begins_section(row: list[str]) -> bool:
    """Return true for a row of several cells that begins with a heading of level 1."""
    number = find_number(row[0]) if row and row[0] else None
    return bool(number and number.depth == 1) and sum(map(bool, row)) > 2


def _is_full_width_heading(text: str) -> bool:
    number = find_number(text)
    return bool(number and number.depth <= 2) and len(text) <= 60


def _split_cells(line: str) -> list[str]:
    text = line.strip()
    cells = [cell.strip() for cell in BAR_PATTERN.split(text)]
    return cells[:-1] if text and BAR_PATTERN.match(text[-1]) else cells


def _strip_bars(line: str) -> str:
    line = line.strip()
    line = line[1:] if BAR_PATTERN.match(line) else line
    return line[:-1] if line and BAR_PATTERN.match(line[-1]) else line


def _join_wrapped(upper: str, down: str) -> str:
    """Return the two parts of a wrapped cell joined; a numbered part starts a new line."""
    gap = "\n" if down and re.match(r"\d{1,2}[．.、]|[（(]\d", down) and upper else ""
    return upper + gap + down


def _pad_row(row: list[str], width: int) -> GridLine:
    """Return the row with `width` cells; another number of them is a doubt."""
    cells = [make_cell(re.sub(r"<br\s*/?>", "\n", text)) for text in row[:width]]
    cells += [make_cell("") for _ in range(width - len(cells))]
    line = GridLine(cells)
    if len(row) != width:
        line.doubts.append("本行的列数与表头不同，请核对各栏")
    return line
