"""Read the files in a .zip, one after the other."""

import re
import zipfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from contextvars import ContextVar

from gongkai.lib.confined import BOUNDS_BY_NAME, PartStopped, within_time_for_parts
from gongkai.lib.fileformats.charsets import decode
from gongkai.lib.fileformats.compound import OLE_SIGNATURE
from gongkai.lib.fileformats.documents.model import Document, DocumentBuilder, UnreadFile, check_bound
from gongkai.lib.fileformats.documents.packages import LOCKED_FILE_ERROR, open_archive, read_zip_entry

#: Maximum levels of files within files that are read.
MAX_NESTING_LEVELS = 4
#: Maximum number of files inside one file that are read.
MAX_INNER_FILES = 200


_TIMEOUT_MESSAGE = "太大：文件内的附件太多或过于复杂，读取时间已到上限，没有读取，请单独提供"
_NO_MEMORY_MESSAGE = "太大：读取所需的内存超过上限，没有读取，请单独提供"


def append_inner_files(builder: DocumentBuilder, files: Iterable[tuple[str, bytes]], depth: int) -> None:
    """Append the attached files, each under its name; those after the first `MAX_INNER_FILES` are losses."""
    for number, (name, content) in enumerate(files):
        builder.document.attachments.append(name)
        if number < MAX_INNER_FILES:
            append_inner_file(builder, name, content, depth, headed=True)
        else:
            builder.lose("attachment", f"{name}：附件太多，没有读取", name)


#: Called with the name, content and document of each file inside another that was read.
INNER_FILE_LISTENER: ContextVar[Callable[[str, bytes, Document], None] | None] = ContextVar("inner_file", default=None)


def read_inner_file(name: str, data: bytes, depth: int) -> Document:
    """Return a file inside another as a document, within the time that all of them share.

    Raises:
        UnreadFile: it cannot be read.
    """
    from gongkai.lib.fileformats.documents.document_reader import read_nested_document  # it reads through all formats

    try:
        with within_time_for_parts():
            document = read_nested_document(data, name, depth)
            if (listener := INNER_FILE_LISTENER.get()) is not None:
                listener(name, data, document)
            return document
    except PartStopped as error:
        raise UnreadFile(_TIMEOUT_MESSAGE) from error
    except MemoryError:
        raise UnreadFile(_NO_MEMORY_MESSAGE) from None


def append_inner_file(builder: DocumentBuilder, name: str, data: bytes, depth: int, *, headed: bool = False) -> None:
    """Append a file inside this one, or record it as a loss if it cannot be read.

    Args:
        depth: levels of files above it.
        headed: whether its name comes before it as a heading.
    """
    if depth >= MAX_NESTING_LEVELS:
        builder.lose("attachment", f"{name}：嵌套的文件太多层，没有读取", name)
        return
    if headed:
        builder.paragraph(name, 2)
    try:
        builder.include(read_inner_file(name, data, depth + 1), name)
    except UnreadFile as error:
        builder.lose("attachment", f"{name}：{error}", name)


_UTF8_NAME_FLAG = 0x800
#: The field in which programs repeat a name in UTF-8 (APPNOTE 4.6.9): length, version, checksum, name.
_UNICODE_NAME_RE = re.compile(rb"up[\x00-\xff]{2}\x01[\x00-\xff]{4}([^\x00-\x1f]+)", re.DOTALL)
#: Files that programs add to archives → what such a file contains.
_SYSTEM_FILES = {".DS_Store": b"\0\0\0\1Bud1", "Thumbs.db": OLE_SIGNATURE, "desktop.ini": b".ShellClassInfo"}
_APPLE_SIGNATURE = b"\0\5\x16\7"
#: Names of streams that only a Word, Excel or PowerPoint file has, as a compound file stores them.
_OFFICE_STREAMS = [name.encode("utf-16-le") for name in ("WordDocument", "Workbook", "PowerPoint Document")]


def read_zip(data: bytes, depth: int) -> Document:
    """Return the files of an archive as one document, each under its name.

    Raises:
        UnreadFile: it is damaged or too large, or all files are encrypted.
    """
    builder = DocumentBuilder("zip")
    archive = open_archive(data)
    files = [info for info in archive.infolist() if not is_folder(info)]
    check_bound("unpacked", sum(info.file_size for info in files))
    if files and all(info.flag_bits & 1 for info in files):
        raise UnreadFile(LOCKED_FILE_ERROR.replace("打开密码", "压缩包的密码"))
    if archive.comment:
        builder.lose("comment", decode(archive.comment, "")[0], "压缩包的注释")
    most = bytes_left = BOUNDS_BY_NAME["unpacked"].most
    names = decode_entry_names(files)
    for info, name in zip(files[:MAX_INNER_FILES], names, strict=False):
        try:
            content = read_zip_entry(archive, info, bytes_left)
        except UnreadFile as error:
            builder.document.attachments.append(name)
            builder.lose("attachment", f"{name}：{error.reason}", name)
            continue
        bytes_left -= len(content)
        check_bound("unpacked", most - bytes_left)
        if is_system_file(info.filename) and _has_system_content(info.filename, content):
            continue
        builder.document.attachments.append(name)
        append_inner_file(builder, name, content, depth, headed=True)
    for name in names[MAX_INNER_FILES:]:
        builder.lose("attachment", f"{name}：压缩包内的文件太多，没有读取", name)
    return builder.document


def decode_entry_names(files: list[zipfile.ZipInfo]) -> list[str]:
    """Return the names of a .zip's entries, decoded together: short names alone do not tell GBK from UTF-8."""
    with suppress(UnicodeEncodeError):
        names = decode("\n".join(info.filename for info in files).encode("cp437"), "")[0].split("\n")
        if len(names) == len(files) and not any(
            info.flag_bits & _UTF8_NAME_FLAG or _UNICODE_NAME_RE.search(info.extra) for info in files
        ):
            return names
    return [_decode_entry_name(info) for info in files]


def _decode_entry_name(info: zipfile.ZipInfo) -> str:
    """Return the name of a .zip entry; names that do not state UTF-8 are mostly GBK."""
    if info.flag_bits & _UTF8_NAME_FLAG:
        return info.filename
    if stated := _UNICODE_NAME_RE.search(info.extra):
        return stated[1].decode("utf-8", "replace")
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    return decode(raw, "")[0]


def is_folder(info: zipfile.ZipInfo) -> bool:
    """Return true for the entry of a folder: its name ends with "/", and it has no content."""
    return info.is_dir() and not info.file_size


def is_system_file(name: str) -> bool:
    """Return true for the name of a file that an archive program adds by itself (Thumbs.db, ._ files in __MACOSX)."""
    *folders, file_name = name.split("/")
    return file_name in _SYSTEM_FILES or (file_name.startswith("._") and "__MACOSX" in folders)


def _has_system_content(name: str, content: bytes) -> bool:
    """Return true if a file of such a name has been written by the program that uses the name."""
    signature = _SYSTEM_FILES.get(name.rsplit("/", 1)[-1], _APPLE_SIGNATURE)
    if signature == OLE_SIGNATURE and any(stream in content for stream in _OFFICE_STREAMS):
        return False
    return signature in content.replace(b"\0", b"")[:500] if name.endswith(".ini") else content.startswith(signature)
