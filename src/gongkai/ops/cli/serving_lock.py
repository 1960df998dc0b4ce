"""The lock of a SQLite database: one `gongkai serve` or `gongkai demo` serves it at a time.

Two processes would share neither the queue of due jobs nor their page caches. The kernel releases the lock
when the process ends, also when it is killed. PostgreSQL supports any number of processes.
"""

import fcntl
import os
import signal
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import click

#: The descriptors of the locks that this process holds: the kernel releases a lock when its descriptor is closed.
_held_lock_descriptors: list[int] = []


def lock_file(database: Path) -> Path:
    """Return the file next to a SQLite database that is locked while the database is served."""
    path = database.resolve()
    return path.with_name(f"{path.name}.serving")


def lock_served(port: int | None = None) -> None:
    """Lock the database of the settings until this process ends; do nothing on PostgreSQL.

    Raises:
        ClickException: another process serves it.
    """
    from django.conf import settings

    default = settings.DATABASES["default"]
    if default["ENGINE"].endswith("sqlite3"):
        lock_database(Path(default["NAME"]), port)


def lock_database(database: Path, port: int | None = None) -> None:
    """Lock a SQLite database until this process ends; raise an error if another process serves it.

    Args:
        database: the file of the database.
        port: the port that is served, for the message of a process that is refused.

    Raises:
        ClickException: another process serves it.
    """
    descriptor = _lock(database)
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()} {port or ''}".encode(), 0)
    _held_lock_descriptors.append(descriptor)


def refuse_if_served(database: Path) -> None:
    """Check that no process serves the SQLite database; hold no lock afterwards.

    Raises:
        ClickException: a process serves it; the message names it.
    """
    if lock_file(database).exists():
        os.close(_lock(database))


def _lock(database: Path) -> int:
    """Return the descriptor of the locked file, which must stay open.

    Raises:
        ClickException: another process serves this database, or the file cannot be written.
    """
    path = lock_file(database)
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise click.ClickException(f"不能写入 {path}（{error.strerror}）：请检查数据文件夹的所有者和权限") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.pread(descriptor, 64, 0).decode(errors="replace")
        os.close(descriptor)
        raise click.ClickException(_describe_refusal(database, holder)) from error
    return descriptor


def _describe_refusal(database: Path, holder: str) -> str:
    """Return the Chinese message that another process, described by `holder`, serves the database."""
    process, _, port = holder.partition(" ")
    at = f"进程 {process}" + (f"，端口 {port}" if port else "")
    return (
        f"数据库 {database} 正由另一个 gongkai 使用（{at}）：一个 SQLite 数据库同时只能由一个进程提供服务，"
        "请先停止它，或者用 GONGKAI_DATA 换一个数据文件夹"
    )


def _release_in_child() -> None:
    """Close the locks in a forked process, so that they end with the process that took them."""
    while _held_lock_descriptors:
        os.close(_held_lock_descriptors.pop())


os.register_at_fork(after_in_child=_release_in_child)


def make_first_signal_handler(act: Callable[[], object]) -> Callable[[int, FrameType | None], None]:
    """Return a signal handler that calls `act` on the first signal and ignores further ones.

    A handler runs in the main thread: a second signal within `Event.set` would deadlock on the lock that
    the first one holds. systemd and a parent that ends its child send two.
    """

    def handle(_signal: int, _frame: FrameType | None) -> None:
        """Ignore further signals, then act."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        act()

    return handle
