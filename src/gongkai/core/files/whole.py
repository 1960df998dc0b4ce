"""Verify that every stored file exists and matches its digest."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from typing import IO

from django.db.models import ManyToOneRel

from gongkai.core.files.models import StoredFile

#: Callbacks that return digests referenced other than by foreign key, such as by public texts.
REFERENCED_DIGEST_SOURCES: list[Callable[[], Iterable[str]]] = []


def not_whole() -> list[str]:
    """Return the digests of missing or damaged files, and of referenced files that are not stored."""
    named = {mark for names in (*REFERENCED_DIGEST_SOURCES, _iterate_referenced) for mark in names()}
    return sorted(named - set(StoredFile.objects.values_list("pk", flat=True))) + [
        stored_file.pk for stored_file in StoredFile.objects.order_by("pk").iterator(500) if not _is_intact(stored_file)
    ]


def _iterate_referenced() -> Iterator[str]:
    for link in StoredFile._meta.get_fields(include_hidden=True):
        if isinstance(link, ManyToOneRel):
            rows = link.related_model._base_manager.exclude(**{link.field.name: None})
            yield from rows.order_by().values_list(link.field.attname, flat=True).distinct()


def _is_intact(one: StoredFile) -> bool:
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
