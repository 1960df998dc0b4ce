"""Assemble a broken table, chunk by chunk, into a grid with marked guesses."""

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.reading.document import Block, CellState, Grid, GridCell, GridLine, Paragraph
from gongkai.lib.reading.layouts.align import is_limit
from gongkai.lib.reading.layouts.headlines import find_heads_on_lines
from gongkai.lib.reading.layouts.interleaved.headings import (
    find_whole_headings,
    has_heading_inside,
    match_heading_block,
    read_whole_block,
    remove_heading,
    remove_heading_pieces,
)
from gongkai.lib.reading.layouts.interleaved.lines import (
    PageChunk,
    SplitChunk,
    group_rows,
    has_item_headings,
    list_groupings,
    remove_meaningless_spaces,
    split_chunk,
    split_chunks,
)
from gongkai.lib.reading.layouts.interleaved.match import assign_items, find_best_alignment
from gongkai.lib.reading.layouts.interleaved.sequence import UnitColumnSequence
from gongkai.lib.reading.layouts.interleaved.units import (
    GUESSED_ORDER_COST,
    PrintedUnitNames,
    list_readings,
    split_names,
)
from gongkai.lib.reading.layouts.segments import split_pieces
from gongkai.lib.reading.tables.heads import ColumnRole, list_possible_roles
from gongkai.lib.reading.words.numbering import split_inline
from gongkai.lib.reading.words.unit_names import UNIT_NAME_END_PATTERN

#: Pieces of a head that a narrow column broke: 牵头单 / 位.
_BROKEN_HEADER_RE = re.compile(r"\s*(?:位(?:\s|$)|(?:牵头|责任|配合)单$)")


def find_heads_end(lines: list[str]) -> tuple[int, str] | None:
    """Return (line after the headers, text after them in their last line), or None."""
    heads = find_heads_on_lines(lines)
    if heads and not any(_BROKEN_HEADER_RE.match(line) for line in lines[max(0, heads[0] - 3) : heads[0] + 12]):
        return None  # each head is a line: so are the cells
    for place, line in enumerate(lines):
        next_lines = [text.strip() for text in lines[place : place + 8]]
        if _can_head_role(line, ColumnRole.SECTION) and any(
            _can_head_role(text, ColumnRole.MEASURE) for text in next_lines[1:]
        ):
            last_head = max(
                (
                    n
                    for n, head_text in enumerate(next_lines)
                    if re.match(r"(?:牵头|责任)单位?$|位(?: |$)|牵头单$", head_text)
                ),
                default=0,
            )
            body_text = re.sub(r"^位\s*", "", next_lines[last_head]) if next_lines[last_head].startswith("位") else ""
            return place + last_head + 1, body_text
    return None


def _can_head_role(head: str, role: ColumnRole) -> bool:
    """Return true if a header can have this role."""
    return any(possible_role is role for possible_role, _ in list_possible_roles(head))


def find_front_end(lines: list[str], first: int) -> int:
    """Return the first line after the front page; table headers belong to neither part."""
    place = first
    while place > 0 and (len(lines[place - 1].strip()) <= 6 or lines[place - 1].strip().startswith("位 ")):
        place -= 1
    return place


def is_fragment(line: str) -> bool:
    """Return whether a text is shorter than any unit name or time limit."""
    text = line.strip()
    short = 0 < len(text) <= 3 and bool(re.fullmatch(rf"[{HAN}]+", text))
    return short and not is_limit(text) and (len(text) < 3 or not UNIT_NAME_END_PATTERN.search(text))


_COLUMN_HEADERS = ("工作任务", "工作任务", "贯彻举措", "牵头单位", "责任单位")
MAX_TORN_LINES = 40  # lines with pieces of headings in them that are looked at
_LINE_AFTER_TABLE_RE = re.compile(r"^(?:附件|附：|抄送|联系人|文件下载|分享|打印)")


def read_interleaved_blocks(lines: list[str]) -> list[Block] | None:
    """Return the blocks of a text with a table printed by columns, or None."""
    start = find_heads_end(lines)
    if start is None:
        return None
    first_body_line, body = start
    end = next(
        (n for n in range(len(lines) - 1, first_body_line, -1) if _LINE_AFTER_TABLE_RE.match(lines[n].strip())),
        len(lines),
    )
    end = next((n for n in range(first_body_line, end) if _LINE_AFTER_TABLE_RE.match(lines[n].strip())), end)
    table = [line for line in [body, *lines[first_body_line:end]] if line.strip()]
    if sum(is_fragment(line) for line in table) < 4:
        return None
    grid = _read_table(table)
    paragraphs_before = [Paragraph(line) for line in lines[: find_front_end(lines, first_body_line)] if line.strip()]
    return [*paragraphs_before, grid, *(Paragraph(line) for line in lines[end:] if line.strip())]


def _read_table(lines: list[str]) -> Grid:
    """Return the grid of a table whose cells a PDF printed by columns."""
    lines, extra = _mend_lines(lines)
    chunks = split_chunks(lines, items=has_item_headings(lines), extra_pieces=extra)
    sections, items = find_whole_headings([chunk.headings for chunk in chunks])
    names = PrintedUnitNames([remove_meaningless_spaces(line) for line in lines])
    vocabulary = _collect_names(lines)
    grid = Grid(
        [
            GridLine(
                [
                    GridCell(_COLUMN_HEADERS[0]),
                    GridCell("", CellState.LEFT),
                    *(GridCell(head) for head in _COLUMN_HEADERS[2:]),
                ]
            )
        ],
        exact=False,
    )
    carried_over = _CarriedOver()
    carried_over.sequence = _read_sequence(chunks, vocabulary)
    for chunk in chunks:
        grid.lines.extend(_read_chunk(chunk, sections, items, names, vocabulary, carried_over))
    return grid


def _mend_lines(lines: list[str]) -> tuple[list[str], dict[int, str]]:
    """Remove headings printed into measures from their lines; return (lines, headings by line)."""
    page_text = "\n".join(remove_meaningless_spaces(line) for line in lines)
    out: list[str] = []
    headings: dict[int, str] = {}
    remaining = MAX_TORN_LINES
    for line in lines:
        text = remove_meaningless_spaces(line)
        mended = remove_heading(text, page_text) if remaining and has_heading_inside(text) else None
        remaining -= mended is not None
        if mended is None or not mended.heading:
            out.append(line)
            continue
        headings[len(out)] = mended.heading
        out.extend(mended.lines)
    return out, headings


def _read_sequence(chunks: list[PageChunk], vocabulary: set[str]) -> UnitColumnSequence | None:
    """Return the order of the unit columns that at least seven of ten pages follow, or None."""
    pages = [parted for chunk in chunks if len((parted := split_chunk(chunk.body, vocabulary)).paragraphs) > 1]
    for sequence in (UnitColumnSequence(), UnitColumnSequence(plain=True)):
        fits = 0
        for parted in pages:
            lines = _join_pieces(_split_run_together(parted.units))
            apart = all(paragraph is None for _, paragraph in parted.units)
            fits += apart and sequence.choose_grouping(lines, list_groupings(parted.paragraphs)) is not None
        if fits and fits * 10 >= len(pages) * 7:
            return sequence
    return None


def _join_pieces(lines: list[tuple[list[str], int | None]]) -> list[str]:
    return ["".join(pieces) for pieces, _ in lines]


class _CarriedOver:
    """State carried from page to page: headings and unit cells of the last row, and the order of the unit columns."""

    def __init__(self) -> None:
        self.section = ""
        self.item = ""
        self.lead: str | None = None
        self.responsible: str | None = None
        self.sequence: UnitColumnSequence | None = None


def _collect_names(lines: list[str]) -> set[str]:
    """Return the unit names that lines print."""
    names: set[str] = set()
    for line in lines:
        for piece in remove_meaningless_spaces(line).split(" "):
            if 3 <= len(piece) <= 80 and not re.search(r"[。；：>\d]", piece):
                names.update(
                    name for name in split_names(piece) if 4 <= len(name) <= 20 and name[-1] in "局委办厅门府心"
                )
    return names


def _read_chunk(
    chunk: PageChunk,
    sections: list[str],
    items: list[str],
    names: PrintedUnitNames,
    vocabulary: set[str],
    carried_over: _CarriedOver,
) -> list[GridLine]:
    """Return the grid lines of one chunk: headings, the measures below them, their units.

    Args:
        chunk: the headings and the lines below them.
        sections: the whole section headings of the table, in order.
        items: the whole item headings of the table, in order.
        names: the printed names of units, to assign them to measures.
        vocabulary: possible unit names, to separate units from measures.
        carried_over: section, item and lead of the previous chunk; updated.
    """
    leaves = read_whole_block(chunk.headings)
    section, found_items, sure = match_heading_block(chunk.headings, sections, items)
    body = chunk.body
    if not chunk.headings:
        body, removed_headings = remove_heading_pieces(body, [*sections, *items])
        section = next((value for value in removed_headings if value in sections), None)
        found_items = [value for value in removed_headings if value in items]
    parted = split_chunk(body, vocabulary)
    rows = group_rows(parted.paragraphs)
    if carried_over.sequence:
        lines = _join_pieces(_split_run_together(parted.units))
        rows = carried_over.sequence.choose_grouping(lines, list_groupings(parted.paragraphs)) or rows
    if not rows:
        return []
    measures = ["\n".join(piece for n in row for piece in split_inline(parted.paragraphs[n])) for row in rows]
    if len({value for value, _ in leaves}) > 1:
        return _read_several_headings(leaves, parted, rows, measures, names, carried_over)
    if section and section != carried_over.section:
        carried_over.section, carried_over.item, carried_over.lead = section, "", None
    laid_items, unsure_items = assign_items(found_items, measures)
    units, unsure_units = _read_units(parted, rows, measures, laid_items, names, carried_over)
    broken = any(re.search(r"[^。\n]（[一二三四五六七八九十]）", text) for text in measures)
    grid_lines = []
    for number, row in enumerate(rows):
        carried_over.item = laid_items[number] or carried_over.item
        lead, responsible = units[number]
        line = _make_line(carried_over, measures[number], lead, responsible)
        if not sure or broken or number in unsure_items or not carried_over.section:
            line.doubts.append("标题被打散，所属标题由内容推断")
        if number in unsure_units:
            line.doubts.append("单位与举措分开印出，对应关系由内容推断")
        if any(place in parted.patched for place in row) or _looks_broken(measures[number]):
            line.doubts.append("举措文字被其他栏的文字隔断，已拼接")
        carried_over.lead = lead if lead and names.compute_cost(lead) is not None else carried_over.lead
        grid_lines.append(line)
    return grid_lines


def _read_several_headings(
    leaves: list[tuple[str, str]],
    chunk: SplitChunk,
    rows: list[list[int]],
    measures: list[str],
    names: PrintedUnitNames,
    carried_over: _CarriedOver,
) -> list[GridLine]:
    """Return the lines of a chunk that prints several headings before its measures."""
    texts = [item or section for section, item in leaves]
    keys = [f"{n}:{text}" for n, text in enumerate(texts)]
    laid, _ = assign_items(keys, measures)
    units, _ = _read_units(chunk, rows, measures, laid, names, carried_over)
    grid_lines = []
    for number, measure in enumerate(measures):
        place = int((laid[number] or "0:").split(":", 1)[0])
        carried_over.section, carried_over.item = leaves[place]
        lead, responsible = units[number]
        line = _make_line(carried_over, measure, lead, responsible)
        if len(leaves) < len(measures):
            line.doubts.append("标题集中印在页首，所属标题由内容推断")
        line.doubts.append("单位与举措分开印出，对应关系由内容推断")
        carried_over.lead = lead or carried_over.lead
        grid_lines.append(line)
    return grid_lines


def _make_line(above: _CarriedOver, measure: str, lead: str | None, responsible: str | None) -> GridLine:
    """Return the line of a measure below its headings."""
    cells = [_make_cell(text) for text in (above.section, above.item, lead, responsible)]
    cells.insert(2, GridCell(measure))
    return GridLine(cells)


def _make_cell(text: str | None) -> GridCell:
    return GridCell(text) if text and text != "—" else GridCell("", CellState.NONE)


def _looks_broken(text: str) -> bool:
    """Return whether a text ends within a sentence or bracket, or has a number within."""
    ends = text.endswith(("。", "；"))
    balanced = text.count("（") == text.count("）")
    return not ends or not balanced or bool(re.search(r"[^。\n]（[一二三四五六七八九十]）", text))


def _read_units(
    chunk: SplitChunk,
    rows: list[list[int]],
    measures: list[str],
    items: list[str | None],
    names: PrintedUnitNames,
    carried_over: _CarriedOver,
) -> tuple[list[tuple[str | None, str | None]], set[int]]:
    """Return ((lead, responsible) cell of each row, rows for which they are uncertain)."""
    inline = _read_inline_units(chunk, rows, names, carried_over)
    if inline is not None:
        return inline, set()
    lines = _split_run_together(chunk.units)
    if not chunk.units:
        return [(None, None)] * len(rows), set(range(len(rows) - 1))
    readings = carried_over.sequence.list_readings(_join_pieces(lines), len(rows)) if carried_over.sequence else []
    if carried_over.sequence and readings:
        carried_over.sequence.learn(readings[0])
    else:
        readings = list_readings(lines, names, len(rows))
    best, doubted = find_best_alignment(readings, measures, items, carried_over.lead)
    if best is None:
        return _guess_units(chunk, rows, names), set(range(len(rows)))
    if readings[0].cost >= GUESSED_ORDER_COST:
        doubted = set(range(len(rows)))
    doubted |= {row for row, cell in enumerate(best.responsibles) if names.compute_cost(cell)}
    doubted |= {row for row, cell in enumerate(best.leads) if cell and names.compute_cost(cell)}
    return [
        (lead or carried_over.lead, responsible)
        for lead, responsible in zip(best.leads, best.responsibles, strict=True)
    ], doubted


def _read_inline_units(
    chunk: SplitChunk, rows: list[list[int]], names: PrintedUnitNames, carried_over: _CarriedOver
) -> list[tuple[str | None, str | None]] | None:
    """Return (lead or None, responsible) of each row if units follow each measure."""
    cells_by_row: dict[int, list[str]] = {}
    for pieces, paragraph in chunk.units:
        if paragraph is None:
            return None
        row = next(n for n, places in enumerate(rows) if paragraph in places)
        cells = [cell for piece in pieces for cell in split_pieces(piece)]
        if row in cells_by_row or len(cells) > 2 or any(names.compute_cost(cell) is None for cell in cells):
            return None
        cells_by_row[row] = cells
    if any(row not in cells_by_row for row in range(len(rows) - 1)) or not cells_by_row:
        return None
    out: list[tuple[str | None, str | None]] = []
    for row in range(len(rows)):
        cells = cells_by_row.get(row, [])
        if len(cells) == 2:
            out.append((cells[0], cells[1]))
        else:
            out.append(((out[-1][0] if out else carried_over.lead), cells[0]) if cells else (None, None))
    return out


def _guess_units(
    chunk: SplitChunk, rows: list[list[int]], names: PrintedUnitNames
) -> list[tuple[str | None, str | None]]:
    """Return (lead, responsible) of each row; None for a cell that does not follow its measure as a whole."""
    out: list[tuple[str | None, str | None]] = []
    for places in rows:
        pieces = [piece for units, paragraph in chunk.units if paragraph in places for piece in units]
        turned = "".join(reversed(pieces))
        if len(pieces) == 2 and names.compute_cost(turned) == 0.0:
            pieces = [turned]
        cells = [cell for piece in pieces if (cell := names.complete_name(piece))]
        out.append((cells[0], cells[1]) if len(cells) == 2 else (None, cells[0] if len(cells) == 1 else None))
    return out


def _split_run_together(units: list[tuple[list[str], int | None]]) -> list[tuple[list[str], int | None]]:
    """Return the lines as (pieces, paragraph), with lines of more than two cells split."""
    out: list[tuple[list[str], int | None]] = []
    for pieces, paragraph in units:
        cells = [cell for piece in pieces for cell in (split_pieces(piece) if len(piece) > 24 else [piece])]
        if len(cells) > 2:
            out.extend(([cell], paragraph) for cell in cells)
        else:
            out.append((cells, paragraph))
    return out
