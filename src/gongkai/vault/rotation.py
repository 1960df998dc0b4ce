"""Changing the current key: everything encrypted is encrypted anew, then older keys go."""

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from cryptography.fernet import Fernet, InvalidToken
from django.apps import apps
from django.db import connection, models, transaction

from gongkai.vault.fields import EncryptedTextField
from gongkai.vault.keys import KeyRingError, add_key, drop_old_keys, key_ring, ring_path
from gongkai.vault.sealing import TOKEN, Secret, Words, rotated

if TYPE_CHECKING:
    from django.db.models import Model

PORTION = 500
#: Seconds after which no process writes with the key before the current one: longer than any transaction.
SETTLED = 600


def encrypted_fields() -> Iterator[tuple[type[models.Model], list[str]]]:
    """Yield every table with encrypted columns, and their names."""
    for model in apps.get_models():
        names = [f.name for f in model._meta.concrete_fields if isinstance(f, EncryptedTextField)]
        if names:
            yield model, names


def is_used() -> bool:
    """Whether the database holds anything encrypted."""
    known = set(connection.introspection.table_names())
    return any(
        _has_token(model, name)
        for model, names in encrypted_fields()
        if model._meta.db_table in known
        for name in names
    )


def _has_token(model: type[models.Model], name: str) -> bool:
    """Whether a column holds anything encrypted: words may stand in the clear until they are."""
    stored = models.ExpressionWrapper(models.F(name), models.TextField())
    return model._base_manager.annotate(_stored=stored).filter(_stored__startswith=TOKEN).exists()


def rotate() -> int:
    """Make a new current key and encrypt everything with it; return how many values that were.

    The older keys stay, because another process may still be writing with one of them: `forget_old_keys` takes them away later.
    Interrupted, it is simply begun again.
    """
    add_key()
    return _rotate_all()


def forget_old_keys(now: float | None = None) -> int:
    """Encrypt anew what an older key still wrote, then drop the older keys; return how many keys went.

    Raises:
        KeyRingError: the current key is so new that a process may still be writing with the one before.
    """
    age = (now or time.time()) - ring_path().stat().st_mtime
    if len(key_ring().keys) > 1 and age < SETTLED:
        raise KeyRingError("新密钥启用还不到十分钟，可能有程序仍在使用旧密钥，请稍后再去掉旧密钥")
    _rotate_all()
    return drop_old_keys()


def _rotate_all() -> int:
    return sum(_rotate_table(model, names) for model, names in encrypted_fields())


def _rotate_table(model: type[models.Model], names: list[str]) -> int:
    count = 0
    numbers = list(model._base_manager.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(numbers), PORTION):
        with transaction.atomic():
            rows = model._base_manager.select_for_update().filter(pk__in=numbers[start : start + PORTION])
            count += sum(_rotate_row(row, names) for row in rows)
    return count


def _rotate_row(row: "Model", names: list[str]) -> int:
    """Encrypt a row's values anew where the current key is not theirs already."""
    current = Fernet(key_ring().keys[0])
    stale = [name for name in names if (secret := getattr(row, name)) and not _opens(current, secret.token)]
    for name in stale:
        secret = getattr(row, name)
        written_clear = isinstance(secret, Words) and not secret.sealed
        setattr(row, name, Words.of(secret.reveal()) if written_clear else Secret(rotated(secret.token)))
    if stale:
        type(row)._base_manager.filter(pk=row.pk).update(**{name: getattr(row, name) for name in stale})
    return len(stale)


def _opens(key: Fernet, token: str) -> bool:
    try:
        key.decrypt(token.encode())
    except InvalidToken:
        return False
    return True


def check_all() -> int:
    """Open everything that is encrypted; return how many values there are.

    Raises:
        KeyRingError: the ring does not open one of them.
    """
    count = 0
    for model, names in encrypted_fields():
        for row in model._base_manager.only("pk", *names).iterator(chunk_size=PORTION):
            for name in names:
                if secret := getattr(row, name):
                    secret.reveal()
                    count += 1
    return count
