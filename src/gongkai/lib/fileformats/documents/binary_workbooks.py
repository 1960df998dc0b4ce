"""Read binary workbooks (.xls, .et): cells through xlrd, pictures and text boxes directly."""

import io
import struct
from collections.abc import Iterator

import xlrd
from xlrd.book import Book
from xlrd.formatting import XFBackground
from xlrd.sheet import Cell
from xlrd.sheet import Sheet as XlsSheet

from gongkai.lib.fileformats.documents.model import Document, DocumentBuilder, UnreadFile, check_bound
from gongkai.lib.fileformats.documents.number_formats import is_date_format, show_number, type_number
from gongkai.lib.fileformats.documents.packages import DAMAGED_FILE_ERROR, LOCKED_FILE_ERROR
from gongkai.lib.fileformats.documents.sheets import SheetBuilder
from gongkai.lib.fileformats.documents.workbooks import unescape_control_codes
from gongkai.lib.fileformats.workbooks.merged_ranges import MAX_COLUMNS
from gongkai.lib.fileformats.workbooks.values import CellFault, check_value, get_column_letters, round_to_fifteen_digits

#: Numbers of records ([MS-XLS] 2.3).
_BEGIN, _END, _SHEET, _CONTINUED = 0x0809, 0x000A, 0x0085, 0x003C
_HEADER, _FOOTER, _OBJECT, _TEXT, _CONDITIONS = 0x0014, 0x0015, 0x005D, 0x01B6, 0x01B0
#: Types of objects ([MS-XLS] 2.5.143).
_CHART, _PICTURE, _NOTE = 5, 8, 0x19
_WHITE, _WINDOW_BACKGROUND = (255, 255, 255), 65


def read_xls(data: bytes, stream: bytes, builder: DocumentBuilder) -> Document:
    """Add the sheets of an Excel 97 workbook.

    Args:
        data: the file.
        stream: its workbook stream.

    Raises:
        UnreadFile: locked or damaged.
    """
    log = io.StringIO()
    try:
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=log)
    except NotImplementedError:
        book = xlrd.open_workbook(file_contents=data, logfile=log)
    except Exception as error:  # xlrd raises anything on damaged files
        locked = "ncrypt" in str(error) or "password" in str(error).lower()
        raise UnreadFile(LOCKED_FILE_ERROR if locked else DAMAGED_FILE_ERROR) from error
    shapes = _read_shapes(stream)
    visible_count = sum(not book.sheet_by_name(name).visibility for name in book.sheet_names())
    for name in book.sheet_names():
        page = book.sheet_by_name(name)
        sheet = SheetBuilder(name, builder, hidden=bool(page.visibility), titled=visible_count > 1)
        check_bound("sheet cells", page.nrows * min(page.ncols, MAX_COLUMNS))
        _read_page(book, page, sheet)
        for kind, value in shapes.get(page.number, ()):
            _add_shape(kind, value, sheet)
        sheet.finish()
    return builder.document


def _read_page(book: Book, page: XlsSheet, sheet: SheetBuilder) -> None:
    """Copy an xls sheet into `sheet`; report formulas without a result as one loss."""
    for number, row in page.rowinfo_map.items():
        if row.hidden:
            sheet.hide_row(number + 1)
    for at, column in page.colinfo_map.items():
        if column.hidden:
            sheet.hide_columns(at, at)
    for top, bottom, left, right in page.merged_cells:
        sheet.merge(top + 1, left, bottom, right - 1)
    for place, note in page.cell_note_map.items():
        sheet.lose("comment", note.text, place[0] + 1, place[1])
    empty: list[tuple[int, int]] = []
    for number in range(page.nrows):
        if sheet.is_full:
            break
        for at in range(min(page.row_len(number), MAX_COLUMNS)):
            cell = page.cell(number, at)
            _read_cell(book, cell, number + 1, at, sheet)
            if cell.ctype == xlrd.XL_CELL_TEXT and not cell.value:  # a formula: programs write no empty text
                empty.append((number + 1, at))
    if empty:
        sheet.lose("formula", f"{len(empty)}个单元格的公式没有结果，或者结果是空的", *empty[0])


def _read_cell(book: Book, cell: Cell, row: int, at: int, sheet: SheetBuilder) -> None:
    """Read a cell as Excel shows it; struck text is a loss, white text on white is concealed."""
    if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
        return
    if cell.ctype == xlrd.XL_CELL_ERROR:
        code = xlrd.error_text_from_code.get(cell.value, "#N/A")
        sheet.keep(row, at, CellFault(code, "error", at))
        sheet.put(row, at, code, error=True)
        return
    look = book.xf_list[cell.xf_index] if cell.xf_index is not None and cell.xf_index < len(book.xf_list) else None
    cell_format = book.format_map.get(look.format_key) if look is not None else None
    shape = cell_format.format_str if cell_format is not None else "General"
    dated = cell.ctype == xlrd.XL_CELL_DATE
    if dated and not is_date_format(shape):
        shape = "yyyy-mm-dd"
    is_number, is_true = dated or cell.ctype == xlrd.XL_CELL_NUMBER, bool(cell.value)
    value = type_number(cell.value, shape, from_1904=bool(book.datemode)) if is_number else cell.value
    sheet.keep(row, at, is_true if cell.ctype == xlrd.XL_CELL_BOOLEAN else check_value(value, at))
    font = book.font_list[look.font_index] if look is not None and look.font_index < len(book.font_list) else None
    if look is not None and font is not None and _is_white_on_white(book, font.colour_index, look.background):
        sheet.conceal(row, at)
    if font is not None and font.struck_out:
        sheet.lose("deleted", str(cell.value), row, at)
    elif cell.ctype == xlrd.XL_CELL_BOOLEAN:
        sheet.put(row, at, "TRUE" if is_true else "FALSE")
    elif is_number:
        sheet.check_digits(cell.value, repr(cell.value), row, at)
        shown = show_number(cell.value, shape, from_1904=bool(book.datemode))
        plain = f"{round_to_fifteen_digits(cell.value):f}"
        sheet.put(row, at, plain if abs(cell.value) >= 1e15 else shown, written=plain)
    else:
        sheet.put(row, at, unescape_control_codes(str(cell.value)), error=None, is_text=True)


def _is_white_on_white(book: Book, ink: int, paper: XFBackground) -> bool:
    """Return whether a cell's text is white and its background has no other colour."""
    fill = paper.pattern_colour_index if paper.fill_pattern == 1 else _WINDOW_BACKGROUND
    return book.colour_map.get(ink) == _WHITE and (fill == _WINDOW_BACKGROUND or book.colour_map.get(fill) == _WHITE)


def _read_shapes(stream: bytes) -> dict[int, list[tuple[int, bytes | str]]]:
    """Return (record number, data) of what is outside the cells, by sheet number."""
    sheets: dict[int, int] = {}
    shapes: dict[int, list[tuple[int, bytes | str]]] = {}
    sheet, depth, kind, missing = -1, 0, 0, 0
    for at, number, data in _iterate_records(stream):
        if number == _SHEET:
            sheets[struct.unpack_from("<I", data)[0]] = len(sheets)
        elif number == _BEGIN:
            depth += 1
            sheet = sheets.get(at, -1) if depth == 1 else sheet
        elif number == _END:
            depth -= 1
        elif sheet < 0 or depth != 1:
            continue
        elif number == _OBJECT and len(data) >= 6:
            kind = struct.unpack_from("<H", data, 4)[0]
            shapes.setdefault(sheet, []).append((_OBJECT, data))
        elif number == _TEXT and len(data) >= 12:
            missing = 0 if kind == _NOTE else struct.unpack_from("<H", data, 10)[0]
            if missing:
                shapes.setdefault(sheet, []).append((_TEXT, ""))
        elif number == _CONTINUED and missing and data:
            words = data[1:].decode("utf-16-le" if data[0] & 1 else "latin-1", "replace")[:missing]
            missing -= len(words)
            shapes[sheet][-1] = (_TEXT, f"{shapes[sheet][-1][1]}{words}")  # type: ignore[str-bytes-safe]
        elif number in (_HEADER, _FOOTER, _CONDITIONS):
            shapes.setdefault(sheet, []).append((number, data))
    return shapes


def _iterate_records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield (offset, number, data) of each record."""
    at = 0
    while at + 4 <= len(stream):
        number, size = struct.unpack_from("<HH", stream, at)
        yield at, number, stream[at + 4 : at + 4 + size]
        at += 4 + size


def _add_shape(kind: int, value: bytes | str, sheet: SheetBuilder) -> None:
    """Add the words of a text box; record pictures, charts and margins as losses."""
    if isinstance(value, str):
        sheet.add_box(value.replace("\r", "\n").strip())
    elif kind == _OBJECT:
        if value[4] in (_PICTURE, _CHART):
            sheet.lose_picture()
    elif kind == _CONDITIONS and len(value) >= 12:
        top, bottom, left, right = struct.unpack_from("<4H", value, 4)
        sheet.reveal(f"{get_column_letters(left)}{top + 1}:{get_column_letters(right)}{bottom + 1}")
    elif kind in (_HEADER, _FOOTER) and len(value) > 3:
        words = value[3:].decode("utf-16-le" if value[2] & 1 else "latin-1", "replace")
        sheet.lose_margin("header" if kind == _HEADER else "footer", words)
