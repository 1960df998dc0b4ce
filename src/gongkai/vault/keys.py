"""The key ring: one file outside the database, readable by its owner only."""

import base64
import contextlib
import json
import os
import secrets
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


class KeyRingError(Exception):
    """The key ring is missing, unreadable or not the one that this database was written with. The message is a Chinese sentence."""


@dataclass(frozen=True)
class KeyRing:
    """The keys of an installation.

    Attributes:
        keys: Fernet keys, the current one first; older ones only read.
        digest_key: for digests that make values findable. It never rotates: digests could not be found again.
    """

    keys: tuple[str, ...]
    digest_key: bytes

    @cached_property
    def cipher(self) -> MultiFernet:
        """What encrypts with the current key and decrypts with any."""
        return MultiFernet([Fernet(key) for key in self.keys])


_CACHE: dict[str, tuple[int, KeyRing]] = {}


def ring_path() -> Path:
    """Return where the key ring lies."""
    return Path(settings.GONGKAI_KEYS)


def key_ring() -> KeyRing:
    """Return the key ring, made at the first use; read again when its file changed.

    Raises:
        KeyRingError: it cannot be read, or it is gone while the database holds encrypted values.
    """
    name = str(settings.GONGKAI_KEYS)
    try:
        changed = _changed(name)
        kept = _CACHE.get(name)
        if kept is None or kept[0] != changed:
            kept = _CACHE[name] = (changed, _parse(ring_path().read_text()))
    except OSError as error:
        raise KeyRingError(f"不能读写密钥文件 {name}（{error.strerror}）：请检查权限") from error
    return kept[1]


def _changed(name: str) -> int:
    """Return when the file changed, asked once for each use of a key (thirty times for a message); one that is not there is made."""
    try:
        return os.stat(name).st_mtime_ns
    except FileNotFoundError:
        _make(ring_path())
        return os.stat(name).st_mtime_ns


def _parse(text: str) -> KeyRing:
    try:
        given = json.loads(text)
        ring = KeyRing(tuple(given["keys"]), base64.b64decode(given["digest"], validate=True))
        _ = ring.cipher
    except (ValueError, KeyError, TypeError) as error:
        raise KeyRingError(f"密钥文件 {ring_path()} 已损坏，请从保管的副本恢复") from error
    if not ring.keys or len(ring.digest_key) < 32:
        raise KeyRingError(f"密钥文件 {ring_path()} 已损坏，请从保管的副本恢复")
    return ring


def _make(path: Path) -> None:
    from gongkai.vault.rotation import is_used

    if is_used():
        raise KeyRingError(
            f"找不到密钥文件 {path}，而数据库中已有加密的个人信息：请恢复原来的密钥文件，不能另造新的"
        )
    _write(
        path,
        KeyRing((Fernet.generate_key().decode(),), secrets.token_bytes(32)),
        replace=False,
    )


def add_key() -> KeyRing:
    """Put a new current key before the others; older values stay readable."""
    ring = key_ring()
    made = KeyRing((Fernet.generate_key().decode(), *ring.keys), ring.digest_key)
    _write(ring_path(), made, replace=True)
    return made


def drop_old_keys() -> int:
    """Keep the current key only; call it when nothing is encrypted with an older one. Return how many went."""
    ring = key_ring()
    if len(ring.keys) == 1:
        return 0
    _write(ring_path(), KeyRing(ring.keys[:1], ring.digest_key), replace=True)
    return len(ring.keys) - 1


def _write(path: Path, ring: KeyRing, *, replace: bool) -> None:
    """Write the file whole or not at all; of two processes that make the first ring at once, both read the one that came first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            json.dump({"keys": ring.keys, "digest": base64.b64encode(ring.digest_key).decode()}, file)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            os.replace(part, path)
        else:
            with contextlib.suppress(FileExistsError):
                os.link(part, path)
    finally:
        part.unlink(missing_ok=True)
    _CACHE.pop(str(path), None)
