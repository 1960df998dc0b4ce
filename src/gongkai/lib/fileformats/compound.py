"""Inspect compound files (OLE, MS-CFB): signature, streams, and encryption."""

import struct
from collections.abc import Iterator
from typing import IO

#: Signature of a compound file ([MS-CFB] 2.2).
OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: Stream name of a document with an opening password ([MS-OFFCRYPTO] 2.3.4.4).
ENCRYPTED_STREAM_NAME = "EncryptedPackage"
LOCKED_FILE_ERROR = "文件有打开密码，请取消密码后另存为新文件再试。"
#: A locked document has a dozen entries, four to a sector; a list of sectors of the table (DIFAT) covers 8 MB of the file.
_MOST_SECTORS, _MOST_LISTS = 64, 64


def is_locked(source: IO[bytes]) -> bool:
    """Return true if a document requires a password; rewinds the file.

    Reads only a few sectors: a library that loads all tables and entries can be busy for hours with a hostile file of 2 kB.
    """
    source.seek(0)
    try:
        return any(name == ENCRYPTED_STREAM_NAME for name in _names(source))
    except (OSError, ValueError, IndexError, struct.error):
        return False
    finally:
        source.seek(0)


def _names(source: IO[bytes]) -> Iterator[str]:
    """Yield the names in the directory ([MS-CFB] 2.6), within a limit."""
    head = source.read(512)
    if not head.startswith(OLE_SIGNATURE):
        return
    (shift,), (sector,) = struct.unpack_from("<H", head, 30), struct.unpack_from("<I", head, 48)
    size = {9: 512, 12: 4096}[shift] if shift in (9, 12) else 0
    if not size:
        return
    tables = _list_table_sectors(source, head, size)
    for _ in range(_MOST_SECTORS):
        block = _sector(source, sector, size)
        for at in range(0, len(block) - 127, 128):
            (length,) = struct.unpack_from("<H", block, at + 64)
            yield block[at : at + min(max(length - 2, 0), 64)].decode("utf-16-le", "replace")
        table, place = divmod(sector, size // 4)
        (sector,) = struct.unpack_from("<I", _sector(source, tables[table], size), place * 4)


def _list_table_sectors(source: IO[bytes], head: bytes, size: int) -> list[int]:
    """Return the sectors of the file allocation table ([MS-CFB] 2.5); `size`: bytes of a sector."""
    sectors = list(struct.unpack_from("<109I", head, 76))
    (following,) = struct.unpack_from("<I", head, 68)
    for _ in range(_MOST_LISTS):
        block = _sector(source, following, size)
        if len(block) < size:
            break
        *more, following = struct.unpack(f"<{size // 4}I", block)
        sectors += more
    return sectors


def _sector(source: IO[bytes], number: int, size: int) -> bytes:
    """Return a sector's bytes; b"" for special numbers (above 0xFFFFFFF9)."""
    source.seek((number + 1) * size)
    return source.read(size)
