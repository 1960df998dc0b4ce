"""What reading a .zip (.docx, .xlsx) or a picture fails with where its bytes were hit.

The libraries name no common base, and each reader had forgotten another one.
"""

import lzma
import struct
import zipfile
import zlib

from PIL import Image

#: Its directory, the data of each packing, entries that are not there or said to be encrypted (RuntimeError).
BROKEN_ZIP: tuple[type[Exception], ...] = (
    *(
        OSError,
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        LookupError,
        ValueError,
        NotImplementedError,
        EOFError,
    ),
    *(RuntimeError, zlib.error, lzma.LZMAError, struct.error, OverflowError, TypeError),
)
#: A picture's parts out of order, cut, or larger than is taken.
BROKEN_PICTURE: tuple[type[Exception], ...] = (
    *(OSError, SyntaxError, ValueError, LookupError, EOFError, TypeError, OverflowError, RuntimeError),
    *(struct.error, zlib.error, Image.DecompressionBombError),
)
