"""Read the files of a migration from a folder or .zip, by name and within limits."""

import posixpath
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Protocol

from gongkai.core.spreadsheets.errors import UnreadableFile
from gongkai.lib.fileformats.documents.archives import decode_entry_names, is_system_file
from gongkai.lib.fileformats.documents.document_reader import explain_no_zip
from gongkai.lib.fileformats.documents.model import UnreadFile
from gongkai.lib.fileformats.documents.packages import read_zip_entry
from gongkai.lib.fileformats.zips import BROKEN_ZIP_ERRORS, TooManyEntries, open_zip

#: Largest file that is read from a source.
MAX_FILE_BYTES = 200_000_000
#: Total size up to which a .zip is unpacked.
MAX_UNPACKED_BYTES = 50_000_000_000


class FileSource(Protocol):
    """Interface of a folder or archive with the files of an old site."""

    def names(self) -> Iterator[str]:
        """Return the paths of all files, with / between folders."""

    def read(self, name: str) -> bytes:
        """Return the bytes of a file."""


class FolderSource:
    """The files of a bundle in a folder; links that lead out of the folder are not read."""

    def __init__(self, root: Path) -> None:
        if not root.is_dir():
            raise UnreadableFile(f"没有这个文件夹：{root}")
        self.root = root.resolve()

    def names(self) -> Iterator[str]:
        """Return the paths of all files, sorted."""
        for path in sorted(self.root.rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield path.relative_to(self.root).as_posix()

    def read(self, name: str) -> bytes:
        """Return the bytes of a file (UnreadableFile: outside the folder or too large)."""
        path = (self.root / name).resolve()
        if not path.is_relative_to(self.root):
            raise UnreadableFile(f"“{name[-60:]}”不在文件夹内")
        if path.stat().st_size > MAX_FILE_BYTES:
            raise UnreadableFile(f"“{name[-60:]}”超过200兆字节")
        return path.read_bytes()


class ZipSource:
    """A .zip archive of files, also with undeclared GBK names as Windows writes them."""

    def __init__(self, file: str | Path | IO[bytes]) -> None:
        try:
            self.bundle = open_zip(Path(file) if isinstance(file, str) else file, "bundle entries")
            parts = self.bundle.infolist()
        except TooManyEntries as error:
            raise UnreadableFile(str(error)) from error
        except BROKEN_ZIP_ERRORS as error:
            raise UnreadableFile(f"{_describe_no_zip(file)}，请重新压缩为 .zip") from error
        if sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
            raise UnreadableFile("压缩文件解压后过大，请拆分后分次迁移")
        files = [part for part in parts if not part.is_dir()]
        self.parts = dict(zip(map(_normalize_name, decode_entry_names(files)), files, strict=True))

    def names(self) -> Iterator[str]:
        """Return the paths of all files, sorted."""
        yield from sorted(self.parts)

    def read(self, name: str) -> bytes:
        """Return a file's bytes (UnreadableFile: encrypted, damaged or too large)."""
        try:
            data = read_zip_entry(self.bundle, self.parts[name], MAX_FILE_BYTES)
        except UnreadFile as error:
            raise UnreadableFile(f"压缩文件中的“{name[-60:]}”{error.reason}，请改正后重新压缩") from error
        if len(data) > MAX_FILE_BYTES:
            raise UnreadableFile(f"“{name[-60:]}”超过200兆字节")
        return data


def _describe_no_zip(file: str | Path | IO[bytes]) -> str:
    """Return in Chinese why a file is no readable zip."""
    if isinstance(file, str | Path):
        try:
            with Path(file).open("rb") as stream:
                head = stream.read(64)
        except OSError:
            return "压缩文件读不到"
    else:
        file.seek(0)
        head = file.read(64)
    return explain_no_zip(head)


class EmptySource:
    """A source without files."""

    def names(self) -> Iterator[str]:
        """Return an iterator without names."""
        yield from ()

    def read(self, name: str) -> bytes:
        """Raise an error, because there are no files.

        Raises:
            KeyError: always.
        """
        raise KeyError(name)


def _normalize_name(name: str) -> str:
    """Return a name with / between folders and no leading one."""
    return posixpath.normpath(name.replace("\\", "/")).lstrip("/")


class FileBundle:
    """The files of an old site, found by the paths that its pages use."""

    def __init__(self, store: FileSource) -> None:
        self.store = store
        self.all: list[str] = []
        self._by_path: dict[str, str] = {}
        self._by_name: dict[str, list[str]] = {}
        for name in store.names():
            if is_system_file(name):
                continue
            self.all.append(name)
            self._by_path[name.lower()] = name
            self._by_name.setdefault(posixpath.basename(name).lower(), []).append(name)

    def read(self, name: str) -> bytes:
        """Return the bytes of a file.

        Raises:
            UnreadableFile: damaged, too large, locked, or gone.
        """
        try:
            return self.store.read(name)
        except (OSError, KeyError) as error:
            raise UnreadableFile(f"读不到文件“{name[-60:]}”") from error

    def at(self, *paths: str) -> str:
        """Return the first of these paths that exists in the source, or ""."""
        for path in paths:
            file_name = self._by_path.get(posixpath.normpath(path).lstrip("/").lower())
            if file_name:
                return file_name
        return ""

    def find_by_name(self, name: str) -> list[str]:
        """Return all files with this file name in any folder; none for a path."""
        return self._by_name.get(name.lower(), [])


def open_bundle(place: str) -> FileBundle:
    """Open a folder or .zip by path; an empty path has no files.

    Raises:
        UnreadableFile: it is missing or damaged.
    """
    if not place:
        return FileBundle(EmptySource())
    path = Path(place)
    return FileBundle(FolderSource(path) if path.is_dir() else ZipSource(path))
