"""Convert table lines to row drafts: headings, merged cells, lines that are no rows."""

from dataclasses import dataclass, field

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.document import CellState, GridCell, GridLine, make_cell
from gongkai.lib.reading.layouts.align import SERIAL_NUMBER_HEAD_PATTERN
from gongkai.lib.reading.tables.columns import NoticeTable
from gongkai.lib.reading.tables.head_parts import SIGN_CHARACTERS
from gongkai.lib.reading.tables.heads import ColumnRole, TableColumn, is_head_row, normalise_head
from gongkai.lib.reading.words.numbering import find_number

#: Field, Chinese message and second-best reading.
Doubt = tuple[str | None, str, str | None]


@dataclass(slots=True)
class RowDraft:
    """A row under construction: the texts of its cells, not yet split into units or duties."""

    headings: list[str]
    measure: str
    lead: str
    responsible: str
    extras: dict[str, str]
    cells: list[str]
    page: int | None
    printed: set[str]  # fields whose cell was printed in this very line
    repeats: bool = False  # the line prints its headings again
    listed: bool = False  # measures end in ；, like points of a list
    begins_page: bool = False  # first row of a page that does not repeat the headings
    doubts: list[Doubt] = field(default_factory=list)
    placed: list[str] = field(default_factory=list)  # columns assigned to a cell by its content
    carried: list[str] = field(default_factory=list)  # columns taken from above without a mark that says so
    blank: dict[str, str] = field(default_factory=dict)  # field → header of an empty cell filled from above
    columns: list[TableColumn] = field(default_factory=list)  # those of its table

    def add_doubt(self, field_name: str | None, message: str, alternative: str | None = None) -> None:
        """Record a doubt about a field for a person to check."""
        self.doubts.append((field_name, message, alternative))


@dataclass(slots=True)
class CarriedState:
    """The cells carried from row to row while reading down a table."""

    headings: list[str] = field(default_factory=lambda: ["", "", ""])
    values: dict[int, str] = field(default_factory=dict)
    patched: set[str] = field(default_factory=set)  # headings joined across a page break
    page: int | None = None  # page of the line before
    spread: bool = False  # first-level headings are lines over the full width
    top: int = 1  # depth of the numbers of those headings
    spread_item: bool = False  # the current second-level heading is also such a line


#: Signatures of those who filled in a form, below its table, and sums.
_FORM_FOOTER_RE = re.compile(
    r"(?:[合总小]\s*计)(?:[：:].{0,12})?$|(?:填[表报写]|制表|审[核批]|经办)(?:人|单位|部门|日期|时间)?(?:签[字名])?\s*[:：]"
)


def read_lines(table: NoticeTable, leftovers: list[str], carry: CarriedState | None = None) -> list[RowDraft]:
    """Return the row drafts of a table; notes and titles are added to `leftovers`."""
    carry = carry or CarriedState()
    unmarked = table.exact and _may_have_unmarked_section_merges(table)
    own = _have_rows_own_headings(table)
    headings_among_measures = _mixes_headings_and_points(table)
    tasks = any(column.role is ColumnRole.SECTION for column in table.columns)
    drafts: list[RowDraft] = []
    for heading in table.headings:
        _apply_full_width_heading(heading, carry, leftovers)
    for line in table.lines:
        texts = [cell.text for cell in line.cells]
        if is_head_row(texts) and {normalise_head(x) for x in texts if x} <= {
            normalise_head(c.head) for c in table.columns
        }:
            continue
        _remove_repeated_headers(line, table.columns)
        _continue_cut_heading(line, table.columns, carry, drafts)
        if not any(cell.text for cell in line.cells):
            carry.page = line.page
            continue
        if _FORM_FOOTER_RE.match(next(cell.text for cell in line.cells if cell.text)):
            leftovers.append(" ".join(cell.text for cell in line.cells if cell.text))
            carry.page = line.page
            continue
        alone = _read_counted_heading(line, table)
        alone = alone or _read_full_width_text(line, table, headings_among_measures=headings_among_measures)
        if alone is not None:
            _apply_full_width_heading(alone, carry, leftovers, over_tasks=tasks)
            continue
        draft = _make_draft(line, table, carry, unmarked=unmarked, own=own)
        draft.begins_page = line.page is not None and carry.page is not None and line.page != carry.page
        _flag_pending_heading(line, table, draft)
        if carry.patched & set(draft.headings):
            draft.add_doubt("section", "标题跨页，已拼接")
        carry.page = line.page
        drafts.append(draft)
    return drafts


def _remove_repeated_headers(line: GridLine, columns: list[TableColumn]) -> None:
    """Remove the columns' headers from the start of the line's cells if at least three begin with theirs."""
    heads = [normalise_head(column.head) for column in columns]
    pairs = zip(heads, line.cells, strict=False)
    starts = [place for place, (head, cell) in enumerate(pairs) if head and cell.text.startswith(head)]
    for place in starts if len(starts) >= 3 else ():
        line.cells[place] = make_cell(line.cells[place].text[len(heads[place]) :].lstrip("\n"))


def _continue_cut_heading(
    line: GridLine, columns: list[TableColumn], carry: CarriedState, drafts: list[RowDraft]
) -> None:
    """Join a heading that a page break cut, also in the rows already read."""
    if line.page is None or line.page == carry.page:
        return
    for place, column in enumerate(columns[: len(line.cells)]):
        text = line.cells[place].text
        if column.role is not ColumnRole.SECTION or not text or column.level > 3:
            continue
        above = carry.headings[column.level - 1]
        if above and find_number(above) and find_number(text) is None and above[-1] not in "。；":
            new_text = above + text
            line.cells[place] = GridCell("", CellState.COVERED)
            carry.headings[column.level - 1] = new_text
            for draft in drafts:
                if above in draft.headings:
                    draft.headings = [new_text if heading == above else heading for heading in draft.headings]
                    draft.add_doubt("section" if column.level == 1 else "item", "标题跨页，已拼接")
            carry.patched.add(new_text)


def _flag_pending_heading(line: GridLine, table: NoticeTable, draft: RowDraft) -> None:
    """Add a doubt where a row within a page has an empty first-level heading cell: it may be printed on the next."""
    if line.page is None or draft.begins_page or not table.exact:
        return
    for column, cell in zip(table.columns, line.cells, strict=False):
        if column.role is ColumnRole.SECTION and cell.state is CellState.EMPTY and column.level == 1:
            draft.add_doubt("section", "本页标题栏空白，标题可能印在下一页")


def _have_rows_own_headings(table: NoticeTable) -> bool:
    """Return true if each row of a guessed table prints a heading with a number of its own."""
    place = table.find_column(ColumnRole.SECTION)
    if place is None or table.exact:
        return False
    rows = [
        line.cells[place]
        for line in table.lines
        if place < len(line.cells) and _read_full_width_text(line, table, headings_among_measures=False) is None
    ]
    numbers = [find_number(cell.text) for cell in rows if cell.state is CellState.PRINTED]
    return len(rows) > 2 and len(numbers) == len(rows) and all(n and n.depth == 3 for n in numbers)


def _may_have_unmarked_section_merges(table: NoticeTable) -> bool:
    places = [n for n, column in enumerate(table.columns) if column.role is ColumnRole.SECTION]
    states = [line.cells[n].state for line in table.lines for n in places if n < len(line.cells)]
    return CellState.COVERED not in states and CellState.EMPTY in states


def _mixes_headings_and_points(table: NoticeTable) -> bool:
    """Return true if a table has no heading column and its numbered measures have depth 3 or more."""
    place = table.find_column(ColumnRole.MEASURE)
    if place is None or table.find_column(ColumnRole.SECTION) is not None:
        return False
    depths = [
        number.depth if (number := find_number(line.cells[place].text)) else 0
        for line in table.lines
        if place < len(line.cells) and line.cells[place].text and sum(bool(cell.text) for cell in line.cells) > 1
    ]
    return len(depths) >= 2 and all(depth >= 3 for depth in depths)


_CHINESE_NUMBER = re.compile(r"[一二三四五六七八九十]{1,3}")


def _read_counted_heading(line: GridLine, table: NoticeTable) -> str | None:
    """Return the heading of a line with a Chinese serial number among lines with Arabic ones, or None."""
    heads = [normalise_head(column.head) for column in table.columns]
    count = next((n for n, head in enumerate(heads) if SERIAL_NUMBER_HEAD_PATTERN.search(head)), None)
    if count is None or count >= len(line.cells) or not _CHINESE_NUMBER.fullmatch(line.cells[count].text):
        return None
    other_texts = [cell.text for n, cell in enumerate(line.cells) if n != count and cell.text]
    figures = [row.cells[count].text for row in table.lines if count < len(row.cells)]
    if len(other_texts) != 1 or not any(text.isdecimal() for text in figures):
        return None
    return other_texts[0]


def _read_full_width_text(line: GridLine, table: NoticeTable, *, headings_among_measures: bool) -> str | None:
    """Return the text of a line that runs over the whole width (also a heading alone in its line), or None."""
    printed = [n for n, cell in enumerate(line.cells) if cell.state is CellState.PRINTED]
    if len(printed) != 1:
        return None
    cell = line.cells[printed[0]]
    other_states = [grid_cell.state for n, grid_cell in enumerate(line.cells) if n != printed[0]]
    spread = all(state is CellState.LEFT for state in other_states) and printed[0] == 0 and len(other_states) > 0
    number = find_number(cell.text)
    of_task = table.columns[printed[0]].role is ColumnRole.MEASURE and not headings_among_measures
    heading = bool(number and number.depth <= 2) and not of_task
    note = cell.text.startswith(("注：", "注:", "备注", "说明", "填表"))
    blank = all(state in (CellState.EMPTY, CellState.LEFT, CellState.NONE) for state in other_states)
    return cell.text if spread or (blank and (heading or note)) else None


def _apply_full_width_heading(
    text: str, carry: CarriedState, leftovers: list[str], *, over_tasks: bool = False
) -> None:
    """Begin a section or item with a full-width text; a text too long for a heading is added to the leftovers."""
    number = find_number(text)
    is_first_heading = over_tasks and not carry.headings[0] and not carry.spread_item
    if number and number.depth == 2 and not (is_first_heading or (over_tasks and carry.top == 2)):
        carry.headings[1:] = [text, ""]
        carry.spread_item = True
    elif (number and number.depth <= 2) or (number is None and len(text) <= 40 and text[-1] not in "。；"):
        carry.headings[:] = [text, "", ""]
        carry.spread, carry.spread_item = True, False
        carry.top = number.depth if number else carry.top
    else:
        leftovers.append(text)


def _make_draft(line: GridLine, table: NoticeTable, carry: CarriedState, *, unmarked: bool, own: bool) -> RowDraft:
    """Return the row of a line, with headings and merged cells carried down; `own`: each row has its own headings."""
    headings_before = list(carry.headings)
    new_heading, repeats = _update_headings(line, table.columns, carry)
    draft = RowDraft([], "", "", "", {}, [], line.page, {"section"} if new_heading else set(), repeats)
    draft.columns = table.columns
    draft.doubts.extend((None, message, None) for message in line.doubts)
    draft.doubts.extend((name, message, None) for name, message in line.about)
    draft.doubts.extend((None, f"{cell.fault}，请对照原文件核对", None) for cell in line.cells if cell.fault)
    boundary = new_heading and not repeats and carry.headings != headings_before
    for place, column in enumerate(table.columns):
        cell = line.cells[place] if place < len(line.cells) else GridCell("", CellState.EMPTY)
        if cell.state in (CellState.PRINTED, CellState.NONE):
            draft.cells.append(cell.text)
        if column.role is ColumnRole.SECTION:
            continue
        if own and cell.state is CellState.EMPTY and column.role in (ColumnRole.LEAD, ColumnRole.RESPONSIBLE):
            cell = GridCell("", CellState.NONE)
            head = normalise_head(column.head)
            draft.add_doubt(column.role.value, f"“{head}”栏空白，各行都有自己的事项，按没有内容读取")
        value = _read_value(cell, place, column, carry, draft, table.exact, unmarked=unmarked, boundary=boundary)
        _store_by_role(draft, column, value)
        carry.values[place] = value
    _move_wide_cell_to_responsible(line, table.columns, draft)
    _drop_third_level(line, table.columns, carry, draft)
    draft.headings = list(carry.headings)
    if own and not draft.measure and draft.headings[2]:
        draft.measure, draft.headings[2] = draft.headings[2], ""
    return draft


def _move_wide_cell_to_responsible(line: GridLine, columns: list[TableColumn], draft: RowDraft) -> None:
    """Read a cell merged over both unit columns as responsible units, with a doubt."""
    for place in range(min(len(columns), len(line.cells)) - 1):
        lead, next_column = columns[place], columns[place + 1]
        are_unit_columns = lead.role is ColumnRole.LEAD and next_column.role is ColumnRole.RESPONSIBLE
        if (
            are_unit_columns
            and line.cells[place].text
            and line.cells[place + 1].state is CellState.LEFT
            and not draft.responsible
        ):
            draft.lead, draft.responsible = "", draft.lead
            draft.add_doubt(
                "lead",
                f"“{draft.responsible[:20]}”印在“{normalise_head(lead.head)}”和“{normalise_head(next_column.head)}”合并的格中，按责任单位读取",
            )


def _drop_third_level(line: GridLine, columns: list[TableColumn], carry: CarriedState, draft: RowDraft) -> None:
    """Drop a guessed third heading where the measure has a number of that level."""
    guessed = any(
        column.role is ColumnRole.SECTION and column.level == 3 and cell.guessed and cell.state is CellState.COVERED
        for column, cell in zip(columns, line.cells, strict=False)
    )
    number = find_number(draft.measure)
    if guessed and number and number.depth <= 3:
        carry.headings[2] = ""


#: 二、民生领域（续）: printed again on the next page.
_CONTINUATION_MARK_RE = re.compile(r"[（(]续[表上]?[一二三四五\d]?[）)]$")


def _update_headings(line: GridLine, columns: list[TableColumn], carry: CarriedState) -> tuple[bool, bool]:
    """Set the headings that a line prints; return (it prints some, it only repeats those above)."""
    printed, repeats = False, True
    for place, column in enumerate(columns[: len(line.cells)]):
        cell = line.cells[place]
        if column.role is ColumnRole.SECTION and column.level > 1 and cell.state is CellState.NONE:
            carry.headings[column.level - 1 :] = [""] * (4 - column.level)
        if column.role is not ColumnRole.SECTION or cell.state is not CellState.PRINTED:
            continue
        for text, level in _list_heading_levels(_CONTINUATION_MARK_RE.sub("", cell.text), column, carry):
            printed = True
            if _strip_spaces_and_end(carry.headings[level - 1]) != _strip_spaces_and_end(text):
                repeats = False
                carry.headings[level - 1 :] = [text, *([""] * (3 - level))]
    return printed, printed and repeats


def _list_heading_levels(text: str, column: TableColumn, carry: CarriedState) -> list[tuple[str, int]]:
    """Return (heading, level) of the headings in a cell."""
    parts = text.split("\n")
    depths = [number.depth if (number := find_number(part)) else 0 for part in parts]
    if len(parts) > 1 and depths[0] == 1 and 2 in depths[1:]:
        position = depths.index(2)
        return [("".join(parts[:position]), 1), ("".join(parts[position:]), 2)]
    joined = "".join(parts)
    if depths[0] == 1:
        return [(joined, 1)]
    if depths[0] == 2 and column.level == 1:
        return [(joined, 2 if _is_first_heading_of_level_1(carry) else 1)]
    if column.level > 1:
        return [(joined, min(column.level, 3))]
    return [(joined, 3 if carry.spread_item else 2 if carry.spread else 1)]


def _is_first_heading_of_level_1(carry: CarriedState) -> bool:
    number = find_number(carry.headings[0])
    return bool(carry.headings[0]) and (number is None or number.depth == 1)


def _read_value(
    cell: GridCell,
    place: int,
    column: TableColumn,
    carry: CarriedState,
    draft: RowDraft,
    merges_marked: bool,
    *,
    unmarked: bool,
    boundary: bool,
) -> str:
    """Return a cell's text, or that of the cell above if it is merged or blank; flags: as `known` of `_carry_down`."""
    name = column.role.value
    if cell.state is CellState.PRINTED:
        draft.printed.add(name if column.role is not ColumnRole.EXTRA else column.head)
        if cell.guessed:
            draft.placed.append(normalise_head(column.head))
        return cell.text
    if cell.state in (CellState.NONE, CellState.LEFT):
        return ""
    if column.role is ColumnRole.MEASURE and cell.state is CellState.EMPTY:
        return ""
    return _carry_down(cell, column, draft, carry.values.get(place, ""), (merges_marked, unmarked, boundary))


_REMARK_HEADER_RE = re.compile(r"备注|说明|^注$|联系|电话")


def _carry_down(
    cell: GridCell, column: TableColumn, draft: RowDraft, above: str, known: tuple[bool, bool, bool]
) -> str:
    """Return the text from above for a covered or blank cell; `known`: marked merges, unmarked ones, new heading."""
    exact, unmarked, boundary = known
    name, head = column.role.value, normalise_head(column.head)
    if cell.state is CellState.EMPTY and exact:
        if unmarked and above and column.role is not ColumnRole.EXTRA:
            draft.add_doubt(name, f"“{head}”栏空白，按没有内容读取，也可能与上一行相同，请核对", above)
        return ""
    ticked = len(above) == 1 and above in SIGN_CHARACTERS
    if (_REMARK_HEADER_RE.search(head) or ticked) and (cell.state is CellState.EMPTY or cell.guessed):
        return ""  # said of one row only
    if above and cell.state is CellState.COVERED and cell.guessed:
        draft.carried.append(head)
    elif above and cell.state is CellState.EMPTY and (unmarked or boundary):
        flag_blank(draft, name, head)
    elif above and cell.state is CellState.EMPTY:
        draft.blank[name] = head
    return above


def flag_blank(draft: RowDraft, name: str, head: str) -> None:
    """Add a doubt to field `name`, whose blank cell under `head` was filled from above."""
    draft.add_doubt(name, f"“{head}”栏空白，无法判断是与上一行合并还是没有内容，暂按合并读取", "")


def _store_by_role(draft: RowDraft, column: TableColumn, value: str) -> None:
    """Store a cell's value in the field of the draft for its column's role; further values are appended."""
    match column.role:
        case ColumnRole.MEASURE:
            draft.measure = value
        case ColumnRole.LEAD:
            draft.lead = value
        case ColumnRole.RESPONSIBLE:
            draft.responsible = "、".join(x for x in (draft.responsible, value) if x)
        case _:
            head = "".join(column.head.split())
            if value or head not in draft.extras:
                draft.extras[head] = "\n".join(x for x in (draft.extras.get(head, ""), value) if x)


def _strip_spaces_and_end(text: str) -> str:
    """Return a text without blanks, and without full stops and semicolons at its end."""
    return "".join(text.split()).rstrip("。.；;")
