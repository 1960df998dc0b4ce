"""Limit the files parsed concurrently on this machine by file locks, released when a process dies."""

import fcntl
import os
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

#: As many as there are processors, two at least: one hostile file must not keep everybody waiting. What takes minutes has places of its own.
SLOTS_BY_KIND = {"": max(2, os.cpu_count() or 2), "slow": max(1, (os.cpu_count() or 2) // 2)}


class Full(Exception):
    """Raised when no slot became free within the waiting time."""


def _folder() -> Path:
    """Return the folder of the lock files, accessible to this account only."""
    shared = Path(
        os.environ.get("GONGKAI_READING_PLACES") or Path(tempfile.gettempdir(), f"gongkai-reading-{os.getuid()}")
    )
    shared.mkdir(mode=0o700, parents=True, exist_ok=True)
    about = shared.lstat()
    if not stat.S_ISDIR(about.st_mode) or about.st_uid != os.getuid():
        raise PermissionError(f"{shared} belongs to somebody else")
    return shared


@contextmanager
def place(kind: str, patience: float, check: Callable[[], None]) -> Iterator[None]:
    """Context manager that holds a slot of a kind.

    Raises:
        Full: none was free for `patience` seconds.
    """
    folder, until, pause = _folder(), time.monotonic() + patience, 0.01
    while True:
        for number in range(SLOTS_BY_KIND[kind]):
            held = os.open(folder / f"{kind}{number}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(held)
                continue
            try:
                yield
            finally:
                os.close(held)
            return
        if time.monotonic() > until:
            raise Full
        check()
        time.sleep(pause)
        pause = min(pause * 2, 0.2)
