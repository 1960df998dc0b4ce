"""Whether every stored file is there and is what its digest says."""

import hashlib
from collections.abc import Callable, Iterable
from typing import IO

from gongkai.files.models import StoredFile

#: Who names files otherwise than by a foreign key, which the database holds: the digests of all that public texts carry.
NAMED: list[Callable[[], Iterable[str]]] = []


def not_whole() -> list[str]:
    """Return the digests of stored files that are absent or hold other bytes, each read to its end, and of files that are named and not stored."""
    named = {mark for names in NAMED for mark in names()}
    return sorted(named - set(StoredFile.objects.values_list("pk", flat=True))) + [
        stored_file.pk
        for stored_file in StoredFile.objects.order_by("pk").iterator(500)
        if not _holds(stored_file)
    ]


def _holds(one: StoredFile) -> bool:
    try:
        with one.open() as file:
            return _measure(file) == (one.pk, one.size)
    except FileNotFoundError:
        return False


def digest_of(file: IO[bytes]) -> str:
    """Return the SHA-256 of an open file, read in blocks."""
    return _measure(file)[0]


def _measure(file: IO[bytes]) -> tuple[str, int]:
    sha, size = hashlib.sha256(), 0
    while block := file.read(1 << 20):
        sha.update(block)
        size += len(block)
    return sha.hexdigest(), size
