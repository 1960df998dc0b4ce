"""Read compound files: .xls and .et, .doc and .wps, Outlook's .msg."""

import io
from typing import TYPE_CHECKING

from gongkai.lib.fileformats.compound import ENCRYPTED_STREAM_NAME
from gongkai.lib.fileformats.documents.model import Document, DocumentBuilder, UnreadFile, refuse_over
from gongkai.lib.fileformats.documents.number_formats import is_date_format, show_number, type_number
from gongkai.lib.fileformats.documents.packages import DAMAGED_FILE_ERROR, LOCKED_FILE_ERROR
from gongkai.lib.fileformats.documents.sheets import SheetBuilder
from gongkai.lib.fileformats.documents.workbooks import unescape_line_ends
from gongkai.lib.fileformats.figures import round_to_fifteen_digits
from gongkai.lib.fileformats.workbooks.merging import MAX_COLUMNS
from gongkai.lib.fileformats.workbooks.values import CellFault, check_value

if TYPE_CHECKING:
    from xlrd.book import Book
    from xlrd.sheet import Cell
    from xlrd.sheet import Sheet as XlsSheet


def read_compound(data: bytes, suffix: str, depth: int, *, most_rows: int = 0) -> Document:
    """Return a compound file as a document; its streams decide the format."""
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            names = {path[0] for path in ole.listdir()}
            if names & {ENCRYPTED_STREAM_NAME, "EncryptionInfo", "DataSpaces", "\x06DataSpaces"}:
                raise UnreadFile(LOCKED_FILE_ERROR)
            if names & {"Workbook", "Book", "WORKBOOK", "BOOK"}:
                return _read_xls(data, DocumentBuilder("xls", most_rows=most_rows))
            if "__properties_version1.0" in names:
                from gongkai.lib.fileformats.documents.mails import read_msg

                return read_msg(ole, depth)
            if "WordDocument" in names:
                from gongkai.lib.fileformats.documents.word_binary import read_doc

                return read_doc(ole, suffix)
    except (OSError, ValueError, IndexError, TypeError, RecursionError) as error:
        raise UnreadFile(DAMAGED_FILE_ERROR) from error
    if "PowerPoint Document" in names:
        raise UnreadFile("不支持的格式（演示文稿.ppt）：请另存为.pdf后再试。")
    if suffix in ("doc", "xls", "docx", "xlsx", "wps", "et"):
        raise UnreadFile(DAMAGED_FILE_ERROR)
    raise UnreadFile("不支持的格式（旧版办公文件）：请用办公软件另存为.docx或.xlsx后再试。")


def _read_xls(data: bytes, builder: DocumentBuilder) -> Document:
    import xlrd

    log = io.StringIO()
    try:
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=log)
    except NotImplementedError:
        book = xlrd.open_workbook(file_contents=data, logfile=log)
    except Exception as error:  # xlrd raises anything on damaged files
        locked = "ncrypt" in str(error) or "password" in str(error).lower()
        raise UnreadFile(LOCKED_FILE_ERROR if locked else DAMAGED_FILE_ERROR) from error
    shown = sum(not book.sheet_by_name(name).visibility for name in book.sheet_names())
    for name in book.sheet_names():
        page = book.sheet_by_name(name)
        sheet = SheetBuilder(name, builder, hidden=bool(page.visibility), titled=shown > 1)
        refuse_over("sheet cells", page.nrows * min(page.ncols, MAX_COLUMNS))
        _read_page(book, page, sheet)
        sheet.finish()
    return builder.document


def _read_page(book: "Book", page: "XlsSheet", sheet: SheetBuilder) -> None:
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
    for number in range(page.nrows):
        if sheet.is_full:
            break
        for at in range(min(page.row_len(number), MAX_COLUMNS)):
            _read_cell(book, page.cell(number, at), number + 1, at, sheet)


def _read_cell(book: "Book", cell: "Cell", row: int, at: int, sheet: SheetBuilder) -> None:
    import xlrd

    if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
        return
    if cell.ctype == xlrd.XL_CELL_ERROR:
        code = xlrd.error_text_from_code.get(cell.value, "#N/A")
        sheet.keep(row, at, CellFault(code, "error", at))
        sheet.put(row, at, code, error=True)
        return
    look = book.xf_list[cell.xf_index] if cell.xf_index is not None and cell.xf_index < len(book.xf_list) else None
    found = book.format_map.get(look.format_key) if look is not None else None
    shape = found.format_str if found is not None else "General"
    dated = cell.ctype == xlrd.XL_CELL_DATE
    if dated and not is_date_format(shape):
        shape = "yyyy-mm-dd"
    is_number, is_true = dated or cell.ctype == xlrd.XL_CELL_NUMBER, bool(cell.value)
    value = type_number(cell.value, shape, from_1904=bool(book.datemode)) if is_number else cell.value
    sheet.keep(row, at, is_true if cell.ctype == xlrd.XL_CELL_BOOLEAN else check_value(value, at))
    if look is not None and look.font_index < len(book.font_list) and book.font_list[look.font_index].struck_out:
        sheet.lose("deleted", str(cell.value), row, at)
    elif cell.ctype == xlrd.XL_CELL_BOOLEAN:
        sheet.put(row, at, "TRUE" if is_true else "FALSE")
    elif is_number:
        sheet.check_digits(cell.value, repr(cell.value), row, at)
        shown = show_number(cell.value, shape, from_1904=bool(book.datemode))
        sheet.put(row, at, f"{round_to_fifteen_digits(cell.value):f}" if abs(cell.value) >= 1e15 else shown)
    else:
        sheet.put(row, at, unescape_line_ends(str(cell.value)), error=None, is_text=True)
