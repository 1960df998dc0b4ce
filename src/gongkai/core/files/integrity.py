"""Verify that every stored file exists and matches its digest; delete files without rows."""

import hashlib
import io
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import IO

from django.db.models import ManyToOneRel
from django.utils import timezone

from gongkai.core.files.models import StoredFile
from gongkai.core.files.storage import STORED_FILES_FOLDER, get_files_storage, get_store_path, list_folder
from gongkai.core.files.store import write_content

#: Callbacks that return digests in use other than by foreign key, such as by public texts.
REFERENCED_DIGEST_SOURCES: list[Callable[[], Iterable[str]]] = []


def list_damaged_digests() -> list[str]:
    """Return the digests of missing or damaged files, and of referenced files that are not stored."""
    referenced_digests = {digest for names in (*REFERENCED_DIGEST_SOURCES, _iterate_referenced) for digest in names()}
    return sorted(referenced_digests - set(StoredFile.objects.values_list("pk", flat=True))) + [
        stored_file.pk for stored_file in StoredFile.objects.order_by("pk").iterator(500) if not _is_intact(stored_file)
    ]


def describe_damaged() -> list[str]:
    """Return a Chinese sentence for each damaged file with its path, type, size and day, by which to find it in a
    backup."""
    digests = list_damaged_digests()
    rows = StoredFile.objects.in_bulk(digests)
    return [
        f"登记的文件 {get_store_path(digest)} 缺失或者内容不符{_describe_stored_file(rows.get(digest))}"
        for digest in digests
    ]


def _describe_stored_file(stored_file: StoredFile | None) -> str:
    """Return type, size and time of a stored file in Chinese brackets; empty if there is no row."""
    if stored_file is None:
        return ""
    added_at = timezone.localtime(stored_file.added_at)
    return f"（{stored_file.type.partition(';')[0]}，{stored_file.size} 字节，{added_at:%Y-%m-%d %H:%M} 存入）"


def _iterate_referenced() -> Iterator[str]:
    """Yield the digests of files to which rows refer."""
    for link in StoredFile._meta.get_fields(include_hidden=True):
        if isinstance(link, ManyToOneRel):
            rows = link.related_model._base_manager.exclude(**{link.field.name: None})
            yield from rows.order_by().values_list(link.field.attname, flat=True).distinct()


def _is_intact(stored_file: StoredFile) -> bool:
    """Return true if the content still has the digest and the size of its row."""
    try:
        with stored_file.open() as file:
            return _compute_digest_and_size(file) == (stored_file.pk, stored_file.size)
    except FileNotFoundError:
        return False


def sha256_of_file(file: IO[bytes]) -> str:
    """Return the SHA-256 of an open file, read in blocks."""
    return _compute_digest_and_size(file)[0]


def _compute_digest_and_size(file: IO[bytes]) -> tuple[str, int]:
    """Return (SHA-256 digest, size) of a file."""
    sha, size = hashlib.sha256(), 0
    while block := file.read(1 << 20):
        sha.update(block)
        size += len(block)
    return sha.hexdigest(), size


#: Age from which a file without a row is deleted.
MIN_ORPHAN_AGE = timedelta(days=1)


def delete_orphans(*, age: timedelta = MIN_ORPHAN_AGE) -> dict[str, int]:
    """Delete files in the store older than `age` that have no `StoredFile` row; return {"collected": number}."""
    storage, deleted = get_files_storage(), 0
    for shelf in list_folder(STORED_FILES_FOLDER)[0]:
        names = list_folder(f"{STORED_FILES_FOLDER}/{shelf}")[1]
        digests_with_row = set(StoredFile.objects.filter(pk__in=names).values_list("pk", flat=True))
        for name in names:
            path = f"{STORED_FILES_FOLDER}/{shelf}/{name}"
            if name not in digests_with_row and storage.get_modified_time(path) < timezone.now() - age:
                deleted += _delete_file(path, name)
    return {"collected": deleted}


def _delete_file(path: str, name: str) -> int:
    """Delete a file without a row and return 1; restore it and return 0 if it has a row meanwhile."""
    storage = get_files_storage()
    with storage.open(path) as file:
        data = bytes(file.read())
    storage.delete(path)
    if StoredFile.objects.filter(pk=name).exists() and path == get_store_path(name):
        write_content(io.BytesIO(data))
        return 0
    return 1
