"""Encrypt files of any size in blocks, with one key per file and constant memory.

A block is a length and a token; its plaintext starts with its number. The last block is empty,
so truncated or reordered files are detected.
"""

from collections.abc import Iterable, Iterator
from typing import IO

from cryptography.fernet import Fernet, InvalidToken

from gongkai.core.vault.key_file import KeyRingError

_LENGTH_BYTES, _NUMBER_BYTES = 4, 8
#: Maximum size of a block in bytes.
MAX_BLOCK_BYTES = 1 << 20


def seal_blocks(content: Iterable[bytes], out: IO[bytes]) -> tuple[str, int]:
    """Encrypt content to `out`; return the key (for an `EncryptedTextField`) and the size."""
    key, size, number = Fernet.generate_key(), 0, 0
    cipher = Fernet(key)
    for piece in content:
        for start in range(0, len(piece), MAX_BLOCK_BYTES):
            part = piece[start : start + MAX_BLOCK_BYTES]
            _write_block(out, cipher, number, part)
            number, size = number + 1, size + len(part)
    _write_block(out, cipher, number, b"")
    return key.decode(), size


def _write_block(out: IO[bytes], cipher: Fernet, number: int, part: bytes) -> None:
    token = cipher.encrypt(number.to_bytes(_NUMBER_BYTES, "big") + part)
    out.write(len(token).to_bytes(_LENGTH_BYTES, "big") + token)


def open_blocks(sealed: IO[bytes], key: str) -> Iterator[bytes]:
    """Yield the content of an encrypted file, and close it.

    Raises:
        KeyRingError: the file was changed or truncated, or the key is wrong.
    """
    number = 0
    with sealed:
        try:
            cipher = Fernet(key.encode())
            while True:
                token = sealed.read(int.from_bytes(sealed.read(_LENGTH_BYTES), "big"))
                said = cipher.decrypt(token)
                if int.from_bytes(said[:_NUMBER_BYTES], "big") != number:
                    raise InvalidToken
                if len(said) == _NUMBER_BYTES:
                    return
                yield said[_NUMBER_BYTES:]
                number += 1
        except (InvalidToken, ValueError) as error:
            raise KeyRingError("加密文件已损坏，不能打开") from error
