"""Encrypting texts and files, and digests that make values findable."""

import hashlib
import hmac
from typing import TYPE_CHECKING

from cryptography.fernet import Fernet, InvalidToken

from gongkai.core.vault.key_file import KeyRingError, key_path
from gongkai.core.vault.keys import KeyRing, key_ring
from gongkai.lib.chinese import lazy_re as re

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import Model


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


class Words(Secret):
    """Free text of somebody outside: a person who may not `reveal` it reads it masked, and masked it stands wherever a page merely shows it.

    What was written before the column was encrypted is no token of ours and is read as it stands, until it is encrypted (`vault.words`).
    """

    __slots__ = ("_clear",)

    def __init__(self, token: str = "", clear: str | None = None) -> None:
        super().__init__(token)
        self._clear = clear

    @classmethod
    def of(cls, text: str) -> "Words":
        """Encrypt a text; an empty one stays empty."""
        return cls(encrypt(text) if text else "", text)

    @property
    def sealed(self) -> bool:
        """Whether it stands encrypted (an empty one needs not)."""
        return not self.token or self.token.startswith(TOKEN)

    def reveal(self) -> str:
        """Return the clear text, for who may read it and for machines that match, count and route."""
        if self._clear is None:
            self._clear = super().reveal() if self.sealed else self.token
        return self._clear

    def masked(self) -> str:
        """Return the text with personal data hidden, and every long number: one that was mistyped still says who it is."""
        from gongkai.lib.privacy import mask  # read with its tables only where something is masked

        return LONG_NUMBER.sub(_hidden, mask(self.reveal())[0]) if self.token else ""

    def __str__(self) -> str:
        return self.masked()


#: A number as long as that of a telephone or more: of a person, a card, an account, right or mistyped.
LONG_NUMBER = re.compile(r"(?<![0-9A-Za-z])[0-9](?:[ -]?[0-9]){9,}[Xx]?(?![0-9A-Za-z])")


def _hidden(number: re.Match[str]) -> str:
    return "*" * len(number[0])


#: How every token begins: the version of Fernet and the first bytes of its time, in base64, until the year 2106.
TOKEN = "gAAAAA"  # noqa: S105 - what anybody sees of any


def encrypt(text: str) -> str:
    """Return a text encrypted with the current key."""
    return key_ring().cipher.encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """Return an encrypted text in the clear.

    Raises:
        KeyRingError: no key of the ring opens it.
    """
    return _with_ring(lambda ring: ring.cipher.decrypt(token.encode()).decode(), "打不开这条加密信息")


def rotated(token: str) -> str:
    """Return a value encrypted again with the current key; the same errors."""
    return _with_ring(
        lambda ring: ring.cipher.rotate(token.encode()).decode(), "打不开一条加密信息，未作更换"
    )


def _with_ring(work: "Callable[[KeyRing], str]", said: str) -> str:
    """Do something with the ring; once more with a fresh one where it fails: another server may have added a key a moment ago."""
    try:
        return work(key_ring())
    except InvalidToken:
        try:
            return work(key_ring(fresh=True))
        except InvalidToken as error:
            raise KeyRingError(
                f"密钥文件 {key_path()} {said}：请在每台服务器上运行 gongkai check 核对密钥，不要覆盖任何一份密钥文件"
            ) from error


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


def has_digest(kept: str, purpose: str, plain: str) -> bool:
    """Whether what is kept is a digest, keyed; or that digest without the key, as a version before may write it while this one is installed."""
    return kept in {keyed_digest(purpose, plain), plain}


def seal_digests(model: "type[Model]", purpose: str, *names: str) -> None:
    """Seal digests of a table that stood there without the key; called by a migration, once."""
    rows = list(model._base_manager.order_by("pk").only("pk", *names).iterator(500))
    for row in rows:
        for name in names:
            if plain := getattr(row, name):
                setattr(row, name, keyed_digest(purpose, plain))
    model._base_manager.bulk_update(rows, names, batch_size=200)
