"""Inspect compound files (OLE, MS-CFB): signature and encryption."""

from typing import IO

#: Signature of a compound file ([MS-CFB] 2.2).
OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: Stream name of a document with an opening password ([MS-OFFCRYPTO] 2.3.4.4).
ENCRYPTED_STREAM_NAME = "EncryptedPackage"
LOCKED_FILE_ERROR = "文件有打开密码，请取消密码后另存为新文件再试。"
_ENCRYPTED_STREAM_NAME_BYTES = ENCRYPTED_STREAM_NAME.encode("utf-16-le")


def is_locked(source: IO[bytes]) -> bool:
    """Return true if a document requires a password; rewinds the file.

    Only looks for the stream's name: a library that loads all tables and entries can be busy for hours with a hostile file of 2 kB.
    """
    source.seek(0)
    is_found, tail = False, b""
    if source.read(len(OLE_SIGNATURE)) == OLE_SIGNATURE:
        while not is_found and (block := source.read(1 << 20)):
            is_found = _ENCRYPTED_STREAM_NAME_BYTES in tail + block
            tail = block[-len(_ENCRYPTED_STREAM_NAME_BYTES) :]
    source.seek(0)
    return is_found
