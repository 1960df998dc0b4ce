"""Parse the structures of a Word 97 file ([MS-DOC]): text pieces and their properties."""

import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from gongkai.lib.fileformats.documents.model import UnreadFile, check_bound
from gongkai.lib.fileformats.documents.packages import DAMAGED_FILE_ERROR, LOCKED_FILE_ERROR

_SIGNATURES, _ENCRYPTED_FLAG, _SECOND_TABLE_FLAG, _WORD_97_VERSION = (0xA5EC, 0xA5DC), 0x0100, 0x0200, 0x00C1
#: Places of structures in the table stream: index in the list of the file information block.
_CHARACTERS, _PARAGRAPHS, _FONTS, _PIECES = 12, 13, 15, 33
#: Operations that set the font of letters and signs; the name in a font's entry ([MS-DOC] 2.9.80).
_LETTER_FONT, _SIGN_FONT, _FONT_NAME = 0x4A4F, 0x4A51, 40
#: Parts of the text after the main one, in order, and where their lengths are.
TEXT_PARTS = (("main", 0x4C), ("footnote", 0x50), ("header", 0x54), ("macro", 0x58), ("comment", 0x5C), ("endnote", 0x60),
         ("box", 0x64), ("header box", 0x68))  # fmt: skip
_PAGE_BYTES = 512
#: Operand sizes by the upper three bits of an operation.
_OPERAND_SIZES = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}
TABLE_DEFINITION = 0xD608


@dataclass(slots=True)
class PropertyRun:
    """Characters with the same properties: positions from and to, operations by number."""

    start: int
    end: int
    operations: dict[int, bytes] = field(default_factory=dict)
    style: int = 0


@dataclass(slots=True)
class _TextPiece:
    """A piece of text: characters `first` to `last`, byte offset `place`, UTF-16 if `wide`."""

    first: int
    last: int
    place: int
    wide: bool


class WordFile:
    """The text of a Word 97 file and the properties at each position.

    Attributes:
        text: all parts in one.
        characters: stretches with special character properties, by position.
        paragraphs: stretches of paragraph properties, by position.
    """

    def __init__(self, document: bytes, tables: dict[str, bytes]) -> None:
        self._document = document
        magic, version = struct.unpack_from("<HH", document)
        flags = struct.unpack_from("<H", document, 0x0A)[0]
        if magic not in _SIGNATURES:
            raise UnreadFile(DAMAGED_FILE_ERROR)
        if flags & _ENCRYPTED_FLAG:
            raise UnreadFile(LOCKED_FILE_ERROR)
        self.lengths: dict[str, int] = {}
        self._fonts: list[str] = []
        self.characters: list[PropertyRun] = []
        self.paragraphs: list[PropertyRun] = []
        if version < _WORD_97_VERSION:
            self.text = self._read_word_95_text()
            return
        self._table = tables.get("1Table" if flags & _SECOND_TABLE_FLAG else "0Table", b"")
        self.lengths = {name: max(struct.unpack_from("<i", document, at)[0], 0) for name, at in TEXT_PARTS}
        self._pieces = list(self._read_pieces())
        self.text = "".join(self._read_piece(piece) for piece in self._pieces)
        check_bound("characters", len(self.text))
        self.characters = self._read_property_runs(_CHARACTERS)
        self.paragraphs = self._read_property_runs(_PARAGRAPHS)
        self._fonts = list(self._read_fonts())

    def _read_word_95_text(self) -> str:
        """Return the text of a Word 6 or 95 file, which is in one piece of single bytes."""
        text_start, text_end = struct.unpack_from("<II", self._document, 0x18)
        length = struct.unpack_from("<I", self._document, 0x34)[0]
        self.lengths = {"main": len(self._document)}
        return self._document[text_start : min(text_end, text_start + 2 * length)].decode("gb18030", "replace")

    def _read_structure(self, index: int) -> bytes:
        """Return the bytes of a structure in the table stream, by its index in the header."""
        start, size = struct.unpack_from("<II", self._document, 0x9A + 8 * index)
        return self._table[start : start + size]

    def _read_fonts(self) -> Iterator[str]:
        """Yield the names of the fonts in the order of their numbers."""
        data, at = self._read_structure(_FONTS), 4
        while at < len(data):
            size = data[at] + 1
            yield data[at + _FONT_NAME : at + size].decode("utf-16-le", "replace").split("\0", 1)[0]
            at += size

    def find_font(self, operations: dict[int, bytes]) -> str:
        """Return the font that the properties of a character name, else ""."""
        operand = operations.get(_LETTER_FONT) or operations.get(_SIGN_FONT) or b""
        number = int.from_bytes(operand, "little") if operand else len(self._fonts)
        return self._fonts[number] if number < len(self._fonts) else ""

    def _read_pieces(self) -> Iterator[_TextPiece]:
        """Yield the pieces of the text: first and last character, place in the file, width.

        Raises:
            UnreadFile: the table of pieces is damaged.
        """
        data, at = self._read_structure(_PIECES), 0
        while at + 5 <= len(data) and data[at] == 1:
            at += 3 + struct.unpack_from("<H", data, at + 1)[0]
        if at + 5 > len(data) or data[at] != 2:
            raise UnreadFile(DAMAGED_FILE_ERROR)
        size = min(struct.unpack_from("<I", data, at + 1)[0], len(data) - at - 5)
        count = (size - 4) // 12
        positions = struct.unpack_from(f"<{count + 1}I", data, at + 5)
        for number in range(count):
            place = struct.unpack_from("<I", data, at + 5 + 4 * (count + 1) + 8 * number + 2)[0]
            wide = not place & 0x40000000
            place &= 0x3FFFFFFF
            yield _TextPiece(positions[number], positions[number + 1], place if wide else place // 2, wide)

    def _read_piece(self, piece: _TextPiece) -> str:
        """Return the text of a piece, with one position for each unit of 16 bits."""
        length = max(piece.last - piece.first, 0)
        data = self._document[piece.place : piece.place + length * (2 if piece.wide else 1)]
        text = data.decode("utf-16-le", "surrogatepass") if piece.wide else data.decode("cp1252", "replace")
        if not piece.wide:
            return text.ljust(length, "\0")
        # One position for each unit of 16 bits, so that positions match; pairs are joined at the end.
        units = struct.unpack(f"<{len(data) // 2}H", data[: len(data) // 2 * 2])
        return "".join(map(chr, units)).ljust(length, "\0")

    def _iterate_positions(self, first: int, last: int) -> Iterator[tuple[int, int]]:
        """Yield (first, last) position of text stored between two offsets of the file."""
        for piece in self._pieces:
            size = 2 if piece.wide else 1
            end = piece.place + (piece.last - piece.first) * size
            start, stop = max(first, piece.place), min(last, end)
            if start < stop:
                yield piece.first + (start - piece.place) // size, piece.first + (stop - piece.place + size - 1) // size

    def _read_property_runs(self, index: int) -> list[PropertyRun]:
        """Return the property runs of characters or paragraphs, in the order of their positions."""
        data = self._read_structure(index)
        count = max((len(data) - 4) // 8, 0)
        runs: list[PropertyRun] = []
        for page in struct.unpack_from(f"<{count}I", data, 4 * (count + 1)) if count else ():
            block = self._document[(page & 0x3FFFFF) * _PAGE_BYTES : ((page & 0x3FFFFF) + 1) * _PAGE_BYTES]
            if len(block) == _PAGE_BYTES:
                runs += self._read_block(block, paragraphs=index == _PARAGRAPHS)
            check_bound("elements", len(runs))
        return sorted(runs, key=lambda one: one.start)

    def _read_block(self, block: bytes, *, paragraphs: bool) -> Iterator[PropertyRun]:
        """Yield the property runs in a block of 512 bytes."""
        count = block[-1]
        if 4 * (count + 1) + count > _PAGE_BYTES:
            return
        places = struct.unpack_from(f"<{count + 1}I", block)
        for number in range(count):
            at = block[4 * (count + 1) + number * (13 if paragraphs else 1)] * 2
            style, operations = 0, dict[int, bytes]()
            if at:
                size, start = block[at], at + 1
                if paragraphs:
                    size, start = (block[at + 1] * 2, at + 2) if not size else (size * 2 - 1, at + 1)
                    style = struct.unpack_from("<H", block, start)[0]
                    operations = dict(read_operations(block[start + 2 : start + size]))
                else:
                    operations = dict(read_operations(block[start : start + size]))
            if operations or paragraphs:
                for run_start, run_end in self._iterate_positions(places[number], places[number + 1]):
                    yield PropertyRun(run_start, run_end, operations, style)


def read_operations(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the operations of a list of properties ([MS-DOC] 2.2.5.1): number and operand."""
    at = 0
    while at + 2 < len(data):
        number = struct.unpack_from("<H", data, at)[0]
        at += 2
        kind = number >> 13
        if number == TABLE_DEFINITION:
            size = struct.unpack_from("<H", data, at)[0] + 1 if at + 2 <= len(data) else 0
        elif kind == 6:
            size = data[at] + 1
        else:
            size = _OPERAND_SIZES[kind]
        yield number, data[at : at + size]
        at += size


class PropertyRunFinder:
    """Find the property run at a position; positions may be asked in any order."""

    def __init__(self, stretches: list[PropertyRun]) -> None:
        self._stretches = stretches
        self._starts = [one.start for one in stretches]

    def at(self, position: int) -> PropertyRun | None:
        """Return the run at a position, or None."""
        index = bisect_right(self._starts, position) - 1
        run = self._stretches[index] if index >= 0 else None
        return run if run is not None and position < run.end else None
