"""Check and rotate pictures, and store them in fixed widths without camera data."""

import base64
import binascii
from typing import TYPE_CHECKING

from gongkai.content.editions.frozen import store
from gongkai.content.publishing.models import PictureSize
from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import Actor
from gongkai.core.files.models import StoredFile
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.richtext.clean import FILE_SCHEME
from gongkai.lib.richtext.errors import UnfitText

if TYPE_CHECKING:
    from collections.abc import Callable


#: Widths in which a picture is stored, but never wider than uploaded.
PICTURE_WIDTHS_PIXELS = (480, 960, 1600)
#: Pictures of one paste; each is stored in several widths while the user waits.
MAX_PASTED_PICTURES = 60
#: How the pictures begin that carry words of cameras.
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff")
_DATA = re.compile(r"^data:image/(?:png|jpe?g|gif);base64,", re.IGNORECASE)


def store_picture(data: bytes, name: str, by: Actor | None = None) -> StoredFile:
    """Store a picture in all widths; return the widest, which the text uses.

    Place, time and camera (EXIF: personal data), comments and thumbnails are removed.

    Raises:
        Refused: no picture that a page can show.
    """
    from gongkai.lib.fileformats.pictures import UnfitPicture, resize_picture

    try:
        made = resize_picture(data, list(PICTURE_WIDTHS_PIXELS))
    except UnfitPicture as unfit:
        raise Refused(f"“{name[-60:]}”：{unfit}。") from unfit
    stored = [(store(one.data, f"图片.{one.suffix}", by), one) for one in made]
    base = stored[0][0]
    for kept, one in stored:
        PictureSize.objects.get_or_create(base=base, width=one.width, defaults={"stored": kept, "height": one.height})
    return base


def make_file_picture_storer(by: Actor) -> "Callable[[bytes, str], str]":
    """Return a function that stores the pictures of an uploaded text."""

    def keep(data: bytes, name: str) -> str:
        try:
            return store_picture(data, name, by).pk
        except Refused as refused:
            raise UnfitText("".join(refused.reasons).partition("：")[2]) from refused

    return keep


def strip_metadata(data: bytes) -> bytes:
    """Return a picture without camera and program metadata (`strip_picture`); other files unchanged.

    Raises:
        Refused: a limit was exceeded.
    """
    from gongkai.lib.fileformats.pictures import UnfitPicture, strip_picture

    if not data.startswith(_PICTURES):
        return data
    try:
        return strip_picture(data)
    except UnfitPicture as unfit:
        raise Refused(f"{unfit}。") from unfit


def make_picture_storer(by: Actor) -> "Callable[[str], str]":
    """Return a function that stores pasted pictures; external addresses are not fetched."""

    kept = 0

    def keep(source: str) -> str:
        nonlocal kept
        if re.fullmatch(rf"{FILE_SCHEME}:[0-9a-f]{{64}}", source):
            return source
        found = re.search(r"/(?:files|pictures)/(?:\d+/\d+/)?([0-9a-f]{64})$", source)
        if found and StoredFile.objects.filter(pk=found[1], type__startswith="image/").exists():
            return f"{FILE_SCHEME}:{found[1]}"
        head = _DATA.match(source)
        if not head or kept >= MAX_PASTED_PICTURES:
            return ""
        kept += 1
        try:
            data = base64.b64decode(source[head.end() :], validate=False)
            return f"{FILE_SCHEME}:{store_picture(data, '粘贴的图片', by).pk}"
        except (binascii.Error, ValueError, Refused):
            return ""

    return keep
