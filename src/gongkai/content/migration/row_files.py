"""Store the files of a row, read from the bundle or from a Word file in it."""

import io
from collections.abc import Mapping

from gongkai.content.editions.frozen import TYPES, store_publishable_file
from gongkai.content.migration.bundles import FileBundle
from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.digest import digest
from gongkai.core.files.content_checks import describe_misfit
from gongkai.core.files.kinds import get_suffix
from gongkai.core.files.models import StoredFile
from gongkai.core.files.store import sha256_of
from gongkai.core.spreadsheets.errors import UnreadableFile
from gongkai.lib.fileformats.pictures import UnfitPicture, check_picture
from gongkai.lib.richtext import UnfitText, convert_office_text

#: Places of files that are not in the bundle: a picture in a Word file, a file that is stored already (a masked copy).
WORD_PICTURE_MARK, STORED_FILE_PREFIX = "#word:", "stored:"
#: Kinds of files that are decoded once, as a page shows them.
_DECODED_PICTURE_SUFFIXES = {"png", "jpg", "jpeg", "gif"}


def read_bytes(bundle: FileBundle, ref: str) -> bytes:
    """Return the bytes of a file in the bundle, or in a Word file in it, as `ref` names it.

    Raises:
        UnreadableFile: it is missing or damaged.
    """
    if WORD_PICTURE_MARK not in ref:
        return bundle.read(ref)
    name, _, mark = ref.partition(WORD_PICTURE_MARK)
    pictures = read_word_pictures(bundle.read(name), name)
    if mark.rsplit(".", 1)[0] not in pictures:
        raise UnreadableFile(f"“{name[-60:]}”中的图片已不在")
    return pictures[mark.rsplit(".", 1)[0]][0]


def read_word_pictures(data: bytes, file_name: str) -> dict[str, tuple[bytes, str]]:
    """Return (bytes, name) of the pictures of a Word file by digest (Refused: it cannot be read)."""
    pictures: dict[str, tuple[bytes, str]] = {}

    def keep(picture: bytes, name: str) -> str:
        """Store the picture and return its digest."""
        mark = digest(picture)
        pictures[mark] = (picture, name)
        return mark

    try:
        convert_office_text(data, file_name, keep)
    except UnfitText as error:
        raise Refused(error.reasons) from error
    return pictures


def inspect_file(bundle: FileBundle, ref: str, name: str, *, picture: bool = False) -> tuple[dict[str, object], bytes]:
    """Return a row's data of a file (place, name, digest, size, type), and its bytes, without storing.

    Raises:
        UnreadableFile: it is unreadable, empty, of a type that is not accepted or differs from its suffix, or a broken
            picture.
    """
    suffix, shown = get_suffix(ref), (name or ref.rpartition("/")[2])[-60:]
    if suffix not in TYPES:
        raise UnreadableFile(f"“{shown}”的格式不在允许之列")
    data = read_bytes(bundle, ref)
    if not data:
        raise UnreadableFile(f"“{shown}”是空文件")
    if why := describe_misfit(io.BytesIO(data), suffix, "内容与扩展名不符，不是这种格式的文件"):
        raise UnreadableFile(f"“{shown}”{why.rstrip('。')}")
    if suffix in _DECODED_PICTURE_SUFFIXES:
        try:
            check_picture(data)
        except UnfitPicture as error:
            raise UnreadableFile(f"“{shown}”{error}") from error
    facts = {
        "ref": ref,
        "name": name,
        "digest": sha256_of(data),
        "size": len(data),
        "type": TYPES[suffix],
        "picture": picture,
    }
    return facts, data


def store_file(bundle: FileBundle, facts: Mapping[str, object], by: Actor) -> StoredFile:
    """Store the file of a row that `facts` describe.

    Raises:
        Refused: it changed since it was read, or is not allowed.
    """
    ref = str(facts["ref"])
    if ref.startswith(STORED_FILE_PREFIX):
        file = StoredFile.objects.filter(pk=facts["digest"]).first()
        if file is None:
            raise Refused(f"“{facts['name']}”已不在。")
        return file
    try:
        data = read_bytes(bundle, ref)
    except UnreadableFile as error:
        raise Refused(f"{error}。") from error
    if sha256_of(data) != facts["digest"]:
        raise Refused(f"“{facts['name'] or ref[-60:]}”在读取之后有改动，请重新读取。")
    return store_publishable_file(data, f"x.{get_suffix(ref)}", by)
