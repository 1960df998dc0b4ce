"""The key ring of the installation, stored in the database and encrypted with the master key."""

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections, transaction
from django.utils import timezone

from gongkai.core.vault.key_file import KeyFile, KeyRingError, key_file, key_path
from gongkai.core.vault.models import StoredRing

#: The database alias of the primary, from which the ring is read because a replica may lag.
PRIMARY_DATABASE = "default"
#: Seconds after which a process reloads the ring; much shorter than `rotation.KEY_SETTLING_PERIOD`.
REFRESH_SECONDS = 60.0
_RING_ID = 1


@dataclass(frozen=True)
class KeyRing:
    """The encryption keys of an installation, the current one first, with their version.

    Attributes:
        keys: Fernet keys, the current one first; older ones only decrypt.
        digest_key: key of digests that make values findable.
        number: version; 0 while only the key file holds the ring.
        retired: fingerprint of a removed key, mapped to the version that replaced it.
    """

    keys: tuple[str, ...]
    digest_key: bytes
    number: int = 0
    retired: dict[str, int] = field(default_factory=dict, hash=False)

    @cached_property
    def cipher(self) -> MultiFernet:
        """Return the cipher that encrypts with the current key and decrypts with all."""
        return MultiFernet([Fernet(key) for key in self.keys])


def fingerprint(key: str) -> str:
    """Return an identifier of a key that reveals nothing about it."""
    return hashlib.sha256(f"gongkai key\0{key}".encode()).hexdigest()[:16]


@dataclass(frozen=True)
class _CachedRing:
    """The key ring of this process, with its key file and the time at which it was read."""

    file: KeyFile
    ring: KeyRing
    read_at: float


_RING_CACHE: dict[str, _CachedRing] = {}
#: Databases whose table is known to exist; before its migration the key file is the ring.
_DATABASES_WITH_TABLE: set[str] = set()


def key_ring(*, fresh: bool = False) -> KeyRing:
    """Return the key ring, reloaded after `REFRESH_SECONDS` or at once (`fresh`).

    Raises:
        KeyRingError: the key file is unreadable or of another installation.
    """
    file, name = key_file(), str(settings.GONGKAI_KEYS)
    cached = _RING_CACHE.get(name)
    is_same_file = cached is not None and cached.file is file
    if cached and is_same_file and not fresh and time.monotonic() - cached.read_at < REFRESH_SECONDS:
        return cached.ring
    try:
        ring = load_stored_ring(file) or KeyRing(file.keys, file.digest_key)
    except (DatabaseError, InterfaceError):
        # While the database is down nothing is written; the cached ring can still decrypt
        # for reading.
        if cached and is_same_file:
            return cached.ring
        raise
    _RING_CACHE[name] = _CachedRing(file, ring, time.monotonic())
    return ring


def load_stored_ring(file: KeyFile) -> KeyRing | None:
    """Return the ring in the database, or None.

    Raises:
        KeyRingError: this key file cannot decrypt it.
    """
    if not has_table():
        return None
    row = StoredRing.objects.using(PRIMARY_DATABASE).filter(pk=_RING_ID).values_list("number", "sealed").first()
    return _decrypt_ring(file, *row) if row else None


def has_table() -> bool:
    """Return true if the table of the ring exists, looked up without a query that could fail in a migration."""
    database = connections[PRIMARY_DATABASE]
    name = str(database.settings_dict["NAME"])
    if name not in _DATABASES_WITH_TABLE and StoredRing._meta.db_table in database.introspection.table_names():
        _DATABASES_WITH_TABLE.add(name)
    return name in _DATABASES_WITH_TABLE


def _decrypt_ring(file: KeyFile, number: int, sealed: str) -> KeyRing:
    """Return the stored key ring, decrypted with the key file.

    Raises:
        KeyRingError: the key file is another installation's.
    """
    try:
        ring_facts = json.loads(file.master.decrypt(sealed.encode()))
    except InvalidToken as error:
        raise KeyRingError(
            f"密钥文件 {key_path()} 打不开本系统的密钥环：它不是本系统的密钥文件。"
            "请用 gongkai keys put 放上另一台服务器的或者保管的那一份（先核对，打不开的不放），不要覆盖别处的密钥文件"
        ) from error
    return KeyRing(tuple(ring_facts["keys"]), file.digest_key, number, dict(ring_facts["retired"]))


def change_ring(change: Callable[[KeyRing], KeyRing]) -> KeyRing:
    """Replace the ring with a changed one, as the next version, and return it.

    The present ring must be decryptable; otherwise it is never replaced.

    Raises:
        KeyRingError: this key file cannot decrypt the present ring.
    """
    file = key_file()
    with transaction.atomic(using=PRIMARY_DATABASE):
        row = StoredRing.objects.using(PRIMARY_DATABASE).select_for_update().filter(pk=_RING_ID).first()
        ring = _decrypt_ring(file, row.number, row.sealed) if row else KeyRing(file.keys, file.digest_key)
        new_ring = replace(change(ring), number=ring.number + 1)
        text = json.dumps({"keys": new_ring.keys, "retired": new_ring.retired})
        facts = {
            "number": new_ring.number,
            "sealed": file.master.encrypt(text.encode()).decode(),
            "changed_at": timezone.now(),
        }
        if row is None:  # of two servers that store the first ring at once, the later one fails and tries again
            StoredRing.objects.using(PRIMARY_DATABASE).create(pk=_RING_ID, **facts)
        else:
            StoredRing.objects.using(PRIMARY_DATABASE).filter(pk=_RING_ID).update(**facts)
    reload_next_time()
    return new_ring


def reload_next_time() -> None:
    """Make this process reload the keys at their next use."""
    _RING_CACHE.clear()
