"""Read tables with one cell a line, and tasks under headings that are unit names."""

from collections.abc import Callable
from itertools import pairwise

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.document import (
    NONE_MARKS,
    Block,
    CellState,
    Grid,
    GridCell,
    GridLine,
    make_cell,
    make_full_width_line,
)
from gongkai.lib.reading.layouts.align import SERIAL_NUMBER_HEAD_PATTERN, is_limit, is_unit_list
from gongkai.lib.reading.layouts.extent import DAY_LINE_PATTERN, MAX_HEADING_CHARACTERS
from gongkai.lib.reading.layouts.labels import Owners, UnitNamingHabits
from gongkai.lib.reading.layouts.text_rows import RowBuilder, flush_pending_text, make_blocks
from gongkai.lib.reading.tables.columns import make_columns
from gongkai.lib.reading.tables.heads import DEADLINE_HEAD_PATTERN, ColumnRole, TableColumn
from gongkai.lib.reading.words.numbering import find_number, remove_number
from gongkai.lib.reading.words.unit_names import are_persons


def read_tasks_by_units(texts: list[str]) -> list[Block] | None:
    """Return the tasks grouped under unit headings, or None."""
    numbers = [find_number(text) for text in texts]
    for depth in (1, 2, 3):
        places = [
            n
            for n, number in enumerate(numbers)
            if number and number.depth == depth and len(texts[n]) <= MAX_HEADING_CHARACTERS
        ]
        units = [n for n in places if is_unit_list(find_heading_unit(texts[n]))]
        if len(units) < 2:
            continue
        above = [n for n, number in enumerate(numbers) if number and number.depth < depth and n > units[0]]
        end = next((n for n in above if n > units[-1]), _find_signature_start(texts))
        inside = [n for n in places if units[0] <= n < end]
        if units == inside and (depth == 1 or not any(n < units[-1] for n in above)):
            return _read_sections(texts, depth, units[0], end)
    return None


_DUTY_SUFFIX_RE = re.compile(r"的?(?:主要|工作|具体|岗位)?(?:职责(?:分工|任务)?|任务分工|责任分工)$")


def find_heading_unit(heading: str) -> str:
    """Return the unit that a heading names (二、市政务公开办主要职责; 四、办公室（牵头科室）)."""
    return _DUTY_SUFFIX_RE.sub("", _HEADING_REMARK_RE.sub("", remove_number(heading)).rstrip("：:。 "))


_HEADING_REMARK_RE = re.compile(
    r"\s*(?:共同)?(?:任务|工作|事项)?[（(]共?\d{1,3}[项条个件][）)]$|\s*(?:[（(][^（）()]{0,20}(?:牵头|联系|配合|负责人|电话)[^（）()]{0,30}[）)]|(?:——?|--|：|:)?\s*联系(?:人|电话)[:：].{1,30})$"
)


def _read_heading_owners(heading: str) -> Owners:
    leads = re.search(r"[（(]牵头(?:单位|部门|科室|股室)?[）)]$", heading.strip())
    return Owners(find_heading_unit(heading), "") if leads else Owners("", find_heading_unit(heading))


#: Closing words of a letter, after its points.
_LETTER_CLOSING_RE = re.compile(
    r"此前|本(?:通知|方案|分工)自?|以上(?:分工|任务)|请(?:各|贵|将|于|你|按)|特此|专此|此函|联系(?:人|电话|方式)|附件|抄送"
)


def _find_signature_start(texts: list[str]) -> int:
    """Return the position of the signature at the end of a letter."""
    end = len(texts)
    while end > 1 and (
        DAY_LINE_PATTERN.fullmatch(texts[end - 1])
        or _is_signature(texts[end - 1])
        or _LETTER_CLOSING_RE.match(texts[end - 1])
    ):
        end -= 1
    return end


def _is_signature(text: str) -> bool:
    return len(text) <= MAX_HEADING_CHARACTERS and find_number(text) is None and is_unit_list(text)


def _read_sections(texts: list[str], depth: int, start: int, end: int) -> list[Block] | None:
    """Return tasks whose headings of one depth name the units for all points below, None without tasks."""
    state = RowBuilder(UnitNamingHabits())
    if (
        depth > 1
        and (number := find_number(texts[start - 1]))
        and number.depth < depth
        and len(texts[start - 1]) <= MAX_HEADING_CHARACTERS
    ):
        start, state.section = start - 1, texts[start - 1]
    for text in texts[start:end]:
        number = find_number(text)
        if number and number.depth < depth:
            continue
        if number and number.depth == depth and len(text) <= MAX_HEADING_CHARACTERS:
            flush_pending_text(state, state.find_heading_owners())
            name = text.rstrip("：:")
            if depth == 1:
                state.section = name
            else:
                state.item = name
            state.standing = {1: _read_heading_owners(text)}
            continue
        ended = (
            bool(state.waiting) and state.waiting[-1].endswith(("。", "；", ";")) and not find_number(state.waiting[0])
        )
        if (number and number.depth <= max(3, depth + 1)) or (number is None and ended):
            flush_pending_text(state, state.find_heading_owners())
        state.waiting.append(text)
    flush_pending_text(state, state.find_heading_owners())
    return make_blocks(texts, start, end, state) if state.lines else None


#: Fewer rows say nothing about the order of cells.
_MIN_ROWS = 3
#: Returns true if a text may be a cell of a column.
CellTest = Callable[[str], bool]


def read_regular_grid(pieces: list[str], heads: list[str]) -> Grid | None:
    """Return the grid if the pieces are complete rows under the headers, else None."""
    columns = make_columns(heads, len(heads))
    first_column, tests = columns[0], [_make_test(column) for column in columns]
    if len(columns) < 3 or first_column.role is not ColumnRole.SECTION or sum(test is None for test in tests) != 2:
        return None
    lines: list[GridLine] = []
    place, rows = 0, 0
    while place < len(pieces):
        if _is_heading(pieces[place]):
            lines.append(make_full_width_line(pieces[place], len(heads)))
            place += 1
            continue
        row = _read_row(pieces, place, tests)
        if row is None:
            return None
        cells, doubts, place = row
        lines.append(GridLine([make_cell(text) for text in cells], doubts=doubts))
        rows += 1
    numbers = [find_number(line.cells[0].text) for line in lines if line.cells[1].state is not CellState.LEFT]
    counted = all(number and number.depth == 3 for number in numbers) and all(
        a.value < b.value or b.value == 1 for a, b in pairwise(n for n in numbers if n)
    )
    return (
        Grid([GridLine([GridCell(head) for head in heads]), *lines], exact=True)
        if rows >= _MIN_ROWS and counted
        else None
    )


def read_whole_rows(pieces: list[str], heads: list[str]) -> Grid | None:
    """Return the grid of headings and complete rows, None if a piece does not fit."""
    width, tests = len(heads), [_make_test(column) for column in make_columns(heads, len(heads))]
    if not any(map(_is_heading, pieces)) or width < 3 or sum(test is not None for test in tests) < 1:
        return None
    lines = [GridLine([GridCell(head) for head in heads])]
    place = 0
    while place < len(pieces):
        if _is_heading(pieces[place]):
            lines.append(make_full_width_line(pieces[place], len(heads)))
            place += 1
            continue
        row = pieces[place : place + width]
        if (
            len(row) < width
            or any(map(_is_heading, row))
            or any(test and not test(text) for test, text in zip(tests, row, strict=True))
        ):
            return None
        lines.append(GridLine([make_cell(text) for text in row]))
        place += width
    return Grid(lines, exact=True)


def _is_heading(text: str) -> bool:
    number = find_number(text)
    return bool(number and number.depth <= 2) and len(text) <= 60 and not text.endswith("；")


def _is_empty_mark(text: str) -> bool:
    bare = "".join(text.split())
    return 0 < len(bare) <= 4 and set(bare) <= NONE_MARKS


def _make_test(column: TableColumn) -> CellTest | None:
    """Return the test of a cell of this column, None if any text fits."""
    if column.role in (ColumnRole.LEAD, ColumnRole.RESPONSIBLE):
        return lambda text: is_unit_list(text) or _is_empty_mark(text)
    if DEADLINE_HEAD_PATTERN.search(column.head):
        return lambda text: is_limit(text) or _is_empty_mark(text)
    return str.isdecimal if SERIAL_NUMBER_HEAD_PATTERN.search(column.head) else None


def _read_row(pieces: list[str], place: int, tests: list[CellTest | None]) -> tuple[list[str], list[str], int] | None:
    """Return (cells, doubts, position after it) of the row at a piece, or None."""
    paragraph_number = find_number(pieces[place])
    value = paragraph_number.value if paragraph_number else None
    cells: list[str] = []
    doubts: list[str] = []
    column = 0
    while column < len(tests):
        test = tests[column]
        end = place
        if test is None:
            next_test = tests[column + 1] if column + 1 < len(tests) else None
            end += 1
            while end < len(pieces) and not _is_row_end(pieces[end], next_test, column == 0, value):
                end += 1
            if any(is_unit_list(text) or is_limit(text) or are_persons(text) for text in pieces[place:end]):
                return None
            cells.append("\n".join(pieces[place:end]))
            column, place = column + 1, end
            continue
        width = next((n for n, other_test in enumerate(tests[column:]) if other_test is None), len(tests) - column)
        while end < len(pieces) and any(
            other_test and other_test(pieces[end]) for other_test in tests[column : column + width]
        ):
            end += 1
        run = pieces[place:end]
        if len(run) < width or not all(
            other_test and other_test(x) for other_test, x in zip(tests[column:][:width], run, strict=False)
        ):
            return None
        surplus = len(run) - width
        if surplus:
            doubts.append(f"单位栏多出{surplus}行，多出的并入前一栏")
        cells += ["\n".join(run[: surplus + 1]), *run[surplus + 1 :]]
        column, place = column + width, end
    return cells, doubts, place


def _is_row_end(piece: str, after: CellTest | None, heading: bool, value: int | None) -> bool:
    """Return true if a row ends at a piece, before `value` + 1 or a heading."""
    if after is not None:
        return after(piece)
    number = find_number(piece)
    return heading or _is_heading(piece) or bool(number and value and number.depth == 3 and number.value == value + 1)
