"""Read compound files: Outlook's .msg, and Word 97 (.doc, .wps)."""

import io
import struct
from typing import TYPE_CHECKING

from gongkai.lib.fileformats.compound import ENCRYPTED_STREAM_NAME
from gongkai.lib.fileformats.documents.model import CoveredCell, Document, DocumentBuilder, UnreadFile, merge_edges
from gongkai.lib.fileformats.documents.packages import DAMAGED_FILE_ERROR, LOCKED_FILE_ERROR
from gongkai.lib.fileformats.documents.symbols import is_symbol_font, raise_text, show_in_font, show_symbol
from gongkai.lib.fileformats.documents.word_binary_file import (
    TABLE_DEFINITION,
    PropertyRun,
    PropertyRunFinder,
    WordFile,
)
from gongkai.lib.fileformats.documents.word_runs import resolve_field

if TYPE_CHECKING:
    from olefile import OleFileIO

#: Operations on characters and paragraphs ([MS-DOC] 2.6).
_DELETED, _STRUCK, _STRUCK_TWICE, _HIDDEN, _WEB_HIDDEN = 0x0800, 0x0837, 0x2A53, 0x083C, 0x0811
_SYMBOL_SPRM, _RAISED_SPRM, _OBJECT_SPRM = 0x6A09, 0x2A48, 0x080A
_ROW_END_SPRM, _OUTLINE_LEVEL_SPRM, _INNER_ROW_END_SPRM, _LIST_SPRM = 0x2417, 0x2640, 0x244C, 0x460B
#: Difference of the edges of one column in several rows, in twips.
_EDGE_TOLERANCE = 15
_MAX_BYTES = 60_000_000
_SPECIAL_CHARACTERS = {"\x0b": "\n", "\x1e": "-", "\xa0": "\xa0", "\t": "\t", "\x0e": "\n"}


def read_doc(ole: "OleFileIO") -> Document:
    """Return a Word 97 file as a document (UnreadFile: it is damaged)."""
    names = {path[0]: path for path in ole.listdir()}
    streams = {name: ole.openstream(name).read(_MAX_BYTES) for name in ("0Table", "1Table") if name in names}
    try:
        file = WordFile(ole.openstream("WordDocument").read(_MAX_BYTES), streams)
    except struct.error as error:
        raise UnreadFile(DAMAGED_FILE_ERROR) from error
    reader = _BinaryWordReader(file)
    document = reader.read()
    if "ObjectPool" in names:
        document.attachments += sorted({path[1] for path in ole.listdir() if path[0] == "ObjectPool" and len(path) > 1})
    return document


class _BinaryWordReader:
    """Reader of the text of one Word 97 file, part after part."""

    def __init__(self, file: WordFile) -> None:
        self.builder = DocumentBuilder("doc")
        self._file = file
        self._characters = PropertyRunFinder(file.characters)
        self._paragraphs = PropertyRunFinder(file.paragraphs)
        self._text: list[str] = []
        self._lost: list[tuple[str, str]] = []
        self._fields: list[list[str]] = []
        self._cells: list[str] = []
        self._rows: list[list[str]] = []
        self._edges: list[list[tuple[int, int, int]]] = []
        self._numbered = 0

    def read(self) -> Document:
        """Return the document of the file's text, notes and margins."""
        at = 0
        for name, length in self._file.lengths.items():
            text = self._file.text[at : at + length]
            if name in ("header", "comment", "macro", "header box"):
                self._read_margin(text, name)
            else:
                self._read_part(at, at + len(text), "" if name in ("main", "box") else name)
            at += length
        if self._numbered:
            self.builder.lose("field", f"有{self._numbered}个段落的自动编号没有读出", "编号")
        return self.builder.document

    def _read_margin(self, text: str, name: str) -> None:
        """Report a comment, header or footer (`name`) as unread text, without page numbers."""
        kind = "comment" if name == "comment" else "header"
        lines = (self._remove_codes(line) for line in text.split("\r"))
        words = "\n".join(dict.fromkeys(line for line in lines if line.strip("-—–第共页 \t0123456789/")))
        if words:
            self.builder.lose(kind, words, "批注" if kind == "comment" else "页眉页脚")

    def _remove_codes(self, text: str) -> str:
        """Return the text without field instructions and control characters."""
        out, depth = "", 0
        for char in text:
            depth += {"\x13": 1, "\x14": -1}.get(char, 0)
            out += char if depth <= 0 and char >= " " else ""
        return _join_surrogates(out).strip()

    def _read_part(self, first: int, last: int, note: str) -> None:
        """Read the characters of a part of the text; `note` is footnote, endnote or empty."""
        for position in range(first, last):
            char = self._file.text[position]
            paragraph_run = self._characters.at(position) if char == "\r" else None
            if paragraph_run is not None and _is_on(paragraph_run.operations, _DELETED):
                continue  # a tracked change joins the paragraph to the next
            if char in "\r\x0c\x07":
                self._end_instructions()
            if char in "\r\x0c":
                self._end_paragraph(position, note)
            elif char == "\x07":
                self._end_cell(position)
            else:
                self._read_character(char, position)
        if self._cells:  # a row without its end
            self._cells.append(self._flush_text_and_losses())
            self._end_row(b"")
        self._end_paragraph(last - 1, note)
        self._end_table()

    def _read_character(self, char: str, position: int) -> None:
        """Read one character: a field's begin and end, a symbol, a picture, a break or text."""
        stretch = self._characters.at(position)
        operations = stretch.operations if stretch is not None else {}
        if char == "\x13":
            self._fields.append(["", "", ""])
        elif char == "\x14" and self._fields:
            self._fields[-1][1] = "result"
        elif char == "\x15" and self._fields:
            instruction, _, is_shown = self._fields.pop()
            if not is_shown:
                self._show(resolve_field(self.builder, _join_surrogates(instruction)), operations)
        elif self._fields and not self._fields[-1][1]:
            self._fields[-1][0] += char
        elif _SYMBOL_SPRM in operations and len(operations[_SYMBOL_SPRM]) == 4:
            code = struct.unpack("<HH", operations[_SYMBOL_SPRM])[1]
            self._show(show_symbol("Wingdings", code, self.builder.lose, f"{code:04X}"), operations)
        elif char in "\x01\x08":
            self.builder.lose("attachment" if _is_on(operations, _OBJECT_SPRM) else "picture")
        elif char > " " and is_symbol_font(font := self._file.find_font(operations)):
            self._show(show_in_font(font, char, self.builder.lose), operations)
        elif char in _SPECIAL_CHARACTERS or char >= " ":
            self._show(_SPECIAL_CHARACTERS.get(char, char), operations)

    def _end_instructions(self) -> None:
        """End unfinished field instructions with their paragraph."""
        for one in self._fields:
            if not one[1]:
                self.builder.lose("field", _join_surrogates(one[0]))
                one[1], one[2] = "result", "shown"

    def _show(self, text: str, operations: dict[int, bytes]) -> None:
        """Add visible text to the paragraph; record hidden and deleted text as a loss."""
        if not text or any(not one[1] for one in self._fields):
            return
        kind = ""
        if _is_on(operations, _HIDDEN) or _is_on(operations, _WEB_HIDDEN):
            kind = "hidden"
        elif any(_is_on(operations, one) for one in (_DELETED, _STRUCK, _STRUCK_TWICE)):
            kind = "deleted"
        if kind:
            if self._lost and self._lost[-1][0] == kind:
                text = self._lost.pop()[1] + text
            self._lost.append((kind, text))
            return
        for one in self._fields:
            one[2] = "shown"
        raised = operations.get(_RAISED_SPRM, b"\0")[:1]
        self._text.append(raise_text(text, raised == b"\x01") if raised in (b"\x01", b"\x02") else text)

    def _flush_text_and_losses(self) -> str:
        """Return the collected text and record the collected losses; empty both."""
        for kind, words in self._lost:
            self.builder.lose(kind, _join_surrogates(words))
        self._lost = []
        text, self._text = _join_surrogates("".join(self._text)), []
        return text

    def _end_paragraph(self, position: int, note: str) -> None:
        """Add the paragraph, or a line break inside a cell; name notes, count automatic numbers."""
        stretch = self._paragraphs.at(position)
        operations = stretch.operations if stretch is not None else {}
        if self._cells or _is_on(operations, 0x2416):
            if self._text:
                self._text.append("\n")
            return
        self._end_table()
        text = self._flush_text_and_losses()
        if note and text.strip():
            text = f"{'脚注' if note == 'footnote' else '尾注'}：{text.strip()}"
        if _LIST_SPRM in operations and text.strip() and operations[_LIST_SPRM] not in (b"\0\0", b"\x01\xf8"):
            self._numbered += 1
        self.builder.paragraph(text, _get_heading_level(stretch))

    def _end_cell(self, position: int) -> None:
        """End a table cell or, at the mark of a row's end, the row."""
        stretch = self._paragraphs.at(position)
        operations = stretch.operations if stretch is not None else {}
        if _is_on(operations, _ROW_END_SPRM):
            self._text = []
            self._end_row(operations.get(TABLE_DEFINITION, b""))
        elif _is_on(operations, _INNER_ROW_END_SPRM):
            self._text.append("\n")
        else:
            self._cells.append(self._flush_text_and_losses())

    def _end_row(self, definition: bytes) -> None:
        """Add a row: its cells with the edges and merges that its definition states."""
        cells, self._cells = self._cells, []
        count = definition[2] if len(definition) > 2 else 0
        edges = (
            struct.unpack_from(f"<{count + 1}h", definition, 3) if len(definition) >= 5 + 2 * count and count else ()
        )
        places: list[tuple[int, int, int]] = []
        for at in range(count):
            start = 3 + 2 * (count + 1) + 20 * at
            flags = struct.unpack_from("<H", definition, start)[0] if start + 2 <= len(definition) else 0
            places.append((edges[at], edges[at + 1], flags))
        self._rows.append(cells)
        self._edges.append(places[: len(cells)])

    def _end_table(self) -> None:
        """Add the table; merged cells repeat the text above or left of them."""
        if not self._rows:
            return
        rows, edges = self._rows, self._edges
        self._rows, self._edges = [], []
        if any(len(row) != len(places) for row, places in zip(rows, edges, strict=True)):
            self.builder.table(rows)
            return
        columns = merge_edges((edge for places in edges for one in places for edge in one[:2]), _EDGE_TOLERANCE)
        lines: list[list[str]] = []
        for row, places in zip(rows, edges, strict=True):
            line = [""] * max(len(columns) - 1, 0)
            text_left = ""
            for cell_text, (left, right, flags) in zip(row, places, strict=True):
                text, side = cell_text, ""
                slots = [
                    at
                    for at in range(len(line))
                    if left - _EDGE_TOLERANCE <= columns[at] and columns[at + 1] <= right + _EDGE_TOLERANCE
                ]
                if flags & 0x20 and not flags & 0x40 and not text.strip() and lines and slots:
                    text, side = lines[-1][slots[0]], "above"
                elif flags & 2 and not text.strip():
                    text, side = text_left, "left"
                for at in slots:
                    line[at] = CoveredCell(text, side or "left") if side or at > slots[0] else text
                text_left = text
            lines.append(line)
        self.builder.table(lines)


def _is_on(operations: dict[int, bytes], number: int) -> bool:
    """Return whether a property is switched on; 0x80 (as in the style) counts as off."""
    return operations.get(number, b"\0")[:1] not in (b"\0", b"\x80", b"")


def _get_heading_level(stretch: PropertyRun | None) -> int:
    """Return the heading level of a paragraph (1 to 9), or 0."""
    if stretch is None:
        return 0
    if 1 <= stretch.style <= 9:
        return stretch.style
    level = stretch.operations.get(_OUTLINE_LEVEL_SPRM, b"\x09")[0]
    return level + 1 if level < 9 else 0


def _join_surrogates(text: str) -> str:
    """Return text with the halves of characters beyond 16 bits joined."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").replace("\0", "")


def read_compound(data: bytes, suffix: str, depth: int, *, most_rows: int = 0) -> Document:
    """Return a compound file as a document; its streams decide the format.

    Args:
        suffix: of its name; decides only the reason of a refusal.
        most_rows: as for `DocumentBuilder`, for a workbook.

    Raises:
        UnreadFile: it is damaged, locked or of another format.
    """
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            names = {path[0] for path in ole.listdir()}
            if names & {ENCRYPTED_STREAM_NAME, "EncryptionInfo", "DataSpaces", "\x06DataSpaces"}:
                raise UnreadFile(LOCKED_FILE_ERROR)
            if names & {"Workbook", "Book", "WORKBOOK", "BOOK"}:
                from gongkai.lib.fileformats.documents.binary_workbooks import read_xls

                name = next(name for name in ("Workbook", "Book", "WORKBOOK", "BOOK") if name in names)
                return read_xls(data, ole.openstream(name).read(), DocumentBuilder("xls", most_rows=most_rows))
            if "__properties_version1.0" in names:
                from gongkai.lib.fileformats.documents.mails import read_msg

                return read_msg(ole, depth)
            if "WordDocument" in names:
                return read_doc(ole)
    except (OSError, ValueError, IndexError, TypeError, RecursionError) as error:
        raise UnreadFile(DAMAGED_FILE_ERROR) from error
    if "PowerPoint Document" in names:
        raise UnreadFile("不支持的格式（演示文稿.ppt）：请另存为.pdf后再试。")
    if names & {"CONTENTS", "MatOST"}:
        raise UnreadFile("不支持的格式（微软Works文档.wps）：请用办公软件另存为.docx后再试。")
    if suffix in ("doc", "xls", "docx", "xlsx", "wps", "et"):
        raise UnreadFile(DAMAGED_FILE_ERROR)
    raise UnreadFile("不支持的格式（旧版办公文件）：请用办公软件另存为.docx或.xlsx后再试。")
