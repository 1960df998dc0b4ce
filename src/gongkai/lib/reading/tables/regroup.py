"""Rearrange tables of unusual shape to one row a task: tables in cells, one table for each task, several header
rows."""

from collections.abc import Iterator
from dataclasses import replace

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.document import (
    Block,
    CellState,
    Grid,
    GridCell,
    GridLine,
    NoticeDocument,
    Paragraph,
    make_cell,
    make_full_width_line,
)
from gongkai.lib.reading.tables.by_content import START_WORDS_PATTERN
from gongkai.lib.reading.tables.heads import (
    DEADLINE_HEAD_PATTERN,
    PATH_HEAD,
    ColumnRole,
    is_head,
    is_head_row,
    list_possible_roles,
    normalise_head,
)

#: A header that names a part of the year and its content (一季度目标, 3月工作安排).
PERIOD_HEADER_PATTERN = re.compile(
    r"(?P<when>第?[一二三四1-4]季度|[上下]半年|(?:\d{1,2}|[一二三四五六七八九十]{1,2})(?:月?[-—–～~至](?:\d{1,2}|[一二三四五六七八九十]{1,2}))?月份?(?:底前?)?)"
    r"(?:(?:工作|阶段|重点|完成|推进)?(?:目标|任务|计划|安排|进度|重点|要求|内容|举措|节点)(?:要求|任务|安排)?)?"
)
_MAX_HEAD_ROW = 12
_MAX_HEADING_CHARACTERS = 40


def regroup_tables(document: NoticeDocument) -> None:
    """Rearrange all tables of a document to one row a task below one header row."""
    blocks = [
        made for block in document.blocks for made in (_unnest_tables(block) if isinstance(block, Grid) else [block])
    ]
    document.blocks[:] = [
        join_head_rows(_transpose_if_heads_at_left(block)) if isinstance(block, Grid) else block
        for block in _join_cards(blocks)
    ]
    _take_last_label(document.blocks)


def _take_last_label(blocks: list[Block]) -> None:
    """Move a labelled paragraph after a table into the empty cell of that label in its last row."""
    for n in range(len(blocks) - 1, 0, -1):
        grid, paragraph = blocks[n - 1], blocks[n]
        if not isinstance(grid, Grid) or not isinstance(paragraph, Paragraph):
            continue
        label, colon, text = re.sub(r"\s", "", paragraph.text).partition("：")
        last_row = grid.lines[-1].cells
        place = next((at for at, head in enumerate(grid.lines[0].cells) if colon and text and head.text == label), None)
        if place is not None and place < len(last_row) and not last_row[place].text:
            last_row[place] = GridCell(text)
            del blocks[n]


# Heads in several rows.

#: Notes on filling in the cells: （打√）, （请在相应栏打“√”）, （可多选）.
_FILLING_NOTE_RE = re.compile(r"[（(][^（）()]{0,12}(?:[√✓✔○●]|打勾|划勾|多选|勾选)[^（）()]{0,6}[）)]")
_INNER_BRACKETS_TABLE = str.maketrans("（）()", "〔〕〔〕")


def join_head_rows(grid: Grid) -> Grid:
    """Return the grid; header rows below the first are joined to it."""
    for place, head in enumerate(grid.lines[:_MAX_HEAD_ROW]):
        if not any(is_head(cell.text) for cell in head.cells):
            continue
        grid_line, end = head, place + 1
        while end < len(grid.lines) and _is_below(grid_line, grid.lines[end], merges_marked=grid.exact):
            grid_line = replace(grid_line, cells=list(_join_head_cells(grid_line.cells, grid.lines[end].cells)))
            end += 1
        merged = all(
            cell.text or cell.state is not CellState.EMPTY
            for line in grid.lines[place + 1 : end]
            for cell in line.cells
        )
        if end > place + 1 and (merged or is_head_row([cell.text for cell in grid_line.cells])):
            return Grid([*grid.lines[:place], grid_line, *grid.lines[end:]], grid.exact)
    return grid


def _is_below(heads: GridLine, below: GridLine, *, merges_marked: bool) -> bool:
    """Return true if a line is a further row of headers; `merges_marked`: the file marks merged cells."""
    printed = [n for n, cell in enumerate(below.cells) if cell.text]
    if len(heads.cells) != len(below.cells) or not printed:
        return False
    aside = CellState.LEFT if merges_marked else CellState.EMPTY
    wide = [aside in {cell.state for cell in heads.cells[n : n + 2]} for n in range(len(heads.cells))]
    short = all(
        len(normalise_head(below.cells[n].text)) <= 14 and not re.search(r"[。；\d]", below.cells[n].text)
        for n in printed
    )
    whole = merges_marked or printed[0] > 0
    covered = any(cell.state is CellState.COVERED for cell in below.cells)
    return (
        short
        and whole
        and all(wide[n] or heads.cells[n].text.endswith("）") for n in printed)
        and (covered or len(printed) > 1)
    )


def _join_head_cells(heads: list[GridCell], lower_heads: list[GridCell]) -> Iterator[GridCell]:
    """Yield the joined heads; a lower head that is unclear alone follows the upper one in brackets."""
    upper_head = ""
    for head, lower_head in zip(heads, lower_heads, strict=True):
        upper_head = _FILLING_NOTE_RE.sub("", head.text) if head.text else upper_head
        name = (
            lower_head.text
            if is_head(lower_head.text)
            else _FILLING_NOTE_RE.sub("", lower_head.text).translate(_INNER_BRACKETS_TABLE)
        )
        if not lower_head.text:
            yield (
                lower_head
                if lower_head.state is CellState.LEFT
                else replace(head, text=_FILLING_NOTE_RE.sub("", head.text))
            )
        elif upper_head.endswith(("网站", "门户", "官网")) and PATH_HEAD.search(name):
            yield GridCell(f"{upper_head}（{name}）")
        elif (
            not upper_head or is_head(name) or PERIOD_HEADER_PATTERN.fullmatch(name) or START_WORDS_PATTERN.search(name)
        ):
            yield GridCell(name)
        else:
            yield GridCell(f"{_get_outermost_head(upper_head)}（{name}）")


def _get_outermost_head(head: str) -> str:
    return head.split("（", 1)[0] if head.endswith("）") else head


_TRANSPOSED_STATES = {CellState.LEFT: CellState.COVERED, CellState.COVERED: CellState.LEFT}


def _transpose_if_heads_at_left(grid: Grid) -> Grid:
    """Return the grid transposed if its headers are in the first column."""
    heads = [line.cells[0].text for line in grid.lines if line.cells]
    if grid.width < 3 or not is_head_row(heads) or any(is_head_row(_list_texts(line)) for line in grid.lines[:3]):
        return grid
    cells = ([line.cells[n] for line in grid.lines if n < len(line.cells)] for n in range(grid.width))
    turned = [
        GridLine([replace(cell, state=_TRANSPOSED_STATES.get(cell.state, cell.state)) for cell in line])
        for line in cells
    ]
    return Grid(turned, grid.exact)


# Tables in the cells of another one.


def _unnest_tables(grid: Grid) -> list[Block]:
    """Return the tables in the cells of a grid, or [grid] if there are none."""
    tables = [[_find_inner_rows(cell) for cell in line.cells] for line in grid.lines]
    if not any(map(any, tables)):
        return [grid]
    out: list[Block] = []
    for line, inside in zip(grid.lines, tables, strict=True):
        beside = [
            cell.text.split("\n" if rows else "\0")[0]
            for cell, rows in zip(line.cells, inside, strict=True)
            if cell.text and not (rows and "\t" in cell.text.split("\n")[0])
        ]
        if not any(inside):
            out += [Paragraph(text, line.page) for text in beside if not is_head(text)]
        for rows in filter(None, inside):
            heads, *tasks = (GridLine([make_cell(text) for text in row], line.page) for row in rows)
            if not (out and isinstance(out[-1], Grid) and _list_texts(out[-1].lines[0]) == _list_texts(heads)):
                out.append(Grid([heads], exact=False))
            heading = [make_full_width_line("".join(beside), len(heads.cells))] if beside else []
            out[-1].lines.extend([*heading, *tasks])  # type: ignore[union-attr]
    return out


def _find_inner_rows(cell: GridCell) -> list[list[str]]:
    """Return the rows of a table in a cell, all of one width; [] if there is none."""
    rows = [line.split("\t") for line in cell.text.split("\n")] if "\t" in cell.text else []
    first = next((n for n, row in enumerate(rows) if is_head_row(row)), len(rows))
    heads, *tasks = rows[first:] or [[]]
    return [heads, *([*([""] * (len(heads) - len(row))), *row][: len(heads)] for row in tasks)] if tasks else []


def _list_texts(line: GridLine) -> list[str]:
    return [cell.text for cell in line.cells]


# A small table for each task: labels and what they say.

_NUMBER_LABEL_RE = re.compile(
    r"(?:任务|事项|项目|工作|清单|第)?(?:编号|序号)?[\s（(]?[\d一二三四五六七八九十]{1,3}[)）]?[项号]?(?:任务)?"
)
_NUMBER_HEAD, _NAME_HEAD = "序号", "任务名称"
#: Label → cell, of one task.
Card = dict[str, GridCell]


def _join_cards(blocks: list[Block]) -> list[Block]:
    """Return the blocks with one table in place of a small table of labels for each task."""
    cards = {n: _read_cards(block) for n, block in enumerate(blocks) if isinstance(block, Grid)}
    places = [n for n, card_list in cards.items() if card_list]
    if sum(len(cards[n]) for n in places) < 2:
        return blocks
    heads = list(dict.fromkeys(head for n in places for card in cards[n] for head in card))
    lines = [GridLine([GridCell(head) for head in heads])]
    between: list[Block] = []
    headed = any(
        isinstance(between_block, Paragraph) and _is_heading(between_block.text)
        for between_block in blocks[places[0] : places[-1]]
    )
    block_above = blocks[places[0] - 1] if places[0] else None
    first = places[0] - (headed and isinstance(block_above, Paragraph) and _is_heading(block_above.text))
    for place, block in enumerate(blocks[first : places[-1] + 1], first):
        if place in places:
            page = block.lines[0].page if isinstance(block, Grid) else None
            lines += [
                GridLine([card.get(head, GridCell("", CellState.NONE)) for head in heads], page)
                for card in cards[place]
            ]
        elif isinstance(block, Paragraph) and _is_heading(block.text):
            lines.append(make_full_width_line(block.text, len(heads)))
        else:
            between.append(block)
    return [*blocks[:first], Grid(lines), *between, *blocks[places[-1] + 1 :]]


def _is_heading(text: str) -> bool:
    return (
        len(text.strip()) <= _MAX_HEADING_CHARACTERS and not re.search(r"[。；：:，]", text) and "年" not in text[-12:]
    )


def _read_cards(grid: Grid) -> list[Card]:
    """Return for each task the values of its labels in a table of cards; [] for another table."""
    cards: list[Card] = []
    if sum(is_head(cell.text) for line in grid.lines for cell in line.cells[1::2]) * 3 > len(grid.lines):
        return cards
    for line in grid.lines:
        cells = [cell for cell in line.cells if cell.state is not CellState.LEFT]
        if len(cells) == 1 and cells[0].text:
            cards.append({_NAME_HEAD: cells[0]})
        elif len(cells) % 2 or not _take_pairs(list(zip(cells[::2], cells[1::2], strict=True)), cards):
            return []
    return cards if cards and all(map(_is_card, cards)) else []


def _take_pairs(pairs: list[tuple[GridCell, GridCell]], cards: list[Card]) -> bool:
    """Add labels and their values to the cards; return False if one is no label."""
    for label, value in pairs:
        head = "".join(label.text.split()).strip("：:")
        if not head and not value.text:
            continue
        numbered = bool(_NUMBER_LABEL_RE.fullmatch(head))
        known = numbered or is_head(head) or DEADLINE_HEAD_PATTERN.search(head) or PATH_HEAD.search(head)
        if not known:
            return False
        head = _NAME_HEAD if numbered else head
        if not cards or head in cards[-1]:
            cards.append({})
        if numbered:
            cards[-1][_NUMBER_HEAD] = label
        cards[-1][head] = value
    return True


def _is_card(card: Card) -> bool:
    """Return whether a card has at least three labels, among them units and tasks."""
    roles = {role for head in card for role, _ in list_possible_roles(head)}
    return (
        len(card) >= 3
        and bool(roles & {ColumnRole.LEAD, ColumnRole.RESPONSIBLE})
        and bool(roles & {ColumnRole.MEASURE, ColumnRole.SECTION})
    )
