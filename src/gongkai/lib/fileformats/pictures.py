"""Verify, measure, resize and strip untrusted pictures, in a child (`confined`)."""

import io
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image, ImageChops, ImageFilter, ImageOps, ImageStat

from gongkai.lib.confined import reader, refuse_excess

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

_IMAGE_PLUGINS = ("PIL.PngImagePlugin", "PIL.JpegImagePlugin", "PIL.GifImagePlugin", "PIL.MpoImagePlugin")
_JPEG_QUALITY = 85
#: Exceptions of Pillow for a picture with disordered, truncated or oversized parts.
BROKEN_PICTURE_ERRORS: tuple[type[Exception], ...] = (
    *(OSError, SyntaxError, ValueError, LookupError, EOFError, TypeError, OverflowError, RuntimeError),
    *(struct.error, zlib.error, Image.DecompressionBombError),
)
#: Metadata of a picture that is needed to show it, as Pillow names it; all other metadata is removed.
DISPLAY_METADATA = frozenset(
    {"icc_profile", "transparency", "gamma", "dpi", "srgb", "interlace", "progressive", "progression"}
    | {"chromaticity", "jfif", "jfif_version", "jfif_unit", "jfif_density", "adobe", "adobe_transform"}
)
#: EXIF tag of the camera's orientation.
ORIENTATION_TAG = 0x0112


class UnfitPicture(Exception):
    """Raised for a refused picture; the message is a Chinese line without full stop."""

    def __init__(self, words: str) -> None:
        super().__init__(words.removesuffix("。"))


@dataclass(frozen=True)
class SizedPicture:
    """A picture in one width: bytes, suffix, width and height in pixels."""

    data: bytes
    suffix: str
    width: int
    height: int


@reader(UnfitPicture, loads=_IMAGE_PLUGINS)
def check_picture(data: bytes) -> None:
    """Decode a picture completely.

    Raises:
        UnfitPicture: it cannot be shown on a page.
    """
    _check_picture(data)


@reader(UnfitPicture, loads=_IMAGE_PLUGINS)
def measure_picture(data: bytes) -> tuple[int, int, bool]:
    """Return (width, height, true if anything is on it) of a picture, in pixels.

    Raises:
        UnfitPicture: it cannot be shown on a page.
    """
    _check_picture(data)
    with Image.open(io.BytesIO(data)) as opened:
        return (*opened.size, has_marks(opened))


@reader(UnfitPicture, loads=(*_IMAGE_PLUGINS, *(f"PIL.{name}ImagePlugin" for name in ("WebP", "Bmp", "Tiff"))))
def is_blank_picture(data: bytes) -> bool:
    """Decode a picture and return whether nothing is on it (`is_blank`).

    Raises:
        UnfitPicture: it does not open.
    """
    try:
        with Image.open(io.BytesIO(data)) as opened:
            refuse_excess(UnfitPicture, "pixels", opened.width * opened.height)
            opened.draft(None, (_SEARCH_SIDE_PIXELS,) * 2)  # a large photo is decoded no larger than is needed
            return is_blank(opened)
    except BROKEN_PICTURE_ERRORS as error:
        raise UnfitPicture(_DAMAGED_PICTURE_MESSAGE) from error


#: Pixels of the smallest picture that shows anything; shades by which a visible pixel differs from those around it;
#: share of the pixels that must be visible.
_MIN_SHOWN_PIXELS, _MIN_VISIBLE_SHADES, _MIN_VISIBLE_SHARE = 2_500, 8, 0.0003
#: The surroundings of a pixel have a radius of the shorter side divided by this.
_SURROUNDING_PART = 50


def is_blank(picture: Image.Image) -> bool:
    """Return true if a picture shows nothing: one colour, a gradient, transparent, tiny."""
    if picture.width * picture.height < _MIN_SHOWN_PIXELS:
        return True
    scale = min(1, _SEARCH_SIDE_PIXELS / max(picture.size))
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    opaque = picture.resize(size, Image.Resampling.NEAREST).convert("RGBA")
    flattened = Image.alpha_composite(Image.new("RGBA", opaque.size, "white"), opaque).convert("RGB")
    around = flattened.filter(ImageFilter.BoxBlur(max(2, min(flattened.size) // _SURROUNDING_PART)))
    least = _MIN_VISIBLE_SHARE * flattened.width * flattened.height
    return all(
        sum(channel.histogram()[_MIN_VISIBLE_SHADES:]) < least
        for channel in ImageChops.difference(flattened, around).split()
    )


def has_marks(picture: Image.Image) -> bool:
    """Return whether a picture of a page shows writing or a stamp.

    Thin strokes darker than the paper around them count, however pale. Shadows, dust, punched holes, dark edges
    and the straight lines of folds, of ruled paper and of empty tables do not.
    """
    opaque = picture.convert("RGBA") if _is_transparent(picture) else picture
    if opaque.mode == "RGBA":
        opaque = Image.alpha_composite(Image.new("RGBA", opaque.size, "white"), opaque)
    grey = opaque.convert("L")
    grey.thumbnail((_SEARCH_SIDE_PIXELS, _SEARCH_SIDE_PIXELS), Image.Resampling.BOX)
    edge_x, edge_y = grey.width // 30, grey.height // 30
    grey = grey.crop((edge_x, edge_y, grey.width - edge_x, grey.height - edge_y))
    if min(grey.size) < 2 * _CELL_SIDE_PIXELS:
        return False
    ink = _remove_patches(_find_ink(grey))
    # Ruled paper is straight in one of these directions only; writing is in none.
    return all(_count_marked_cells(_rotate_ink(ink, angle)) >= _MIN_MARKED_CELLS for angle in _TILT_DEGREES)


def _rotate_ink(ink: Image.Image, angle: float) -> Image.Image:
    """Return an ink mask rotated; a pixel counts as ink if most of it is covered."""
    turned = ink.rotate(angle, Image.Resampling.BILINEAR) if angle else ink
    return turned.point(lambda share: 255 if share > _MIN_PIXEL_INK else 0)


def _count_marked_cells(ink: Image.Image) -> int:
    """Return the number of cells of a grid over the page that contain ink other than lines."""
    strokes = _remove_lines(ink)
    cells = strokes.resize((ink.width // _CELL_SIDE_PIXELS, ink.height // _CELL_SIDE_PIXELS), Image.Resampling.BOX)
    return sum(cells.histogram()[_MIN_MARKED_CELL_INK:])


def _find_ink(grey: Image.Image) -> Image.Image:
    """Return in white the pixels that are clearly darker than the paper around them."""
    around = grey.reduce(_CELL_SIDE_PIXELS).filter(ImageFilter.MaxFilter(3)).filter(ImageFilter.BoxBlur(1))
    paper = around.resize(grey.size, Image.Resampling.BILINEAR)
    noise = ImageStat.Stat(ImageChops.difference(grey, grey.filter(ImageFilter.MedianFilter(3)))).mean[0]
    contrast = _MIN_CONTRAST + _NOISE_FACTOR * noise
    return ImageChops.subtract(paper, grey).point(lambda darker: 255 if darker > contrast else 0)


def _remove_patches(ink: Image.Image) -> Image.Image:
    """Return ink without solid patches, which are found at half the size."""
    half = ink.reduce(2).point(lambda share: 255 if share == 255 else 0)
    inside = half.filter(ImageFilter.BoxBlur(_MIN_SOLID_PIXELS // 4)).point(lambda share: 255 if share == 255 else 0)
    return ImageChops.subtract(ink, _widen_ink(inside, _MIN_SOLID_PIXELS // 2 + 1).resize(ink.size))


def _widen_ink(ink: Image.Image, by: int) -> Image.Image:
    """Return ink of two shades widened by `by` pixels, faster than a maximum filter."""
    return ink.filter(ImageFilter.BoxBlur(by)).point(lambda share: 255 if share else 0)


def _remove_lines(ink: Image.Image) -> Image.Image:
    """Return ink without long straight lines."""
    for run in ((_HALF_LINE_PIXELS, 0), (0, _HALF_LINE_PIXELS)):
        eroded = ink.filter(ImageFilter.BoxBlur(run)).point(lambda share: 255 if share > _MIN_LINE_INK else 0)
        line = eroded.filter(ImageFilter.BoxBlur(run)).point(lambda share: 255 if share else 0)
        ink = ImageChops.subtract(ink, _widen_ink(line, 1))
    return ink


#: Longer side in pixels at which marks are looked for, and the side of a cell.
_SEARCH_SIDE_PIXELS, _CELL_SIDE_PIXELS = 1200, 16
#: Shades of grey, and multiple of the mean noise, by which a mark is darker than the paper.
_MIN_CONTRAST, _NOISE_FACTOR = 14, 4
#: Half the length of a straight run that is a line, its share of ink (of 255), and the thickness of a solid patch.
_HALF_LINE_PIXELS, _MIN_LINE_INK, _MIN_SOLID_PIXELS = 30, 220, 11
#: Angles by which a page may lie askew (degrees), and the share of ink (of 255) of an inked pixel of a turned page.
_TILT_DEGREES = (0.0, 0.75, -0.75, 1.5, -1.5, 2.25, -2.25, 3.0, -3.0)
_MIN_PIXEL_INK = 100
#: The ink of a marked cell (of 255), and the fewest marked cells of a page: some eight characters, or a signature.
_MIN_MARKED_CELL_INK, _MIN_MARKED_CELLS = 12, 10


@reader(UnfitPicture, loads=_IMAGE_PLUGINS)
def resize_picture(data: bytes, widths: list[int]) -> list[SizedPicture]:
    """Return a picture in these widths, not enlarged, widest first; upright, without metadata.

    Raises:
        UnfitPicture: it cannot be shown on a page.
    """
    _check_picture(data)
    with Image.open(io.BytesIO(data)) as opened:
        photo = opened.format == "JPEG"
        turned = opened.getexif().get(ORIENTATION_TAG, 1) > 4  # width and height change places
        full = opened.size[::-1] if turned else opened.size
        widest = min(full[0], max(widths))
        if photo:  # decoded no larger than is needed
            opened.draft(None, (widest, widest))
        ImageOps.exif_transpose(opened, in_place=True)
        picture: Image.Image = opened
        mode = "RGB" if photo or not _is_transparent(picture) else "RGBA"
        if picture.mode != mode:
            picture = picture.convert(mode)
        return [
            _resize(picture, width, max(round(full[1] * width / full[0]), 1), photo)
            for width in sorted({widest, *(number for number in widths if number < widest)}, reverse=True)
        ]


@reader(UnfitPicture, loads=_IMAGE_PLUGINS)
def strip_picture(data: bytes) -> bytes:
    """Return a picture without metadata (place, time, comments).

    Other data, and a picture without metadata, are returned unchanged.

    Raises:
        UnfitPicture: it exceeds a limit.
    """
    try:
        with Image.open(io.BytesIO(data)) as opened:
            refuse_excess(UnfitPicture, "pixels", opened.width * opened.height)
            has_metadata = {*opened.info} - DISPLAY_METADATA or opened.getexif()
            return _strip_metadata(opened) if has_metadata and opened.format in ("JPEG", "MPO", "PNG") else data
    except BROKEN_PICTURE_ERRORS:
        return data  # the checks report pictures that cannot be opened


#: The last byte of a GIF: frames may be missing before the first one is.
_GIF_END = b";"
_DAMAGED_PICTURE_MESSAGE = "图片打不开，可能已损坏或没有传完整"


def _check_picture(data: bytes) -> None:
    """Refuse pictures that cannot be shown (UnfitPicture)."""
    try:
        with Image.open(io.BytesIO(data)) as probe:
            if probe.format not in ("PNG", "JPEG", "GIF"):
                raise UnfitPicture("图片的内容不是 PNG、JPEG 或 GIF")
            refuse_excess(UnfitPicture, "pixels", probe.width * probe.height)
            if probe.format == "GIF" and not data.rstrip(b"\0").endswith(_GIF_END):
                raise UnfitPicture(_DAMAGED_PICTURE_MESSAGE)
            probe.verify()
        with Image.open(io.BytesIO(data)) as picture:
            picture.load()
    except BROKEN_PICTURE_ERRORS as error:
        raise UnfitPicture(_DAMAGED_PICTURE_MESSAGE) from error


def _strip_metadata(opened: "ImageFile") -> bytes:
    """Return a picture without its metadata, turned upright, with its colour profile."""
    kept_metadata = {"icc_profile": icc} if (icc := opened.info.get("icc_profile")) else {}
    buffer = io.BytesIO()
    if opened.format == "PNG":
        opened.info = {name: text for name, text in opened.info.items() if name in DISPLAY_METADATA}
        opened.save(buffer, "PNG", optimize=True, save_all=getattr(opened, "is_animated", False), **kept_metadata)
        return buffer.getvalue()
    upright = opened.format == "JPEG" and opened.getexif().get(ORIENTATION_TAG, 1) == 1
    picture = opened if upright else ImageOps.exif_transpose(opened)
    picture.save(buffer, "JPEG", quality="keep" if upright else 95, exif=b"", comment=b"", **kept_metadata)
    return buffer.getvalue()


def _is_transparent(picture: Image.Image) -> bool:
    return picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info


def _resize(picture: Image.Image, width: int, height: int, photo: bool) -> SizedPicture:
    """Return a picture re-encoded, with nothing of the old file but its pixels."""
    small = picture if picture.size == (width, height) else picture.resize((width, height), Image.Resampling.LANCZOS)
    bare = Image.new(small.mode, small.size)
    bare.paste(small)
    buffer = io.BytesIO()
    if photo:
        bare.save(buffer, "JPEG", quality=_JPEG_QUALITY, optimize=True, progressive=True)
    else:
        bare.save(buffer, "PNG", optimize=True)
    return SizedPicture(buffer.getvalue(), "jpg" if photo else "png", width, height)
