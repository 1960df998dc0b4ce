"""Mask PDF files: a picture with black boxes and new invisible text for each page.

The text layer contains only the words that are seen and not masked. No original text, annotation or
attachment is copied.
"""

import ctypes
import io
import itertools
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import pypdfium2 as pdfium
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from PIL import Image, ImageDraw
from pypdfium2 import raw

from gongkai.lib.confined import refuse_excess
from gongkai.lib.privacy.files.known_words import KnownWords
from gongkai.lib.privacy.files.pdf_gaps import UNMAPPED_GLYPH, find_spans_in_gaps, list_lines_to_search
from gongkai.lib.privacy.files.pdf_reading import (
    BLANK_FONT_NAME,
    PdfPage,
    find_visible_characters,
    load_layer,
    open_pdf,
    read_characters,
    read_pages,
)
from gongkai.lib.privacy.files.pdf_second import require_declared_text
from gongkai.lib.privacy.files.slots import FileMasker, normalise_words
from gongkai.lib.privacy.model import PrivacyError
from gongkai.lib.privacy.search import find

#: Text that a screen reader reads at a black box.
MASKED_PLACEHOLDER = "（已遮盖）"
_UNITS_PER_EM, _BLANK_GLYPH_WIDTH = 1000, 500
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
    """Return a TrueType font whose only glyph is empty."""
    builder = FontBuilder(_UNITS_PER_EM, isTTF=True)
    builder.setupGlyphOrder([".notdef", "blank"])
    builder.setupCharacterMap({0x20: "blank"})
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    pen.lineTo((_BLANK_GLYPH_WIDTH, _UNITS_PER_EM))
    pen.closePath()
    line = pen.glyph()
    builder.setupGlyf({".notdef": line, "blank": line})
    builder.setupHorizontalMetrics({".notdef": (_BLANK_GLYPH_WIDTH, 0), "blank": (_BLANK_GLYPH_WIDTH, 0)})
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
        """Yield the code of each character in this font."""
        for char in words:
            if char in self.rare:
                yield self.rare[char]
            elif char != "\u200b":
                yield ord(char) if ord(char) < 0xD800 or 0xE000 <= ord(char) < 0xFFFE else 0x25A1


def load_blank_font(document: pdfium.PdfDocument, text: str) -> TextLayerFont:
    """Load the blank font into a PDF that is being written (PrivacyError: that fails).

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
    textpage: pdfium.PdfTextPage, text: str, masked: list[tuple[int, int]], visible: set[int]
) -> list[TextLayerLine]:
    """Return the lines of a page that are visible in the picture.

    Args:
        textpage: the words of the page.
        text: one character for each of its indices; line feeds part the lines.
        masked: spans of the text that are masked, in order.
        visible: indices of the characters that can be seen.
    """
    hidden: set[int] = {index for start, end in masked for index in range(start, end)}
    lines: list[TextLayerLine] = []
    begin = 0
    for row in text.split("\n"):
        line = _build_line(textpage, text, range(begin, begin + len(row)), hidden, visible)
        if line:
            lines.append(line)
        begin += len(row) + 1
    return lines


def _build_line(
    textpage: pdfium.PdfTextPage, text: str, indices: range, hidden: set[int], visible: set[int]
) -> TextLayerLine | None:
    """Return one line of the text layer with placeholders, None without text."""
    pieces: list[str] = []
    boxes: list[LineBox] = []
    for index in indices:
        if index in hidden:
            if pieces[-1:] != [MASKED_PLACEHOLDER]:
                pieces.append(MASKED_PLACEHOLDER)
        elif text[index].isspace():
            pieces.append(" ")
            continue
        elif index in visible:
            pieces.append("□" if text[index] == UNMAPPED_GLYPH else text[index])
        else:
            continue
        boxes.append(textpage.get_charbox(index, loose=True))
    written = " ".join("".join(pieces).split())
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
        font: the result of `load_blank_font` for the document.
        lines: the lines, with boxes on the unturned page.
        turn: the matrix from the unturned to the written page.
    """
    for line in lines:
        left, bottom, right, top = line.box
        height = max(top - bottom, 1.0)
        codes = list(itertools.islice(font.codes(line.words), 5000))
        text_object = raw.FPDFPageObj_CreateTextObj(document, font.font, height)
        raw.FPDFText_SetCharcodes(text_object, (ctypes.c_uint32 * len(codes))(*codes), len(codes))
        raw.FPDFTextObj_SetTextRenderMode(text_object, raw.FPDF_TEXTRENDERMODE_INVISIBLE)
        stretch = max(right - left, 1.0) / (len(codes) * height * _BLANK_GLYPH_WIDTH / _UNITS_PER_EM)
        raw.FPDFPageObj_Transform(text_object, stretch, 0, 0, 1, left, bottom)
        raw.FPDFPageObj_Transform(text_object, *turn)
        raw.FPDFPage_InsertObject(page, text_object)


def render_page(sheet: pdfium.PdfPage, scale: float) -> Image.Image:
    """Return a page as a picture, without form fields and notes.

    Args:
        sheet: the page.
        scale: dots a point.
    """
    return sheet.render(scale=scale, may_draw_forms=False, draw_annots=False).to_pil().convert("RGB")


#: Resolution of the page pictures in dots per inch: legible in print, about 250 KB a page.
RESOLUTION_DPI = 150
MAX_PAGE_PIXELS = 40_000_000
#: Maximum side of a page in points (PDF 32000-1, annex C).
MAX_SIDE_POINTS = 14_400
_BOX_MARGIN_POINTS = 1.5


def read_text_layer(content: bytes) -> tuple[str, list[str]]:
    """Return (text layer of a PDF, page by page, additional lines to search).

    Raises:
        PrivacyError: damaged, locked, a scan, or a file that draws other words than it declares.
    """
    with open_pdf(content) as document:
        pages = read_pages(document)
    require_declared_text(content, pages)
    beside = [line for page in pages for line in list_lines_to_search(page.broken, page.unmapped, find)]
    return "\n".join(page.text for page in pages), beside


def _find_spans_to_mask(pages: list[PdfPage], masker: FileMasker) -> list[tuple[int, int]]:
    """Return (start, end) of the spans to mask in the text layer.

    Raises:
        PrivacyError: a finding is in the layer in another order.
    """
    layer = "\n".join(page.text for page in pages)
    layer_findings = masker.find_findings(layer)
    for finding in layer_findings:
        masker.remember(finding)
    spans = {(one.start, one.end): normalise_words(one.text) for one in layer_findings}
    file_words = [(one.kind, normalise_words(one.text)) for one in masker.findings]
    illnesses = KnownWords(word for kind, word in file_words if kind == "health" and word not in spans.values())
    for word_list in (masker.list_masked_words(), illnesses):
        spans |= {hit.span(): hit.word for hit in word_list.finditer(layer)}
    for page in pages:
        for (start, end), word in find_spans_in_gaps(page.broken, page.unmapped, masker.find_findings).items():
            spans[page.start + start, page.start + end] = normalise_words(word)
    masked, characters = "\n".join(spans.values()), Counter(normalise_words(layer))
    for _, word in file_words:
        if len(word) > 2 and word not in masked and not Counter(word) - characters:
            raise PrivacyError(f"PDF的文字层里找不到“{word}”的位置，不能遮盖，请另存为Word文件，或者人工遮盖")
    return sorted(spans)


def _list_boxes(
    textpage: pdfium.PdfTextPage, page: PdfPage, spans: list[tuple[int, int]]
) -> Iterator[tuple[float, float, float, float]]:
    """Yield (left, bottom, right, top) of the visible characters of a page within `spans`.

    Raises:
        PrivacyError: a character has no position.
    """
    for start, end in spans:
        low, high = max(start - page.start, 0), min(end - page.start, len(page.text))
        for index in range(low, high):
            if page.text[index].strip() and unicodedata.category(page.text[index]) != "Cf":
                box = textpage.get_charbox(index, loose=True)
                if box[2] - box[0] <= 0 or box[3] - box[1] <= 0:
                    raise PrivacyError(f"PDF第{page.number + 1}页有文字没有位置，无法遮盖，不予处理")
                yield box


@dataclass(frozen=True)
class MaskedPage:
    """A page of the output: picture with boxes, size in points, words and rotation."""

    picture: Image.Image
    size: tuple[float, float]
    lines: list[TextLayerLine]
    turn: tuple[float, float, float, float, float, float]


def _render_masked_page(document: pdfium.PdfDocument, page: PdfPage, spans: list[tuple[int, int]]) -> MaskedPage:
    """Return the picture of a page with the `spans` blackened, and its remaining visible lines.

    Raises:
        PrivacyError: impossible size, or a second reading gives another text.
    """
    sheet = document[page.number]
    textpage = load_layer(sheet)
    left, bottom, right, top = sheet.get_bbox()
    width, height = right - left, top - bottom
    if min(width, height) < 1 or max(width, height) > MAX_SIDE_POINTS:
        raise PrivacyError(f"PDF第{page.number + 1}页的大小不合规范（{width:.0f}×{height:.0f}磅），不予处理")
    scale = min(RESOLUTION_DPI / 72, (MAX_PAGE_PIXELS / (width * height)) ** 0.5)
    picture = render_page(sheet, scale)
    if read_characters(textpage) != page.text:
        raise PrivacyError(f"PDF第{page.number + 1}页两次读出的文字不一致，无法保证遮盖位置，不予处理")
    boxes = list(_list_boxes(textpage, page, spans))
    visible = find_visible_characters(sheet, textpage)
    masked = [(max(start - page.start, 0), min(end - page.start, len(page.text))) for start, end in spans]
    lines = list_visible_lines(textpage, page.text, masked, visible)
    pen = ImageDraw.Draw(picture)
    for box in boxes:
        place = (
            int((box[0] - left - _BOX_MARGIN_POINTS) * scale),
            int((top - box[3] - _BOX_MARGIN_POINTS) * scale),
            int((box[2] - left + _BOX_MARGIN_POINTS) * scale) + 1,
            int((top - box[1] + _BOX_MARGIN_POINTS) * scale) + 1,
        )
        pen.rectangle(place, fill="black")
    textpage.close()
    sheet.close()
    if page.rotation:
        picture = picture.rotate(-page.rotation, expand=True)
    size = (height, width) if page.rotation in (90, 270) else (width, height)
    return MaskedPage(picture, size, lines, _make_rotation_matrix(page.rotation, (left, bottom, width, height)))


def _make_rotation_matrix(
    rotation: int, area: tuple[float, float, float, float]
) -> tuple[float, float, float, float, float, float]:
    """Return the matrix (a, b, c, d, e, f) from the stored page to the page as displayed."""
    left, bottom, width, height = area
    return {
        90: (0, -1, 1, 0, -bottom, width + left),
        180: (-1, 0, 0, -1, width + left, height + bottom),
        270: (0, 1, -1, 0, height + bottom, -left),
    }.get(rotation, (1, 0, 0, 1, -left, -bottom))


def mask_pdf(content: bytes, masker: FileMasker) -> bytes:
    """Return a PDF of pictures with black boxes, and of the words that remain visible.

    Raises:
        PrivacyError: damaged, locked, scanned, too large.
    """
    buffer = io.BytesIO()
    with open_pdf(content) as document, pdfium.PdfDocument.new() as result:
        refuse_excess(PrivacyError, "masked pages", len(document))
        pages = read_pages(document)
        require_declared_text(content, pages)
        spans = _find_spans_to_mask(pages, masker)
        font = load_blank_font(result, "".join(page.text for page in pages))
        for page in pages:
            page_spans = [span for span in spans if span[0] < page.start + len(page.text) and span[1] > page.start]
            _append_page(result, _render_masked_page(document, page, page_spans), font)
        result.save(buffer)
    return buffer.getvalue()


def _append_page(result: pdfium.PdfDocument, sheet: MaskedPage, font: TextLayerFont) -> None:
    """Add a page with the picture and its invisible text."""
    width, height = sheet.size
    encoded = io.BytesIO()
    sheet.picture.save(encoded, "JPEG", quality=80)
    image = pdfium.PdfImage.new(result)
    encoded.seek(0)
    image.load_jpeg(encoded, inline=True)
    image.set_matrix(pdfium.PdfMatrix().scale(width, height))
    page = result.new_page(width, height)
    page.insert_obj(image)
    write_text_layer(result, page, font, sheet.lines, sheet.turn)
    page.gen_content()
    page.close()
