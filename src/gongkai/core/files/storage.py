"""The private file store on disk: atomic writes, readable by its owner only; full disks are detected."""

import contextlib
import errno
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol, runtime_checkable

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.db import connection


class StoreUnavailable(OSError):
    """Raised when the file store is unreachable or refuses; the message gives the reason."""


class StoreFull(StoreUnavailable):
    """The disk of the file store is full."""


#: Size of the test write; with less free space, SQLite's "disk I/O error" means a full disk.
PROBE_BYTES = 1 << 20
#: PostgreSQL error code (SQLSTATE) disk_full.
DISK_FULL_SQLSTATE = "53100"
#: Advice for administrators about a full disk.
FULL_DISK_ADVICE = "请清理旧备份和不用的文件，或者扩大磁盘"


def describe_full_disk(error: BaseException | None) -> str:
    """Return in Chinese which disk is full or read-only according to an error or one of its causes, or ""."""
    for cause in _iterate_causes(error):
        if isinstance(cause, StoreFull):
            return "存放文件的磁盘已满"
        if isinstance(cause, OSError) and cause.errno in {errno.ENOSPC, errno.EDQUOT}:
            return "服务器的磁盘已满"
        if isinstance(cause, OSError) and cause.errno == errno.EROFS:
            return "服务器的磁盘出了故障，变成只读"
        if getattr(cause, "sqlstate", "") == DISK_FULL_SQLSTATE or _is_sqlite_disk_full(cause):
            return "存放数据库的磁盘已满"
    return ""


def _iterate_causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _is_sqlite_disk_full(error: BaseException) -> bool:
    """Return true if an SQLite error means a full disk: by its code, or an I/O error with little space left."""
    if not isinstance(error, sqlite3.Error):
        return False
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_IOERR:
        folder = Path(connection.settings_dict["NAME"]).parent
        return folder.is_dir() and shutil.disk_usage(folder).free < PROBE_BYTES
    return code == sqlite3.SQLITE_FULL


def try_write() -> None:
    """Write test data to the data, file and media folders, and delete it.

    Raises:
        OSError: a disk is full or a folder not writable.
    """
    for folder in {str(settings.DATA), settings.FILES_ROOT, settings.MEDIA_ROOT}:
        if os.path.isdir(folder):
            with tempfile.TemporaryFile(dir=folder) as file:
                file.write(bytes(PROBE_BYTES))


#: Suffix of incomplete files; leftovers are deleted with the orphans.
PARTIAL_SUFFIX = ".part"
#: Folder of the files that are stored by digest.
STORED_FILES_FOLDER = "stored"
#: Folders of the store: files by digest, rendered editions, encrypted files of applicants. Other objects in a
#: bucket are not ours.
STORE_FOLDERS = (STORED_FILES_FOLDER, "prints", "intake")
#: Local working folders of apps (inspections, migration), not part of the store.
WORKING_FOLDERS = ("inspection", "migration")
#: Errors of disks that are full, over quota or read-only.
_DISK_FULL_ERRORS = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
_NO_HARD_LINK_ERRORS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK}


def get_working_folder(app_name: str) -> Path:
    """Return the local working folder of an app with this name."""
    assert app_name in WORKING_FOLDERS, app_name
    return Path(settings.FILES_ROOT) / app_name


class AtomicFileStorage(FileSystemStorage):
    """File system storage that never leaves a partial file under its final name.

    The content is written to a temporary file, flushed, and then linked; only one writer succeeds.
    """

    def _save(self, name: str, content: "File[bytes]") -> str:
        """Save a file as Django's storage does.

        Raises:
            StoreFull: the disk is full.
        """
        try:
            return self._save_whole(name, content)
        except OSError as error:
            if error.errno in _DISK_FULL_ERRORS:
                raise StoreFull(f"存放文件的磁盘写不进去（{error.strerror}）：{self.location}") from error
            raise

    def _save_whole(self, name: str, content: "File[bytes]") -> str:
        """Write the content to a temporary file and publish it under a free name; return that name."""
        place = Path(self.path(name))
        place.parent.mkdir(mode=self.directory_permissions_mode or 0o700, parents=True, exist_ok=True)
        handle, temporary_path = tempfile.mkstemp(dir=place.parent, suffix=PARTIAL_SUFFIX)
        try:
            with os.fdopen(handle, "wb") as file:
                for chunk in content.chunks():
                    file.write(chunk.encode() if isinstance(chunk, str) else chunk)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(temporary_path, self.file_permissions_mode or 0o600)
            while not _publish_file(temporary_path, place):
                name = self.get_available_name(name)
                place = Path(self.path(name))
        finally:
            Path(temporary_path).unlink(missing_ok=True)
        return place.relative_to(self.location).as_posix()

    def everything(self) -> Iterator[tuple[str, int]]:
        """Yield (name, size) of each complete file, sorted by name."""
        root = Path(self.location)
        for folder, subfolders, names in os.walk(root):
            if Path(folder) == root:  # folders of work and, hidden, of restores are no part of the store
                subfolders[:] = [
                    name for name in subfolders if name not in WORKING_FOLDERS and not name.startswith(".")
                ]
            subfolders.sort()
            for path in (Path(folder) / name for name in sorted(names) if not name.endswith(PARTIAL_SUFFIX)):
                with contextlib.suppress(FileNotFoundError):  # gone in this very moment
                    yield path.relative_to(root).as_posix(), path.stat().st_size


def _publish_file(temporary_file: str, final_path: Path) -> bool:
    """Link a finished temporary file to its name; return false if the name is taken."""
    try:
        os.link(temporary_file, final_path)
    except FileExistsError:
        return False
    except OSError as error:  # a medium without links (some network drives): the rename is as whole
        if error.errno not in _NO_HARD_LINK_ERRORS:
            raise
        os.replace(temporary_file, final_path)
    return True


def get_files_storage() -> Storage:
    """Return the private file store (a function, so that migrations freeze no folder)."""
    return storages["files"]


@runtime_checkable
class FileStore(Protocol):
    """Protocol of our stores: Django's storage methods and a listing with sizes."""

    def everything(self) -> Iterator[tuple[str, int]]:
        """Yield (name, size) of each file, sorted by name."""

    def open(self, name: str, mode: str = "rb") -> "File[bytes]":
        """Open a file of the store."""

    def save(self, name: str, content: "File[bytes]") -> str:
        """Write a file to the store; return its final name."""

    def delete(self, name: str) -> None:
        """Delete a file, if it exists."""

    def exists(self, name: str) -> bool:
        """Return true if the file exists."""

    def size(self, name: str) -> int:
        """Return the size in bytes."""


@runtime_checkable
class LinkableStore(Protocol):
    """Protocol of stores from which clients can download directly."""

    def link(self, name: str, kept_as: str, kind: str, seconds: int) -> str:
        """Return a URL of one file, valid for some seconds."""


@runtime_checkable
class CreatableStore(Protocol):
    """Protocol of stores that must be created at a service, such as buckets."""

    def create(self) -> bool:
        """Create the store if absent; return true if created."""


def get_storage(name: str) -> FileStore:
    """Return the store named `folder` or `bucket`, whether it is in use or not.

    Raises:
        django.core.files.storage.InvalidStorageError: it is not configured.
    """
    storage = storages[name]
    assert isinstance(storage, FileStore)
    return storage


def uses_bucket() -> bool:
    """Return true if files are stored in an S3-compatible service."""
    return settings.GONGKAI_FILES == "bucket"


def list_folder(folder: str) -> tuple[list[str], list[str]]:
    """Return (folders, files) in a folder of the store; empty if it does not exist."""
    try:
        return get_files_storage().listdir(folder)
    except FileNotFoundError:
        return [], []


def get_store_path(digest: str) -> str:
    """Return the store path of the content with this SHA-256 digest."""
    return f"{STORED_FILES_FOLDER}/{digest[:2]}/{digest}"


def find_readable_by_others(folder: Path) -> list[Path]:
    """Return up to ten paths in a folder that other accounts of the machine can read."""
    if not folder.stat().st_mode & 0o077:
        return []
    readable = [folder]
    for path in folder.rglob("*"):
        if len(readable) == 10:
            break
        with contextlib.suppress(OSError):
            if path.stat().st_mode & 0o077:
                readable.append(path)
    return readable
