"""Key files in the data folder, and the key file of a server (`GONGKAI_KEYS`).

The secret is the same on all servers and never changes. The copy of the ring lets an earlier
program version read everything after a downgrade.
"""

import base64
import contextlib
import json
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils import timezone


class KeyRingError(Exception):
    """Raised when the key file or key ring is missing, unreadable or of another installation."""


@dataclass(frozen=True)
class KeyFile:
    """The content of a key file: encryption keys, and the key of digests.

    Attributes:
        keys: Fernet keys, the current one first.
        digest_key: key of digests and of the master key; it never changes.
    """

    keys: tuple[str, ...]
    digest_key: bytes

    @cached_property
    def master(self) -> Fernet:
        """Return the cipher of the key ring in the database."""
        derived_key = HKDF(hashes.SHA256(), 32, salt=None, info=b"gongkai key ring").derive(self.digest_key)
        return Fernet(base64.urlsafe_b64encode(derived_key))


_KEY_FILE_CACHE: dict[str, tuple[int, KeyFile]] = {}


def key_path() -> Path:
    """Return the path of the key file."""
    return Path(settings.GONGKAI_KEYS)


def key_file() -> KeyFile:
    """Return the key file, created on first use and reloaded after changes.

    Raises:
        KeyRingError: it is unreadable, or missing while the database holds encrypted values.
    """
    name = str(settings.GONGKAI_KEYS)
    try:
        modified_at = _get_modified_time(name)
        cached = _KEY_FILE_CACHE.get(name)
        if cached is None or cached[0] != modified_at:
            cached = (modified_at, parse_key_file(key_path().read_text(), key_path()))
            _KEY_FILE_CACHE[name] = cached
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "不是文本"
        raise KeyRingError(f"不能读写密钥文件 {name}（{reason}）：请检查权限") from error
    return cached[1]


def _get_modified_time(name: str) -> int:
    """Return the modification time of the key file in nanoseconds; create the file if it is missing."""
    try:
        return os.stat(name).st_mtime_ns
    except FileNotFoundError:
        _create_key_file(key_path())
        return os.stat(name).st_mtime_ns


def parse_key_file(text: str, path: Path) -> KeyFile:
    """Parse a key file.

    Raises:
        KeyRingError: it is no key file.
    """
    try:
        content = json.loads(text)
        keys, digest = tuple(content["keys"]), base64.b64decode(content["digest"], validate=True)
        for key in keys:
            Fernet(key)
    except (ValueError, KeyError, TypeError) as error:
        raise KeyRingError(f"密钥文件 {path} 已损坏，请从保管的副本放回（gongkai keys put）") from error
    if not keys or len(digest) < 32:
        raise KeyRingError(f"密钥文件 {path} 已损坏，请从保管的副本放回（gongkai keys put）")
    return KeyFile(keys, digest)


def _create_key_file(path: Path) -> None:
    """Create a key file with new keys.

    Raises:
        KeyRingError: the database has values encrypted with other keys.
    """
    from gongkai.core.vault.rotation import has_encrypted_values

    if has_encrypted_values():
        raise KeyRingError(
            f"找不到密钥文件 {path}，而数据库中已有加密的个人信息：请恢复原来的密钥文件（gongkai keys put），不能另造新的"
        )
    write_key_file(path, KeyFile((Fernet.generate_key().decode(),), secrets.token_bytes(32)), replace=False)


def write_key_file(path: Path, file: KeyFile, *, replace: bool) -> None:
    """Write a key file atomically; without `replace`, an existing one wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary_path = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(temporary_path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(descriptor, "w") as out:
            json.dump({"keys": file.keys, "digest": base64.b64encode(file.digest_key).decode()}, out)
            out.flush()
            os.fsync(out.fileno())
        if replace:
            os.replace(temporary_path, path)
        else:
            with contextlib.suppress(FileExistsError):
                os.link(temporary_path, path)
    finally:
        temporary_path.unlink(missing_ok=True)
    _KEY_FILE_CACHE.pop(str(path), None)


def set_key_file_aside(path: Path) -> Path:
    """Rename a key file of another installation; return its new path."""
    new_path = path.with_name(f"{path.name}-{timezone.localtime():%Y%m%d%H%M%S}")
    path.rename(new_path)
    _KEY_FILE_CACHE.pop(str(path), None)
    return new_path


def keys_folder() -> Path:
    """Return the folder `keys` of the data folder, created if missing.

    The key file of the server, which `GONGKAI_KEYS` names, may be elsewhere.
    """
    folder = Path(settings.DATA) / "keys"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def secret_file(name: str, make: Callable[[], bytes]) -> bytes:
    """Return the content of the key file `name`; create it by calling `make` on first use."""
    path = keys_folder() / name
    if not path.exists():
        temporary_path = path.with_name(f"{name}.{os.getpid()}.part")
        descriptor = os.open(temporary_path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(make())
        try:
            os.link(temporary_path, path)
        except FileExistsError:
            pass  # another process created the file first: its key is used
        finally:
            temporary_path.unlink()
    return path.read_bytes()
