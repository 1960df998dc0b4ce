"""Backup and restore of the bucket's files (`acts.backups.archive`)."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from django.core.files.base import File

from gongkai.core.files.storage import STORE_FOLDERS, FileStore, get_storage, uses_bucket

if TYPE_CHECKING:
    from typing import IO


class BucketBackup:
    """The bucket as a source and target of backups."""

    def __init__(self, storage: FileStore) -> None:
        self.storage = storage

    def everything(self) -> Iterator[tuple[str, int]]:
        """Yield (name, size) of each of our files."""
        return ((name, size) for name, size in self.storage.everything() if name.split("/")[0] in STORE_FOLDERS)

    def open(self, name: str) -> "IO[bytes]":
        """Open a file of the bucket to be read in blocks."""
        return self.storage.open(name)

    def take(self, folder: Path) -> None:
        """Upload the files of an unpacked backup; other files stay.

        Content under a name never changes, so a file of equal size is skipped.
        """
        for path in [path for top in STORE_FOLDERS for path in sorted((folder / top).rglob("*")) if path.is_file()]:
            name = path.relative_to(folder).as_posix()
            if not self.storage.exists(name) or self.storage.size(name) != path.stat().st_size:
                with path.open("rb") as file:
                    write_under_name(self.storage, name, file)
            path.unlink()


def write_under_name(storage: FileStore, name: str, file: "IO[bytes]") -> None:
    """Write a file under exactly this name, replacing any other."""
    storage.delete(name)
    text = storage.save(name, File(file))
    if text != name:  # another process wrote the name since `delete`
        storage.delete(text)


def find_bucket_backup() -> BucketBackup | None:
    """Return the bucket as part of a backup; None if files are stored in the data folder."""
    return BucketBackup(get_storage("files")) if uses_bucket() else None
