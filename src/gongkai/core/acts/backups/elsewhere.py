"""Back up and restore files stored outside the data folder, for example in an object store."""

import hashlib
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from typing import IO


class OutsideFileStore(Protocol):
    """Protocol of a file store outside the data folder."""

    def everything(self) -> Iterator[tuple[str, int]]:
        """Yield the name and size of each file."""

    def open(self, name: str) -> "IO[bytes]":
        """Open a file to be read in blocks, as a context manager."""

    def take(self, folder: Path) -> None:
        """Move the files of an unpacked backup from a folder into the store."""


#: Functions that return the outside file store, registered by `core.files`; without one all files are in the data
#: folder.
STORE_FINDERS: list[Callable[[], OutsideFileStore | None]] = []


def find_outside_store() -> OutsideFileStore | None:
    """Return the file store outside the data folder, or None."""
    return next((store for asked in STORE_FINDERS if (store := asked())), None)


@dataclass(frozen=True)
class OutsideFile:
    """A file in an outside store, as a member of a backup."""

    store: OutsideFileStore
    name: str
    size: int

    def digest(self) -> str:
        """Return the SHA-256 of the file's bytes."""
        with self.store.open(self.name) as file:
            sha = hashlib.sha256()
            while block := file.read(1 << 20):
                sha.update(block)
            return sha.hexdigest()

    def write(self, tar: tarfile.TarFile, name: str) -> None:
        """Add the file to a backup under a name."""
        info = tarfile.TarInfo(name)
        info.size, info.mode = self.size, 0o600
        with self.store.open(self.name) as file:
            tar.addfile(info, file)


def outside_members(under: str) -> dict[str, OutsideFile]:
    """Return the files of the outside store as backup members under a folder name; empty without a store."""
    store = find_outside_store()
    return {f"{under}/{name}": OutsideFile(store, name, size) for name, size in store.everything()} if store else {}
