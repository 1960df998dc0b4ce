"""Files of any size, encrypted block by block under a key of their own: neither side ever holds a whole file.

A block is its length and a token. What it encrypts begins with its number; the last block holds nothing else, so that a file without
its end, or with blocks in another order, is not opened.
"""

from collections.abc import Iterable, Iterator
from typing import IO

from cryptography.fernet import Fernet, InvalidToken

from gongkai.core.vault.key_file import KeyRingError

_LENGTH, _NUMBER = 4, 8
#: Bytes of one block at most: what comes in larger pieces is cut.
BLOCK = 1 << 20


def seal_blocks(content: Iterable[bytes], out: IO[bytes]) -> tuple[str, int]:
    """Write content encrypted; return the key (to be kept in an `EncryptedTextField`) and how many bytes it had."""
    key, size, number = Fernet.generate_key(), 0, 0
    cipher = Fernet(key)
    for piece in content:
        for start in range(0, len(piece), BLOCK):
            part = piece[start : start + BLOCK]
            _write(out, cipher, number, part)
            number, size = number + 1, size + len(part)
    _write(out, cipher, number, b"")
    return key.decode(), size


def _write(out: IO[bytes], cipher: Fernet, number: int, part: bytes) -> None:
    token = cipher.encrypt(number.to_bytes(_NUMBER, "big") + part)
    out.write(len(token).to_bytes(_LENGTH, "big") + token)


def open_blocks(sealed: IO[bytes], key: str) -> Iterator[bytes]:
    """Yield the content of a sealed file, and close it.

    Raises:
        KeyRingError: the file was changed or cut off, or the key is another file's.
    """
    number = 0
    with sealed:
        try:
            cipher = Fernet(key.encode())
            while True:
                token = sealed.read(int.from_bytes(sealed.read(_LENGTH), "big"))
                said = cipher.decrypt(token)
                if int.from_bytes(said[:_NUMBER], "big") != number:
                    raise InvalidToken
                if len(said) == _NUMBER:
                    return
                yield said[_NUMBER:]
                number += 1
        except (InvalidToken, ValueError) as error:
            raise KeyRingError("加密文件已损坏，不能打开") from error
