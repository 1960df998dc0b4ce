"""Read the text layer of a PDF page by page, and which characters are seen."""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pypdfium2 as pdfium
from pypdfium2 import raw

from gongkai.lib.fileformats.documents.invisible_text import HIDDEN, PaintingOrder
from gongkai.lib.fileformats.documents.packages import explain_pdf_error
from gongkai.lib.fileformats.documents.pdf_text import (
    OCR,
    TextPropertiesReader,
    find_upright_rotation,
    list_lost_glyphs,
)
from gongkai.lib.privacy.files.pdf_gaps import (
    UNMAPPED_GLYPH,
    BrokenText,
    UnmappedGlyph,
    find_broken_texts,
    find_unmapped,
    is_unmapped,
)
from gongkai.lib.privacy.files.slots import MAX_TEXT_CHARACTERS
from gongkai.lib.privacy.model import PrivacyError, UnknownContent

MAX_PDF_PAGES = 500
#: Name of the font for the words of masked copies.
BLANK_FONT_NAME = b"GongkaiBlank"
#: A page that a picture covers by this share and on which hardly anything else is written is a scan.
_SCAN_COVERAGE_SHARE, _MAX_SCAN_CHARACTERS = 0.5, 40


@dataclass(frozen=True)
class PdfPage:
    """The characters of one page, with offset and rotation.

    Attributes:
        number: from 0.
        start: offset of its first character in the whole text.
        text: one character for each index of the text page; lines end with line feeds.
        rotation: degrees, clockwise.
        replaced: the file declares other words than it draws (PDF 32000-1, 14.9.4).
        broken: numbers and addresses that a column may break at the end of its line.
        unmapped: glyphs without a known character.
    """

    number: int
    start: int
    text: str
    rotation: int
    replaced: bool = False
    broken: tuple[BrokenText, ...] = ()
    unmapped: tuple[UnmappedGlyph, ...] = ()


@contextmanager
def open_pdf(content: bytes, *, of_any_length: bool = False) -> Iterator[pdfium.PdfDocument]:
    """Context manager: open a PDF within the page limit and close it afterwards.

    Raises:
        UnknownContent: no PDF, damaged or locked.
        PrivacyError: empty, too long, or a part that the caller reads is damaged.
    """
    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        raise UnknownContent(explain_pdf_error(error)) from error
    with document:
        if not of_any_length and not 0 < len(document) <= MAX_PDF_PAGES:
            raise PrivacyError(f"PDF文件须为1至{MAX_PDF_PAGES}页，这份有{len(document)}页")
        try:
            yield document
        except pdfium.PdfiumError as error:
            raise PrivacyError("PDF文件有一部分已损坏，读不出来，请换一份重新导出的PDF") from error


def load_layer(page: pdfium.PdfPage) -> pdfium.PdfTextPage:
    """Return the text layer of a page in its upright order."""
    page.set_rotation(find_upright_rotation(page))
    layer = page.get_textpage()
    page.set_rotation(0)
    return layer


def read_characters(textpage: pdfium.PdfTextPage) -> str:
    """Return one character for each index of a text page, so that offsets match boxes.

    A rare character takes two indices (UTF-16): it is at the first one, a character without width at the second, as for
    one that is drawn twice to look bold. `UNMAPPED_GLYPH` replaces a glyph without a known character.
    """
    codes = [raw.FPDFText_GetUnicode(textpage, index) for index in range(textpage.count_chars())]
    characters: list[str] = []
    for index, code in enumerate(codes):
        next_code = codes[index + 1] if index + 1 < len(codes) else 0
        if index and code == codes[index - 1] and code > 0x20 and _is_overprint(textpage, index):
            characters.append("\u200b")
        elif 0xD800 <= code < 0xDC00 <= next_code < 0xE000:
            characters.append(chr(0x10000 + ((code - 0xD800) << 10) + next_code - 0xDC00))
        elif 0xDC00 <= code < 0xE000 and index and 0xD800 <= codes[index - 1] < 0xDC00:
            characters.append("\u200b")
        else:
            char = "\n" if code in (10, 13) else " " if code == 0 or 0xD800 <= code <= 0xDFFF else chr(code)
            characters.append(UNMAPPED_GLYPH if is_unmapped(textpage, index, char) else char)
    return "".join(characters)


def _is_overprint(textpage: pdfium.PdfTextPage, index: int) -> bool:
    """Return whether a character is drawn over the same one before it."""
    left, bottom, right, top = textpage.get_charbox(index - 1)
    box = textpage.get_charbox(index)
    return abs(box[0] - left) < 0.3 * (right - left) and abs(box[1] - bottom) < 0.3 * (top - bottom)


def read_pages(document: pdfium.PdfDocument) -> list[PdfPage]:
    """Return the pages of a PDF.

    Raises:
        PrivacyError: a page that is a scan, or too many characters.
    """
    pages: list[PdfPage] = []
    start = 0
    for number in range(len(document)):
        page = document[number]
        rotation = page.get_rotation()
        textpage = load_layer(page)
        text = read_characters(textpage)
        replaced = _has_replaced_text(page)
        gaps = find_broken_texts(textpage, text), find_unmapped(textpage, text)
        textpage.close()
        if UNMAPPED_GLYPH * 2 in text or (UNMAPPED_GLYPH in text and not text.replace(UNMAPPED_GLYPH, "").strip()):
            raise PrivacyError(f"PDF第{number + 1}页的字体没有注明文字，读不出内容，无法检查，请另存为Word或者人工遮盖")
        if _is_scan(page, len("".join(text.split()))):
            raise PrivacyError(f"PDF第{number + 1}页没有文字层（可能是扫描件），无法检查，请先识别文字或人工遮盖")
        page.close()
        pages.append(PdfPage(number, start, text, rotation, replaced, *gaps))
        start += len(text) + 1
        if start > MAX_TEXT_CHARACTERS:
            raise PrivacyError("PDF文字过多，请拆分后再处理")
    return pages


def list_unread_glyphs(content: bytes) -> list[str]:
    """Return a Chinese remark for each page with glyphs mapped to no character.

    Raises:
        PrivacyError: as for `open_pdf`.
    """
    remarks: list[str] = []
    with open_pdf(content) as document:
        for number, page in enumerate(document, 1):
            textpage = load_layer(page)
            count = read_characters(textpage).count(UNMAPPED_GLYPH) + len(list_lost_glyphs(page, textpage))
            if count:
                remarks.append(f"第{number}页有{count}个字没有字符对照，读不出是什么字，请人工查看")
            textpage.close()
            page.close()
    return remarks


def find_visible_characters(page: pdfium.PdfPage, textpage: pdfium.PdfTextPage) -> set[int]:
    """Return the indices of the characters that a reader of the page sees.

    Invisible words over the picture of a page count, because they are its text: of a scan, or of a masked copy.
    """
    painting, looks, found = PaintingOrder(page, set()), TextPropertiesReader(textpage), set()
    is_picture = _is_covered_by_picture(page)
    for index in range(textpage.count_chars()):
        owner, look = looks.at(index)
        if look.mark == OCR:
            is_seen = is_picture
        else:
            box = textpage.get_charbox(index, loose=True)
            is_seen = look.mark != HIDDEN and not painting.find_mark(owner, box, look.colour)
        if is_seen:
            found.add(index)
    return found


def _has_replaced_text(page: pdfium.PdfPage) -> bool:
    """Return whether a text of the page declares another text (ActualText)."""
    for text_object in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=6):
        for place in range(max(raw.FPDFPageObj_CountMarks(text_object), 0)):
            mark = raw.FPDFPageObj_GetMark(text_object, place)
            if raw.FPDFPageObjMark_GetParamValueType(mark, b"ActualText") != raw.FPDF_OBJECT_UNKNOWN:
                return True
    return False


def _is_scan(page: pdfium.PdfPage, printed: int) -> bool:
    """Return whether a page with hardly any text shows a picture instead; a masked copy is none."""
    if printed > _MAX_SCAN_CHARACTERS:
        return False
    if printed == 0:
        return any(True for _ in page.get_objects(max_depth=3))
    if any(
        _is_blank_font(text_object) for text_object in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=1)
    ):
        return False  # a masked copy: its layer says what the picture shows
    return _is_covered_by_picture(page)


def _is_covered_by_picture(page: pdfium.PdfPage) -> bool:
    """Return whether one picture covers most of the page."""
    left, bottom, right, top = page.get_bbox()
    page_area = max((right - left) * (top - bottom), 1.0)
    for image in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        box = image.get_bounds()
        if max(box[2] - box[0], 0) * max(box[3] - box[1], 0) > _SCAN_COVERAGE_SHARE * page_area:
            return True
    return False


def _is_blank_font(words: pdfium.PdfObject) -> bool:
    name = ctypes.create_string_buffer(len(BLANK_FONT_NAME) + 1)
    size = raw.FPDFFont_GetBaseFontName(raw.FPDFTextObj_GetFont(words), name, len(name))
    return bool(size == len(name) and name.value == BLANK_FONT_NAME)
