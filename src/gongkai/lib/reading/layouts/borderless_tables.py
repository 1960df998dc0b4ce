"""Find tables without lines on pages: columns by white space, rows by wider line gaps."""

import re
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from gongkai.lib.fileformats.documents import PlacedWord
from gongkai.lib.reading.document import Block, Grid, GridLine, Paragraph, make_cell
from gongkai.lib.reading.tables.heads import is_head_row

_INFERRED_TABLE_DOUBT = "PDF表格没有框线，行列由位置推断"
_MIN_COLUMN_GAP = 4.0  # points of white that part two columns
_LINE_REACH = 0.4  # of its height: so much lower a word may be on the same line
_ROW_GAP_FACTOR = 1.25  # a gap this much wider than the usual parts two rows


@dataclass(slots=True)
class _PrintedLine:
    """One printed line: its middle, its page and its words from left to right."""

    middle: float
    page: int
    words: list[PlacedWord] = field(default_factory=list)

    @property
    def texts(self) -> list[str]:
        return [word.text for word in self.words]


def read_borderless_tables(pages: list[list[PlacedWord]]) -> list[Block] | None:
    """Return the paragraphs and tables of positioned words, None without headers."""
    lines = [line for number, words in enumerate(pages, 1) for line in _group_lines(words, number)]
    start = next((n for n, line in enumerate(lines) if len(line.words) >= 3 and is_head_row(line.texts)), None)
    if start is None:
        return None
    heads = lines[start].texts
    body = [line for line in lines[start + 1 :] if not (is_head_row(line.texts) or _is_page_number(line))]
    if not body:
        return None
    gaps_between_columns = _find_column_gaps(body)
    if not len(heads) <= len(gaps_between_columns) + 1 <= len(heads) + 3:
        return None
    grid = Grid([GridLine([make_cell(head) for head in heads], lines[start].page)], exact=False)
    for row in _group_rows(body, _find_text_column(body, gaps_between_columns)):
        line = GridLine([make_cell(text) for text in _split_cells(row, gaps_between_columns)], row[0].page)
        line.doubts.append(_INFERRED_TABLE_DOUBT)
        grid.lines.append(line)
    paragraphs_before: list[Block] = [Paragraph("".join(line.texts), line.page) for line in lines[:start]]
    return [*paragraphs_before, grid]


def _group_lines(words: list[PlacedWord], page: int) -> list[_PrintedLine]:
    """Return the words of a page as lines, from top and left."""
    lines: list[_PrintedLine] = []
    for word in sorted(words, key=lambda one: (one.middle, one.left)):
        if not lines or word.middle - lines[-1].middle > _LINE_REACH * (word.bottom - word.top):
            lines.append(_PrintedLine(word.middle, page))
        lines[-1].words.append(word)
    for line in lines:
        line.words.sort(key=lambda one: one.left)
    return lines


def _is_page_number(line: _PrintedLine) -> bool:
    return bool(re.fullmatch(r"[-—–\s]*\d{1,3}[-—–\s]*", "".join(line.texts)))


def _find_column_gaps(body: list[_PrintedLine]) -> list[float]:
    """Return the middles of the vertical gaps between columns, which no word crosses."""
    spans = sorted((word.left, word.right) for line in body for word in line.words)
    out: list[float] = []
    reach = spans[0][1]
    for left, right in spans[1:]:
        if left - reach >= _MIN_COLUMN_GAP:
            out.append((left + reach) / 2)
        reach = max(reach, right)
    return out


def _find_text_column(body: list[_PrintedLine], gaps_between_columns: list[float]) -> float:
    """Return the left edge of the column with most text; `gaps_between_columns`: the gaps between columns."""
    amounts = [0] * (len(gaps_between_columns) + 1)
    for line in body:
        for word in line.words:
            amounts[_get_column(word, gaps_between_columns)] += len(word.text)
    widest = amounts.index(max(amounts))
    return gaps_between_columns[widest - 1] if widest else 0.0


def _group_rows(body: list[_PrintedLine], begins: float) -> list[list[_PrintedLine]]:
    """Return the printed lines of each row, divided by wider gaps."""
    text = [line for line in body if any(word.left > begins for word in line.words)]
    gaps = [b.middle - a.middle for a, b in pairwise(text) if b.page == a.page and b.middle > a.middle]
    usual = median(sorted(gaps)[: max(1, len(gaps) * 3 // 4)]) if gaps else 0.0
    rows: list[list[_PrintedLine]] = []
    text_line_above: _PrintedLine | None = None
    for line in body:
        is_text = any(word.left > begins for word in line.words)
        wider = (
            text_line_above is None
            or line.page != text_line_above.page
            or line.middle - text_line_above.middle > usual * _ROW_GAP_FACTOR
        )
        if not rows or (is_text and wider) or line.page != rows[-1][-1].page:
            rows.append([])
        rows[-1].append(line)
        text_line_above = line if is_text else text_line_above
    return rows


def _split_cells(row: list[_PrintedLine], gaps_between_columns: list[float]) -> list[str]:
    """Return the text of each column of a row."""
    cells = [""] * (len(gaps_between_columns) + 1)
    for line in row:
        for word in line.words:
            place = _get_column(word, gaps_between_columns)
            begins = bool(re.match(r"\d{1,2}[．.、]|（\d{1,2}）", word.text)) and cells[place].endswith(("。", "；"))
            cells[place] += ("\n" if begins else "") + word.text
    return cells


def _get_column(word: PlacedWord, gaps_between_columns: list[float]) -> int:
    return sum((word.left + word.right) / 2 > gap for gap in gaps_between_columns)
