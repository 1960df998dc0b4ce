"""The servers of an installation, and which version of the key ring each has taken up.

A server is a data folder. Its programs call `confirm` when they start and again and again while they run.
"""

import platform
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError
from django.utils import timezone

from gongkai.core.vault.files import secret_file
from gongkai.core.vault.key_file import KeyFile, KeyRingError, key_file, key_path, write
from gongkai.core.vault.keys import (
    PRIMARY,
    KeyRing,
    change_ring,
    fingerprint,
    has_table,
    key_ring,
    stored_ring,
)
from gongkai.core.vault.models import KeyServer

#: A server that has nothing new to say reports once in this time.
REPORT_EVERY = timedelta(minutes=1)


def server_name() -> str:
    """Return the name of this server, made at its first use and stored in the data folder."""
    return secret_file("server.id", lambda: secrets.token_hex(16).encode()).decode()


def confirm() -> str:
    """Take up the key ring of the installation on this server, and report it; return why this server cannot, "" where it can.

    The first server stores the ring. A server whose key file holds keys that the ring lacks adds them: something may be encrypted with them.
    """
    if not has_table():
        return ""
    row = KeyServer.objects.using(PRIMARY).filter(pk=server_name()).first()
    number, trouble = row.number if row else 0, ""
    try:
        number = _take_up(row)
    except KeyRingError as error:
        trouble = str(error)
    _report(row, number, trouble)
    return trouble


def _take_up(row: KeyServer | None) -> int:
    file = key_file()
    ring = stored_ring(file)
    if ring is None:
        with suppress(IntegrityError):  # another server stored it in this very moment
            change_ring(lambda first: first)
        ring = stored_ring(file)
        assert ring is not None
    if missing := _missing(file, ring, row):
        ring = change_ring(lambda now: replace(now, keys=(*now.keys, *_missing(file, now, row))))
        assert all(key in ring.keys for key in missing)
    if file.keys != ring.keys:
        with suppress(OSError):  # a file that cannot be written (a secret of a container) only lacks the copy
            write(key_path(), KeyFile(ring.keys, ring.digest_key), replace=True)
    return key_ring(fresh=True).number


def _missing(file: KeyFile, ring: KeyRing, row: KeyServer | None) -> tuple[str, ...]:
    """Return the keys that only this server's file holds.

    A retired key is left out where this server took up the ring that replaced it: it wrote nothing with that key since.
    """
    taken_up = row.number if row else 0
    return tuple(
        key
        for key in file.keys
        if key not in ring.keys and taken_up < ring.retired.get(fingerprint(key), taken_up + 1)
    )


def _report(row: KeyServer | None, number: int, trouble: str) -> None:
    now, place = timezone.now(), f"{platform.node()}:{settings.DATA}"[:400]
    if row and (row.number, row.trouble, row.place) == (number, trouble[:300], place):
        if now - row.seen_at >= REPORT_EVERY:
            KeyServer.objects.using(PRIMARY).filter(pk=row.pk).update(seen_at=now)
        return
    confirmed = row.confirmed_at if row and row.number == number else now
    facts = {
        "place": place,
        "number": number,
        "confirmed_at": None if trouble else confirmed,
        "seen_at": now,
        "trouble": trouble[:300],
    }
    KeyServer.objects.using(PRIMARY).update_or_create(pk=server_name(), defaults=facts)
    # A server that was installed anew in the same folder.
    KeyServer.objects.using(PRIMARY).filter(place=place).exclude(pk=server_name()).delete()


def behind(ring: KeyRing) -> list[KeyServer]:
    """Return the servers that have not taken up this ring, the latest report first."""
    return [row for row in servers() if row.trouble or row.number != ring.number]


def servers() -> Sequence[KeyServer]:
    """Return all servers that ever reported and were not removed."""
    return list(KeyServer.objects.using(PRIMARY).order_by("-seen_at"))


def remove_server(place: str) -> None:
    """Forget a server that is gone for good.

    Raises:
        KeyRingError: there is none of this name.
    """
    if not KeyServer.objects.using(PRIMARY).filter(place=place).delete()[0]:
        known = "、".join(row.place for row in servers()) or "没有"
        raise KeyRingError(f"没有登记过服务器 {place}；登记过的：{known}")
