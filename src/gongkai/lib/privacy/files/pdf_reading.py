"""Read a PDF page by page: characters with offsets, and text with paragraph lines joined."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import pypdfium2 as pdfium
from pypdfium2 import raw

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.normalisation import unify_characters
from gongkai.lib.fileformats.documents.packages import explain_pdf_error
from gongkai.lib.privacy.files.slots import MAX_TEXT_CHARACTERS
from gongkai.lib.privacy.model import PrivacyError, UnknownContent

MAX_PDF_PAGES = 500
#: Name of the font for the words of masked copies.
BLANK_FONT_NAME = b"GongkaiBlank"
#: A page that a picture covers by this share and on which hardly anything else is written is a scan.
_SCAN_COVERAGE_SHARE, _FEW = 0.5, 40
#: Private characters without the places of symbol fonts (F020 to F0FF).
_PRIVATE = re.compile("[\ue000-\uf01f\uf100-\uf8ff]")
#: Minimum share of the text width that a full line fills; the same before a line that begins with a fact.
_FULL_LINE_SHARE, _FULL_BEFORE_FACT = 0.7, 0.95
_FACT_START = re.compile("[现家]?住|[地住]址|电话|電話|手机|手機|身份|户籍|戶籍|联系|聯繫|性别|出生")
#: An address that a cell breaks: its larger places, and the end of it on the next line.
_ADDRESS_START = re.compile(r"[省市州区县镇乡村路街道][^\s，,。；;：:]{0,12}$")
_ADDRESS_END = re.compile(r"[^\s，,。；;：:]{0,12}?[0-9０-９一二三四五六七八九十]+(?:[村组号栋幢座室楼弄巷]|单元|社区)")
#: Marks at which a line of a paragraph may end for itself.
_LINE_END_MARKS = frozenset("。！？；：!?;:.…”’）)》】〕、，,")


@dataclass(frozen=True)
class PdfPage:
    """The characters of one page, with offset, rotation and joined lines.

    Attributes:
        number: from 0.
        start: offset of its first character in the whole.
        text: one character for each index of the text page; lines end with line feeds.
        rotation: degrees, clockwise.
        joins: indices of line feeds within a paragraph.
        replaced: whether other words are given for some than those drawn (PDF 32000-1, 14.9.4).
    """

    number: int
    start: int
    text: str
    rotation: int
    joins: frozenset[int] = frozenset()
    replaced: bool = False


def open_pdf(content: bytes) -> pdfium.PdfDocument:
    """Open a PDF.

    Raises:
        PrivacyError: damaged, locked, empty or too long.
    """
    try:
        document = pdfium.PdfDocument(content)
        pages = len(document)
    except pdfium.PdfiumError as error:
        raise UnknownContent(explain_pdf_error(error)) from error
    if pages == 0 or pages > MAX_PDF_PAGES:
        raise PrivacyError(f"PDF文件须为1至{MAX_PDF_PAGES}页，这份有{pages}页")
    return document


def read_characters(textpage: pdfium.PdfTextPage) -> str:
    """Return one character for each index of a text page, so that offsets match boxes.

    A rare character takes two indices (UTF-16): it is at the first one, a character without width at the second.
    """
    codes = [raw.FPDFText_GetUnicode(textpage, index) for index in range(textpage.count_chars())]
    words: list[str] = []
    for index, code in enumerate(codes):
        after = codes[index + 1] if index + 1 < len(codes) else 0
        if 0xD800 <= code < 0xDC00 <= after < 0xE000:
            words.append(chr(0x10000 + ((code - 0xD800) << 10) + after - 0xDC00))
        elif 0xDC00 <= code < 0xE000 and index and 0xD800 <= codes[index - 1] < 0xDC00:
            words.append("\u200b")
        else:
            words.append("\n" if code in (10, 13) else " " if code == 0 or 0xD800 <= code <= 0xDFFF else chr(code))
    return "".join(words)


def _has_unmapped_words(textpage: pdfium.PdfTextPage, text: str) -> bool:
    """Return whether two characters in sequence have no known meaning, so that they may be a name."""
    unmapped = [
        bool(char.strip()) and (_PRIVATE.match(char) or raw.FPDFText_HasUnicodeMapError(textpage, index) == 1)
        for index, char in enumerate(unify_characters(text))
    ]
    return any(first and second for first, second in pairwise(unmapped))


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
        page.set_rotation(0)  # as it is drawn later: the order of the characters depends on it
        textpage = page.get_textpage()
        text = read_characters(textpage)
        joins = frozenset(_find_line_joins(textpage, text))
        replaced = _has_replaced_text(page)
        unmapped = _has_unmapped_words(textpage, text)
        textpage.close()
        if unmapped:
            raise PrivacyError(f"PDF第{number + 1}页的字体没有注明文字，读不出内容，无法检查，请另存为Word或者人工遮盖")
        if _is_scan(page, len("".join(text.split()))):
            raise PrivacyError(f"PDF第{number + 1}页没有文字层（可能是扫描件），无法检查，请先识别文字或人工遮盖")
        page.close()
        pages.append(PdfPage(number, start, text, rotation, joins, replaced))
        start += len(text) + 1
        if start > MAX_TEXT_CHARACTERS:
            raise PrivacyError("PDF文字过多，请拆分后再处理")
    return pages


def list_text_objects(textpage: pdfium.PdfTextPage) -> dict[int, list[int]]:
    """Return the text objects of a page (addresses), each with its character indices."""
    found: dict[int, list[int]] = {}
    for index in range(textpage.count_chars()):
        words = raw.FPDFText_GetTextObject(textpage, index)
        if words:
            found.setdefault(ctypes.addressof(words.contents), []).append(index)
    return found


def _has_replaced_text(page: pdfium.PdfPage) -> bool:
    for words in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=6):
        for place in range(max(raw.FPDFPageObj_CountMarks(words), 0)):
            mark = raw.FPDFPageObj_GetMark(words, place)
            if raw.FPDFPageObjMark_GetParamValueType(mark, b"ActualText") != raw.FPDF_OBJECT_UNKNOWN:
                return True
    return False


def _is_scan(page: pdfium.PdfPage, printed: int) -> bool:
    if printed > _FEW:
        return False
    if printed == 0:
        return any(True for _ in page.get_objects(max_depth=3))
    if any(_is_blank_font(words) for words in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=1)):
        return False  # a masked copy: its layer says what the picture shows
    left, bottom, right, top = page.get_bbox()
    whole = max((right - left) * (top - bottom), 1.0)
    for image in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        box = image.get_bounds()
        if max(box[2] - box[0], 0) * max(box[3] - box[1], 0) > _SCAN_COVERAGE_SHARE * whole:
            return True
    return False


def _is_blank_font(words: pdfium.PdfObject) -> bool:
    name = ctypes.create_string_buffer(len(BLANK_FONT_NAME) + 1)
    size = raw.FPDFFont_GetBaseFontName(raw.FPDFTextObj_GetFont(words), name, len(name))
    return bool(size == len(name) and name.value == BLANK_FONT_NAME)


def _find_lines(text: str) -> Iterator[tuple[int, int]]:
    begin = 0
    for row in text.split("\n"):
        words = row.strip()
        if words:
            at = begin + row.index(words[0])
            yield at, at + len(row[at - begin :].rstrip())
        begin += len(row) + 1


def _continues_address(text: str, begin: int, end: int, following: int) -> bool:
    return bool(_ADDRESS_START.search(text, begin, end) and _ADDRESS_END.match(text, following))


def _find_line_joins(textpage: pdfium.PdfTextPage, text: str) -> Iterator[int]:
    lines = list(_find_lines(text))
    if len(lines) < 2:
        return
    first = [textpage.get_charbox(begin, loose=True) for begin, _ in lines]
    last = [textpage.get_charbox(end - 1, loose=True) for _, end in lines]
    edge = max(box[2] for box in last)
    for place in range(len(lines) - 1):
        (begin, end), (following, stop) = lines[place], lines[place + 1]
        size = max(last[place][3] - last[place][1], 1.0)
        left = first[place][0]
        share = _FULL_BEFORE_FACT if _FACT_START.match(text, following) else _FULL_LINE_SHARE
        full = last[place][2] > left + share * (edge - left) and end - begin > 7
        level = first[place + 1][0] <= first[place][0] + 0.5 * size and (
            last[place][1] - first[place + 1][1] < 3.5 * size
        )
        columns = " " in text[begin:end] or " " in text[following:stop]
        beside = abs(last[place][1] - first[place + 1][1]) < 0.5 * size and (
            -0.2 * size < first[place + 1][0] - last[place][2] < 0.4 * size
        )
        beside |= end - begin == stop - following == 1 and (  # the line is written from top to bottom
            max(abs(left - first[place + 1][0]), abs(last[place][1] - first[place + 1][3])) < 0.5 * size
        )
        wrapped = level and abs(left - first[place + 1][0]) < size and _continues_address(text, begin, end, following)
        if beside or wrapped or (full and level and not columns and text[end - 1] not in _LINE_END_MARKS):
            yield from (index for index in range(end, following) if text[index] == "\n")


def join_pages(pages: list[PdfPage]) -> tuple[str, list[int]]:
    """Return the text of all pages, and the original offset of each character."""
    words: list[str] = []
    offsets: list[int] = []
    for page in pages:
        for index, char in enumerate(page.text):
            if index in page.joins or (char == "\n" and page.text[index - 1 : index] == "\n" and index):
                continue
            words.append(char)
            offsets.append(page.start + index)
        words.append("\n")
        offsets.append(page.start + len(page.text))
    return "".join(words), offsets
