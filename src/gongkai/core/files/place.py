"""The private store: a file is there whole or not at all, whenever the process ends, and only its owner may read it."""

import contextlib
import errno
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol, runtime_checkable

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage, storages

from gongkai.core.files.errors import StoreFull

#: What a file is called until it is whole. What a kill leaves is collected with the files that nobody names.
PART = ".part"
#: The folder of the store in which files stand by digest.
ROOT = "stored"
#: The folders of the store: by digest, made from editions, sealed files of people outside. Nothing else in a bucket is ours.
OURS = (ROOT, "prints", "intake")
#: Folders in which rooms work on this machine, beside the store: of an inspection, of a move from an old site. They are no part of it.
WORKING = ("inspection", "migration")
#: Errors of a disk that takes no more: full, a quota used up, read-only after a fault.
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK}


def working_folder(room: str) -> Path:
    """Return where a room of `WORKING` keeps what it works on, on this machine."""
    assert room in WORKING, room
    return Path(settings.FILES_ROOT) / room


class WholeFiles(FileSystemStorage):
    """Django's store writes under the final name, so that a kill leaves the beginning of a file under the name of all of it.

    Here the bytes are written beside it, brought to the disk, and only then given the name, which succeeds for one writer alone.
    """

    def _save(self, name: str, content: File[bytes]) -> str:
        try:
            return self._save_whole(name, content)
        except OSError as error:
            if error.errno in _NO_ROOM:
                raise StoreFull(f"存放文件的磁盘写不进去（{error.strerror}）：{self.location}") from error
            raise

    def _save_whole(self, name: str, content: File[bytes]) -> str:
        place = Path(self.path(name))
        place.parent.mkdir(mode=self.directory_permissions_mode or 0o700, parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=place.parent, suffix=PART)
        try:
            with os.fdopen(handle, "wb") as out:
                for chunk in content.chunks():
                    out.write(chunk.encode() if isinstance(chunk, str) else chunk)
                out.flush()
                os.fsync(out.fileno())
            os.chmod(part, self.file_permissions_mode or 0o600)
            while not _named(part, place):
                name = self.get_available_name(name)
                place = Path(self.path(name))
        finally:
            Path(part).unlink(missing_ok=True)
        return place.relative_to(self.location).as_posix()

    def everything(self) -> Iterator[tuple[str, int]]:
        """Yield name and size of each file that is whole, by name."""
        root = Path(self.location)
        for folder, below, names in os.walk(root):
            if Path(folder) == root:  # folders of work and, hidden, of restores are no part of the store
                below[:] = [name for name in below if name not in WORKING and not name.startswith(".")]
            below.sort()
            for path in (Path(folder) / name for name in sorted(names) if not name.endswith(PART)):
                with contextlib.suppress(FileNotFoundError):  # gone in this very moment
                    yield path.relative_to(root).as_posix(), path.stat().st_size


def _named(part: str, place: Path) -> bool:
    """Give a whole file its name; False where another one has it."""
    try:
        os.link(part, place)
    except FileExistsError:
        return False
    except OSError as error:  # a medium without links (some network drives): the rename is as whole
        if error.errno not in _NO_LINKS:
            raise
        os.replace(part, place)
    return True


def files_storage() -> Storage:
    """Return the private store of files (a function, so that migrations do not freeze a folder). Nothing in it has an address of its own."""
    return storages["files"]


@runtime_checkable
class Store(Protocol):
    """A store of ours, folder or bucket: what Django's stores can do, and all its names with their sizes."""

    def everything(self) -> Iterator[tuple[str, int]]:
        """Yield name and size of each file, by name."""

    def open(self, name: str, mode: str = "rb") -> File[bytes]:
        """Open a file."""

    def save(self, name: str, content: File[bytes]) -> str:
        """Write a file; return the name that it got."""

    def delete(self, name: str) -> None:
        """Delete a file; nothing where there is none."""

    def exists(self, name: str) -> bool:
        """Whether there is a file of this name."""

    def size(self, name: str) -> int:
        """Return how many bytes a file has."""


@runtime_checkable
class Links(Protocol):
    """A store from which readers may fetch a file themselves."""

    def link(self, name: str, kept_as: str, kind: str, seconds: int) -> str:
        """Return an address of one file that works for some seconds."""


@runtime_checkable
class Makes(Protocol):
    """A store that must be made at the service that holds it: a bucket."""

    def create(self) -> bool:
        """Make it where there is none of this name; return whether it was made."""


def storage_called(name: str) -> Store:
    """Return one of the stores of this installation, `folder` or `bucket`, whichever is used.

    Raises:
        InvalidStorageError: there is none of that name (no bucket is named).
    """
    found = storages[name]
    assert isinstance(found, Store)
    return found


def in_bucket() -> bool:
    """Whether files stand in an S3-compatible store."""
    return settings.GONGKAI_FILES == "bucket"


def names_in(folder: str) -> tuple[list[str], list[str]]:
    """Return the folders and the files in a folder of the store; nothing where there is no such folder (a bucket knows none)."""
    try:
        return files_storage().listdir(folder)
    except FileNotFoundError:
        return [], []


def place_of(mark: str) -> str:
    """Return where the bytes with this digest (SHA-256, hexadecimal) stand in the store."""
    return f"{ROOT}/{mark[:2]}/{mark}"


def open_to_others(folder: Path) -> list[Path]:
    """Return what in a folder other accounts of this machine may read, the folder itself first; at most ten of it.

    A folder that is closed closes what lies in it.
    """
    if not folder.stat().st_mode & 0o077:
        return []
    found = [folder]
    for path in folder.rglob("*"):
        if len(found) == 10:
            break
        with contextlib.suppress(OSError):
            if path.stat().st_mode & 0o077:
                found.append(path)
    return found
