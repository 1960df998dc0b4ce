"""Find the header row of a grid and the role of each column."""

from dataclasses import dataclass, field, replace

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.document import CellState, Grid, GridCell, GridLine, make_cell
from gongkai.lib.reading.layouts.align import is_limit, is_unit_list
from gongkai.lib.reading.tables.by_content import assign_columns_by_content
from gongkai.lib.reading.tables.heads import (
    DEADLINE_HEAD_PATTERN,
    ColumnRole,
    TableColumn,
    assign_roles,
    is_head_row,
    list_possible_roles,
    normalise_head,
)
from gongkai.lib.reading.words.unit_names import split_outside_brackets


@dataclass(slots=True)
class NoticeTable:
    """A grid whose columns have roles; `above` are its lines before the header, `exact`: merged cells are known."""

    columns: list[TableColumn]
    lines: list[GridLine]
    exact: bool
    above: list[GridLine] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)  # printed as paragraphs right above the table

    def find_column(self, role: ColumnRole) -> int | None:
        """Return the position of the first column with a role, or None."""
        return next((n for n, column in enumerate(self.columns) if column.role is role), None)


def read_columns(grid: Grid, inherited: list[TableColumn] | None = None) -> NoticeTable | None:
    """Return the table of a grid, or None; without a header it has the `inherited` columns if there are as many."""
    for place, line in enumerate(grid.lines[:12]):
        heads, used = _read_header(grid.lines, place)
        if heads:
            columns = make_columns(_extend_headers(heads, grid.exact), grid.width)
            columns = assign_columns_by_content(columns, grid.lines[place + used :])
            return NoticeTable(columns, grid.lines[place + used :], grid.exact, grid.lines[:place])
        if len([cell for cell in line.cells if cell.text]) > 2 and not _is_form_line(line):
            break
    if inherited and len(inherited) == grid.width:
        return NoticeTable(inherited, grid.lines, grid.exact)
    return None


_FORM_LABEL_RE = re.compile(
    r"(?:会议|编制|填报|交办|制表)?(?:名称|时间|编号|单位|日期|地点|主持人?|文号|填报人|联系人|电话)[:：]?"
)


def _is_form_line(line: GridLine) -> bool:
    """Return true for a line of labels and values in turn."""
    printed = ["".join(cell.text.split()) for cell in line.cells if cell.text]
    return len(printed) % 2 == 0 and all(_FORM_LABEL_RE.fullmatch(text) for text in printed[::2])


def _read_header(lines: list[GridLine], place: int) -> tuple[list[str], int]:
    """Return (header cells, number of lines) of a header at a place, else ([], 0)."""
    first = list_cell_texts(lines[place])
    return (first, 1) if is_head_row(first) else ([], 0)


def _extend_headers(heads: list[str], merges_marked: bool) -> list[str]:
    """Return the heads; before a second head is printed, empty ones repeat the first if merges are unknown."""
    out: list[str] = []
    for head in heads:
        out.append(out[-1] if out and not head and not merges_marked and len(set(out)) == 1 else head)
    return out


def list_cell_texts(line: GridLine) -> list[str]:
    """Return the cells' texts; a cell covered from the left repeats the covering one."""
    out: list[str] = []
    for cell in line.cells:
        out.append(out[-1] if cell.state is CellState.LEFT and out else cell.text)
    return out


def make_columns(heads: list[str], width: int) -> list[TableColumn]:
    """Return a column for each of `width` positions; missing headers repeat that of the first headings."""
    single = [head for n, head in enumerate(heads) if n == 0 or head != heads[n - 1]]
    roles = dict(zip(single, assign_roles(single), strict=True))
    columns: list[TableColumn] = []
    for head in heads:
        again = bool(columns) and columns[-1].head == head
        columns.append(TableColumn(roles[head], head, columns[-1].level + 1 if again else 1))
    missing = width - len(columns)
    if missing > 0:
        columns = _widen_heading(columns, missing)
    return _number_levels(columns)


def _widen_heading(columns: list[TableColumn], missing: int) -> list[TableColumn]:
    """Return the columns with `missing` more section columns after the first."""
    index = next((n for n, c in enumerate(columns) if c.role is ColumnRole.SECTION), 0)
    more = [TableColumn(ColumnRole.SECTION, columns[index].head, 2 + n) for n in range(missing)]
    return [*columns[: index + 1], *more, *columns[index + 1 :]]


def _number_levels(columns: list[TableColumn]) -> list[TableColumn]:
    """Return columns with headings numbered by level; a head over headings and text covers both."""
    out: list[TableColumn] = []
    level = 0
    for n, column in enumerate(columns):
        if column.role in (ColumnRole.SECTION, ColumnRole.ITEM):
            level += 1
            out.append(TableColumn(ColumnRole.SECTION, column.head, level))
        elif column.role is ColumnRole.MEASURE and n + 1 < len(columns) and columns[n + 1].head == column.head:
            if any(other_column.role in (ColumnRole.SECTION, ColumnRole.ITEM) for other_column in columns):
                out.append(TableColumn(ColumnRole.EXTRA, column.head))
            else:  # one head over headings and text (工作任务)
                level += 1
                out.append(TableColumn(ColumnRole.SECTION, column.head, level))
        else:
            out.append(TableColumn(column.role, column.head))
    return out


#: Marks in a cell that repeat the cell above.
DITTO_PATTERN = re.compile(r"同\s?上|〃|″|＂|同前")


def resolve_dittos(grid: Grid) -> Grid:
    """Return the grid with 同上 ("as above") cells marked as covered by the cell above."""
    if not any(DITTO_PATTERN.fullmatch(cell.text) for line in grid.lines for cell in line.cells):
        return grid
    lines = [
        replace(
            line,
            cells=[
                GridCell("", CellState.COVERED) if DITTO_PATTERN.fullmatch(cell.text) else cell for cell in line.cells
            ],
        )
        for line in grid.lines
    ]
    return Grid(lines, grid.exact)


_TWO_PART_HEADER_RE = re.compile(r"(?P<first>[^及和与、/／]{2,8})[及和与、/／](?P<second>[^及和与、/／]{2,8})")


def split_limit_columns(grid: Grid) -> Grid:
    """Return the grid; a column of units and limits (责任单位及时限) is split in two."""
    for place, line in enumerate(grid.lines[:12]):
        for index, cell in enumerate(line.cells):
            heads = split_combined_head(cell.text)
            if heads and is_head_row([one.text if n != index else heads[0] for n, one in enumerate(line.cells)]):
                return _split_column(grid, place, index, heads)
    return grid


def split_combined_head(text: str) -> tuple[str, str] | None:
    """Return the (header of units, header of limits) that a header combines, or None."""
    match = _TWO_PART_HEADER_RE.fullmatch(normalise_head(text))
    if match is None:
        return None
    units, limits = match["first"], match["second"]
    if DEADLINE_HEAD_PATTERN.search(units):
        units, limits = limits, units
    roles = {role for role, _ in list_possible_roles(units)}
    named = DEADLINE_HEAD_PATTERN.search(limits) and not DEADLINE_HEAD_PATTERN.search(units)
    return (units, limits) if named and roles & {ColumnRole.LEAD, ColumnRole.RESPONSIBLE} else None


def _split_column(grid: Grid, place: int, at: int, heads: tuple[str, str]) -> Grid:
    """Return the grid with column `at` split into units and limits."""
    lines = [
        _replace_cell(line, at, line.cells[at : at + 1], GridCell("", CellState.LEFT)) for line in grid.lines[:place]
    ]
    lines.append(_replace_cell(grid.lines[place], at, [GridCell(heads[0])], GridCell(heads[1])))
    for line in grid.lines[place + 1 :]:
        if at >= len(line.cells) or line.cells[at].state is not CellState.PRINTED:
            cell = line.cells[at] if at < len(line.cells) else make_cell("")
            lines.append(_replace_cell(line, at, [cell], GridCell(cell.text, cell.state)))
            continue
        units, limits = _split_cell(line.cells[at].text)
        lines.append(_replace_cell(line, at, [make_cell(units)], make_cell(limits)))
    return Grid(lines, grid.exact)


def _replace_cell(line: GridLine, at: int, units: list[GridCell], limits: GridCell) -> GridLine:
    """Return the line with cell `at` replaced by unit cells and a cell of limits."""
    return replace(line, cells=[*line.cells[:at], *units, limits, *line.cells[at + 1 :]])


#: 市发展改革委（6月底前）
_UNITS_AND_LIMIT_RE = re.compile(r"(?P<units>[^（()）]+)[（(](?P<limit>[^（()）]+)[)）]")


def _split_cell(text: str) -> tuple[str, str]:
    """Return (units, limits) of a cell that contains both."""
    pieces = [piece.strip() for piece in split_outside_brackets(text, "，,；;。\n") if piece.strip()]
    alone = _UNITS_AND_LIMIT_RE.fullmatch(pieces[0]) if len(pieces) == 1 else None
    if alone and is_unit_list(alone["units"]) and is_limit(alone["limit"]):
        return alone["units"], alone["limit"]
    limits = [piece for piece in pieces if is_limit(piece)]
    return "，".join(piece for piece in pieces if piece not in limits), "，".join(limits)
