"""Read .xlsx, .xls and .csv files as rows of cells, in a child (`confined`)."""

from dataclasses import dataclass, field

from gongkai.lib.confined import describe_excess, reader
from gongkai.lib.fileformats.compound import OLE_SIGNATURE
from gongkai.lib.fileformats.documents.document_reader import (
    LAZILY_IMPORTED,
    has_binary_signature,
    is_mime_message,
    read_nested_document,
)
from gongkai.lib.fileformats.documents.model import KIND_NAMES, Document, Loss, UnreadFile
from gongkai.lib.fileformats.documents.texts import is_text, to_ascii
from gongkai.lib.fileformats.workbooks.merged_ranges import MAX_COLUMNS, Cells, MergedRange, SheetPage
from gongkai.lib.fileformats.workbooks.values import check_value

__all__ = ["Cells", "MergedRange", "SheetPage", "UnreadableFile", "Workbook", "read_workbook"]

#: Most worksheets read; a catalogue has one for each of some thirty domains.
MAX_WORKSHEETS = 60
_SHEET_KINDS = frozenset({"xlsx", "xls", "csv"})


@dataclass(slots=True)
class Workbook:
    """The visible, non-empty worksheets of a file.

    Attributes:
        pages: the wanted worksheets, with at most the wanted rows; a table in another form has no name.
        others: names and numbers of rows of the worksheets after these.
        losses: content of the file that its visible cells do not show.
    """

    pages: list[SheetPage]
    others: list[tuple[str, int]] = field(default_factory=list)
    losses: list[Loss] = field(default_factory=list)


class UnreadableFile(Exception):
    """Raised for a file that cannot be imported; the message is a Chinese line without full stop, with advice."""

    def __init__(self, words: str) -> None:
        super().__init__(words.removeprefix("太大：").removesuffix("。"))


@reader(UnreadableFile, loads=LAZILY_IMPORTED)
def read_workbook(content: bytes, max_rows: int = 1 << 20, wanted: int = MAX_WORKSHEETS) -> Workbook:
    """Return the worksheets of a file; its content decides the kind, not its name.

    Args:
        content: the file.
        max_rows: rows of a worksheet that are returned.
        wanted: worksheets that are returned.

    Raises:
        UnreadableFile: empty, too large, no spreadsheet, locked with a password, or damaged.
    """
    if not content.strip():
        raise UnreadableFile("文件是空的，请选择有内容的表格")
    if refusal := describe_excess("sheet bytes", len(content)):
        raise UnreadableFile(refusal)
    try:
        document = _read_values(content, max_rows)
    except UnreadFile as error:
        unknown = error.reason == "不支持的格式" and "Excel" not in str(error)
        refusal = "这不是表格，请另存为 .xlsx 或 UTF-8 编码的 .csv 后导入" if unknown else str(error)
        raise UnreadableFile(refusal) from error
    except MemoryError:
        raise
    except Exception as error:  # a library's many ways to fail on a damaged file
        raise UnreadableFile("表格已损坏，打不开，请用 WPS 或 Excel 另存为 .xlsx 后导入") from error
    pages = document.pages
    if document.kind not in _SHEET_KINDS:
        if not _is_markup(content) and document.kind != "mht":
            kind_name = KIND_NAMES.get(document.kind, f" .{document.kind} 文件")
            raise UnreadableFile(f"这是{kind_name}，不是表格，请另存为 .xlsx 后导入")
        pages = [_read_first_table_as_page(document)]
    rows = sum(page.rows[-1][0] for page in pages if page.rows)
    if not rows:
        raise UnreadableFile("空文件：表格里没有内容，请选择有内容的表格")
    if refusal := describe_excess("sheet rows", rows):
        raise UnreadableFile(refusal)
    chosen_pages = [SheetPage(page.name, page.rows[:max_rows], page.merged) for page in pages[:wanted]]
    return Workbook(chosen_pages, [(page.name, len(page.rows)) for page in pages[wanted:]], document.losses)


def _read_values(content: bytes, max_rows: int) -> Document:
    """Read a spreadsheet as values, any other file as text."""
    from gongkai.lib.fileformats.documents.compounds import read_compound
    from gongkai.lib.fileformats.documents.packages import open_package
    from gongkai.lib.fileformats.documents.workbooks import WorkbookReader, read_csv

    if content.startswith(OLE_SIGNATURE):
        return read_compound(content, "", 0, most_rows=max_rows)
    if content.startswith(b"PK") and (package := open_package(content, "sheet unpacked")).main_kind() == "workbook":
        document = WorkbookReader(package, most_rows=max_rows).read()
        document.losses += package.losses
        return document
    if is_text(content) and not (has_binary_signature(content) or _is_markup(content) or is_mime_message(content)):
        return read_csv(content, most_rows=max_rows)
    return read_nested_document(content, "", 0)


def _is_markup(content: bytes) -> bool:
    return to_ascii(content[:1000]).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def _read_first_table_as_page(document: Document) -> SheetPage:
    """Return the first table of a web page or of Excel 2003 XML (UnreadableFile: there is none)."""
    table = next((block for block in document.blocks if block.type == "table"), None)
    if table is None:
        raise UnreadableFile("文件里没有表格，请选择有表格的文件")
    rows = [
        [check_value(cell, at) if cell else None for at, cell in enumerate(row[:MAX_COLUMNS])] for row in table.rows
    ]
    return SheetPage("", list(enumerate(rows, 1)))
