"""Read Excel workbooks: each sheet becomes a grid with its merged cells."""

import io
import zipfile
from dataclasses import replace
from datetime import date

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.days import as_day, day_in_words
from gongkai.lib.confined import BOUNDS
from gongkai.lib.fileformats.figures import Percent, exact
from gongkai.lib.fileformats.workbooks.values import (
    CellFault,
    letter,
    uncomputed_in,
    value_of,
    with_uncomputed,
)
from gongkai.lib.reading.containers.package import Package, open_package
from gongkai.lib.reading.document import (
    Block,
    Cell,
    Document,
    Grid,
    Line,
    Paragraph,
    State,
    make_cell,
    refuse_over,
)
from gongkai.lib.reading.layouts.align import is_units
from gongkai.lib.reading.model import ReadingError
from gongkai.lib.reading.tables.sideways import with_unit

KIND = "Excel工作簿（.xlsx）"
MAX_COLUMNS = 60
MAX_ROWS = BOUNDS["rows"].most


def read_xlsx(data: bytes) -> Document:
    """Return the blocks of an .xlsx file: single-cell lines above a table are paragraphs."""
    _check_bounds(open_package(data, "xl/workbook.xml", KIND))
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(data), data_only=True)
    except ReadingError:
        raise
    except Exception as error:  # openpyxl raises whatever its parts raise
        raise ReadingError(f"{KIND}已损坏或有密码，请用办公软件打开后另存为新文件再试。") from error
    blocks: list[Block] = []
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    by_units = len(visible) > 1 and all(is_units(sheet.title) for sheet in visible)
    doubts: list[str] = []
    formulas = _find_empty_formulas(data, len(book.worksheets))
    for sheet in visible:
        covered = {}
        for span in sheet.merged_cells.ranges:
            if span.max_row - span.min_row <= MAX_ROWS and span.max_col - span.min_col <= MAX_COLUMNS:
                covered.update(_merged_states(span.min_row, span.max_row, span.min_col, span.max_col))
        values = []
        waiting = formulas[book.worksheets.index(sheet)]
        for number, row in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS, max_row=min(sheet.max_row, MAX_ROWS)), 1):
            cells = [value_of(cell, at) for at, cell in enumerate(row)]
            values.append([cell_text(one) for one in with_uncomputed(cells, waiting.get(number, []))])
        made = sheet_blocks(values, covered, doubts, sheet.title if len(visible) > 1 else "")
        blocks.extend(
            with_unit(block, sheet.title) if by_units and isinstance(block, Grid) else block for block in made
        )
    return Document(blocks, doubts)


#: Rows and merged cells as any writer spells them: with or without a prefix, in either quotes.
_ROW_TAG = re.compile(rb"<(?:\w{1,20}:)?row[\s/>]")
_MERGED_CELL_TAG = re.compile(
    rb"<(?:\w{1,20}:)?mergeCell\s[^>]{0,200}?ref\s*=\s*[\"']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})[\"']"
)


def _check_bounds(package: Package) -> None:
    for name in package.names:
        if name.endswith((".xml", ".rels")):
            data = package.read(name)
            refuse_over("rows", sum(1 for _ in _ROW_TAG.finditer(data)))
            refuse_over("elements", data.count(b"<"))
            refuse_over("merged", _count_merged_cells(data))
            if b"<!DOCTYPE" in data[:4000] or b"<!ENTITY" in data[:100_000]:
                raise ReadingError(f"{KIND}含有不允许的XML声明，请用办公软件另存为新文件再试。")


def _count_merged_cells(data: bytes) -> int:
    area = 0
    for match in _MERGED_CELL_TAG.finditer(data):
        left, top, right, bottom = match.groups()
        area += (int(bottom) - int(top) + 1) * (_column_number(right) - _column_number(left) + 1)
    return area


def _find_empty_formulas(data: bytes, sheets: int) -> list[dict[int, list[int]]]:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data), read_only=True)
    with zipfile.ZipFile(io.BytesIO(data)) as bundle:
        paths = [getattr(sheet, "_worksheet_path", "") for sheet in book.worksheets]
        return [uncomputed_in(bundle, path) for path in paths]


def _column_number(letters: bytes) -> int:
    number = 0
    for one in letters:
        number = number * 26 + one - 64
    return number


def _merged_states(top: int, bottom: int, left: int, right: int) -> dict[tuple[int, int], State]:
    return {
        (row, column): State.COVERED if row > top else State.LEFT
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
        if (row, column) != (top, left)
    }


def cell_text(value: object) -> str:
    """Return the value of a cell as text; a `CellFault` stays one."""
    if value is None:
        return ""
    if isinstance(value, CellFault):
        return value
    if isinstance(value, date):
        return day_in_words(as_day(value))
    if isinstance(value, float) and not isinstance(value, Percent):
        return f"{exact(value):f}"
    return str(value)


def sheet_blocks(
    values: list[list[str]], covered: dict[tuple[int, int], State], doubts: list[str], page: str
) -> list[Block]:
    """Return the blocks of a sheet: leading single-cell lines as paragraphs, then a grid.

    Args:
        values: the cells of each row.
        covered: cells under merged ones, by row and column from 1.
        doubts: about the whole file.
        page: the sheet's name, where there are several.
    """
    width = max((n + 1 for row in values for n, text in enumerate(row) if text.strip()), default=0)
    lines: list[Line] = []
    blocks: list[Block] = []
    for number, row in enumerate(values, 1):
        cells = [_make_cell(text, covered.get((number, place))) for place, text in enumerate(row[:width], 1)]
        cells = [replace(cell, fault=_locate_fault(cell.fault, page, number, at)) for at, cell in enumerate(cells)]
        printed = [cell.text for cell in cells if cell.text]
        if not printed and all(cell.state is State.EMPTY for cell in cells):
            continue
        if not lines and len(printed) <= 1:
            doubts += [f"{cell.fault}，请对照原文件核对" for cell in cells if cell.fault]
            blocks.extend(Paragraph(part) for text in printed for part in text.split("\n"))
            continue
        lines.append(Line(cells))
    return [*blocks, Grid(lines)] if lines else blocks


def _make_cell(text: str, state: State | None) -> Cell:
    return Cell("", state) if state is not None else make_cell(text)


def _locate_fault(fault: str, page: str, row: int, at: int) -> str:
    where = f"工作表“{page}”" if page else "文件"
    return f"{where}第{row}行{letter(at)}列{fault}" if fault else ""
