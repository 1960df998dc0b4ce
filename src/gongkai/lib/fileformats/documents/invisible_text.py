"""Find invisible words of a PDF page: covered, or in their background's colour."""

import ctypes
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from pdfminer.utils import decode_text
from pypdfium2 import PdfBitmap, PdfPage, raw

from gongkai.lib.fileformats.documents.model import check_bound
from gongkai.lib.fileformats.documents.pdf_pages import is_watermark_name

HIDDEN, UNSEEN, WATERMARK = "hidden", "unseen", "watermark"
Box = tuple[float, float, float, float]
Colour = tuple[float, float, float]
#: Largest invisible difference of two colours.
_MAX_INVISIBLE_COLOUR_DIFFERENCE = 0.03
#: Share of the box of a character that must have another colour.
_MIN_VISIBLE_SHARE = 0.2
#: Opacity from which a shape covers, and height of the bands in which shapes are looked up.
_MIN_COVERING_OPACITY, _BAND_HEIGHT = 0.95, 32
_MAX_FORMS, _MAX_SEGMENTS, _MAX_SIDE, _MAX_BANDS = 40, 400, 2_000, 1_000
_IDENTITY_MATRIX = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_WHITE_RGB = (1.0, 1.0, 1.0)
_TOP_DRAWING_ORDER = 1 << 40
_FILLED_ANNOTATION_TYPES = (raw.FPDF_ANNOT_SQUARE, raw.FPDF_ANNOT_REDACT)


class _PaintedObject(NamedTuple):
    """A painted object of a page with its mark, transparency and matrix to the page."""

    item: raw.FPDF_PAGEOBJECT
    kind: int
    mark: str
    faint: bool  # it or an outer form is transparent
    matrix: tuple[float, ...]


class _PaintedShape(NamedTuple):
    """A painted shape: position in the painting order, box, colour, and if it fills the box."""

    at: int
    box: Box
    colour: Colour | None
    covers: bool
    picture: raw.FPDF_PAGEOBJECT | None = None


class PaintingOrder:
    """The text objects and the shapes of a page in the order of painting.

    Attributes:
        marks: hidden or watermark, by address of a text object or a form; that of a form counts for all in it.
    """

    def __init__(self, page: PdfPage, hidden: set[str]) -> None:
        self.marks: dict[int, str] = {}
        self._page = page
        self._order: dict[int, int] = {}
        self._bands: dict[int, list[_PaintedShape]] = defaultdict(list)
        self._bitmaps: dict[int, PdfBitmap | None] = {}
        self._pixels: PdfBitmap | None = None
        for at, painted in enumerate(_iterate_objects(page.raw, hidden)):
            check_bound("page signs", at)
            address = ctypes.addressof(painted.item.contents)
            if painted.mark:
                self.marks[address] = painted.mark
            if painted.kind == raw.FPDF_PAGEOBJ_TEXT:
                self._order[address] = at
            elif not painted.mark and painted.kind != raw.FPDF_PAGEOBJ_FORM:
                for shape in _iterate_filled_shapes(at, painted):
                    self._add(shape)
        for shape in _list_annotation_shapes(page):
            self._add(shape)

    def _add(self, shape: _PaintedShape) -> None:
        """Add a shape to all bands of the page that it touches."""
        first_band, last_band = int(shape.box[1] // _BAND_HEIGHT), int(shape.box[3] // _BAND_HEIGHT)
        for band in range(max(first_band, -_MAX_BANDS), min(last_band, _MAX_BANDS) + 1):
            self._bands[band].append(shape)

    def find_mark(self, owner: int, box: Box, colour: Colour) -> str:
        """Return `HIDDEN` for a character under a shape, `UNSEEN` under a picture or in the background's colour, else "".

        `owner`: the address of its text object.
        """
        at = self._order.get(owner)
        if at is None:
            return ""
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        background: Colour | None = _WHITE_RGB
        for shape in self._bands.get(int(y // _BAND_HEIGHT), ()):
            left, bottom, right, top = shape.box
            if not (left <= x <= right and bottom <= y <= top):
                continue
            if shape.at < at:
                if shape.covers:
                    background = shape.colour
                elif shape.colour is None or not _is_similar_colour(shape.colour, colour):
                    background = None
            elif shape.covers and top - bottom > (box[3] - box[1]) / 3:
                return HIDDEN
            elif shape.picture is not None and self._is_opaque(shape, x, y):
                return UNSEEN
        is_same = background is not None and _is_similar_colour(background, colour)
        return UNSEEN if is_same and not self._has_contrast(box, colour) else ""

    def _has_contrast(self, box: Box, colour: Colour) -> bool:
        """Return true if a colour is visible on the background of a box."""
        if self._pixels is None:
            self._pixels = self._handle_painting_without_text()
        pixels, brightness = self._pixels, 255 * (0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2])
        inset = 0.15 * (box[2] - box[0])
        x, y = ctypes.c_int(), ctypes.c_int()
        corners = []
        for across, up in ((box[0] + inset, box[1]), (box[2] - inset, box[3])):
            raw.FPDF_PageToDevice(self._page, 0, 0, pixels.width, pixels.height, 0, across, up, x, y)
            corners.append((x.value, y.value))
        left, right = (min(max(side(pixel[0] for pixel in corners), 0), pixels.width - 1) for side in (min, max))
        upper, lower = (min(max(side(pixel[1] for pixel in corners), 0), pixels.height - 1) for side in (min, max))
        brightnesses = [
            pixels.buffer[row * pixels.stride + at] for row in range(upper, lower + 1) for at in range(left, right + 1)
        ]
        return sum(
            abs(pixel - brightness) > 255 * _MAX_INVISIBLE_COLOUR_DIFFERENCE for pixel in brightnesses
        ) > _MIN_VISIBLE_SHARE * len(brightnesses)

    def _handle_painting_without_text(self) -> PdfBitmap:
        """Return the page painted in grey without its text."""
        text_objects = [ctypes.cast(address, raw.FPDF_PAGEOBJECT) for address in self._order]
        modes = [raw.FPDFTextObj_GetTextRenderMode(text_object) for text_object in text_objects]
        for text_object in text_objects:
            raw.FPDFTextObj_SetTextRenderMode(text_object, raw.FPDF_TEXTRENDERMODE_INVISIBLE)
        scale = min(1.0, _MAX_SIDE / max(self._page.get_size()))
        painted = self._page.render(scale=scale, grayscale=True, may_draw_forms=False)
        for text_object, mode in zip(text_objects, modes, strict=True):
            raw.FPDFTextObj_SetTextRenderMode(text_object, mode)
        return painted

    def _is_opaque(self, shape: _PaintedShape, x: float, y: float) -> bool:
        """Return true if a picture, with its masks, covers a point of the page."""
        assert shape.picture is not None
        address = ctypes.addressof(shape.picture.contents)
        if address not in self._bitmaps:
            self._bitmaps[address] = self._render(shape)
        bitmap = self._bitmaps[address]
        if bitmap is None:
            return False
        left, bottom, right, top = shape.box
        column = min(int((x - left) / max(right - left, 0.01) * bitmap.width), bitmap.width - 1)
        row = min(int((top - y) / max(top - bottom, 0.01) * bitmap.height), bitmap.height - 1)
        return (
            bitmap.n_channels < 4 or bitmap.buffer[row * bitmap.stride + 4 * column + 3] > 255 * _MIN_COVERING_OPACITY
        )

    def _render(self, shape: _PaintedShape) -> PdfBitmap | None:
        """Return the picture of a shape, or None if it is too large or empty."""
        if max(shape.box[2] - shape.box[0], shape.box[3] - shape.box[1]) > _MAX_SIDE:
            return None
        made = raw.FPDFImageObj_GetRenderedBitmap(self._page.pdf, self._page, shape.picture)
        return PdfBitmap.from_raw(made) if made else None


def _iterate_objects(page: raw.FPDF_PAGE, hidden: set[str]) -> Iterator[_PaintedObject]:
    """Yield the objects of a page in painting order; `hidden` names the hidden layers."""
    pending: list[tuple[object, int, int, str, bool, tuple[float, ...]]] = [(page, 0, 0, "", False, _IDENTITY_MATRIX)]
    while pending:
        parent, level, index, outer_mark, faint, matrix = pending.pop()
        number = raw.FPDFFormObj_CountObjects(parent) if level else raw.FPDFPage_CountObjects(parent)
        for place in range(index, max(number, 0)):
            page_object = raw.FPDFFormObj_GetObject(parent, place) if level else raw.FPDFPage_GetObject(parent, place)
            kind, mark = raw.FPDFPageObj_GetType(page_object), outer_mark or _find_mark(page_object, hidden)
            seen_through = faint or bool(raw.FPDFPageObj_HasTransparency(page_object))
            yield _PaintedObject(page_object, kind, mark, seen_through, matrix)
            if kind == raw.FPDF_PAGEOBJ_FORM and level < _MAX_FORMS:
                inner = raw.FS_MATRIX()
                raw.FPDFPageObj_GetMatrix(page_object, inner)
                pending.append((parent, level, place + 1, outer_mark, faint, matrix))
                pending.append((page_object, level + 1, 0, mark, seen_through, _multiply_matrices(inner, matrix)))
                break


def _find_mark(item: raw.FPDF_PAGEOBJECT, hidden: set[str]) -> str:
    """Return WATERMARK or HIDDEN for an object so marked or in a hidden layer, else ""."""
    for index in range(max(raw.FPDFPageObj_CountMarks(item), 0)):
        content_mark = raw.FPDFPageObj_GetMark(item, index)
        names = {_read_mark_text(content_mark, key) for key in (b"Subtype", b"Name")}
        if any(is_watermark_name(name) for name in names):
            return WATERMARK
        if names & hidden:
            return HIDDEN
    return ""


def _read_mark_text(mark: raw.FPDF_PAGEOBJECTMARK, key: bytes) -> str:
    """Return a text parameter of a content mark, empty if it has none."""
    size, raw_bytes, letters = ctypes.c_ulong(), (ctypes.c_ubyte * 400)(), (raw.FPDF_WCHAR * 200)()
    if raw.FPDFPageObjMark_GetParamBlobValue(mark, key, raw_bytes, 400, size):  # a text, mostly in UTF-16
        return decode_text(bytes(raw_bytes)[: size.value])
    if raw.FPDFPageObjMark_GetParamStringValue(mark, key, letters, 400, size):  # a name
        return bytes(letters)[: max(size.value - 2, 0)].decode("utf-16-le", "replace")
    return ""


def _iterate_filled_shapes(at: int, painted: _PaintedObject) -> Iterator[_PaintedShape]:
    """Yield the shapes that an object fills; only rectangles cover what is below."""
    bounds = [ctypes.c_float() for _ in range(4)]
    if not raw.FPDFPageObj_GetBounds(painted.item, *bounds):
        return
    left, bottom, right, top = (number.value for number in bounds)
    full_box = _compute_box([_transform_point(x, y, painted.matrix) for x in (left, right) for y in (bottom, top)])
    clip, plain = _get_clip(painted)
    solid = plain and not painted.faint
    if painted.kind != raw.FPDF_PAGEOBJ_PATH:
        picture = painted.item if solid and painted.kind == raw.FPDF_PAGEOBJ_IMAGE else None
        yield from _clip_shape(_PaintedShape(at, full_box, None, covers=False, picture=picture), clip)
        return
    filled, stroked = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(painted.item, filled, stroked)
    if not filled.value:
        return
    channels = [ctypes.c_uint() for _ in range(4)]
    has_colour = (
        raw.FPDFPageObj_GetFillColor(painted.item, *channels) and channels[3].value > 255 * _MIN_COVERING_OPACITY
    )
    red, green, blue = (number.value / 255 for number in channels[:3])
    colour = (red, green, blue) if has_colour and not painted.faint else None
    boxes = _list_rectangles(painted) if solid and colour else []
    for box in boxes or [full_box]:
        yield from _clip_shape(_PaintedShape(at, box, colour, covers=bool(boxes)), clip)


def _list_rectangles(painted: _PaintedObject) -> list[Box]:
    """Return the rectangles of a path; [] if it has other forms."""
    inner = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(painted.item, inner)
    number = raw.FPDFPath_CountSegments(painted.item)
    if not 0 < number <= _MAX_SEGMENTS:
        return []
    segments = (raw.FPDFPath_GetPathSegment(painted.item, index) for index in range(number))
    subpaths = _split_path(segments, _multiply_matrices(inner, painted.matrix))
    return [box for subpath in subpaths if (box := _compute_box(subpath))] if all(map(_is_rectangle, subpaths)) else []


def _get_clip(painted: _PaintedObject) -> tuple[Box | None, bool]:
    """Return (clipping box or None for the page, true if cut by rectangles only)."""
    clip = raw.FPDFPageObj_GetClipPath(painted.item)
    clip_box: Box | None = None
    plain = True
    for path in range(min(max(raw.FPDFClipPath_CountPaths(clip), 0), _MAX_FORMS)):
        number = min(max(raw.FPDFClipPath_CountPathSegments(clip, path), 0), _MAX_SEGMENTS)
        segments = (raw.FPDFClipPath_GetPathSegment(clip, path, index) for index in range(number))
        subpaths = _split_path(segments, painted.matrix)
        points = [point for subpath in subpaths for point in subpath]
        if points:
            box = _compute_box(points)
            clip_box = box if clip_box is None else _compute_overlap(clip_box, box)
            plain = plain and len(subpaths) == 1 and _is_rectangle(subpaths[0])
    return clip_box, plain


def _split_path(segments: Iterator[raw.FPDF_PATHSEGMENT], matrix: tuple[float, ...]) -> list[list[tuple[float, float]]]:
    """Return the points of each part of a path, in coordinates of the page."""
    subpaths: list[list[tuple[float, float]]] = []
    x, y = ctypes.c_float(), ctypes.c_float()
    for segment in segments:
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        if not subpaths or raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_MOVETO:
            subpaths.append([])
        subpaths[-1].append(_transform_point(x.value, y.value, matrix))
    return [subpath for subpath in subpaths if len(subpath) > 1]


def _is_rectangle(points: list[tuple[float, float]]) -> bool:
    across, up = ({round(point[axis], 1) for point in points} for axis in (0, 1))
    return 4 <= len(points) <= 6 and len(across) == len(up) == 2


def _compute_box(points: list[tuple[float, float]]) -> Box:
    across, up = [x for x, _ in points], [y for _, y in points]
    return min(across), min(up), max(across), max(up)


def _compute_overlap(one: Box, other: Box) -> Box:
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])


def _clip_shape(shape: _PaintedShape, clip: Box | None) -> Iterator[_PaintedShape]:
    """Yield the shape cut to the clip, nothing if it lies outside."""
    box = shape.box if clip is None else _compute_overlap(shape.box, clip)
    if box[0] < box[2] and box[1] < box[3]:
        yield shape._replace(box=box)


def _list_annotation_shapes(page: PdfPage) -> Iterator[_PaintedShape]:
    """Yield the filled rectangles of annotations, also of pending redactions."""
    for index in range(min(raw.FPDFPage_GetAnnotCount(page), _MAX_BANDS)):
        note = raw.FPDFPage_GetAnnot(page, index)
        place = raw.FS_RECTF()
        channels = [ctypes.c_uint() for _ in range(4)]
        if (
            raw.FPDFAnnot_GetSubtype(note) in _FILLED_ANNOTATION_TYPES
            and not raw.FPDFAnnot_GetFlags(note) & (raw.FPDF_ANNOT_FLAG_HIDDEN | raw.FPDF_ANNOT_FLAG_NOVIEW)
            and raw.FPDFAnnot_HasKey(note, b"IC")
            and raw.FPDFAnnot_GetColor(note, raw.FPDFANNOT_COLORTYPE_InteriorColor, *channels)
            and channels[3].value > 255 * _MIN_COVERING_OPACITY
            and raw.FPDFAnnot_GetRect(note, place)
        ):
            box = min(place.left, place.right), place.bottom, max(place.left, place.right), place.top
            yield _PaintedShape(_TOP_DRAWING_ORDER, box, None, covers=True)
        raw.FPDFPage_CloseAnnot(note)


def _multiply_matrices(inner: raw.FS_MATRIX, outer: tuple[float, ...]) -> tuple[float, ...]:
    """Return the product of two matrices."""
    a, b, c, d, e, f = outer
    return (
        inner.a * a + inner.b * c,
        inner.a * b + inner.b * d,
        inner.c * a + inner.d * c,
        inner.c * b + inner.d * d,
        inner.e * a + inner.f * c + e,
        inner.e * b + inner.f * d + f,
    )


def _transform_point(x: float, y: float, matrix: tuple[float, ...]) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _is_similar_colour(one: Colour, other: Colour) -> bool:
    return all(abs(a - b) <= _MAX_INVISIBLE_COLOUR_DIFFERENCE for a, b in zip(one, other, strict=True))
