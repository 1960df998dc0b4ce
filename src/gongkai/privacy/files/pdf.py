"""PDF files: every page becomes a picture with black boxes; no text layer, annotation or attachment is carried over.

A page without a text layer (a scan) is refused: a machine that cannot read it cannot promise that it is clean.
"""

import io
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2 as pdfium
from PIL import Image, ImageDraw

from gongkai.privacy.files.slots import MAX_CHARS, Hider
from gongkai.privacy.frame import half_width
from gongkai.privacy.model import PrivacyError

MAX_PAGES = 500
#: Dots an inch of the pictures: legible in print, about 250 KB a page.
RESOLUTION = 150
MAX_PIXELS = 40_000_000
_MARGIN = 1.5


@dataclass(frozen=True)
class Page:
    """The text of one page, where its first character stands in the whole, and how far the page is turned."""

    number: int
    start: int
    text: str
    rotation: int


def _open(content: bytes) -> pdfium.PdfDocument:
    try:
        document = pdfium.PdfDocument(content)
        pages = len(document)
    except pdfium.PdfiumError as error:
        raise PrivacyError("PDF文件打不开：文件损坏或设有密码") from error
    if pages == 0 or pages > MAX_PAGES:
        raise PrivacyError(f"PDF文件须为1至{MAX_PAGES}页，这份有{pages}页")
    return document


def _characters(textpage: pdfium.PdfTextPage) -> str:
    """Return one character for each index of the text page, so that offsets and boxes agree."""
    count = textpage.count_chars()
    words: list[str] = []
    raw = pdfium.raw
    for index in range(count):
        code = raw.FPDFText_GetUnicode(textpage, index)
        words.append(
            "\n" if code in (10, 13) else " " if code == 0 or 0xD800 <= code <= 0xDFFF else chr(code)
        )
    return "".join(words)


def _read(document: pdfium.PdfDocument) -> list[Page]:
    pages: list[Page] = []
    start = 0
    for number in range(len(document)):
        page = document[number]
        rotation = page.get_rotation()
        page.set_rotation(0)  # as it is drawn later: the order of the characters depends on it
        textpage = page.get_textpage()
        text = _characters(textpage)
        textpage.close()
        if not text.strip() and any(True for _ in page.get_objects(max_depth=3)):
            raise PrivacyError(
                f"PDF第{number + 1}页没有文字层（可能是扫描件），无法检查，请先识别文字或人工遮盖"
            )
        page.close()
        pages.append(Page(number, start, text, rotation))
        start += len(text) + 1
        if start > MAX_CHARS:
            raise PrivacyError("PDF文字过多，请拆分后再处理")
    return pages


def pdf_text(content: bytes) -> str:
    """Return the text layer of a PDF, page after page."""
    document = _open(content)
    try:
        return "\n".join(page.text for page in _read(document))
    finally:
        document.close()


def _spans(pages: list[Page], hider: Hider) -> list[tuple[int, int]]:
    """Return the spans to black out in the whole text: what is found, and the same words elsewhere."""
    whole = "\n".join(page.text for page in pages)
    found = hider.found(whole)
    hider.findings.extend(found)
    for finding in found:
        hider._remember(finding)
    spans = [(finding.start, finding.end) for finding in found]
    pattern = hider.known()
    if pattern is not None:
        spans += [found_again.span() for found_again in pattern.finditer(half_width(whole))]
    return sorted(set(spans))


def _boxes(
    textpage: pdfium.PdfTextPage, page: Page, spans: list[tuple[int, int]]
) -> Iterator[tuple[float, float, float, float]]:
    for start, end in spans:
        low, high = max(start - page.start, 0), min(end - page.start, len(page.text))
        for index in range(low, high):
            if page.text[index].strip() and unicodedata.category(page.text[index]) != "Cf":
                box = textpage.get_charbox(index, loose=True)
                if box[2] - box[0] <= 0 or box[3] - box[1] <= 0:
                    raise PrivacyError(f"PDF第{page.number + 1}页有文字没有位置，无法遮盖，不予处理")
                yield box


def _picture(
    document: pdfium.PdfDocument, page: Page, spans: list[tuple[int, int]]
) -> tuple[Image.Image, tuple[float, float]]:
    """Return a page as a picture with its boxes drawn, and its size in points as a reader sees it."""
    sheet = document[page.number]
    sheet.set_rotation(0)
    left, bottom, right, top = sheet.get_bbox()
    scale = RESOLUTION / 72
    if (right - left) * (top - bottom) * scale * scale > MAX_PIXELS:
        scale = (MAX_PIXELS / max((right - left) * (top - bottom), 1)) ** 0.5
    picture = sheet.render(scale=scale, may_draw_forms=False, draw_annots=False).to_pil().convert("RGB")
    textpage = sheet.get_textpage()
    if _characters(textpage) != page.text:
        raise PrivacyError(f"PDF第{page.number + 1}页两次读出的文字不一致，无法保证遮盖位置，不予处理")
    pen = ImageDraw.Draw(picture)
    for box in _boxes(textpage, page, spans):
        place = (
            int((box[0] - left - _MARGIN) * scale),
            int((top - box[3] - _MARGIN) * scale),
            int((box[2] - left + _MARGIN) * scale) + 1,
            int((top - box[1] + _MARGIN) * scale) + 1,
        )
        pen.rectangle(place, fill="black")
    textpage.close()
    sheet.close()
    if page.rotation:
        picture = picture.rotate(-page.rotation, expand=True)
    size = (right - left, top - bottom)
    return picture, size[::-1] if page.rotation in (90, 270) else size


def mask_pdf(content: bytes, hider: Hider) -> bytes:
    """Return a PDF of pictures with everything hidden under black boxes.

    Raises:
        PrivacyError: damaged, locked, scanned, too large.
    """
    document = _open(content)
    try:
        pages = _read(document)
        spans = _spans(pages, hider)
        result = pdfium.PdfDocument.new()
        for page in pages:
            here = [span for span in spans if span[0] < page.start + len(page.text) and span[1] > page.start]
            _append(result, *_picture(document, page, here))
        buffer = io.BytesIO()
        result.save(buffer)
        result.close()
    except pdfium.PdfiumError as error:
        raise PrivacyError("PDF文件有一页无法处理，未输出") from error
    finally:
        document.close()
    return buffer.getvalue()


def _append(result: pdfium.PdfDocument, picture: Image.Image, size: tuple[float, float]) -> None:
    width, height = size
    encoded = io.BytesIO()
    picture.save(encoded, "JPEG", quality=80)
    image = pdfium.PdfImage.new(result)
    encoded.seek(0)
    image.load_jpeg(encoded, inline=True)
    image.set_matrix(pdfium.PdfMatrix().scale(width, height))
    page = result.new_page(width, height)
    page.insert_obj(image)
    page.gen_content()
    page.close()
