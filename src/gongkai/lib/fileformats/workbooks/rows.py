"""Read .xlsx, .xls and .csv files as rows of cells, in a child (`confined`)."""

import csv
import functools
import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gongkai.lib.confined import BOUNDS_BY_NAME, describe_excess, reader
from gongkai.lib.fileformats.compound import OLE
from gongkai.lib.fileformats.documents.model import UnreadFile
from gongkai.lib.fileformats.documents.texts import decode_text, is_text, to_ascii
from gongkai.lib.fileformats.figures import displayed_value
from gongkai.lib.fileformats.workbooks.csv_text import split_table
from gongkai.lib.fileformats.workbooks.merging import MergedRange, merged_in, merged_of_xls
from gongkai.lib.fileformats.workbooks.values import (
    CellFault,
    begins_like_formula,
    check_value,
    uncomputed_in,
    value_of,
    with_uncomputed,
)
from gongkai.lib.fileformats.zips import BROKEN_ZIP, TooManyEntries, open_zip

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet
    from xlrd.book import Book
    from xlrd.sheet import Cell as XlsCell

#: Libraries that readers of sheets need, loaded once for all children.
LAZILY_IMPORTED = ("openpyxl", "openpyxl.reader.excel", "openpyxl.cell.read_only", "xlrd")
MAX_COLUMNS = 200
_SHEET_KINDS = frozenset({"xlsx", "xls", "csv"})
_KIND_NAMES = {"docx": "Word 文档", "doc": "Word 文档", "pdf": " PDF 文件", "ofd": "OFD 文件", "zip": "压缩文件"}
Cells = list[object]
MergedReader = Callable[[], list[MergedRange]]


@dataclass(slots=True)
class Page:
    """A worksheet: name, non-empty rows, merged ranges."""

    name: str
    rows: list[tuple[int, Cells]]
    merged: list[MergedRange] = field(default_factory=list)


class Unreadable(Exception):
    """Raised for an unusable file; the message is a Chinese line without full stop, with advice."""

    def __init__(self, words: str) -> None:
        super().__init__(words.removesuffix("。"))


def rows_of(content: bytes, merged: list[MergedRange] | None = None, most: int = 1 << 20) -> list[tuple[int, Cells]]:
    """Return at most `most` rows of the first non-empty worksheet: (displayed number, cells).

    The kind is told by the content, not by the file's name. `merged` is filled with the page's merged ranges.

    Raises:
        Unreadable: empty, too large, no spreadsheet, locked with a password, or damaged.
    """
    if not content.strip():
        raise Unreadable("文件是空的，请选择有内容的表格")
    refuse_over("sheet bytes", len(content))
    rows, ranges = read_rows(content, merged is not None, most)
    if merged is not None:
        merged += ranges
    return rows


@reader(Unreadable, loads=LAZILY_IMPORTED)
def read_rows(content: bytes, merged: bool, most: int) -> tuple[list[tuple[int, Cells]], list[MergedRange]]:
    """Read the rows of the first non-empty worksheet, and its merged ranges if wanted.

    Raises:
        Unreadable: no spreadsheet, locked, damaged, or more than is taken.
    """
    page = next(read_worksheets(content, most, formatted=merged), None)
    return (page.rows, page.merged) if page else ([], [])


def refuse_over(name: str, amount: int) -> None:
    """Refuse a file that exceeds the bound `name` (`confined.bounds`).

    Raises:
        Unreadable: it does.
    """
    if words := describe_excess(name, amount):
        raise Unreadable(words)


def explain_unreadable(content: bytes) -> Unreadable:
    """Return the true reason why content is no readable table: its kind, a password, or damage."""
    from gongkai.lib.fileformats.documents.reading import read_any  # its readers use this module

    try:
        kind = read_any(content, "", 0).kind
    except UnreadFile as error:
        words = str(error)
        unknown = words.startswith("不支持的格式")
        return Unreadable("这不是表格，请另存为 .xlsx 或 UTF-8 编码的 .csv 后导入" if unknown else words)
    if kind in _SHEET_KINDS:
        return Unreadable("表格已损坏，打不开，请用 WPS 或 Excel 另存为 .xlsx 后导入")
    return Unreadable(f"这是{_KIND_NAMES.get(kind, f' .{kind} 文件')}，不是表格，请另存为 .xlsx 后导入")


def read_worksheets(content: bytes, most: int = 1 << 20, *, formatted: bool = True) -> Iterator[Page]:
    """Yield the visible, non-empty worksheets; a table in another form has no name.

    Args:
        content: the file.
        most: rows of a worksheet that are read.
        formatted: whether formats and merged ranges of an .xls are read.

    Raises:
        Unreadable: no spreadsheet, locked, damaged, or more than is taken.
    """
    scanned = cells = 0
    try:
        for name, rows, merged in _sheets(content, formatted):
            kept: list[tuple[int, Cells]] = []
            for number, row in rows:
                scanned += 1
                refuse_over("sheet rows", scanned)
                if any(value not in (None, "") for value in row):
                    cells += len(row)
                    refuse_over("sheet cells", cells)
                    kept.append((number, row))
                if len(kept) >= most:
                    break
            if kept:
                yield Page(name, kept, merged())
    except (Unreadable, MemoryError):
        raise
    except Exception as error:  # a library's many ways to fail on a damaged file
        raise explain_unreadable(content) from error


def _sheets(content: bytes, formatted: bool) -> Iterator[tuple[str, Iterator[tuple[int, Cells]], MergedReader]]:
    if is_zip(content) and not is_strict(content):
        yield from _xlsx(content)
    elif is_old_excel(content):
        yield from _xls(content, formatted)
    elif is_zip(content) or to_ascii(content[:1000]).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        yield "", _other(content), list
    else:
        yield "", _csv(content), list


def _other(content: bytes) -> Iterator[tuple[int, Cells]]:
    """Return the rows of the first table of strict OOXML, HTML or Excel 2003 XML."""
    from gongkai.lib.fileformats.documents.reading import read_any  # its readers use this module

    try:
        document = read_any(content, "", 0)
    except UnreadFile as error:
        raise Unreadable(str(error)) from error
    found = next((block for block in document.blocks if block.type == "table"), None)
    if found is None:
        raise Unreadable("文件里没有表格，请选择有表格的文件")
    for number, cells in enumerate(found.rows, 1):
        yield number, [check_value(cell, at) if cell else None for at, cell in enumerate(cells[:MAX_COLUMNS])]


def is_strict(content: bytes) -> bool:
    """Return true for strict OOXML, which openpyxl reads as empty."""
    try:
        with open_zip(content, "sheet parts") as bundle, bundle.open("xl/workbook.xml") as part:
            return b"purl.oclc.org/ooxml" in part.read(4000)
    except TooManyEntries:
        return False
    except BROKEN_ZIP:
        return False


def is_zip(content: bytes) -> bool:
    """Return true for the signature of .xlsx."""
    return content[:4] == b"PK\x03\x04"


def is_old_excel(content: bytes) -> bool:
    """Return true for the signature of .xls."""
    return content[:8] == OLE


def check_zip(content: bytes) -> None:
    """Refuse a zip bomb, by its directory and by its unpacked size."""
    try:
        with open_zip(content, "sheet parts") as bundle:
            parts = bundle.infolist()
            if all(part.filename != "xl/workbook.xml" for part in parts):
                raise explain_unreadable(content)
            refuse_over("sheet unpacked", sum(part.file_size for part in parts))
            left = BOUNDS_BY_NAME["sheet unpacked"].most
            for part in parts:
                left -= _unpacked(bundle, part, left)
    except (Unreadable, MemoryError):
        raise
    except TooManyEntries as error:
        raise Unreadable(str(error)) from error
    except Exception as error:
        raise Unreadable("文件已损坏，打不开，请重新另存为 .xlsx 后导入") from error


def _unpacked(bundle: zipfile.ZipFile, part: zipfile.ZipInfo, left: int) -> int:
    """Unpack a part in blocks, and return its true size.

    Raises:
        Unreadable: it is larger, or holds more texts, than is taken.
    """
    small = not part.filename.startswith(("xl/worksheets/", "xl/media/", "xl/drawings/", "xl/embeddings/"))
    strings = part.filename == "xl/sharedStrings.xml"
    size = texts = merged = 0
    with bundle.open(part) as stream:
        while block := stream.read(1 << 16):
            size += len(block)
            texts += block.count(b"<si") if strings else 0
            merged += block.count(b"<mergeCell ")
            if size > left:
                refuse_over("sheet unpacked", BOUNDS_BY_NAME["sheet unpacked"].most + 1)
            refuse_over("sheet texts", texts)
            refuse_over("merged", merged)
            refuse_over("sheet styles", size if small and not strings else 0)
    return size


def _xlsx(content: bytes) -> Iterator[tuple[str, Iterator[tuple[int, Cells]], MergedReader]]:
    from openpyxl import load_workbook

    check_zip(content)
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        for page in book.worksheets:
            if page.sheet_state == "visible":
                # What the file says of its own size is not to be trusted: read what is there.
                page.reset_dimensions()
                part = getattr(page, "_worksheet_path", "")
                yield page.title, _xlsx_rows(bundle, page, part), functools.partial(merged_in, bundle, part)


def _xlsx_rows(bundle: zipfile.ZipFile, page: "Worksheet", part: str) -> Iterator[tuple[int, Cells]]:
    """Return the rows of an .xlsx worksheet as displayed; uncomputed formulas are marked.

    A row that is not in the file has no cells: a million of them may be claimed in a few bytes.
    """
    from openpyxl.cell import read_only

    empty: object = read_only.EMPTY_CELL
    waiting = uncomputed_in(bundle, part)
    blank = None  # the library gives one and the same row for all that are not there
    for number, row in enumerate(page.iter_rows(max_col=MAX_COLUMNS), 1):
        cells = [] if row is blank else [None if one is empty else value_of(one, at) for at, one in enumerate(row)]
        if row is not blank and all(one is empty for one in row):
            blank = row
        if number in waiting:
            cells = with_uncomputed(cells, waiting[number])
        while cells and cells[-1] is None:
            cells.pop()
        yield number, cells


def _xls(content: bytes, formatted: bool) -> Iterator[tuple[str, Iterator[tuple[int, Cells]], MergedReader]]:
    import xlrd

    with xlrd.open_workbook(
        file_contents=content, on_demand=True, logfile=io.StringIO(), ragged_rows=True, formatting_info=formatted
    ) as book:
        for name in book.sheet_names():
            page = book.sheet_by_name(name)
            if not page.visibility:
                rows = (
                    (number + 1, [_xls_cell(one, book, at) for at, one in enumerate(page.row(number)[:MAX_COLUMNS])])
                    for number in range(page.nrows)
                )
                yield name, rows, functools.partial(merged_of_xls, page)


def _xls_cell(one: "XlsCell", book: "Book", at: int) -> object:
    """Return the value of an .xls cell, as displayed if the file was opened with formats."""
    import xlrd

    if one.ctype == xlrd.XL_CELL_ERROR:
        return CellFault(xlrd.error_text_from_code.get(one.value, "#N/A"), "error", at)

    if one.ctype == xlrd.XL_CELL_DATE:
        moment = xlrd.xldate_as_datetime(one.value, book.datemode)
        return moment.time() if 0 <= one.value < 1 else moment
    if one.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(one.value)
    if one.ctype == xlrd.XL_CELL_NUMBER and one.xf_index is not None:
        shape = book.format_map.get(book.xf_list[one.xf_index].format_key)
        return check_value(displayed_value(one.value, shape.format_str if shape else ""), at)
    return None if one.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK) else check_value(one.value, at)


def _csv(content: bytes) -> Iterator[tuple[int, Cells]]:
    try:
        for number, cells in enumerate(split_table(_decode(content))[0], 1):
            if any(cells):
                yield number, [_csv_value(one, at) for at, one in enumerate(cells[:MAX_COLUMNS])]
    except csv.Error as error:
        raise Unreadable("不是可读取的 CSV 表格，请另存为 .xlsx 后导入") from error


def _decode(content: bytes) -> str:
    from gongkai.lib.fileformats.documents.reading import has_binary_signature  # its readers use this module

    if not is_text(content) or has_binary_signature(content):
        raise explain_unreadable(content)
    return decode_text(content)


def _csv_value(text: str, at: int) -> object:
    """Return a cell without the apostrophe that `writing` adds before formula-like text."""
    quoted = text[:1] == "'" and begins_like_formula(text[1:])
    return check_value(text[1:] if quoted else text, at, quoted=quoted)
