"""Read old binary files: .doc and .wps through LibreOffice, .xls and .et through xlrd."""

import io
from typing import TYPE_CHECKING

from gongkai.lib.confined.office import Unconverted, converted
from gongkai.lib.fileformats.compound import ENCRYPTED, LOCKED
from gongkai.lib.fileformats.workbooks.rows import xls_cell
from gongkai.lib.reading.containers.documents import read_document
from gongkai.lib.reading.containers.word_text import read_words
from gongkai.lib.reading.containers.xlsx import cell_text, sheet_blocks
from gongkai.lib.reading.document import Block, Document, Grid, State, refuse_over
from gongkai.lib.reading.model import ReadingError

if TYPE_CHECKING:
    from xlrd.book import Book
    from xlrd.sheet import Cell


def read_ole(data: bytes) -> Document:
    """Return the blocks of an OLE file; its streams decide the format."""
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            names = {"/".join(path) for path in ole.listdir()}
            word = ole.openstream("WordDocument").read(40_000_000) if "WordDocument" in names else None
    except (OSError, ValueError, IndexError, TypeError, RecursionError) as error:
        raise ReadingError("文件已损坏，请用办公软件打开后另存为.docx再试。") from error
    if {"Workbook", "Book"} & names:
        return _read_sheets(data)
    if ENCRYPTED in names:
        raise ReadingError(LOCKED)
    if word is None:
        raise ReadingError("不认识的办公文件格式，请用办公软件另存为.docx或.xlsx后再试。")
    through = _convert_with_libreoffice(data)
    if through is not None and any(isinstance(block, Grid) for block in through.blocks):
        return through
    words = read_words(word)
    if through is not None:
        words.doubts[-1:] = ["LibreOffice没有读出表格，只读出了文字，请逐行核对或另存为.docx后重新导入"]
    return words


def _read_sheets(data: bytes) -> Document:
    import xlrd

    try:
        book = xlrd.open_workbook(file_contents=data, formatting_info=True)
    except Exception as error:  # xlrd raises many kinds on broken files
        raise ReadingError("表格文件已损坏或有密码，请另存为.xlsx后再试。") from error
    blocks: list[Block] = []
    doubts: list[str] = []
    for sheet in book.sheets():
        refuse_over("rows", sheet.nrows)
        refuse_over("cells", sheet.nrows * min(sheet.ncols, 60))
        covered: dict[tuple[int, int], State] = {}
        for top, bottom, left, right in sheet.merged_cells:
            for row in range(top, min(bottom, sheet.nrows)):
                for column in range(left, min(right, 60)):
                    if (row, column) != (top, left):
                        covered[row + 1, column + 1] = State.COVERED if row > top else State.LEFT
        values = [
            [_read_value(sheet.cell(row, column), book, column) for column in range(min(sheet.ncols, 60))]
            for row in range(sheet.nrows)
        ]
        blocks.extend(sheet_blocks(values, covered, doubts, sheet.name if book.nsheets > 1 else ""))
    return Document(blocks, doubts)


def _read_value(cell: "Cell", book: "Book", at: int) -> str:
    import xlrd

    if cell.ctype == xlrd.XL_CELL_DATE:
        year, month, day, *_ = xlrd.xldate_as_tuple(cell.value, book.datemode)
        return f"{year}年{month}月{day}日"
    return cell_text(xls_cell(cell, book, at))


def _convert_with_libreoffice(data: bytes) -> Document | None:
    try:
        made = converted(data, "doc")
        return None if made is None else read_document(made, "docx")
    except (Unconverted, ReadingError):
        return None
