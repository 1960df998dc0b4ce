"""Read the characters of a PDF page with place, look and marks (PDFium)."""

import ctypes
import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from pdfplumber._typing import T_obj
from pdfplumber.page import Page
from pypdfium2 import PdfPage, PdfTextPage, raw

from gongkai.lib.fileformats.documents.invisible_text import HIDDEN, WATERMARK, PaintingOrder
from gongkai.lib.fileformats.documents.model import check_bound

#: A character as pdfplumber describes it.
Char = T_obj
OCR, UNREADABLE, PLAIN = "ocr", "unreadable", ""
#: Opacity below which words are a watermark.
MIN_VISIBLE_OPACITY = 0.6
_INVISIBLE_RENDER_MODE = 3


@dataclass(slots=True)
class TextProperties:
    """Properties that all characters of a text object share."""

    mark: str
    size: float
    matrix: tuple[float, float, float, float]
    font: str
    colour: tuple[float, float, float]


#: The look of a glyph of which only the place is known, and the width in points of one that is not drawn.
_UNKNOWN_PROPERTIES, _UNDRAWN_GLYPH_WIDTH = TextProperties(PLAIN, 10.0, (1.0, 0.0, 0.0, 1.0), "", (0.0, 0.0, 0.0)), 0.01


def find_upright_rotation(page: PdfPage) -> int:
    """Return the rotation in which most characters of a page are upright."""
    words = page.get_textpage()
    angles: Counter[int] = Counter()
    count = words.count_chars()
    for index in range(0, count, max(1, count // 400)):
        if raw.FPDFText_GetUnicode(words, index) > 32:
            angles[round(raw.FPDFText_GetCharAngle(words, index) * 57.29578 / 90) * 90 % 360] += 1
    words.close()
    best, most = angles.most_common(1)[0] if angles else (0, 0)
    # The angle and the rotation of a page are both clockwise: one undoes the other.
    return -best % 360 if most * 5 > 4 * angles.total() else page.get_rotation()


class TextPropertiesReader:
    """The looks of the characters of a page, each text object read once."""

    def __init__(self, words: PdfTextPage) -> None:
        self._words = words
        self._looks: dict[int, TextProperties] = {}

    def at(self, index: int, mark: Callable[[int], str] = lambda _: PLAIN) -> tuple[int, TextProperties]:
        """Return (address of the text object, look) of a character.

        Args:
            mark: returns the mark of a text object by its address.
        """
        owner = raw.FPDFText_GetTextObject(self._words, index)
        key = ctypes.addressof(owner.contents) if owner else 0
        if key not in self._looks:
            self._looks[key] = _read_text_properties(self._words, index, mark(key), owner)
        return key, self._looks[key]


def read_chars(pdfium_page: PdfPage, page: Page, hidden: set[str], watermarks: set[tuple[int, int]]) -> list[Char]:
    """Return the characters of a page in the coordinates of pdfplumber.

    Args:
        pdfium_page: the page as pdfium opened it.
        page: the same page as pdfplumber opened it, for its coordinates.
        hidden: names of layers that are switched off.
        watermarks: where words of watermarks begin.
    """
    painting = PaintingOrder(pdfium_page, hidden)
    text_page = pdfium_page.get_textpage()
    chars: list[Char] = [
        _make_char(page, "\ufffd", place, _UNKNOWN_PROPERTIES, UNREADABLE)
        for place in list_lost_glyphs(pdfium_page, text_page)
    ]
    looks = TextPropertiesReader(text_page)
    try:
        count = text_page.count_chars()
        check_bound("page signs", count)
        box = (ctypes.c_double(), ctypes.c_double(), ctypes.c_double(), ctypes.c_double())
        loose = raw.FS_RECTF()
        high = 0
        for index in range(count):
            if raw.FPDFText_IsGenerated(text_page, index) == 1:
                continue
            code = raw.FPDFText_GetUnicode(text_page, index)
            if 0xD800 <= code < 0xDC00:
                high = code
                continue
            if 0xDC00 <= code < 0xE000:
                code = 0x10000 + ((high - 0xD800) << 10) + code - 0xDC00 if high else 0xFFFD
            high = 0
            key, look = looks.at(
                index,
                lambda key, index=index: (
                    WATERMARK  # type: ignore[misc]
                    if watermarks and _begins_watermark(text_page, index, page, watermarks)
                    else painting.marks.get(key, PLAIN)
                ),
            )
            if not raw.FPDFText_GetLooseCharBox(text_page, index, loose):
                raw.FPDFText_GetCharBox(text_page, index, *box)
                place = (box[0].value, box[2].value, box[1].value, box[3].value)
            else:
                place = (loose.left, loose.bottom, loose.right, loose.top)
            lost = raw.FPDFText_HasUnicodeMapError(text_page, index) == 1 or code == 0
            known_mark = look.mark or painting.find_mark(key, place, look.colour)
            chars.append(
                _make_char(page, chr(code) if code else "\ufffd", place, look, known_mark or UNREADABLE * lost)
            )
    finally:
        text_page.close()
    return chars


def list_lost_glyphs(source: PdfPage, words: PdfTextPage) -> list[tuple[float, float, float, float]]:
    """Return the boxes of glyphs that the text layer omits."""
    owners = (raw.FPDFText_GetTextObject(words, index) for index in range(words.count_chars()))
    known = {ctypes.addressof(owner.contents) for owner in owners if owner}
    lost = []
    for item in source.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=6):
        if ctypes.addressof(item.raw.contents) not in known:
            left, bottom, right, top = item.get_bounds()
            font = raw.FPDFTextObj_GetFont(item)
            if right - left < _UNDRAWN_GLYPH_WIDTH and font and raw.FPDFFont_GetIsEmbedded(font) == 0:
                lost.append((left, bottom, right, top))
    return lost


def _make_char(
    page: Page, text: str, place: tuple[float, float, float, float], look: TextProperties, mark: str
) -> Char:
    """Return a character in the coordinates and with the keys of pdfplumber."""
    (x0, y0), (x1, y1) = _rotate_point(page, place[0], place[1]), _rotate_point(page, place[2], place[3])
    page_left, page_top = float(page.mediabox[0]), float(page.mediabox[1])
    a, b, c, d = look.matrix
    for _ in range(page.rotation // 90 % 4):
        a, b, c, d = b, -a, d, -c
    return {
        "text": text,
        "x0": min(x0, x1) + page_left,
        "x1": max(x0, x1) + page_left,
        "top": float(page.height) - max(y0, y1) + page_top,
        "bottom": float(page.height) - min(y0, y1) + page_top,
        "size": look.size,
        "matrix": (a, b, c, d, 0, 0),
        "fontname": look.font,
        "non_stroking_color": look.colour,
        "tag": mark,
    }


def _begins_watermark(words: raw.FPDF_TEXTPAGE, index: int, page: Page, watermarks: set[tuple[int, int]]) -> bool:
    """Return true if one of the `watermarks` (points) begins within a point of a character."""
    x, y = ctypes.c_double(), ctypes.c_double()
    if not raw.FPDFText_GetCharOrigin(words, index, x, y):
        return False
    left, bottom = _rotate_point(page, x.value, y.value)
    return any(abs(left - start[0]) <= 1 and abs(bottom - start[1]) <= 1 for start in watermarks)


def _rotate_point(page: Page, x: float, y: float) -> tuple[float, float]:
    """Return (x, y) of a point on the page as displayed, from its lower left corner."""
    x0, y0, x1, y1 = page.page_obj.mediabox
    turned = page.rotation % 360
    if turned == 90:
        return y - y0, x1 - x
    if turned == 180:
        return x1 - x, y1 - y
    if turned == 270:
        return y1 - y, x - x0
    return x - x0, y - y0


def _read_text_properties(
    words: raw.FPDF_TEXTPAGE, index: int, mark: str, owner: raw.FPDF_PAGEOBJECT
) -> TextProperties:
    """Return the look of a text object: mark, size, matrix, font and colour."""
    colours = [ctypes.c_uint() for _ in range(4)]
    has_colour = raw.FPDFText_GetFillColor(words, index, *colours)
    red, green, blue, alpha = (channel.value / 255 for channel in colours) if has_colour else (0.0, 0.0, 0.0, 1.0)
    if not mark and alpha < MIN_VISIBLE_OPACITY:
        mark = HIDDEN if alpha < 0.02 else WATERMARK
    mode = raw.FPDFTextObj_GetTextRenderMode(owner) if owner else 0
    if not mark and mode == _INVISIBLE_RENDER_MODE:
        mark = OCR
    if mode in (1, 5):  # only the outline is drawn, in another colour
        red = green = blue = 0.0
    matrix = raw.FS_MATRIX()
    values = (1.0, 0.0, 0.0, 1.0)
    if raw.FPDFText_GetMatrix(words, index, matrix):
        values = (matrix.a, matrix.b, matrix.c, matrix.d)
    size = raw.FPDFText_GetFontSize(words, index) * math.hypot(values[2], values[3])
    buffer = ctypes.create_string_buffer(128)
    raw.FPDFText_GetFontInfo(words, index, buffer, 128, None)
    return TextProperties(mark, abs(size), values, buffer.value.decode("utf-8", "replace"), (red, green, blue))
