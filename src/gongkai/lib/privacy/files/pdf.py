"""Mask PDF files: each page becomes a picture with black boxes and a new text layer.

The text layer contains only the words that remain visible. No original text, annotation or
attachment is copied.

Determine which characters of a PDF page are visible.
A character counts as visible if the page looks different without it; white, covered and undrawn
words do not.
"""

import ctypes
import io
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pypdfium2 as pdfium
from PIL import Image, ImageChops, ImageDraw
from pypdfium2 import raw

from gongkai.lib.confined import describe_excess
from gongkai.lib.fileformats.documents.packages import DAMAGED_PDF_ERROR
from gongkai.lib.privacy.files import pdf_words
from gongkai.lib.privacy.files.pdf_reading import (
    PdfPage,
    join_pages,
    list_text_objects,
    open_pdf,
    read_characters,
    read_pages,
)
from gongkai.lib.privacy.files.pdf_second import require_declared_text
from gongkai.lib.privacy.files.slots import FileMasker
from gongkai.lib.privacy.model import PrivacyError, UnknownContent

#: How much a dot must change to count as drawn (of 255).
_MIN_PIXEL_CHANGE = 24
#: So many groups of words that stand over one another are looked at one by one; with more of them none counts as seen.
_MAX_OVERLAPPING_GROUPS = 24
#: Points between the spots at which words are asked whether others stand there.
_GRID_POINTS = 2.0

PageBox = tuple[float, float, float, float]
#: Left and upper edge of the picture on the page (points), and dots a point.
PicturePosition = tuple[float, float, float]


def render_page(sheet: pdfium.PdfPage, scale: float) -> Image.Image:
    """Return a page as a picture, without form fields and notes.

    Args:
        sheet: the page.
        scale: dots a point.
    """
    return sheet.render(scale=scale, may_draw_forms=False, draw_annots=False).to_pil().convert("RGB")


def find_visible_characters(
    sheet: pdfium.PdfPage, textpage: pdfium.PdfTextPage, picture: Image.Image, place: PicturePosition
) -> set[int]:
    """Return the indices of the visible characters of a page.

    Args:
        sheet: the page, unturned.
        textpage: its words.
        picture: the page as it is drawn.
        place: where the picture lies on the page, and its scale.
    """
    objects = list_text_objects(textpage)
    boxes = {index: textpage.get_charbox(index) for indices in objects.values() for index in indices}
    crowded = _find_overlapping_objects(objects, boxes)
    alone = [number for number in objects if number not in crowded]
    groups = [alone, *_group_equal_objects([number for number in objects if number in crowded], objects, textpage)]
    found: set[int] = set()
    for group in groups if len(groups) <= _MAX_OVERLAPPING_GROUPS + 1 else groups[:1]:
        if group:
            changed = _render_difference(sheet, group, picture, place[2])
            indices = (index for number in group for index in objects[number])
            found.update(index for index in indices if _changes_in_box(boxes[index], changed, place))
    return found


def _render_difference(sheet: pdfium.PdfPage, group: list[int], picture: Image.Image, scale: float) -> Image.Image:
    words = [ctypes.cast(number, raw.FPDF_PAGEOBJECT) for number in group]
    modes = [raw.FPDFTextObj_GetTextRenderMode(word) for word in words]
    for word in words:
        raw.FPDFTextObj_SetTextRenderMode(word, raw.FPDF_TEXTRENDERMODE_INVISIBLE)
    without = render_page(sheet, scale)
    for one, mode in zip(words, modes, strict=True):
        raw.FPDFTextObj_SetTextRenderMode(one, mode)
    changed = ImageChops.difference(picture, without).convert("L")
    return changed.point([0] * _MIN_PIXEL_CHANGE + [255] * (256 - _MIN_PIXEL_CHANGE))


def _find_overlapping_objects(objects: dict[int, list[int]], boxes: dict[int, PageBox]) -> set[int]:
    spots: dict[tuple[int, int], int] = {}
    crowded: set[int] = set()
    for one, indices in objects.items():
        for index in indices:
            left, bottom, right, top = boxes[index]
            inset = min(right - left, top - bottom) * 0.15
            for across in range(int((left + inset) // _GRID_POINTS), int((right - inset) // _GRID_POINTS) + 1):
                for up in range(int((bottom + inset) // _GRID_POINTS), int((top - inset) // _GRID_POINTS) + 1):
                    other = spots.setdefault((across, up), one)
                    if other != one:
                        crowded.update((one, other))
    return crowded


def _group_equal_objects(
    crowded: list[int], objects: dict[int, list[int]], textpage: pdfium.PdfTextPage
) -> list[list[int]]:
    groups: dict[str, list[int]] = {}
    for number in crowded:
        words = "".join(chr(raw.FPDFText_GetUnicode(textpage, index)) for index in objects[number])
        groups.setdefault(words, []).append(number)
    return list(groups.values())


def _changes_in_box(box: PageBox, changed: Image.Image, place: PicturePosition) -> bool:
    left, top, scale = place
    area = (
        max(int((box[0] - left) * scale), 0),
        max(int((top - box[3]) * scale), 0),
        min(int((box[2] - left) * scale) + 1, changed.width),
        min(int((top - box[1]) * scale) + 1, changed.height),
    )
    return area[0] < area[2] and area[1] < area[3] and changed.crop(area).getbbox() is not None


#: Resolution of the page pictures in dots per inch: legible in print, about 250 KB a page.
RESOLUTION_DPI = 150
MAX_PAGE_PIXELS = 40_000_000
#: Maximum side of a page in points (PDF 32000-1, annex C).
MAX_SIDE_POINTS = 14_400
_BOX_MARGIN_POINTS = 1.5


def read_pdf_text(content: bytes) -> str:
    """Return the text layer of a PDF, page by page, with paragraph lines joined.

    Raises:
        PrivacyError: damaged, locked, a scan, or a file that draws other words than it says.
    """
    document = open_pdf(content)
    try:
        pages = read_pages(document)
    except pdfium.PdfiumError as error:
        raise UnknownContent(DAMAGED_PDF_ERROR) from error
    finally:
        document.close()
    require_declared_text(content, pages)
    return join_pages(pages)[0].removesuffix("\n")


def _find_spans_to_mask(pages: list[PdfPage], hider: FileMasker) -> list[tuple[int, int]]:
    whole = "\n".join(page.text for page in pages)
    joined, offsets = join_pages(pages)
    found = hider.found(joined)
    spans = [(offsets[one.start], offsets[one.end - 1] + 1) for one in found]
    taken = {place for start, end in spans for place in range(start, end)}
    single = [one for one in hider.found(whole) if taken.isdisjoint(range(one.start, one.end))]
    spans += [(one.start, one.end) for one in single]
    at = [(bisect_left(offsets, one.start), bisect_left(offsets, one.end)) for one in single]
    found += [replace(one, start=start, end=end) for one, (start, end) in zip(single, at, strict=True)]
    hider.findings.extend(found)
    for finding in found:
        hider.remember(finding)
    for text, places in ((whole, None), (joined, offsets)):
        for again in hider.known().finditer(text):
            start, end = again.span()
            spans.append((start, end) if places is None else (places[start], places[end - 1] + 1))
    return sorted(set(spans))


def _list_boxes(
    textpage: pdfium.PdfTextPage, page: PdfPage, spans: list[tuple[int, int]]
) -> Iterator[tuple[float, float, float, float]]:
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
    lines: list[pdf_words.TextLayerLine]
    turn: tuple[float, float, float, float, float, float]


def _render_masked_page(document: pdfium.PdfDocument, page: PdfPage, spans: list[tuple[int, int]]) -> MaskedPage:
    sheet = document[page.number]
    sheet.set_rotation(0)
    left, bottom, right, top = sheet.get_bbox()
    width, height = right - left, top - bottom
    if min(width, height) < 1 or max(width, height) > MAX_SIDE_POINTS:
        raise PrivacyError(f"PDF第{page.number + 1}页的大小不合规范（{width:.0f}×{height:.0f}磅），不予处理")
    scale = min(RESOLUTION_DPI / 72, (MAX_PAGE_PIXELS / (width * height)) ** 0.5)
    picture = render_page(sheet, scale)
    textpage = sheet.get_textpage()
    if read_characters(textpage) != page.text:
        raise PrivacyError(f"PDF第{page.number + 1}页两次读出的文字不一致，无法保证遮盖位置，不予处理")
    boxes = list(_list_boxes(textpage, page, spans))
    seen = find_visible_characters(sheet, textpage, picture, (left, top, scale))
    masked = [(max(start - page.start, 0), min(end - page.start, len(page.text))) for start, end in spans]
    lines = pdf_words.list_visible_lines(textpage, page.text, masked, seen)
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
    return MaskedPage(picture, size, lines, _rotation_matrix(page.rotation, (left, bottom, width, height)))


def _rotation_matrix(
    rotation: int, area: tuple[float, float, float, float]
) -> tuple[float, float, float, float, float, float]:
    left, bottom, width, height = area
    return {
        90: (0, -1, 1, 0, -bottom, width + left),
        180: (-1, 0, 0, -1, width + left, height + bottom),
        270: (0, 1, -1, 0, height + bottom, -left),
    }.get(rotation, (1, 0, 0, 1, -left, -bottom))


def mask_pdf(content: bytes, hider: FileMasker) -> bytes:
    """Return a PDF of pictures with black boxes, and of the words that remain visible.

    Raises:
        PrivacyError: damaged, locked, scanned, too large.
    """
    document = open_pdf(content)
    if words := describe_excess("masked pages", len(document)):
        raise PrivacyError(words)
    try:
        pages = read_pages(document)
        require_declared_text(content, pages)
        spans = _find_spans_to_mask(pages, hider)
        result = pdfium.PdfDocument.new()
        font = pdf_words.load_blank_font(result, "".join(page.text for page in pages))
        for page in pages:
            here = [span for span in spans if span[0] < page.start + len(page.text) and span[1] > page.start]
            _append_page(result, _render_masked_page(document, page, here), font)
        buffer = io.BytesIO()
        result.save(buffer)
        result.close()
    except pdfium.PdfiumError as error:
        raise PrivacyError("PDF文件有一页无法处理，未输出") from error
    finally:
        document.close()
    return buffer.getvalue()


def _append_page(result: pdfium.PdfDocument, sheet: MaskedPage, font: pdf_words.TextLayerFont) -> None:
    width, height = sheet.size
    encoded = io.BytesIO()
    sheet.picture.save(encoded, "JPEG", quality=80)
    image = pdfium.PdfImage.new(result)
    encoded.seek(0)
    image.load_jpeg(encoded, inline=True)
    image.set_matrix(pdfium.PdfMatrix().scale(width, height))
    page = result.new_page(width, height)
    page.insert_obj(image)
    pdf_words.write_text_layer(result, page, font, sheet.lines, sheet.turn)
    page.gen_content()
    page.close()
