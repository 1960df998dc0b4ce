"""Whether the bytes of a file are what its suffix says. Pure.

`filetype` knows formats by their first bytes. It is asked wherever it knows enough; what it does not know stands here with its source.
"""

import io
from collections.abc import Callable
from typing import IO

import filetype

from gongkai.core.files.kinds import KINDS
from gongkai.lib.fileformats.compound import LOCKED, OLE, is_locked
from gongkai.lib.fileformats.zips import BROKEN_ZIP, Overfull, open_zip

#: What the parts of a document that is one by its beginning cannot be read for.
_UNREAD: tuple[type[Exception], ...] = (*BROKEN_ZIP, Overfull)
#: Bytes from the beginning that are asked for; what `filetype` looks at most.
HEAD = 8192
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_RTF = b"{\\rtf"
_BOMS = (b"\xff\xfe", b"\xfe\xff")
_PAGES = (b"<!doctype html", b"<html", b"<script", b"<svg", b"<?xml")
#: Marks of two or three letters, with which a text may begin as well (BM, MZ, FWS, …).
_LETTERS = frozenset({"bmp", "exe", "swf", "nes", "flv", "ps", "ar", "Z", "cr2", "eot", "mpg"})
#: What a zipped document must hold to be one: suffix → the beginning of the name of a part.
_PARTS = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/", "ofd": "OFD.xml"}


def _known(head: bytes) -> str:
    return str(filetype.guess_extension(head) or "")


def _pdf(head: bytes) -> bool:
    """A header may stand anywhere in the first 1024 bytes; readers take it from there (ISO 32000-1, annex H)."""
    return b"%PDF-" in head[:1024]


def _ole(head: bytes) -> bool:
    """Word writes RTF under .doc, too."""
    return head.startswith((OLE, _RTF))


def _zip(head: bytes) -> bool:
    return head.startswith(_ZIP)


def _sound(head: bytes) -> bool:
    """ID3v2, or the frame sync of MPEG audio (ISO/IEC 11172-3), of which `filetype` knows some layers only."""
    if head.startswith((b"ID3\x02", b"ID3\x03", b"ID3\x04")):
        return True
    return len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0 and not head.startswith(_BOMS)


def _text(head: bytes) -> bool:
    """No page, and nothing that begins like a file of another kind."""
    if _pdf(head) or _ole(head) or _zip(head) or head[4:8] == b"ftyp":
        return False
    known = "" if head.startswith(_BOMS) else _known(head)
    letters = known in _LETTERS or (known == "mp3" and not _sound(head))
    return (not known or letters) and not _is_page(head)


def _is_page(head: bytes) -> bool:
    return head[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_PAGES)


def _by_library(name: str) -> Callable[[bytes], bool]:
    return lambda head: _known(head) == name


#: Family (`kinds.Kind.family`) → whether a file may begin so.
FAMILIES: dict[str, Callable[[bytes], bool]] = {
    "pdf": _pdf,
    "ole": _ole,
    "zip": _zip,
    "ole or zip": lambda head: (
        _ole(head) or _zip(head)
    ),  # WPS writes compound files, newer releases zipped ones
    "rtf": lambda head: head.startswith(_RTF),
    "text": _text,
    "mp3": _sound,
    "film": lambda head: head[4:8] == b"ftyp",  # ISO/IEC 14496-12, 4.3
    "tif": lambda head: head.startswith(_TIFF),
    **{name: _by_library(name) for name in ("jpg", "gif", "bmp", "heic", "wav", "webp", "7z")},
    "png": lambda head: _known(head) in ("png", "apng"),
    "rar": lambda head: head.startswith(b"Rar!\x1a\x07"),
}


def begins_like(head: bytes, suffix: str) -> bool:
    """Whether a file that begins so may carry this suffix (lower case, no dot); False for a suffix that is not of the list."""
    kind = KINDS.get(suffix)
    return kind is not None and FAMILIES[kind.family](head)


def fits(content: IO[bytes], suffix: str, *, damaged: bool = True) -> bool:
    """Whether a whole file is what its suffix says. Reads it from the beginning and leaves it there.

    .txt, .csv and .eml must be text: UTF-8, UTF-16 with its mark, GB 18030. A zipped document must hold the part that makes it one;
    of one that is damaged, or has more
    parts than any reader takes, only the beginning is judged (whoever reads it says so), unless `damaged` ones are not taken.
    """
    content.seek(0)
    head = content.read(HEAD)
    right = begins_like(head, suffix)
    if right and KINDS[suffix].family == "text":
        content.seek(0)
        right = _is_text(content, head)
    elif right and suffix in _PARTS:
        right = _holds(content, _PARTS[suffix], damaged)
    content.seek(0)
    return right


def misfit(content: IO[bytes], suffix: str, said: str, *, damaged: bool = True) -> str:
    """Return why a file is not what its suffix says: that it has a password where it is a locked document, else `said`; "" where it is."""
    if fits(content, suffix, damaged=damaged):
        return ""
    return LOCKED if suffix in _PARTS and is_locked(content) else said


def fits_bytes(data: bytes, suffix: str) -> bool:
    """The same for bytes at hand."""
    return fits(io.BytesIO(data), suffix)


def _holds(content: IO[bytes], part: str, damaged: bool) -> bool:
    try:
        with open_zip(content, "parts") as opened:
            return any(name.startswith(part) for name in opened.namelist())
    except _UNREAD:
        return damaged


def _is_text(content: IO[bytes], head: bytes) -> bool:
    encodings = ["utf-16"] if head.startswith(_BOMS) else ["utf-8", "gb18030"]
    return any(_decodes(content, encoding) for encoding in encodings)


def _decodes(content: IO[bytes], encoding: str) -> bool:
    content.seek(0)
    reader = io.TextIOWrapper(content, encoding=encoding)
    try:
        while block := reader.read(1 << 16):
            if "\0" in block:
                return False
    except (UnicodeDecodeError, UnicodeError):
        return False
    finally:
        reader.detach()
    return True
