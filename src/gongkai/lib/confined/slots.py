"""Limit the children that run at once on this machine, with lock files."""

import fcntl
import logging
import os
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from gongkai.lib.confined.template_process import KILLED_BY_SYSTEM_ERROR, Overloaded

LOG = logging.getLogger("gongkai.confined")
#: Readers that may run at once, by kind: one for each processor, at least two; slow ones, pages of the public
#: site and the forms sent there have slots of their own.
SLOTS_BY_KIND = {
    "": max(2, os.cpu_count() or 2),
    **dict.fromkeys(("slow", "public", "sent"), max(1, (os.cpu_count() or 2) // 2)),
}
#: Kind of all readers of this page; "" lets their limits decide.
SLOT_KIND: ContextVar[str] = ContextVar("slot_kind", default="")


class NoFreeSlot(Exception):
    """Raised when no slot became free within the waiting time."""


@contextmanager
def public_slots(*, sent: bool) -> Iterator[None]:
    """Context manager for a page of the public site: its readings use slots of their own.

    A form that is `sent` with files takes none of the pages' slots and waits as long as the office does.
    """
    token = SLOT_KIND.set("sent" if sent else "public")
    try:
        yield
    finally:
        SLOT_KIND.reset(token)


def _get_lock_folder() -> Path:
    """Return the folder of the lock files (PermissionError: another account owns it)."""
    shared = Path(
        os.environ.get("GONGKAI_READING_PLACES") or Path(tempfile.gettempdir(), f"gongkai-reading-{os.getuid()}")
    )
    shared.mkdir(mode=0o700, parents=True, exist_ok=True)
    about = shared.lstat()
    if not stat.S_ISDIR(about.st_mode) or about.st_uid != os.getuid():
        raise PermissionError(f"{shared} belongs to somebody else")
    return shared


def _take_slot(kind: str) -> int | None:
    """Return the locked file of a free slot of a kind, or None.

    Raises:
        Overloaded: no file can be opened.
    """
    try:
        folder = _get_lock_folder()
        for number in range(SLOTS_BY_KIND[kind]):
            file = os.open(folder / f"{kind}{number}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(file)
                continue
            return file
    except OSError as error:
        LOG.error("no slot for a child: %s", error)
        raise Overloaded(KILLED_BY_SYSTEM_ERROR) from error
    return None


@contextmanager
def hold_slot(kind: str, patience: float, check: Callable[[], None]) -> Iterator[None]:
    """Context manager that holds a slot of a kind.

    Raises:
        NoFreeSlot: none was free for `patience` seconds.
        Overloaded: no lock file can be opened.
    """
    until, pause = time.monotonic() + patience, 0.01
    while (file := _take_slot(kind)) is None:
        if time.monotonic() > until:
            raise NoFreeSlot
        check()
        time.sleep(pause)
        pause = min(pause * 2, 0.2)
    try:
        yield
    finally:
        os.close(file)
