"""Whether the bytes of a file are what its name says. Pure: the first bytes of each format, as its standard has them."""

from collections.abc import Callable

#: Bytes from the beginning that are asked for.
HEAD = 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_PNG, _JPG, _GIF = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", (b"GIF87a", b"GIF89a")
_ID3 = (b"ID3\x02", b"ID3\x03", b"ID3\x04")
_RAR = b"Rar!\x1a\x07"
_RTF = b"{\\rtf"
_PAGES = (b"<!doctype html", b"<html", b"<script", b"<svg", b"<?xml")
_BOMS = (b"\xff\xfe", b"\xfe\xff")


def _pdf(head: bytes) -> bool:
    """A header may stand anywhere in the first 1024 bytes; readers take it from there (ISO 32000-1, annex H)."""
    return b"%PDF-" in head[:HEAD]


def _zip(head: bytes) -> bool:
    return head.startswith(_ZIP)


def _old(head: bytes) -> bool:
    return head.startswith((_OLE, _RTF))


def _wps(head: bytes) -> bool:
    """WPS writes compound files, and newer releases zipped ones."""
    return head.startswith((_OLE, _RTF, *_ZIP))


def _film(head: bytes) -> bool:
    return head[4:8] == b"ftyp"


def _sound(head: bytes) -> bool:
    return head.startswith(_ID3) or (
        len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0 and not head.startswith(_BOMS)
    )


def _words(head: bytes) -> bool:
    """No page, and nothing that begins like a file of another kind."""
    known = (_OLE, *_ZIP, _PNG, _JPG, *_GIF, *_ID3, _RAR, _RTF)
    if head.startswith(known) or _film(head) or _pdf(head):
        return False
    return not head[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_PAGES)


_FITS: dict[str, Callable[[bytes], bool]] = {
    "pdf": _pdf,
    **dict.fromkeys(["docx", "xlsx", "pptx", "ofd", "zip"], _zip),
    **dict.fromkeys(["doc", "xls", "ppt"], _old),
    **dict.fromkeys(["wps", "et"], _wps),
    "rar": lambda head: head.startswith(_RAR),
    "png": lambda head: head.startswith(_PNG),
    **dict.fromkeys(["jpg", "jpeg"], lambda head: head.startswith(_JPG)),
    "gif": lambda head: head.startswith(_GIF),
    "mp3": _sound,
    "mp4": _film,
    **dict.fromkeys(["txt", "csv"], _words),
}


def begins_like(head: bytes, suffix: str) -> bool:
    """Whether a file that begins so may carry this suffix (lower case, no dot)."""
    fits = _FITS.get(suffix)
    return fits is not None and fits(head)


def fits(data: bytes, suffix: str) -> bool:
    """Whether a whole file is what its suffix says; .txt and .csv must be text: UTF-8, UTF-16 with its mark, GB 18030."""
    return begins_like(data[:HEAD], suffix) and (suffix not in ("txt", "csv") or _is_text(data))


def _is_text(data: bytes) -> bool:
    if data.startswith(_BOMS):
        return _decodes(data, "utf-16")
    return b"\0" not in data and (_decodes(data, "utf-8") or _decodes(data, "gb18030"))


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def alike(first: str, second: str) -> bool:
    """Whether a file may be called by either suffix: both are formats whose bytes begin in the same way."""
    return first == second or (_FITS.get(first) is not None and _FITS.get(first) is _FITS.get(second))
