"""Convert plain text to blocks: find the table lines and their layout."""

import csv
from itertools import pairwise

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.chinese.traditional import simplify
from gongkai.lib.reading.characters import is_traditional
from gongkai.lib.reading.document import (
    Block,
    CellState,
    Grid,
    GridCell,
    NoticeDocument,
    Paragraph,
    make_cell,
    make_full_width_line,
)
from gongkai.lib.reading.layouts.align import is_limit, is_unit_list
from gongkai.lib.reading.layouts.bars import BAR_PATTERN, read_bar_lines, read_bar_rows
from gongkai.lib.reading.layouts.cells import make_grid_from_pieces
from gongkai.lib.reading.layouts.headlines import are_heads_separated_by_blanks, find_heads_in_line, find_heads_on_lines
from gongkai.lib.reading.layouts.interleaved import read_interleaved_blocks
from gongkai.lib.reading.layouts.labels import LABEL_PATTERN, normalize_labels, replace_unit_labels
from gongkai.lib.reading.layouts.orders import convert_ordering_sentences, remove_opening, split_points
from gongkai.lib.reading.layouts.prose import read_prose_blocks
from gongkai.lib.reading.layouts.restore import has_lost_breaks, restore_breaks
from gongkai.lib.reading.layouts.segments import split_pieces
from gongkai.lib.reading.layouts.tabs import read_comma_rows, read_tab_cells, read_tab_rows
from gongkai.lib.reading.model import ReadingError
from gongkai.lib.reading.tables.grid_normalization import is_table_head
from gongkai.lib.reading.tables.heads import (
    DEADLINE_HEAD_PATTERN,
    ColumnRole,
    assign_roles,
    is_head,
    is_head_row,
    normalise_head,
)
from gongkai.lib.reading.words.numbering import find_number, split_circled

#: A page copied by machine puts the sound behind a character: 落实(shí).
_BRACKETED_PINYIN_RE = re.compile(rf"(?<=[{HAN}])[（(][a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹ]{{1,6}}[）)]")
_MIN_PINYIN_WORDS = 5
#: 2017 年 10 月底前
_SPACED_DAY_RE = re.compile(r"(?<=\d)[ \u3000]+(?=[年月日](?![份间]))|(?<=[年月])[ \u3000]+(?=\d{1,2}[ \u3000]*[月日])")
#: A line of heads has at most so many characters; the csv module refuses fields of 131,072.
_LONGEST_HEAD_LINE = 10_000
#: No column of a table is so wide; longer blanks say nothing more, and would be searched again from each of their places.
_MAX_BLANKS = 200
_LONG_BLANK_RE = re.compile(rf"[ \u3000\xa0]{{{_MAX_BLANKS},}}")


def read_blocks(text: str) -> NoticeDocument:
    """Return the paragraphs and tables of a plain text."""
    text = normalize_labels(_LONG_BLANK_RE.sub(lambda match: match[0][:_MAX_BLANKS], text))
    if len(_BRACKETED_PINYIN_RE.findall(text)) >= _MIN_PINYIN_WORDS:
        document = read_blocks(_BRACKETED_PINYIN_RE.sub("", text))
        document.doubts.append("文中夹有拼音注音，已略去，请核对原文")
        return document
    if is_traditional(text):
        document = read_blocks(simplify(text))
        document.printed = text
        return document
    lines = _SPACED_DAY_RE.sub("", text).split("\n")
    for layout in (
        _read_tab_cells,
        _read_tab_rows,
        _read_comma_rows,
        _read_bar_lines,
        _read_bar_rows,
        read_interleaved_blocks,
        _read_one_cell_a_line,
        _read_run_together,
        _read_prose,
    ):
        if blocks := layout(lines):
            if layout in (_read_tab_cells, _read_tab_rows, _read_comma_rows, _read_bar_lines, _read_bar_rows):
                _ask_about_blank_units(blocks)
            prose = "\n".join(lines) if layout is _read_prose else ""
            lost = bool(prose) and has_lost_breaks(lines)
            texts = ["文字的换行已经丢失，各条的起止按编号和单位推断，请逐条核对"] if lost else []
            return NoticeDocument(blocks, texts, prose=prose)
    return NoticeDocument([Paragraph(line) for line in lines if line.strip()])


def _ask_about_blank_units(blocks: list[Block]) -> None:
    """Add the doubts of rows without units in inexact tables."""
    for grid in blocks:
        if isinstance(grid, Grid) and not grid.exact:
            _ask_about_one_blank_unit(grid)


def _ask_about_one_blank_unit(grid: Grid) -> None:
    """Add a doubt to rows with one blank unit cell, which may be merged with the row above."""
    texts = [[cell.text for cell in line.cells] for line in grid.lines]
    start = next((n for n, heads in enumerate(texts[:12]) if is_head_row(heads)), None)
    if start is None:
        return
    roles, body_lines = assign_roles(texts[start]), grid.lines[start + 1 :]
    places = [n for n, role in enumerate(roles) if role in (ColumnRole.LEAD, ColumnRole.RESPONSIBLE)]
    sections = {n for n, role in enumerate(roles) if role is ColumnRole.SECTION}
    blank_headings = any(_is_blank(cell) for line in body_lines for n, cell in enumerate(line.cells) if n in sections)
    if len(places) != 2 or blank_headings:
        return
    for line in body_lines:
        blank = [n for n in places if n < len(line.cells) and _is_blank(line.cells[n])]
        if len(line.cells) > places[1] and len(blank) == 1:
            head = normalise_head(texts[start][blank[0]])
            text = f"“{head}”栏空白，无法判断是与上一行合并还是没有内容，暂按合并读取"
            line.about.append((roles[blank[0]].value, text))


def _is_blank(cell: GridCell) -> bool:
    return cell.state is CellState.EMPTY and not cell.text


def _read_prose(lines: list[str]) -> list[Block] | None:
    """Return the blocks of a text without a table, or None if it names no units."""
    points = [point for line in _join_cut_lines(lines) for text in split_circled(line) for point in split_points(text)]
    paragraphs = restore_breaks("\n".join(points)).split("\n")
    lines_with_labels, doubts_by_text = replace_unit_labels(remove_opening(paragraphs))
    blocks = convert_ordering_sentences(read_prose_blocks(lines_with_labels), lines_with_labels)
    for line in [line for block in blocks or [] if doubts_by_text and isinstance(block, Grid) for line in block.lines]:
        line.doubts.extend(
            dict.fromkeys(doubts_by_text[cell.text] for cell in line.cells if cell.text in doubts_by_text)
        )
    return blocks


def _join_cut_lines(lines: list[str]) -> list[str]:
    """Return the lines; a point that breaks off within its sentence is joined to the line with its end."""
    out: list[str] = []
    for line in lines:
        above = out[-1].strip() if out else ""
        cut = bool(above) and (
            above[-1] in "，、于在由"
            or bool(find_number(above) and "，" in above and above[-1] not in "。；;：:！？）)】〕")
        )
        if (
            cut
            and line.strip()
            and find_number(line) is None
            and not LABEL_PATTERN.match(line)
            and line.rstrip()[-1] in "。；;"
        ):
            out[-1] = above + line.strip()
        else:
            out.append(line)
    return out


def _make_paragraphs(lines: list[str]) -> list[Block]:
    return [Paragraph(line) for line in lines if line.strip()]


def _read_tab_cells(lines: list[str]) -> list[Block] | None:
    """Return the blocks of a text with one tab before each cell, or None."""
    start = next(
        (
            n
            for n, line in enumerate(lines)
            if line.startswith("\t") and "\t" not in line[1:] and _are_heads_at(lines, n)
        ),
        None,
    )
    if start is None:
        return None
    grid = read_tab_cells(lines[start:])
    if grid is None:
        return None
    tail = _cut_tail(grid)
    return [*_make_paragraphs(lines[:start]), grid, *_make_paragraphs(tail)]


def _are_heads_at(lines: list[str], start: int) -> bool:
    """Return true if the indented lines from a position on are table heads."""
    heads: list[str] = []
    for line in lines[start : start + 16]:
        if not line.startswith("\t") and (line.strip() or heads):
            break
        if line.strip():
            heads.append(line.strip())
    return is_table_head(heads)


def _cut_tail(grid: Grid) -> list[str]:
    """Move prose out of the last cell and return its lines."""
    last_cell = grid.lines[-1].cells[-1]
    first_line, *other_lines = last_cell.text.split("\n")
    prose = next((n for n, line in enumerate(other_lines) if re.search(r"[。：:]", line) or len(line) > 40), None)
    if prose is None:
        return []
    grid.lines[-1].cells[-1] = make_cell("\n".join([first_line, *other_lines[:prose]]))
    return other_lines[prose:]


def _read_tab_rows(lines: list[str]) -> list[Block] | None:
    """Return the paragraphs and the table of tab-separated lines, None without a head."""
    start = next((n for n, x in enumerate(lines) if x.count("\t") >= 1 and is_table_head(x.split("\t"))), None)
    if start is None:
        return None
    end = max(n for n, line in enumerate(lines) if "\t" in line) + 1
    grid = read_tab_rows(lines[start:end])
    return [*_make_paragraphs(lines[:start]), grid, *_make_paragraphs(lines[end:])] if grid else None


def _read_comma_rows(lines: list[str]) -> list[Block] | None:
    """Return the blocks of a text with comma-separated rows, or None."""
    start = next((n for n, x in enumerate(lines) if x.count(",") >= 2 and _is_comma_head(x)), None)
    if start is None:
        return None
    end = max(n for n, line in enumerate(lines) if "," in line) + 1
    grid = read_comma_rows(lines[start:end])
    return (
        [*_make_paragraphs([x.strip(",") for x in lines[:start]]), grid, *_make_paragraphs(lines[end:])]
        if grid
        else None
    )


def _is_comma_head(line: str) -> bool:
    """Return true if comma-separated values are table heads."""
    return len(line) <= _LONGEST_HEAD_LINE and is_table_head(next(csv.reader([line])))


def _read_bar_lines(lines: list[str]) -> list[Block] | None:
    """Return the blocks of a text whose cells each end with a bar, or None."""
    lines = _attach_lone_bars(lines)
    ends = [n for n, line in enumerate(lines) if re.search(r"\|\s*$", line) and "|" not in line.strip().rstrip("| ")]
    if len(ends) < 6:
        return None
    start = next((n for n in ends if is_head(lines[n].strip().rstrip("| "))), None)
    if start is None:
        return None
    end = ends[-1] + 1
    grid = read_bar_lines(lines[start:end])
    return [*_make_paragraphs(lines[:start]), grid, *_make_paragraphs(lines[end:])] if grid else None


def _attach_lone_bars(lines: list[str]) -> list[str]:
    """Return the lines; a line of bars only is appended to the line above it."""
    least = 1 if sum(line.strip() == "|" for line in lines) >= 6 else 2
    out: list[str] = []
    for line in lines:
        if out and line.count("|") >= least and not line.strip("| \t") and out[-1].strip():
            out[-1] = f"{out[-1].rstrip()} {line.strip()}" if out[-1].strip("| ") else out[-1] + line.strip()
        else:
            out.append(line)
    return out


def _read_one_cell_a_line(lines: list[str]) -> list[Block] | None:
    """Return the blocks of a text with one cell a line, or None."""
    heads_found = find_heads_on_lines(lines)
    if heads_found is None:
        return None
    start, heads = heads_found
    body = [line.strip() for line in lines[start:] if line.strip()][len(heads) :]
    if not body:
        return None
    table, tail = _split_at_table_end(body)
    trailing_count = _count_trailing_cells(tail, heads)
    return [
        *_make_paragraphs(lines[:start]),
        make_grid_from_pieces([*table, *tail[:trailing_count]], heads),
        *_make_paragraphs(tail[trailing_count:]),
    ]


def _count_trailing_cells(tail: list[str], heads: list[str]) -> int:
    """Return how many lines after the last units or limit are still cells of the last row."""
    fixed_columns = [
        n
        for n, (head, role) in enumerate(zip(heads, assign_roles(heads), strict=True))
        if DEADLINE_HEAD_PATTERN.search(head) or role in (ColumnRole.LEAD, ColumnRole.RESPONSIBLE)
    ]
    columns_after = len(heads) - 1 - max(fixed_columns, default=len(heads))
    cells = next(
        (n for n, text in enumerate(tail) if len(text) > 40 or text.endswith(("。", "：")) or find_number(text)),
        len(tail),
    )
    return columns_after if 0 < columns_after == cells else 0


def _split_at_table_end(body: list[str]) -> tuple[list[str], list[str]]:
    """Return (lines up to the last units or limit, lines after it)."""
    last_unit_line = next(
        (n for n in range(len(body) - 1, -1, -1) if is_unit_list(body[n]) or is_limit(body[n]) or body[n] == "—"), -1
    )
    end = last_unit_line + 1
    while end < len(body) and (find_number(body[end]) or (len(body[end]) > 16 and body[end].endswith("。"))):
        end += 1
    return (body[:end], body[end:]) if last_unit_line >= 0 else (body, [])


_LONGEST_CELL_LINE = 200


def _read_run_together(lines: list[str]) -> list[Block] | None:
    """Return the blocks of a text with all headers on one line and run-together cells, or None.

    Raises:
        ReadingError: the cells cannot be separated.
    """
    for n, line in enumerate(lines):
        if heads_found := find_heads_in_line(line):
            start, end, heads = heads_found
            limits = any(DEADLINE_HEAD_PATTERN.search(head) for head in heads)
            parted = are_heads_separated_by_blanks(line[start:end])
            lines_after = [line[end:], *lines[n + 1 :]]
            paragraphs_before = _make_paragraphs([*lines[:n], line[:start]])
            if not parted and _lacks_line_breaks(lines_after):
                raise ReadingError(
                    "找到一行栏名，但表格的文字连成了一串，各行各栏没有分开。请导入原来的Word、Excel文件或者网页。"
                )
            pieces = [piece for text in lines_after for piece in split_pieces(text, limits=limits, parted=parted)]
            if not pieces:
                return None
            table, tail = _split_at_table_end(pieces)
            grid = make_grid_from_pieces(table, heads, is_certain=parted)
            if not parted or not _have_one_width(lines_after, len(heads)):
                doubt = f"各栏{'只以空格分隔' if parted else '之间没有分隔'}，按文字内容对应各栏，请核对"
                for row in grid.lines[1:]:
                    row.doubts.append(doubt)
            return [*paragraphs_before, grid, *_make_paragraphs(tail)]
    return None


def _have_one_width(lines: list[str], width: int) -> bool:
    """Return true if each line has one cell or `width` cells."""
    counts = {len(re.split(r"[ \u3000]{2,}|\t", line.strip())) for line in lines}
    return counts <= {1, width} and not any(re.match(r"[ \u3000]{8,}\S", line) for line in lines)


def _lacks_line_breaks(lines: list[str]) -> bool:
    filled = [line for line in lines if line.strip()]
    return len(filled) < 4 or max(map(len, filled)) > _LONGEST_CELL_LINE


def _read_bar_rows(lines: list[str]) -> list[Block] | None:
    """Return the blocks of a text with cells between bars, or None."""
    bar_lines = [n for n, line in enumerate(lines) if re.search(r"[|│┃｜]", line.strip()[1:-1])]
    start = next((n for n in bar_lines if is_table_head(_split_bar_cells(lines[n]))), None)
    if start is None:
        return None
    end = max(n for n, line in enumerate(lines) if re.search(r"[|│┃｜]", line)) + 1
    starts = [start, *(n for n in bar_lines if n > start and _begins_table(lines, n))]
    if len(starts) > 1:
        return _read_bar_tables(lines, starts)
    grid = read_bar_rows(lines[start:end])
    lines_before, lines_after = (
        [x for x in outer_lines if not _RULED_LINE_RE.match(x)] for outer_lines in (lines[:start], lines[end:])
    )
    return [*_make_paragraphs(lines_before), grid, *_make_paragraphs(lines_after)] if grid else None


def _begins_table(lines: list[str], place: int) -> bool:
    """Return whether a head of a table, below a line of text, begins at `place`."""
    line_above = lines[place - 1] if place else ""
    has_text_above = line_above.strip() and not BAR_PATTERN.search(line_above)
    return bool(has_text_above) and is_table_head(_split_bar_cells(lines[place]))


def _read_bar_tables(lines: list[str], starts: list[int]) -> list[Block] | None:
    """Return the blocks of several tables with bars, captions as full-width lines; None if one is no table."""
    blocks: list[Block] = _make_paragraphs(lines[: max(starts[0] - 1, 0)])
    for begin, following in pairwise([*starts, len(lines) + 1]):
        blocks_of_table = _read_bar_rows(lines[begin : following - 1])
        if blocks_of_table is None:
            return None
        caption = lines[begin - 1].strip() if begin else ""
        for block in blocks_of_table:
            if isinstance(block, Grid) and caption and len(caption) <= 40:
                block.lines.insert(1, make_full_width_line(caption, block.width))
        blocks.extend(blocks_of_table)
    return blocks


_RULED_LINE_RE = re.compile(r"^[\s|+\-=:│┃├┤┼┬┴┌┐└┘─━╋┏┓┗┛┣┫┳┻╔╗╚╝║═╠╣╦╩╬]*$")


def _split_bar_cells(line: str) -> list[str]:
    return [cell.strip().strip("*") for cell in re.split(r"[|│┃｜║]", line.strip().strip("|│┃｜║"))]
