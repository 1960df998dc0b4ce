"""Read a file through a sheet: find headings, parse cells, collect errors by cell."""

from collections.abc import Iterator, Mapping
from itertools import chain, islice
from typing import IO

from gongkai.core.spreadsheets.cells import GUIDE_SHEET_NAME, format_value, is_footer_line, is_total_label, split_list
from gongkai.core.spreadsheets.errors import BadCell, UnreadableFile
from gongkai.core.spreadsheets.sheet import (
    CellError,
    Column,
    Row,
    Sheet,
    SheetHeading,
    SheetValue,
    Table,
    normalize_heading,
)
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.confined import BOUNDS_BY_NAME
from gongkai.lib.fileformats.documents.model import describe_losses
from gongkai.lib.fileformats.workbooks.merged_ranges import CoveredCells, SheetPage, fill_merged_cells
from gongkai.lib.fileformats.workbooks.rows import MAX_WORKSHEETS, Workbook, read_workbook
from gongkai.lib.fileformats.workbooks.values import CellFault, get_column_letters

#: Maximum number of listed errors; a file with more is of the wrong kind.
MAX_ERRORS = 200
#: A longer heading or value is a sentence and not remembered.
MAX_HEADING_CHARACTERS = 40
_MAX_ROWS_TO_HEADINGS = 15
#: Kinds of losses without a line of their own: reported with their cell, or not part of a table.
_UNREPORTED_LOSS_KINDS = frozenset({"formula", "error", "digits", "header", "footer"})
#: Kinds of losses whose words are imported where they stand in a worksheet that is read.
_IMPORTED_LOSS_KINDS = frozenset({"hidden", "deleted"})
_SAMPLES_PER_COLUMN = 3
#: A longer number after a spreadsheet program saved it as text.
_TRAILING_ZEROES_PATTERN = re.compile(r"\d{15}0+")


def read_table(file: bytes | IO[bytes], sheet: Sheet, meanings: Mapping[str, str] | None = None) -> Table:
    """Read a file through a sheet; the heading row may follow a title.

    `meanings` are the office's choices for unknown headings and values (`ImportRun.heads`).

    Raises:
        UnreadableFile: the whole file cannot be read; the message names cause and remedy.
    """
    content = file if isinstance(file, bytes) else file.read(BOUNDS_BY_NAME["sheet bytes"].most + 1)
    book = (
        read_workbook(content, 1 << 20, MAX_WORKSHEETS)
        if sheet.arrange
        else read_workbook(content, _get_max_rows(sheet), 1)
    )
    table = Table()
    count = 0
    for page, page_rows, covered in _iterate_pages(book, sheet, table):
        places, rows = _find_heading_row(page_rows, sheet, table, page, meanings if sheet.arrange is None else None)
        count = _read_rows(rows, places, sheet, table, page, count, covered, meanings or {})
        if len(table.errors) >= MAX_ERRORS:
            table.notes.append(f"错误较多，只列出前{MAX_ERRORS}处。")
            break
    if not count and not table.errors:
        raise UnreadableFile("表头下面没有数据，请填写后再导入")
    table.losses = _describe_losses(book)
    return table


def _describe_losses(book: Workbook) -> list[str]:
    """Return Chinese lines about content that visible cells do not show, and about worksheets that are not read.

    Hidden rows and columns and words struck out are imported like others (a filter hides rows that are meant); the
    lines say so.
    """
    losses = [loss for loss in book.losses if loss.what not in _UNREPORTED_LOSS_KINDS]
    text = ""
    if any(loss.what in _IMPORTED_LOSS_KINDS for loss in losses):
        text = "\n".join(format_value(cell) for page in book.pages for _, cells in page.rows for cell in cells)
    imported_losses = [
        loss
        for loss in losses
        if loss.what in _IMPORTED_LOSS_KINDS
        and not loss.where.startswith("工作表")
        and all(format_value(line) in text for line in re.split(r"[\t\n]", loss.text))
    ]
    decoded_losses = [loss for loss in losses if loss.what == "encoding"]
    lines = describe_losses(imported_losses, outcome="照样导入") + describe_losses(
        decoded_losses, outcome="按识别出的文字导入"
    )
    lines += describe_losses(
        (loss for loss in losses if loss not in [*imported_losses, *decoded_losses]), outcome="没有导入"
    )
    lines += list(_describe_empty_formulas(book))
    return lines + [
        f"工作表“{name}”（{count}行）没有导入：一次只导入第一张工作表，请把各张合为一张，或者分别导入。"
        for name, count in book.others
        if name != GUIDE_SHEET_NAME
    ]


def _describe_empty_formulas(book: Workbook) -> Iterator[str]:
    """Yield lines about formulas without a result whose cells are read as empty (.xls); others have a `CellFault`."""
    formulas = [loss for loss in book.losses if loss.what == "formula"]
    for page in book.pages if formulas else ():
        faults = {
            f"{page.name}!{get_column_letters(index)}{number}"
            for number, cells in page.rows
            for index, cell in enumerate(cells)
            if isinstance(cell, CellFault)
        }
        for loss in formulas:
            name, _, cell = loss.where.rpartition("!")
            if name == page.name and loss.where not in faults:
                yield f"{cell}单元格按空白导入：{loss.text or '公式没有计算结果'}。请对照原文件核对。"


def _iterate_pages(
    book: Workbook, sheet: Sheet, table: Table
) -> Iterator[tuple[str, Iterator[tuple[int, list[object]]], CoveredCells]]:
    """Yield (name or "" if there is only one, rows, merged cells) of each page to read; note skipped pages in `table`.

    Raises:
        UnreadableFile: no page has a heading row, or a page has too many rows.
    """
    if sheet.arrange is None:
        first_page = book.pages[0] if book.pages else SheetPage("", [])
        rows, merged = first_page.rows, first_page.merged
        unfolded_rows = sheet.unfold(fill_merged_cells(first_page)) if sheet.unfold else []
        if unfolded_rows:
            heads = "、".join(f"{get_column_letters(index)} {head}" for index, head in enumerate(unfolded_rows[0][1]))
            table.notes.append(f"这张表一行有几个人，已拆成一人一行，行号是原表的行号，列是：{heads}。")
        yield "", iter(unfolded_rows or rows), CoveredCells([] if unfolded_rows else merged)
        if len(rows) >= _get_max_rows(sheet):
            raise _make_too_many_error(sheet)
        return
    arranged_pages = [(page.name, list(sheet.arrange(page))) for page in book.pages]
    pages_with_rows = [(name, rows) for name, rows in arranged_pages if rows]
    if not pages_with_rows:
        raise UnreadableFile(_describe_missing_heading(sheet))
    table.notes += [
        f"工作表“{name}”中没有找到表头，没有读取。"
        for name, rows in arranged_pages
        if not rows and name != GUIDE_SHEET_NAME
    ]
    for name, rows in pages_with_rows:
        yield name if len(pages_with_rows) > 1 else "", iter(rows), CoveredCells([])


def _read_rows(
    rows: Iterator[tuple[int, list[object]]],
    positions: dict[str, int],
    sheet: Sheet,
    table: Table,
    page: str,
    count: int,
    covered: CoveredCells,
    meanings: Mapping[str, str],
) -> int:
    """Read rows into the table, without sums and footers; return `count` plus the number of rows."""
    for number, cells in rows:
        merged_values = covered.in_row(number, cells)
        if not any(format_value(cells[index]) for index in positions.values() if index < len(cells)):
            continue
        if _is_sum_row(cells, positions, sheet):
            on_page = f"工作表“{page}”" if page else ""
            table.notes.append(f"{on_page}第{number}行是合计行，由各行得出，没有作为一行导入。")
            continue
        if is_footer_line(next((cell for cell in cells if format_value(cell)), None)):
            table.notes.append(f"第{number}行是表下的说明（填表人、日期等），没有作为一行导入。")
            continue
        count += 1
        if count > sheet.max_rows:
            raise _make_too_many_error(sheet)
        _read_row(number, cells, positions, sheet, table, page, merged_values, meanings)
        if len(table.errors) >= MAX_ERRORS:
            break
    return count


def _get_max_rows(sheet: Sheet) -> int:
    return 2 * sheet.max_rows + 1000  # sums and lines without a value are no rows


def _make_too_many_error(sheet: Sheet) -> UnreadableFile:
    return UnreadableFile(f"“{sheet.name}”一次最多导入{sheet.max_rows}行，这个文件超过了，请拆分后分次导入")


def _is_sum_row(cells: list[object], columns_by_key: dict[str, int], sheet: Sheet) -> bool:
    """Return true if a row contains totals: its first text, or its cell in the first column, is 合计 or similar."""
    first_cell = next((cell for cell in cells if format_value(cell)), None)
    index = columns_by_key.get(sheet.columns[0].key, len(cells))
    return is_total_label(first_cell) or (index < len(cells) and is_total_label(cells[index]))


def _find_heading_row(
    rows: Iterator[tuple[int, list[object]]], sheet: Sheet, table: Table, page: str, meanings: Mapping[str, str] | None
) -> tuple[dict[str, int], Iterator[tuple[int, list[object]]]]:
    """Find the heading row; return (position of each column by key, rows below).

    Raises:
        UnreadableFile: there is no heading row.
    """
    columns_by_heading: dict[str, Column | None] = {
        normalize_heading(name): column for column in sheet.columns for name in (column.head, *column.also)
    }
    by_key = {column.key: column for column in sheet.columns}
    columns_by_heading |= {text: by_key.get(key) for text, key in (meanings or {}).items()}
    min_matches = min(2, len(sheet.columns))
    first_rows = list(islice(rows, _MAX_ROWS_TO_HEADINGS))
    heads = [[normalize_heading(format_value(value)) for value in cells] for _, cells in first_rows]
    at = next(
        (n for n, row in enumerate(heads) if sum(head in columns_by_heading for head in set(row)) >= min_matches), None
    )
    if at is None and meanings is not None:
        at = _find_likely_heading_row(first_rows)
    if at is None:
        raise UnreadableFile(_describe_missing_heading(sheet))
    places = _find_positions(heads[at], columns_by_heading, sheet, table, page, meanings_chosen=meanings is not None)
    if meanings is not None:
        table.heads = _list_headings(first_rows[at][1], first_rows[at + 1 :], places)
    return places, chain(first_rows[at + 1 :], rows)


def _find_likely_heading_row(rows: list[tuple[int, list[object]]]) -> int | None:
    """Return the index of the row with the most different texts; None if no row has two."""
    text_counts = [
        len({format_value(cell) for cell in cells if isinstance(cell, str) and format_value(cell)}) for _, cells in rows
    ]
    max_texts = max(text_counts, default=0)
    return text_counts.index(max_texts) if max_texts >= 2 else None


def _list_headings(
    cells: list[object], rows_below: list[tuple[int, list[object]]], columns_by_key: dict[str, int]
) -> list[SheetHeading]:
    """Return the headings of a file, each with its column and samples of its values."""
    keys = {index: key for key, index in columns_by_key.items()}
    headings = []
    for index, cell in enumerate(cells):
        values = (format_value(row[index]) for _, row in rows_below if index < len(row))
        samples = tuple(islice((value[:20] for value in values if value), _SAMPLES_PER_COLUMN))
        if format_value(cell):
            headings.append(SheetHeading(get_column_letters(index), format_value(cell), keys.get(index, ""), samples))
    return headings


def _describe_missing_heading(sheet: Sheet) -> str:
    required_heads = "、".join(column.head for column in sheet.columns if column.required)
    return f"找不到表头，第一行应有“{required_heads}”等列，请从“导出”或“下载模板”得到的表格填起"


def _find_positions(
    heads: list[str],
    columns_by_heading: Mapping[str, Column | None],
    sheet: Sheet,
    table: Table,
    page: str,
    *,
    meanings_chosen: bool,
) -> dict[str, int]:
    """Return the position of each column by key; note unknown, report repeated and missing headings in the table.

    `meanings_chosen` is true if the user chose the meaning of headings.
    """
    on_page = f"工作表“{page}”" if page else ""
    places: dict[str, int] = {}
    for index, head in enumerate(heads):
        if head not in columns_by_heading:
            if head:
                table.notes.append(f"{on_page}{get_column_letters(index)}列“{head[:20]}”不是本表的列，没有读取。")
        elif (column := columns_by_heading[head]) is None:
            continue
        elif column.key in places:
            todo = "请把其中一列改为“不读取”，或者删去一列" if meanings_chosen else "请删去一列"
            table.errors.append(CellError(0, get_column_letters(index), head, "这一列出现了两次", todo, page))
        else:
            places[column.key] = index
    for column in sheet.columns:
        if column.required and column.key not in places:
            todo = "请在“表头对应”里选定是哪一列，或者补上后重新导入" if meanings_chosen else "请补上后重新导入"
            table.errors.append(CellError(0, "", column.head, "缺少这一列", todo, page))
    return places


def _translate_value(value: object, column: Column, table: Table, meanings: Mapping[str, str]) -> object:
    """Return a cell's value; a word for which the office chose a meaning (`meanings`) becomes that choice."""
    if not column.choices or isinstance(value, CellFault):
        return value
    text = format_value(value)
    sheet_values = [SheetValue(column, word, meanings.get(f"{column.key}:{word}", "")) for word in split_list(text)]
    if not any(mapped.chosen for mapped in sheet_values):
        return value
    for sheet_value in sheet_values:
        if sheet_value.chosen:
            _note_value(sheet_value, table)
    return "、".join(mapped.chosen or mapped.words for mapped in sheet_values)


def _note_value(value: SheetValue, table: Table) -> None:
    """Note a value for which the office may choose a meaning, once."""
    if len(value.key) <= MAX_HEADING_CHARACTERS and value not in table.values:
        table.values.append(value)


def _read_row(
    number: int,
    cells: list[object],
    positions: dict[str, int],
    sheet: Sheet,
    table: Table,
    page: str,
    covered: dict[int, object],
    meanings: Mapping[str, str],
) -> None:
    """Parse a row and add it to the table, or the errors of its cells; `covered`: position → value of a merged cell
    that covers it."""
    letters = {key: get_column_letters(position) for key, position in positions.items()}
    row, faults = Row(number, {}, letters, page), len(table.errors)
    for column in sheet.columns:
        if column.key not in positions:
            continue
        position = positions[column.key]
        value = cells[position] if position < len(cells) else None
        try:
            if position in covered and not format_value(value):
                value = covered[position] if column.grouping else None
                note = f"{letters[column.key]}列（{column.head}）向下合并的单元格，所合并的各行都按它读取。"
                table.notes += [note] if format_value(value) and note not in table.notes else []
            if position in covered and not format_value(value):
                raise BadCell("是合并单元格，这一格读不到内容", "请取消合并单元格，把每一格填上")
            if isinstance(value, CellFault):
                raise BadCell(value.what, value.todo)
            if column.required and not column.blank and not format_value(value):
                raise BadCell("没有填写", "请补填")
            row.values[column.key] = column.read(_translate_value(value, column, table, meanings))
        except BadCell as bad:
            if column.choices and bad.words:
                _note_value(SheetValue(column, bad.words, ""), table)
            # The fault of a rearranged hand-drawn table knows its place in the file.
            place = get_column_letters(value.at) if isinstance(value, CellFault) else letters[column.key]
            table.errors.append(CellError(number, place, column.head, bad.what, bad.todo, page))
        else:
            if isinstance(value, str) and _TRAILING_ZEROES_PATTERN.fullmatch(value) and len(table.notes) < MAX_ERRORS:
                place = f"第{number}行 {letters[column.key]}列（{column.head}）"
                table.notes.append(f"{place}“{value}”第15位以后都是0，可能被表格软件改过，请核对。")
    if len(table.errors) == faults:
        table.rows.append(row)
