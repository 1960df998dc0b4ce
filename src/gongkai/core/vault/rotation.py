"""Rotate the current key: re-encrypt everything, then remove old keys."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cryptography.fernet import Fernet, InvalidToken
from django.apps import apps
from django.db import connection, models, transaction
from django.utils import timezone

from gongkai.core.vault.fields import EncryptedTextField
from gongkai.core.vault.key_file import KeyRingError
from gongkai.core.vault.keys import KeyRing, change_ring, fingerprint, key_ring
from gongkai.core.vault.models import StoredRing
from gongkai.core.vault.sealing import FERNET_TOKEN_PREFIX, EncryptedSecret, EncryptedWords, reencrypt
from gongkai.core.vault.servers import confirm_ring, list_servers, list_servers_behind

if TYPE_CHECKING:
    from django.db.models import Model

    from gongkai.core.vault.models import KeyServer

#: Values re-encrypted in one transaction.
BATCH_SIZE = 500
#: Time after which no process of an updated server still writes with an old key; longer than any transaction.
KEY_SETTLING_PERIOD = timedelta(minutes=10)


def iterate_encrypted_fields() -> Iterator[tuple[type[models.Model], list[str]]]:
    """Yield (model, names of its encrypted columns)."""
    for model in apps.get_models():
        names = [f.name for f in model._meta.concrete_fields if isinstance(f, EncryptedTextField)]
        if names:
            yield model, names


def has_encrypted_values() -> bool:
    """Return true if the database contains encrypted values or a key ring."""
    tables = set(connection.introspection.table_names())
    if StoredRing._meta.db_table in tables and StoredRing.objects.exists():
        return True
    return any(
        _has_encrypted_value(model, name)
        for model, names in iterate_encrypted_fields()
        if model._meta.db_table in tables
        for name in names
    )


def _has_encrypted_value(model: type[models.Model], name: str) -> bool:
    stored_text = models.ExpressionWrapper(models.F(name), models.TextField())
    return model._base_manager.annotate(_stored=stored_text).filter(_stored__startswith=FERNET_TOKEN_PREFIX).exists()


def rotate_key() -> int:
    """Create a new current key and re-encrypt everything; return the number of values.

    Old keys stay for processes that still write with them; `remove_old_keys` removes them later. An
    interrupted rotation can be repeated.

    Raises:
        KeyRingError: this key file is of another installation.
    """
    _confirm_ring()
    change_ring(lambda ring: replace(ring, keys=(Fernet.generate_key().decode(), *ring.keys)))
    _confirm_ring()
    return _reencrypt_all_tables()


def _confirm_ring() -> None:
    """Load the key ring on this server and report its version to the others.

    Raises:
        KeyRingError: this server cannot use it.
    """
    if trouble := confirm_ring():
        raise KeyRingError(trouble)


def remove_old_keys(now: datetime | None = None) -> int:
    """Re-encrypt remaining values, then remove old keys; return the number of removed keys.

    Raises:
        KeyRingError: a server has not confirmed the ring, or only recently.
    """
    _confirm_ring()
    ring = key_ring(fresh=True)
    if len(ring.keys) == 1:
        return 0
    if late := list_servers_behind(ring):
        raise KeyRingError(
            f"还不能去掉旧密钥：{'；'.join(map(_explain_outdated_server, late))}。"
            "请让它启动并连上数据库；已经不用的服务器，用 gongkai keys forget --gone 主机:数据目录 注销"
        )
    newest = max((row.confirmed_at for row in list_servers() if row.confirmed_at), default=timezone.now())
    if (now or timezone.now()) - newest < KEY_SETTLING_PERIOD:
        raise KeyRingError("新密钥在全部服务器上启用还不到十分钟，可能有程序仍在使用旧密钥，请稍后再去掉旧密钥")
    _reencrypt_all_tables()
    removed_count = len(ring.keys) - 1
    change_ring(lambda present: _remove_old_from_ring(present, ring))
    _confirm_ring()
    return removed_count


def _explain_outdated_server(row: "KeyServer") -> str:
    """Return in Chinese why a server does not use the new key ring yet."""
    seen_text = f"{timezone.localtime(row.seen_at):%m月%d日%H:%M}"
    trouble = row.trouble or f"还没有启用新密钥（最近报到 {seen_text}）"
    return f"服务器 {row.place} {trouble}"


def _remove_old_from_ring(present: KeyRing, seen_ring: KeyRing) -> KeyRing:
    """Return the ring with its newest key only; fingerprints of the others are added to `retired`.

    Raises:
        KeyRingError: the ring has changed since it was read.
    """
    if present.number != seen_ring.number:
        raise KeyRingError("密钥环刚刚又有变化，没有去掉旧密钥：请稍后再试")
    retired = {**present.retired, **{fingerprint(key): present.number for key in present.keys[1:]}}
    return replace(present, keys=present.keys[:1], retired=retired)


def _reencrypt_all_tables() -> int:
    return sum(_reencrypt_table(model, names) for model, names in iterate_encrypted_fields())


def _reencrypt_table(model: type[models.Model], names: list[str]) -> int:
    """Encrypt anew, in portions, what the current key cannot decrypt; return the number of values."""
    count = 0
    numbers = list(model._base_manager.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(numbers), BATCH_SIZE):
        with transaction.atomic():
            rows = model._base_manager.select_for_update().filter(pk__in=numbers[start : start + BATCH_SIZE])
            count += sum(_reencrypt_row(row, names) for row in rows)
    return count


def _reencrypt_row(row: "Model", names: list[str]) -> int:
    """Encrypt anew the columns of a row that the current key cannot decrypt or that are in clear; return the number."""
    current = Fernet(key_ring().keys[0])
    stale_names = [name for name in names if (secret := getattr(row, name)) and not _can_decrypt(current, secret.token)]
    for name in stale_names:
        secret = getattr(row, name)
        written_clear = isinstance(secret, EncryptedWords) and not secret.sealed
        setattr(
            row, name, EncryptedWords.of(secret.reveal()) if written_clear else EncryptedSecret(reencrypt(secret.token))
        )
    if stale_names:
        type(row)._base_manager.filter(pk=row.pk).update(**{name: getattr(row, name) for name in stale_names})
    return len(stale_names)


def _can_decrypt(key: Fernet, token: str) -> bool:
    """Return true if the key decrypts the token."""
    try:
        key.decrypt(token.encode())
    except InvalidToken:
        return False
    return True


def check_decryption() -> int:
    """Decrypt every encrypted value as a test; return the number of values.

    Raises:
        KeyRingError: one of them cannot be decrypted.
    """
    count = 0
    for model, names in iterate_encrypted_fields():
        for row in model._base_manager.only("pk", *names).iterator(chunk_size=BATCH_SIZE):
            for name in names:
                if secret := getattr(row, name):
                    secret.reveal()
                    count += 1
    return count
