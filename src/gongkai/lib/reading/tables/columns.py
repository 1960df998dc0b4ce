"""Find the header row of a grid and the role of each column."""

from dataclasses import dataclass, field

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.document import Grid, Line, State
from gongkai.lib.reading.tables.by_content import START_WORDS_PATTERN, told_by_content
from gongkai.lib.reading.tables.heads import Column, Role, assign, bare_head, is_head, is_head_row


@dataclass(slots=True)
class Table:
    """A grid with known columns; `above` are its lines before the header."""

    columns: list[Column]
    lines: list[Line]
    exact: bool
    above: list[Line] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)  # printed as paragraphs right above the table

    def place(self, role: Role) -> int | None:
        """Return the first column with a role."""
        return next((n for n, column in enumerate(self.columns) if column.role is role), None)


def read_columns(grid: Grid, inherited: list[Column] | None = None) -> Table | None:
    """Find the header of a grid; a grid without header inherits the previous one if as wide."""
    for place, line in enumerate(grid.lines[:12]):
        heads, used = _read_header(grid.lines, place, grid.width)
        if heads:
            columns = heads_to_columns(_extend_headers(heads, grid.exact), grid.width)
            columns = told_by_content(columns, grid.lines[place + used :])
            return Table(columns, grid.lines[place + used :], grid.exact, grid.lines[:place])
        if len([cell for cell in line.cells if cell.text]) > 2 and not _is_form_line(line):
            break
    if inherited and len(inherited) == grid.width:
        return Table(inherited, grid.lines, grid.exact)
    return None


_FORM_LABEL = re.compile(
    r"(?:会议|编制|填报|交办|制表)?(?:名称|时间|编号|单位|日期|地点|主持人?|文号|填报人|联系人|电话)[:：]?"
)


def _is_form_line(line: Line) -> bool:
    printed = ["".join(cell.text.split()) for cell in line.cells if cell.text]
    return len(printed) % 2 == 0 and all(_FORM_LABEL.fullmatch(text) for text in printed[::2])


def _read_header(lines: list[Line], place: int, width: int) -> tuple[list[str], int]:
    first = _line_texts(lines[place])
    below = lines[place + 1] if place + 1 < len(lines) else None
    if below and any(cell.state is State.COVERED for cell in below.cells) and len(below.cells) == len(first):
        both = _merge_header_rows(lines[place], below)
        printed = [cell.text for cell in below.cells if cell.text]
        if printed and all(len(bare_head(x)) <= 10 for x in printed) and is_head_row(both):
            return both, 2
    if below and _is_second_header_row(lines[place], below):
        both = _merge_header_rows(lines[place], below)
        if is_head_row(both):
            return both, 2
    if is_head_row(first):
        return first, 1
    return [], 0


def _merge_header_rows(heads: Line, below: Line) -> list[str]:
    wide = _find_wide_headers(heads)
    return [
        f"{up}（{cell.text}）"
        if cell.text and over and is_head(up) and not is_head(cell.text) and not START_WORDS_PATTERN.search(cell.text)
        else cell.text or up
        for cell, up, over in zip(below.cells, _line_texts(heads), wide, strict=True)
    ]


def _find_wide_headers(heads: Line) -> list[bool]:
    left = [cell.state is State.LEFT for cell in heads.cells]
    return [own or after for own, after in zip(left, [*left[1:], False], strict=True)]


def _is_second_header_row(heads: Line, below: Line) -> bool:
    if len(heads.cells) != len(below.cells):
        return False
    wide = _find_wide_headers(heads)
    printed = [n for n, cell in enumerate(below.cells) if cell.text]
    return len(printed) >= 2 and all(wide[n] and len(bare_head(below.cells[n].text)) <= 10 for n in printed)


def _extend_headers(heads: list[str], exact: bool) -> list[str]:
    out: list[str] = []
    for head in heads:
        out.append(out[-1] if out and not head and not exact and len(set(out)) == 1 else head)
    return out


def _line_texts(line: Line) -> list[str]:
    out: list[str] = []
    for cell in line.cells:
        out.append(out[-1] if cell.state is State.LEFT and out else cell.text)
    return out


def heads_to_columns(heads: list[str], width: int) -> list[Column]:
    """Return a column for each of `width` positions; missing headers widen the heading column."""
    single = [head for n, head in enumerate(heads) if n == 0 or head != heads[n - 1]]
    roles = dict(zip(single, assign(single), strict=True))
    columns: list[Column] = []
    for head in heads:
        again = bool(columns) and columns[-1].head == head
        columns.append(Column(roles[head], head, columns[-1].level + 1 if again else 1))
    missing = width - len(columns)
    if missing > 0:
        columns = _widen_heading(columns, missing)
    return _number_levels(columns)


def _widen_heading(columns: list[Column], missing: int) -> list[Column]:
    at = next((n for n, c in enumerate(columns) if c.role is Role.SECTION), 0)
    more = [Column(Role.SECTION, columns[at].head, 2 + n) for n in range(missing)]
    return [*columns[: at + 1], *more, *columns[at + 1 :]]


def _number_levels(columns: list[Column]) -> list[Column]:
    out: list[Column] = []
    level = 0
    for n, column in enumerate(columns):
        if column.role in (Role.SECTION, Role.ITEM):
            level += 1
            out.append(Column(Role.SECTION, column.head, level))
        elif column.role is Role.MEASURE and n + 1 < len(columns) and columns[n + 1].head == column.head:
            if any(one.role in (Role.SECTION, Role.ITEM) for one in columns):
                out.append(Column(Role.EXTRA, column.head))
            else:  # one head over headings and text (工作任务)
                level += 1
                out.append(Column(Role.SECTION, column.head, level))
        else:
            out.append(Column(column.role, column.head))
    return out
