"""Pictures of texts: checked, turned upright, kept in a fixed set of widths without the data that cameras write into them."""

import base64
import binascii
import io
import re
from typing import TYPE_CHECKING

from PIL import Image, ImageOps

from gongkai.acts.action import Refused
from gongkai.acts.actors import Actor
from gongkai.checks.media import wrong_picture
from gongkai.editions.files import store
from gongkai.files.models import StoredFile
from gongkai.publishing.models import PictureSize
from gongkai.reading.containers.broken import BROKEN_PICTURE
from gongkai.richtext.clean import FILE_SCHEME

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL.ImageFile import ImageFile

#: Widths in which a picture is kept, in pixels; never wider than it came.
WIDTHS = (480, 960, 1600)
QUALITY = 85
#: Pictures that one paste may bring; each is opened, turned and stored in several widths while the writer waits.
MOST_PASTED = 60
#: What a picture file says that is needed to show it, as Pillow names it; all else is told. And the EXIF tag of how a camera was held.
SHOWN = {
    "icc_profile",
    "transparency",
    "gamma",
    "dpi",
    "srgb",
    "interlace",
    "progressive",
    "progression",
    "chromaticity",
}
SHOWN |= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "adobe", "adobe_transform"}
ORIENTATION = 0x0112
_DATA = re.compile(r"^data:image/(?:png|jpe?g|gif);base64,", re.I)


def keep_picture(data: bytes, name: str, by: Actor | None = None) -> StoredFile:
    """Store a picture in all widths and return the widest, by which the text names it.

    Place, time and camera (EXIF: personal data), comments and thumbnails are not kept.

    Raises:
        Refused: no picture that a page can show.
    """
    reason = wrong_picture(data)
    if reason:
        raise Refused(f"“{name[-60:]}”：{reason}。")
    with Image.open(io.BytesIO(data)) as opened:
        photo = opened.format == "JPEG"
        picture = ImageOps.exif_transpose(opened)
        picture = picture.convert("RGB" if photo else "RGBA" if _sees_through(picture) else "RGB")
    widest = min(picture.width, WIDTHS[-1])
    made: list[tuple[StoredFile, int, int]] = []
    for width in sorted({widest, *(one for one in WIDTHS if one < widest)}, reverse=True):
        height = max(round(picture.height * width / picture.width), 1)
        sized = (
            picture if width == picture.width else picture.resize((width, height), Image.Resampling.LANCZOS)
        )
        made.append(
            (store(_bytes(sized, photo=photo), f"图片.{'jpg' if photo else 'png'}", by), width, height)
        )
    base = made[0][0]
    for stored, width, height in made:
        PictureSize.objects.get_or_create(
            base=base, width=width, defaults={"stored": stored, "height": height}
        )
    return base


def bare(data: bytes) -> bytes:
    """Return an attached picture without what cameras and programs write into it: place, time, comments. Its pixels stay (as JPEG rounds them).

    What is no picture, or has nothing of that, comes back as it is.
    """
    try:
        with Image.open(io.BytesIO(data)) as opened:
            told = {*opened.info} - SHOWN or opened.getexif()
            return _without_words(opened) if told and opened.format in ("JPEG", "MPO", "PNG") else data
    except BROKEN_PICTURE:
        return data  # what cannot be opened is told by the checks


def _without_words(opened: "ImageFile") -> bytes:
    kept = {"icc_profile": icc} if (icc := opened.info.get("icc_profile")) else {}
    buffer = io.BytesIO()
    if opened.format == "PNG":
        opened.info = {name: said for name, said in opened.info.items() if name in SHOWN}
        opened.save(buffer, "PNG", optimize=True, save_all=getattr(opened, "is_animated", False), **kept)
        return buffer.getvalue()
    upright = opened.format == "JPEG" and opened.getexif().get(ORIENTATION, 1) == 1
    picture = opened if upright else ImageOps.exif_transpose(opened)
    picture.save(buffer, "JPEG", quality="keep" if upright else 95, exif=b"", comment=b"", **kept)
    return buffer.getvalue()


def _sees_through(picture: Image.Image) -> bool:
    return picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info


def _bytes(picture: Image.Image, *, photo: bool) -> bytes:
    """A picture as bytes of a new file: nothing of the old one but its pixels."""
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    buffer = io.BytesIO()
    if photo:
        bare.save(buffer, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    else:
        bare.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def keeper(by: Actor) -> "Callable[[str], str]":
    """Return how pasted pictures are kept: those that the clipboard carries are stored, addresses elsewhere are not fetched."""

    kept = 0

    def keep(source: str) -> str:
        nonlocal kept
        if re.fullmatch(rf"{FILE_SCHEME}:[0-9a-f]{{64}}", source):
            return source
        found = re.search(r"/(?:files|pictures)/(?:\d+/\d+/)?([0-9a-f]{64})$", source)
        if found and StoredFile.objects.filter(pk=found[1], type__startswith="image/").exists():
            return f"{FILE_SCHEME}:{found[1]}"
        head = _DATA.match(source)
        if not head or kept >= MOST_PASTED:
            return ""
        kept += 1
        try:
            data = base64.b64decode(source[head.end() :], validate=False)
            return f"{FILE_SCHEME}:{keep_picture(data, '粘贴的图片', by).pk}"
        except (binascii.Error, ValueError, Refused):
            return ""

    return keep
