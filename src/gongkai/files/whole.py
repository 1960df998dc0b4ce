"""Whether every stored file is there and is what its digest says."""

import hashlib

from gongkai.files.models import StoredFile


def not_whole() -> list[str]:
    """Return the digests of stored files that are absent or hold other bytes; each is read to its end."""
    return [one.pk for one in StoredFile.objects.order_by("pk").iterator(500) if not _holds(one)]


def _holds(one: StoredFile) -> bool:
    if not one.exists():
        return False
    sha = hashlib.sha256()
    with one.open() as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            sha.update(block)
    return sha.hexdigest() == one.pk
