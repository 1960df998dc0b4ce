"""Write the invisible text layer of a masked PDF, for search and screen readers."""

import ctypes
import io
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import pypdfium2 as pdfium
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from pypdfium2 import raw

from gongkai.lib.privacy.files.pdf_reading import BLANK_FONT_NAME
from gongkai.lib.privacy.model import PrivacyError

#: Text that a screen reader reads at a black box.
MASKED_PLACEHOLDER = "（已遮盖）"
_UNITS_PER_EM, _WIDTH = 1000, 500
#: Codes of rare characters: those of half characters, which no text contains.
_RARE_CODES = range(0xD800, 0xE000)
#: Every character of the first plane is its own code (PDF 32000-1, 9.10.3).
_TO_UNICODE_HEAD = (
    "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CMapName /Gongkai def\n/CMapType 2 def\n"
    "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
    + "".join(
        f"{len(block)} beginbfrange\n"
        + "".join(f"<{high:02X}00> <{high:02X}FF> <{high:02X}00>\n" for high in block)
        + "endbfrange\n"
        for block in (range(0, 100), range(100, 200), range(200, 0xD8), range(0xE0, 0x100))
    )
)
_TO_UNICODE_END = "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"

LineBox = tuple[float, float, float, float]


@dataclass(frozen=True)
class TextLayerLine:
    """A line of the text layer: its words, and their box on the unrotated page (points)."""

    words: str
    box: LineBox


@cache
def _build_blank_font() -> bytes:
    builder = FontBuilder(_UNITS_PER_EM, isTTF=True)
    builder.setupGlyphOrder([".notdef", "blank"])
    builder.setupCharacterMap({0x20: "blank"})
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    pen.lineTo((_WIDTH, _UNITS_PER_EM))
    pen.closePath()
    line = pen.glyph()
    builder.setupGlyf({".notdef": line, "blank": line})
    builder.setupHorizontalMetrics({".notdef": (_WIDTH, 0), "blank": (_WIDTH, 0)})
    builder.setupHorizontalHeader(ascent=_UNITS_PER_EM, descent=0)
    builder.setupNameTable(
        {"familyName": BLANK_FONT_NAME.decode(), "psName": BLANK_FONT_NAME.decode(), "styleName": "Regular"}
    )
    builder.setupOS2()
    builder.setupPost()
    content = io.BytesIO()
    builder.save(content)
    return content.getvalue()


@dataclass(frozen=True)
class TextLayerFont:
    """The blank font of a document, with the codes of its rare characters."""

    font: raw.FPDF_FONT
    rare: dict[str, int]

    def codes(self, words: str) -> Iterator[int]:
        """Yield the codes of words."""
        for char in words:
            if char in self.rare:
                yield self.rare[char]
            elif char != "\u200b":
                yield ord(char) if ord(char) < 0xD800 or 0xE000 <= ord(char) < 0xFFFE else 0x25A1


def load_blank_font(document: pdfium.PdfDocument, text: str) -> TextLayerFont:
    """Load the blank font into a PDF that is being written.

    Args:
        document: the PDF.
        text: all words of its text layer.
    """
    rare = dict(zip(sorted({char for char in text if ord(char) > 0xFFFF}), _RARE_CODES, strict=False))
    to_unicode = _TO_UNICODE_HEAD
    for char, code in rare.items():
        to_unicode += f"1 beginbfchar\n<{code:04X}> <{char.encode('utf-16-be').hex().upper()}>\nendbfchar\n"
    to_unicode += _TO_UNICODE_END
    font, glyphs = _build_blank_font(), b"\x00\x01" * 0x10000
    loaded = raw.FPDFText_LoadCidType2Font(
        document,
        (ctypes.c_uint8 * len(font)).from_buffer_copy(font),
        len(font),
        to_unicode.encode(),
        (ctypes.c_uint8 * len(glyphs)).from_buffer_copy(glyphs),
        len(glyphs),
    )
    if not loaded:
        raise PrivacyError("PDF的文字层写不出来，未输出")
    return TextLayerFont(loaded, rare)


def list_visible_lines(
    textpage: pdfium.PdfTextPage, text: str, masked: list[tuple[int, int]], seen: set[int]
) -> list[TextLayerLine]:
    """Return the lines of a page that are visible in the picture.

    Args:
        textpage: the words of the page.
        text: one character for each of its indices; line feeds part the lines.
        masked: spans of the text that are masked, in order.
        seen: indices of the characters that can be seen.
    """
    hidden: set[int] = {index for start, end in masked for index in range(start, end)}
    lines: list[TextLayerLine] = []
    begin = 0
    for row in text.split("\n"):
        line = _build_line(textpage, text, range(begin, begin + len(row)), hidden, seen)
        if line:
            lines.append(line)
        begin += len(row) + 1
    return lines


def _build_line(
    textpage: pdfium.PdfTextPage, text: str, indices: range, hidden: set[int], seen: set[int]
) -> TextLayerLine | None:
    words: list[str] = []
    boxes: list[LineBox] = []
    for index in indices:
        if index in hidden:
            if words[-1:] != [MASKED_PLACEHOLDER]:
                words.append(MASKED_PLACEHOLDER)
        elif text[index].isspace():
            words.append(" ")
            continue
        elif index in seen:
            words.append(text[index])
        else:
            continue
        boxes.append(textpage.get_charbox(index, loose=True))
    written = " ".join("".join(words).split())
    if not written or not boxes:
        return None
    left, bottom, right, top = zip(*boxes, strict=True)
    return TextLayerLine(written, (min(left), min(bottom), max(right), max(top)))


def write_text_layer(
    document: pdfium.PdfDocument,
    page: pdfium.PdfPage,
    font: TextLayerFont,
    lines: list[TextLayerLine],
    turn: tuple[float, float, float, float, float, float],
) -> None:
    """Write invisible lines over a page.

    Args:
        document: the PDF that is being written.
        page: its page, with the picture.
        font: what `load_blank_font` gave for the document.
        lines: the lines, with boxes on the unturned page.
        turn: the matrix from there to the page as it is written.
    """
    for line in lines:
        left, bottom, right, top = line.box
        height = max(top - bottom, 1.0)
        codes = list(itertools.islice(font.codes(line.words), 5000))
        words = raw.FPDFPageObj_CreateTextObj(document, font.font, height)
        raw.FPDFText_SetCharcodes(words, (ctypes.c_uint32 * len(codes))(*codes), len(codes))
        raw.FPDFTextObj_SetTextRenderMode(words, raw.FPDF_TEXTRENDERMODE_INVISIBLE)
        stretch = max(right - left, 1.0) / (len(codes) * height * _WIDTH / _UNITS_PER_EM)
        raw.FPDFPageObj_Transform(words, stretch, 0, 0, 1, left, bottom)
        raw.FPDFPageObj_Transform(words, *turn)
        raw.FPDFPage_InsertObject(page, words)
