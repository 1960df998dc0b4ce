"""Convert files of any format to the paragraphs and grids of a notice (`fileformats`)."""

import re
from collections.abc import Iterator

from gongkai.lib.chinese.normalisation import normalise_text
from gongkai.lib.fileformats import documents
from gongkai.lib.fileformats.documents.document_reader import read_nested_document
from gongkai.lib.fileformats.documents.texts import decode_text
from gongkai.lib.fileformats.workbooks.values import CellFault
from gongkai.lib.reading.document import (
    Block,
    CellState,
    Grid,
    GridCell,
    GridLine,
    NoticeDocument,
    Paragraph,
    check_bound,
    make_cell,
    make_full_width_line,
)
from gongkai.lib.reading.layouts.align import is_unit_list
from gongkai.lib.reading.layouts.borderless_tables import read_borderless_tables
from gongkai.lib.reading.layouts.plain_text import read_blocks
from gongkai.lib.reading.model import ReadingError
from gongkai.lib.reading.tables.grid_normalization import add_sheet_unit

#: Libraries that readers load when they need them: a template loads them once for all children (`confined`).
LAZY_LIBRARIES = (*documents.LAZILY_IMPORTED, "PIL.Image", "opencc", "gongkai.lib.reading.preloading")
_CELL_STATES = {"above": CellState.COVERED, "left": CellState.LEFT, "blank": CellState.NONE}
#: Formats of workbooks: a heading is the name of a sheet.
_WORKBOOK_FORMATS = frozenset({"xlsx", "xls"})
#: Formats whose paragraphs may be tables without cells.
_FORMATS_WITHOUT_CELLS = frozenset({"html", "mht", "pdf", "ofd", "picture"})
#: Losses that name no duty, or that are told otherwise.
_LOSS_KINDS_WITHOUT_DUTIES = frozenset(
    {"header", "footer", "picture", "chart", "watermark", "ruby", "encoding", "recognised", "format"}
)
#: Losses that are told with their cell.
_CELL_LOSS_KINDS = frozenset({"formula", "error", "digits"})
#: Notes are checked apart, with the paragraphs that they belong to.
_FOOTNOTE_RE = re.compile(r"(?:脚注|尾注)\d*：(.*)", re.S)


def load_document(data: bytes) -> NoticeDocument:
    """Return the paragraphs and tables of a file of any format, detected by content.

    Raises:
        ReadingError: with one Chinese line on the remedy.
    """
    check_bound("notice bytes", len(data))
    try:
        file = read_nested_document(data, "", 0)
        if not file.blocks and (page := next((loss for loss in file.losses if loss.what == "page"), None)):
            raise ReadingError(_describe_unread_page(page))
        document = _convert_document(data, file)
    except documents.UnreadFile as error:
        raise ReadingError(str(error)) from error
    document.check_size()
    return document


def _convert_document(data: bytes, file: documents.Document) -> NoticeDocument:
    """Return the reader's document of an opened file, with its losses as doubts."""
    if file.kind in ("txt", "csv"):
        return read_blocks(normalise_text(decode_text(data)))
    doubts = [loss.text for loss in file.losses if loss.what == "recognised"]
    if file.kind in _FORMATS_WITHOUT_CELLS and not any(block.type == "table" for block in file.blocks):
        if columns := read_borderless_tables(file.words):
            document = NoticeDocument(columns)
        else:
            document = read_blocks("\n".join(block.text for block in file.blocks if not block.aside))
        if file.kind == "ofd":
            doubts.append("OFD文件没有表格结构，各栏由文字内容推断，请逐行核对")
    else:
        document = NoticeDocument(list(_iterate_blocks(file, doubts)))
        document.notes = [match[1] for block in file.blocks if (match := _FOOTNOTE_RE.match(block.text))]
    if any(loss.what == "recognised" for loss in file.losses):
        for block in document.blocks:
            for line in block.lines if isinstance(block, Grid) else ():
                line.doubts.append("由扫描件识别，请逐字核对")
    without = _LOSS_KINDS_WITHOUT_DUTIES | (_CELL_LOSS_KINDS if file.kind in _WORKBOOK_FORMATS else frozenset())
    document.doubts += [*doubts, *documents.describe_losses(file.losses, without)]
    document.doubts += [f"注释没有读入任务：“{note[:60]}”，请对照原文件核对" for note in document.notes]
    document.unread = next((_describe_unread_page(loss) for loss in file.losses if loss.what == "page"), "")
    return document


def _describe_unread_page(loss: documents.Loss) -> str:
    return f"{loss.where}读不出：{loss.text}，请提供文字可以复制的文件。"


def _iterate_blocks(file: documents.Document, doubts: list[str]) -> Iterator[Block]:
    """Yield the tables and paragraphs of an opened file."""
    titles = [block.text for block in file.blocks if block.type == "heading"] if file.kind in _WORKBOOK_FORMATS else []
    by_units = len(titles) > 1 and all(map(is_unit_list, titles))
    title = ""
    for block in file.blocks:
        if block.type == "table":
            for converted in _convert_table(block, file.kind, title, doubts):
                yield add_sheet_unit(converted, title) if by_units and isinstance(converted, Grid) else converted
        elif block.type == "heading" and file.kind in _WORKBOOK_FORMATS:
            title = block.text
        elif not (block.aside or _FOOTNOTE_RE.match(block.text)):
            page = block.places[0] if block.places else None
            yield from (Paragraph(text, page) for text in block.text.split("\n"))


def _convert_table(block: documents.DocumentBlock, kind: str, sheet: str, doubts: list[str]) -> Iterator[Block]:
    """Yield the lines above a table, each over its whole width, and the table."""
    lines: list[GridLine] = []
    places = block.places or (None,) * len(block.rows)
    for row, states, place in zip(block.rows, block.states, places, strict=True):
        page = place if kind not in _WORKBOOK_FORMATS else None
        if len(row) > 1 and len(set(row)) == 1 and not any(states):  # merged, in a format that repeats the text
            if lines:
                lines.append(make_full_width_line(row[0], len(row)))
            else:
                yield from (Paragraph(text, page) for text in row[0].split("\n"))
            continue
        cells = [_convert_cell(text, state, sheet, place) for text, state in zip(row, states, strict=True)]
        printed = [cell.text for cell in cells if cell.text]
        if kind in _WORKBOOK_FORMATS and not lines and len(printed) <= 1:
            doubts += [f"{cell.fault}，请对照原文件核对" for cell in cells if cell.fault]
            yield from (Paragraph(text) for value in printed for text in value.split("\n"))
        else:
            lines.append(GridLine(cells, page))
    if lines:
        yield Grid(lines)


def _convert_cell(text: str, state: str, sheet: str, row: int | None) -> GridCell:
    """Return a cell; `state` is the one that `documents.DocumentBlock.states` records for it."""
    if not state:
        return make_cell(text)
    kind, _, letter = state.partition(" ")
    if not letter:
        return GridCell("", _CELL_STATES[state])
    where = f"工作表“{sheet}”" if sheet else "文件"
    return GridCell("", CellState.NONE, fault=f"{where}第{row}行{letter}列{CellFault(text, kind, 0).what}")
