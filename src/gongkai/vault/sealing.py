"""Encrypting texts and files, and digests that make values findable."""

import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken

from gongkai.vault.keys import KeyRingError, key_ring, ring_path


class Secret:
    """A text that is stored encrypted. It shows nothing of itself (in a template, a log, a traceback) until `reveal` is called."""

    __slots__ = ("token",)

    def __init__(self, token: str = "") -> None:
        self.token = token

    @classmethod
    def of(cls, text: str) -> "Secret":
        """Encrypt a text; an empty one stays empty."""
        return cls(encrypt(text) if text else "")

    def reveal(self) -> str:
        """Return the clear text. Whoever shows it to a person records that first."""
        return decrypt(self.token) if self.token else ""

    def __bool__(self) -> bool:
        return bool(self.token)

    def __str__(self) -> str:
        return "（已加密）" if self.token else ""

    def __repr__(self) -> str:
        return f"<Secret {'…' if self.token else 'empty'}>"


def encrypt(text: str) -> str:
    """Return a text encrypted with the current key."""
    return key_ring().cipher.encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """Return an encrypted text in the clear.

    Raises:
        KeyRingError: no key of the ring opens it.
    """
    try:
        return key_ring().cipher.decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise KeyRingError(f"密钥文件 {ring_path()} 打不开这条加密信息：请核对是否换过密钥文件") from error


def rotated(token: str) -> str:
    """Return a value encrypted again with the current key."""
    try:
        return key_ring().cipher.rotate(token.encode()).decode()
    except InvalidToken as error:
        raise KeyRingError(f"密钥文件 {ring_path()} 打不开一条加密信息，未作更换") from error


def encrypt_bytes(content: bytes) -> tuple[bytes, str]:
    """Return a file's bytes encrypted with a new key of their own, and that key (to be kept in an `EncryptedTextField`)."""
    key = Fernet.generate_key()
    return Fernet(key).encrypt(content), key.decode()


def decrypt_bytes(content: bytes, key: str) -> bytes:
    """Return the bytes of an encrypted file.

    Raises:
        KeyRingError: the file was changed, or the key is another file's.
    """
    try:
        return Fernet(key.encode()).decrypt(content)
    except (InvalidToken, ValueError) as error:
        raise KeyRingError("加密文件已损坏，不能打开") from error


def keyed_digest(purpose: str, value: str) -> str:
    """Return a digest that finds a value again and tells nobody without the key what it is.

    Args:
        purpose: what the value is; the same value has another digest for another purpose.
        value: in its one spelling (`intake.spelling`).
    """
    return hmac.new(key_ring().digest_key, f"{purpose}\0{value}".encode(), hashlib.sha256).hexdigest()
