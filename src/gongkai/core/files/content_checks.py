"""Check that a file's content fits its suffix; pure functions.

`filetype` recognises most formats by their first bytes; other formats are listed here with
their source.
"""

import io
from collections.abc import Callable
from typing import IO

import filetype

from gongkai.core.files.kinds import FILE_KINDS_BY_SUFFIX
from gongkai.lib.fileformats.compound import LOCKED_FILE_ERROR, OLE_SIGNATURE, is_locked
from gongkai.lib.fileformats.documents.texts import detect_utf16
from gongkai.lib.fileformats.zips import BROKEN_ZIP_ERRORS, TooManyEntries, open_zip

#: Errors of documents whose beginning is right but whose parts cannot be read.
_UNREADABLE_ERRORS: tuple[type[Exception], ...] = (*BROKEN_ZIP_ERRORS, TooManyEntries)
DAMAGED_FILE_ERROR = "文件已损坏，请用办公软件打开后另存为新文件再试。"
#: Number of leading bytes needed; the most that `filetype` reads.
HEADER_BYTES = 8192
_ZIP_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_TIFF_SIGNATURES = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_RTF_SIGNATURE = b"{\\rtf"
_BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")
_MARKUP_PREFIXES = (b"<!doctype html", b"<html", b"<script", b"<svg", b"<?xml")
#: Signatures of two or three letters that also occur in plain text (BM, MZ, FWS, …).
_TEXT_LIKE_SIGNATURES = frozenset({"bmp", "exe", "swf", "nes", "flv", "ps", "ar", "Z", "cr2", "eot", "mpg"})
#: Required part of a zipped document: suffix to the beginning of the part's name.
_REQUIRED_PARTS = {"odt": "content.xml", "docx": "word/", "xlsx": "xl/", "pptx": "ppt/", "ofd": "OFD.xml"}


def _guess_extension(data: bytes) -> str:
    return str(filetype.guess_extension(data) or "")


def _is_pdf(data: bytes) -> bool:
    return b"%PDF-" in data[:1024]


def _is_ole(data: bytes) -> bool:
    return data.startswith((OLE_SIGNATURE, _RTF_SIGNATURE))


def _is_word_in_text(data: bytes) -> bool:
    """Return true if a file begins as Word in XML or as a web archive, which programs save as .doc, too."""
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith((b"<?xml", b"<pkg:", b"<w:")):
        return b"wordDocument" in start or b"xmlPackage" in start
    heads = start.replace(b"\r\n", b"\n").partition(b"\n\n")[0].lower()
    return b"mime-version:" in heads and b"multipart/related" in heads


def _is_zip(data: bytes) -> bool:
    return data.startswith(_ZIP_SIGNATURES)


def _is_audio(data: bytes) -> bool:
    """Return true for MPEG audio (ID3 tag or frame header), but not for text with a byte order mark."""
    if data.startswith((b"ID3\x02", b"ID3\x03", b"ID3\x04")):
        return True
    return len(data) > 1 and data[0] == 0xFF and data[1] & 0xE0 == 0xE0 and not data.startswith(_BYTE_ORDER_MARKS)


def _is_text_head(data: bytes) -> bool:
    """Return true if a text file can begin with these bytes."""
    if _is_pdf(data) or _is_ole(data) or _is_zip(data) or data[4:8] == b"ftyp":
        return False
    extension = "" if data.startswith(_BYTE_ORDER_MARKS) else _guess_extension(data)
    letters = extension in _TEXT_LIKE_SIGNATURES or (extension == "mp3" and not _is_audio(data))
    return (not extension or letters) and not _is_html_page(data)


def _is_html_page(data: bytes) -> bool:
    return data[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_MARKUP_PREFIXES)


def _make_library_check(name: str) -> Callable[[bytes], bool]:
    return lambda head: _guess_extension(head) == name


#: Family (`kinds.FileKind.family`), mapped to the check of a file's first bytes.
SIGNATURE_CHECKS: dict[str, Callable[[bytes], bool]] = {
    "pdf": _is_pdf,
    "ole": _is_ole,
    "zip": _is_zip,
    "ole or zip": lambda head: _is_ole(head) or _is_zip(head),  # WPS writes compound files, newer releases zipped ones
    "rtf": lambda head: head.startswith(_RTF_SIGNATURE),
    "text": _is_text_head,
    "mp3": _is_audio,
    "film": lambda head: head[4:8] == b"ftyp",  # ISO/IEC 14496-12, 4.3
    "tif": lambda head: head.startswith(_TIFF_SIGNATURES),
    **{name: _make_library_check(name) for name in ("jpg", "gif", "bmp", "heic", "wav", "webp", "7z")},
    "png": lambda head: _guess_extension(head) in ("png", "apng"),
    "rar": lambda head: head.startswith(b"Rar!\x1a\x07"),
}


def has_first_bytes_of(data: bytes, suffix: str) -> bool:
    """Return true if a file's first bytes fit the suffix; false for an unknown suffix."""
    kind = FILE_KINDS_BY_SUFFIX.get(suffix)
    if kind is None:
        return False
    return SIGNATURE_CHECKS[kind.family](data) or (suffix in ("doc", "wps") and _is_word_in_text(data))


def has_matching_content(content: IO[bytes], suffix: str, *, damaged: bool = True) -> bool:
    """Return true if a whole file matches its suffix; the file is rewound.

    Text files must be UTF-8, UTF-16 or GB 18030. A zipped document must
    contain its main part; for a damaged or oversized one only the beginning is checked, unless
    `damaged` is false.
    """
    content.seek(0)
    first_bytes = content.read(HEADER_BYTES)
    matches = has_first_bytes_of(first_bytes, suffix)
    if matches and FILE_KINDS_BY_SUFFIX[suffix].family == "text":
        content.seek(0)
        matches = _is_text(content, first_bytes)
    elif matches and suffix in _REQUIRED_PARTS:
        matches = _contains_part(content, _REQUIRED_PARTS[suffix], damaged)
    content.seek(0)
    return matches


def describe_misfit(content: IO[bytes], suffix: str, text: str, *, damaged: bool = True) -> str:
    """Return in Chinese why a file does not match its suffix: password protected, damaged, or `text`; "" if it
    matches."""
    if has_matching_content(content, suffix, damaged=damaged):
        return ""
    if suffix in _REQUIRED_PARTS and is_locked(content):
        return LOCKED_FILE_ERROR
    # Its beginning is right, and it would have been taken for a damaged file.
    return DAMAGED_FILE_ERROR if not damaged and has_matching_content(content, suffix) else text


def _contains_part(content: IO[bytes], part: str, damaged: bool) -> bool:
    """Return true if a ZIP archive has a member whose name begins with `part`; return `damaged` if unreadable."""
    try:
        with open_zip(content, "parts") as archive:
            return any(name.startswith(part) for name in archive.namelist())
    except _UNREADABLE_ERRORS:
        return damaged


def _is_text(content: IO[bytes], data: bytes) -> bool:
    """Return true if the whole content is text: UTF-16 (with or without mark), UTF-8 or GB 18030."""
    utf16_encoding = detect_utf16(data[: len(data) // 2 * 2])
    encodings = (
        ["utf-16"]
        if data.startswith(_BYTE_ORDER_MARKS)
        else [utf16_encoding]
        if utf16_encoding
        else ["utf-8", "gb18030"]
    )
    return any(_can_decode(content, encoding) for encoding in encodings)


def _can_decode(content: IO[bytes], encoding: str) -> bool:
    """Return true if the content is text in this encoding without NUL characters."""
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
