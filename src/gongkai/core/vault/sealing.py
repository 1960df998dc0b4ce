"""Encrypt texts and files, and make keyed digests for lookups."""

import hashlib
import hmac
from collections.abc import Iterable, Iterator
from typing import IO, TYPE_CHECKING

from cryptography.fernet import Fernet, InvalidToken

from gongkai.core.vault.key_file import KeyRingError, key_path
from gongkai.core.vault.keys import KeyRing, key_ring
from gongkai.lib.chinese import lazy_re as re

if TYPE_CHECKING:
    from collections.abc import Callable


class EncryptedSecret:
    """An encrypted text that never prints its plaintext, except by `reveal`."""

    __slots__ = ("token",)

    def __init__(self, token: str = "") -> None:
        self.token = token

    @classmethod
    def of(cls, text: str) -> "EncryptedSecret":
        """Encrypt a text; an empty one stays empty."""
        return cls(encrypt(text) if text else "")

    def reveal(self) -> str:
        """Return the plaintext; log the view before showing it to a person."""
        return decrypt(self.token) if self.token else ""

    def __bool__(self) -> bool:
        return bool(self.token)

    def __str__(self) -> str:
        return "（已加密）" if self.token else ""

    def __repr__(self) -> str:
        return f"<Secret {'…' if self.token else 'empty'}>"


class EncryptedWords(EncryptedSecret):
    """Free text of an outside person, shown masked unless the reader may `reveal` it.

    Text from before the column was encrypted is read as it is until encrypted (`intake.encryption_job`).
    """

    __slots__ = ("_clear",)

    def __init__(self, token: str = "", clear: str | None = None) -> None:
        super().__init__(token)
        self._clear = clear

    @classmethod
    def of(cls, text: str) -> "EncryptedWords":
        """Encrypt a text; an empty one stays empty."""
        return cls(encrypt(text) if text else "", text)

    @property
    def sealed(self) -> bool:
        """Return true if the value is encrypted or empty."""
        return not self.token or self.token.startswith(FERNET_TOKEN_PREFIX)

    def reveal(self) -> str:
        """Return the plaintext, for readers with permission and for automatic matching."""
        if self._clear is None:
            self._clear = super().reveal() if self.sealed else self.token
        return self._clear

    def masked(self) -> str:
        """Return the text with personal data and all long numbers masked, for readers without permission; "" if empty."""
        from gongkai.lib.privacy import mask  # read with its tables only where something is masked

        return LONG_NUMBER_PATTERN.sub(_mask_number, mask(self.reveal())[0]) if self.token else ""

    def __str__(self) -> str:
        return self.masked()


#: Pattern of a number as long as a telephone number or longer, such as an identity card or account number.
LONG_NUMBER_PATTERN = re.compile(r"(?<![0-9A-Za-z])[0-9](?:[ -]?[0-9]){9,}[Xx]?(?![0-9A-Za-z])")


def _mask_number(number: re.Match[str]) -> str:
    return "*" * len(number[0])


#: Prefix of every Fernet token in base64, until the year 2106.
FERNET_TOKEN_PREFIX = "gAAAAA"  # noqa: S105 - what anybody sees of any


def encrypt(text: str) -> str:
    """Encrypt a text with the current key."""
    return key_ring().cipher.encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """Decrypt a text.

    Raises:
        KeyRingError: no key of the ring decrypts it.
    """
    return _retry_with_fresh_ring(lambda ring: ring.cipher.decrypt(token.encode()).decode(), "打不开这条加密信息")


def reencrypt(token: str) -> str:
    """Return a value re-encrypted with the current key; raises as `decrypt`."""
    return _retry_with_fresh_ring(
        lambda ring: ring.cipher.rotate(token.encode()).decode(), "打不开一条加密信息，未作更换"
    )


def _retry_with_fresh_ring(work: "Callable[[KeyRing], str]", text: str) -> str:
    """Call `work` with the key ring; if no key fits, once more with a freshly loaded one.

    Raises:
        KeyRingError: no key of the fresh ring fits.
    """
    try:
        return work(key_ring())
    except InvalidToken:
        try:
            return work(key_ring(fresh=True))
        except InvalidToken as error:
            raise KeyRingError(
                f"密钥文件 {key_path()} {text}：请在每台服务器上运行 gongkai check 核对密钥，不要覆盖任何一份密钥文件"
            ) from error


def encrypt_bytes(content: bytes) -> tuple[bytes, str]:
    """Return content encrypted with a new key, and the key (for an `EncryptedTextField`)."""
    key = Fernet.generate_key()
    return Fernet(key).encrypt(content), key.decode()


def decrypt_bytes(content: bytes, key: str) -> bytes:
    """Decrypt the content of a file.

    Raises:
        KeyRingError: the file was changed, or the key is wrong.
    """
    try:
        return Fernet(key.encode()).decrypt(content)
    except (InvalidToken, ValueError) as error:
        raise KeyRingError("加密文件已损坏，不能打开") from error


def keyed_digest(purpose: str, value: str) -> str:
    """Return a digest that finds a value again but reveals nothing without the key.

    Args:
        purpose: kind of value; digests of different purposes differ.
        value: the normalised value (`intake.spelling`).
    """
    return hmac.new(key_ring().digest_key, f"{purpose}\0{value}".encode(), hashlib.sha256).hexdigest()


def matches_stored_digest(stored: str, purpose: str, plain: str) -> bool:
    """Return true if `stored` is the keyed digest of `plain` (the SHA-256 of a text), or `plain` itself, as older
    versions stored it."""
    return stored in {keyed_digest(purpose, plain), plain}


_LENGTH_BYTES, _NUMBER_BYTES = 4, 8
#: Maximum size of a block in bytes.
MAX_BLOCK_BYTES = 1 << 20


def encrypt_blocks(content: Iterable[bytes], target: IO[bytes]) -> tuple[str, int]:
    """Encrypt content with a new key to `target`; return (key for an `EncryptedTextField`, size of the content)."""
    key, size, number = Fernet.generate_key(), 0, 0
    cipher = Fernet(key)
    for piece in content:
        for start in range(0, len(piece), MAX_BLOCK_BYTES):
            block = piece[start : start + MAX_BLOCK_BYTES]
            _write_block(target, cipher, number, block)
            number, size = number + 1, size + len(block)
    _write_block(target, cipher, number, b"")
    return key.decode(), size


def _write_block(target: IO[bytes], cipher: Fernet, number: int, part: bytes) -> None:
    """Write an encrypted block with its length before it; its number is encrypted with it."""
    token = cipher.encrypt(number.to_bytes(_NUMBER_BYTES, "big") + part)
    target.write(len(token).to_bytes(_LENGTH_BYTES, "big") + token)


def decrypt_blocks(sealed: IO[bytes], key: str) -> Iterator[bytes]:
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
                numbered_block = cipher.decrypt(token)
                if int.from_bytes(numbered_block[:_NUMBER_BYTES], "big") != number:
                    raise InvalidToken
                if len(numbered_block) == _NUMBER_BYTES:
                    return
                yield numbered_block[_NUMBER_BYTES:]
                number += 1
        except (InvalidToken, ValueError) as error:
            raise KeyRingError("加密文件已损坏，不能打开") from error
