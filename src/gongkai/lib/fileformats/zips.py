"""Open .zip files after checking number and overlap of their entries.

`zipfile` makes an object of everything that the directory has bytes for, whatever number of entries the file states: 6 microseconds and 400 bytes of
memory each. A million of them stand in 60 MB.
"""

import io
import lzma
import struct
import zipfile
import zlib
from pathlib import Path
from typing import IO

from gongkai.lib.confined import BOUNDS_BY_NAME, describe_excess

#: Exceptions of readers for a .zip (.docx, .xlsx) with damaged bytes; the libraries have no common base class.
BROKEN_ZIP_ERRORS: tuple[type[Exception], ...] = (
    *(OSError, zipfile.BadZipFile, zipfile.LargeZipFile, LookupError, ValueError),
    *(NotImplementedError, EOFError, RuntimeError, zlib.error, lzma.LZMAError),
    *(struct.error, OverflowError, TypeError),
)
#: Signatures of an entry in the directory (APPNOTE 4.3.12), of a local one (4.3.7), and of the end of a zip64 (4.3.14).
_DIRECTORY_ENTRY_SIGNATURE, _LOCAL_ENTRY_SIGNATURE, _ZIP64_END_SIGNATURE = b"PK\x01\x02", b"PK\x03\x04", b"PK\x06\x06"
#: Bytes of the two end records of a zip64 (4.3.14, 4.3.15), which precede the usual one.
_ZIP64_END_BYTES = 56 + 20
#: Indices in the list of `zipfile._EndRecData`: bytes of the directory, offset of the end record.
_SIZE, _PLACE = 5, 9
#: Bytes of an entry beside its name, and of a name with its extra fields and remark, on average: a path of 80 Chinese characters.
_FIXED_ENTRY_BYTES, _MEAN_NAME_BYTES = 46, 240


class TooManyEntries(zipfile.BadZipFile):
    """Raised for a .zip with too many entries; the message is one Chinese line."""


def open_zip(source: Path | IO[bytes] | bytes, bound: str = "zip entries") -> zipfile.ZipFile:
    """Open a .zip if its directory is within the bound, covers the file, and its entries do not overlap.

    Raises:
        TooManyEntries: it has more entries, or longer names.
        BROKEN_ZIP_ERRORS: it is none, or damaged.
    """
    opened = io.BytesIO(source) if isinstance(source, bytes) else source
    if isinstance(opened, Path):
        with opened.open("rb") as file:
            begins_with_entry = _check_directory(file, bound)
    else:
        begins_with_entry = _check_directory(opened, bound)
    bundle = zipfile.ZipFile(opened)
    entries = bundle.infolist()
    overlap = sum(part.compress_size for part in entries) > bundle.start_dir
    # A file that was cut off ends with the directory of an archive that it contains.
    cut_off = begins_with_entry and all(part.header_offset for part in entries)
    if overlap or cut_off:
        bundle.close()
        raise zipfile.BadZipFile("entries overlap" if overlap else "entries without a directory")
    return bundle


def _check_directory(file: IO[bytes], bound: str) -> bool:
    """Refuse more entries than the bound, before they are all read; return whether the file begins with one.

    Raises:
        TooManyEntries: too many files, or too long names.
    """
    most = BOUNDS_BY_NAME[bound].most
    start, size = _find_directory(file)
    if size > most * (_FIXED_ENTRY_BYTES + _MEAN_NAME_BYTES):
        raise TooManyEntries(f"压缩包内的文件过多，或者文件名过长，{BOUNDS_BY_NAME[bound].todo}。")
    file.seek(start)
    directory, at, count = file.read(size), 0, 0
    while directory[at : at + 4] == _DIRECTORY_ENTRY_SIGNATURE and at + _FIXED_ENTRY_BYTES <= size:
        at += _FIXED_ENTRY_BYTES + sum(struct.unpack_from("<3H", directory, at + 28))
        count += 1
        if count > most:
            raise TooManyEntries(describe_excess(bound, count))
    file.seek(0)
    return file.read(4) == _LOCAL_ENTRY_SIGNATURE


def _find_directory(file: IO[bytes]) -> tuple[int, int]:
    """Return offset and bytes of the directory that `zipfile` will read; (0, 0) if none."""
    # Only the library's own function surely finds the same directory as the library.
    end = zipfile._EndRecData(file)  # type: ignore[attr-defined]
    if end is None:
        return 0, 0
    size, place = end[_SIZE], end[_PLACE] - (_ZIP64_END_BYTES if end[0] == _ZIP64_END_SIGNATURE else 0)
    return max(0, place - size), size
