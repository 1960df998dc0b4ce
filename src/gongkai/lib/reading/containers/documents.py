"""Convert the documents of `fileformats` to paragraphs and grids."""

import re
from collections.abc import Iterator

from gongkai.lib.fileformats.documents import Block as FileBlock
from gongkai.lib.fileformats.documents import Document as FileDocument
from gongkai.lib.fileformats.documents import UnreadFile
from gongkai.lib.fileformats.documents.door import read_any
from gongkai.lib.reading.document import Block, Cell, Document, Grid, Line, Paragraph, State, make_cell, over_the_width
from gongkai.lib.reading.layouts.split import blocks_of
from gongkai.lib.reading.model import ReadingError

_STATES = {"above": State.COVERED, "left": State.LEFT, "blank": State.NONE}
#: Notes are checked apart, with the paragraphs that they belong to.
_NOTE = re.compile(r"(?:脚注|尾注)\d+：")


def read_document(data: bytes, suffix: str) -> Document:
    """Return the blocks of a file that states its paragraphs and the merged cells of its tables.

    Raises:
        ReadingError: it cannot be read.
    """
    return Document(list(_blocks_of(_read(data, suffix))))


def read_ofd(data: bytes) -> Document:
    """Return the blocks of an .ofd file; its tables have no cells.

    Raises:
        ReadingError: it cannot be read, or has no words.
    """
    text = _read(data, "ofd").text
    if not text.strip():
        raise ReadingError("OFD文件里没有文字（可能是扫描件），请提供.docx或文字版后再试。")
    document = blocks_of(text)
    document.doubts.append("OFD文件没有表格结构，各栏由文字内容推断，请逐行核对")
    return document


def _read(data: bytes, suffix: str) -> FileDocument:
    try:
        return read_any(data, f"通知.{suffix}", 1)
    except UnreadFile as error:
        raise ReadingError(str(error)) from error


def _blocks_of(document: FileDocument) -> Iterator[Block]:
    for block in document.blocks:
        if block.type == "table":
            yield from _grid_of(block)
        elif not _NOTE.match(block.text):
            yield from map(Paragraph, block.text.split("\n"))


def _grid_of(block: FileBlock) -> Iterator[Block]:
    """Yield the lines above a table, each over its whole width, and the table."""
    lines: list[Line] = []
    for row, states in zip(block.rows, block.states, strict=True):
        if len(row) > 1 and len(set(row)) == 1 and not any(states):  # merged, in a format that repeats the text
            if lines:
                lines.append(over_the_width(row[0], len(row)))
            else:
                yield from map(Paragraph, row[0].split("\n"))
        else:
            lines.append(Line(list(map(_cell_of, row, states))))
    if lines:
        yield Grid(lines)


def _cell_of(text: str, state: str) -> Cell:
    return Cell("", _STATES[state]) if state else make_cell(text)
