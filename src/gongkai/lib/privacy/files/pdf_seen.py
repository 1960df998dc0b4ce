"""Determine which characters of a PDF page are visible.

A character counts as visible if the page looks different without it; white, covered and undrawn
words do not.
"""

import ctypes

import pypdfium2 as pdfium
from PIL import Image, ImageChops
from pypdfium2 import raw

from gongkai.lib.privacy.files.pdf_reading import list_text_objects

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
    groups = [
        alone,
        *_group_equal_objects([number for number in objects if number in crowded], objects, textpage),
    ]
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
