"""The servers of an installation and their versions of the key ring.

A server is a data folder. Its processes call `confirm_ring` at start-up and regularly afterwards.
"""

import platform
import secrets
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError
from django.utils import timezone

from gongkai.core.vault.key_file import KeyFile, KeyRingError, key_file, key_path, secret_file, write_key_file
from gongkai.core.vault.keys import (
    PRIMARY_DATABASE,
    KeyRing,
    change_ring,
    fingerprint,
    has_table,
    key_ring,
    load_stored_ring,
)
from gongkai.core.vault.models import KeyServer

#: Minimum interval between two reports of a server; its programs call `confirm_ring` every ten seconds (`ops.upkeep.primary`).
REPORT_INTERVAL = timedelta(seconds=5)
#: Maximum time between two reports of a server with a running program, also on a busy machine.
MAX_REPORT_GAP_SECONDS = 25.0


def get_server_name() -> str:
    """Return the stable name of this server, stored in the data folder."""
    return secret_file("server.id", lambda: secrets.token_hex(16).encode()).decode()


def confirm_ring() -> str:
    """Load the encryption keys on this server and report their version; return the fault in Chinese, or "".

    The first server stores the ring. A server with unknown keys adds them, because values may be
    encrypted with them.
    """
    if not has_table():
        return ""
    row = KeyServer.objects.using(PRIMARY_DATABASE).filter(pk=get_server_name()).first()
    number, trouble = row.number if row else 0, ""
    try:
        number = _synchronise_keys(row)
    except KeyRingError as error:
        trouble = str(error)
    _report_server(row, number, trouble)
    return trouble


def _synchronise_keys(row: KeyServer | None) -> int:
    """Give the key file and the stored key ring the same keys; return the number of the ring."""
    file = key_file()
    ring = load_stored_ring(file)
    if ring is None:
        with suppress(IntegrityError):  # another server stored it in this very moment
            change_ring(lambda first: first)
        ring = load_stored_ring(file)
        assert ring is not None
    if missing := _find_missing_keys(file, ring, row):
        ring = change_ring(lambda now: replace(now, keys=(*now.keys, *_find_missing_keys(file, now, row))))
        assert all(key in ring.keys for key in missing)
    if file.keys != ring.keys:
        with suppress(OSError):  # a file that cannot be written (a secret of a container) only lacks the copy
            write_key_file(key_path(), KeyFile(ring.keys, ring.digest_key), replace=True)
    return key_ring(fresh=True).number


def _find_missing_keys(file: KeyFile, ring: KeyRing, row: KeyServer | None) -> tuple[str, ...]:
    """Return the keys of the file that the ring lacks, without those retired after the version of this server."""
    taken_up = row.number if row else 0
    return tuple(
        key for key in file.keys if key not in ring.keys and taken_up < ring.retired.get(fingerprint(key), taken_up + 1)
    )


def _report_server(row: KeyServer | None, number: int, trouble: str) -> None:
    """Store which ring version this server has loaded, or its trouble; unchanged facts at intervals only."""
    now, place = timezone.now(), f"{platform.node()}:{settings.DATA}"[:400]
    if row and (row.number, row.trouble, row.place) == (number, trouble[:300], place):
        if now - row.seen_at >= REPORT_INTERVAL:
            KeyServer.objects.using(PRIMARY_DATABASE).filter(pk=row.pk).update(seen_at=now)
        return
    confirmed_at = row.confirmed_at if row and row.number == number else now
    facts = {
        "place": place,
        "number": number,
        "confirmed_at": None if trouble else confirmed_at,
        "seen_at": now,
        "trouble": trouble[:300],
    }
    KeyServer.objects.using(PRIMARY_DATABASE).update_or_create(pk=get_server_name(), defaults=facts)
    # The server was reinstalled in the same folder.
    KeyServer.objects.using(PRIMARY_DATABASE).filter(place=place).exclude(pk=get_server_name()).delete()


def list_servers_behind(ring: KeyRing) -> list[KeyServer]:
    """Return servers that have a fault or lack this version of the ring, latest report first."""
    return [row for row in list_servers() if row.trouble or row.number != ring.number]


def list_servers() -> Sequence[KeyServer]:
    """Return all servers that reported and were not removed."""
    return list(KeyServer.objects.using(PRIMARY_DATABASE).order_by("-seen_at"))


def find_running_servers(wait: Callable[[float], object] | None = None) -> list[str]:
    """Return the servers (host and data folder) whose programs report while this function waits, sorted.

    It does not wait if no server reported within a day.
    """
    if not has_table():
        return []
    seen_before = {row.pk: row.seen_at for row in list_servers()}
    if any(seen_at > timezone.now() - timedelta(days=1) for seen_at in seen_before.values()):
        (wait or time.sleep)(MAX_REPORT_GAP_SECONDS)
    return sorted(row.place for row in list_servers() if row.seen_at != seen_before.get(row.pk))


def forget_key_server(place: str) -> None:
    """Delete the row of a decommissioned server; `place` is its host and data folder.

    Raises:
        KeyRingError: no such server.
    """
    if not KeyServer.objects.using(PRIMARY_DATABASE).filter(place=place).delete()[0]:
        known_places = "、".join(row.place for row in list_servers()) or "没有"
        raise KeyRingError(f"没有登记过服务器 {place}；登记过的：{known_places}")
