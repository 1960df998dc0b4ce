"""Maintenance of the stored pages (`page_files`) by a thread, and a timeout for queries to a replica.

It proves that nginx deletes files on request; otherwise a misconfigured machine would go on
serving withdrawn pages. It also deletes files past their lifetime (`SHARED_SECONDS`), for changes
without purge such as figures or a new day. Pages of another data generation are deleted.
"""

import fcntl
import logging
import os
import secrets
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from gongkai.content.editions.models import Website
from gongkai.core.acts import generation
from gongkai.ui.portal import replica
from gongkai.ui.portal.caching import SHARED_SECONDS
from gongkai.ui.portal.page_files import CHANGED_FOLDER, NGINX_PROVEN, NOW_FOLDER, make_shared_folder
from gongkai.ui.portal.purging.cache_protocols import PurgeRefused, write_changed_file

#: Timeout of a query, and interval of checks, in seconds.
QUERY_TIMEOUT_SECONDS, CHECK_INTERVAL_SECONDS = 1.0, 0.1


class DriverConnection(Protocol):
    """Protocol of a PostgreSQL driver's connection, of which only the socket is used."""

    @property
    def socket(self) -> int:
        """Return the socket number."""


class QueryWatchdog(threading.Thread):
    """Thread that shuts connections whose query takes longer than `QUERY_TIMEOUT_SECONDS`; one per process."""

    def __init__(self) -> None:
        super().__init__(name="replica-patience", daemon=True)
        self.open: dict[object, tuple[float, DriverConnection]] = {}
        self.lock, self.asked = threading.Lock(), threading.Event()

    def run(self) -> None:
        """Check running queries; sleep while there are none."""
        while self.asked.wait():
            time.sleep(CHECK_INTERVAL_SECONDS)
            now = time.monotonic()
            with self.lock:
                for key in [key for key, (until, _) in self.open.items() if until <= now]:
                    close_connection_socket(self.open.pop(key)[1])
                if not self.open:
                    self.asked.clear()

    @contextmanager
    def watch(self, link: object) -> Iterator[None]:
        """Watch a connection during the block; ignore databases other than PostgreSQL."""
        wire: DriverConnection | None = getattr(link, "pgconn", None)
        if wire is None:
            yield
            return
        key = object()
        with self.lock:
            self.open[key] = (time.monotonic() + QUERY_TIMEOUT_SECONDS, wire)
            self.asked.set()
        try:
            yield
        finally:
            with self.lock:
                self.open.pop(key, None)


def close_connection_socket(wire: DriverConnection) -> None:
    """Shut a connection's socket, so that the waiting thread gets an error."""
    from psycopg import Error  # Not on SQLite: 11 MB.

    with suppress(OSError, Error), socket.socket(fileno=os.dup(wire.socket)) as line:
        line.shutdown(socket.SHUT_RDWR)


_WATCHDOGS: list[QueryWatchdog] = []
_WATCHDOG_START_LOCK = threading.Lock()


def get_query_watchdog() -> QueryWatchdog:
    """Return the watchdog of this process; a forked process starts its own."""
    with _WATCHDOG_START_LOCK:
        if not _WATCHDOGS or not _WATCHDOGS[0].is_alive():
            _WATCHDOGS[:] = [QueryWatchdog()]
            _WATCHDOGS[0].start()
        return _WATCHDOGS[0]


def execute_with_timeout(
    execute: Callable[..., object], sql: str, params: object, many: bool, context: Mapping[str, object]
) -> object:
    """Run a statement; on PostgreSQL it fails after `QUERY_TIMEOUT_SECONDS` (a function for `execute_wrappers`)."""
    with get_query_watchdog().watch(getattr(context["connection"], "connection", None)):
        return execute(sql, params, many, context)


def install_timeout_on_replica(connection: BaseDatabaseWrapper, **kwargs: object) -> None:
    """Install the timeout on a new replica connection (`connection_created`)."""
    if connection.alias.startswith("replica") and execute_with_timeout not in connection.execute_wrappers:
        connection.execute_wrappers.append(execute_with_timeout)


LOG = logging.getLogger("gongkai.portal")
#: Seconds between two runs.
SWEEP_INTERVAL_SECONDS = 5.0
#: Name of the test file that nginx writes; constant per process, as it may remain in a foreign
#: folder.
_TEST_FILE_NAME = f".{secrets.token_hex(8)}"


def start_sweeping() -> None:
    """Start the thread if page files are configured."""
    if settings.GONGKAI_PAGES:
        threading.Thread(target=_run_loop, name="kept-pages", daemon=True).start()


def _run_loop() -> None:
    """Sweep the page folder forever: other generations, expired files, nginx test."""
    folder, has_warned, delete_again_at = Path(settings.GONGKAI_PAGES), False, 0.0
    while True:
        try:
            for name in (NOW_FOLDER, CHANGED_FOLDER):
                make_shared_folder(folder / name)
            if delete_other_generation(folder):
                delete_again_at = time.monotonic() + replica.get_max_lag_seconds()
            elif (
                delete_again_at and time.monotonic() > delete_again_at
            ):  # a process may still have written pages from a replica that lagged
                delete_all_pages(folder)
                delete_again_at = 0.0
            if not NGINX_PROVEN.is_set() and is_nginx_active(folder):
                NGINX_PROVEN.set()
            if not NGINX_PROVEN.is_set() and not has_warned:
                has_warned = True
                LOG.warning("没有一个 nginx 从 %s 拿走网页，所以不写：请核对 GONGKAI_CACHES 和 nginx.conf", folder)
            if _is_database_available():
                delete_expired_files(folder, time.time())
        except OSError:
            LOG.exception("%s", folder)
        time.sleep(SWEEP_INTERVAL_SECONDS)


def delete_other_generation(folder: Path) -> bool:
    """Delete pages of another data generation; return true if there were some."""
    try:
        name = generation.read_current_generation().name
    except (DatabaseError, InterfaceError):
        connections.close_all()
        return False
    if (generation.read_generation_of_pages(folder) or "") == name:
        return False
    delete_all_pages(folder)
    generation.write_generation_file(folder, name)
    return True


def delete_all_pages(folder: Path) -> None:
    """Delete the pages of all sites; pages being rendered go to the deleted folder."""
    for host in (folder / NOW_FOLDER).iterdir():
        if not host.name.startswith("."):
            with suppress(FileNotFoundError):
                host.rename(host.with_name(f".{host.name}.{secrets.token_hex(8)}"))


def is_nginx_active(folder: Path) -> bool:
    """Return true if nginx acts in this folder: its test file appears."""
    proof = folder / CHANGED_FOLDER / _TEST_FILE_NAME
    proof.unlink(missing_ok=True)
    for method, address in settings.GONGKAI_CACHES:
        with suppress(PurgeRefused):
            if method == "pages":
                write_changed_file(address, _TEST_FILE_NAME)
    is_active = proof.exists()
    proof.unlink(missing_ok=True)
    return is_active


def delete_expired_files(folder: Path, now: float) -> int:
    """Delete expired files and discarded folders; return the number of files."""
    count = 0
    with suppress(BlockingIOError), (folder / ".sweeping").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for parent, _, names in os.walk(folder / NOW_FOLDER):
            for name in names:
                with suppress(OSError):
                    file = f"{parent}/{name}"
                    if abs(os.stat(file).st_mtime - now) > SHARED_SECONDS:  # behind now, too: the clock was set back
                        os.unlink(file)
                        count += 1
        for discarded in (folder / NOW_FOLDER).glob(".*"):
            shutil.rmtree(discarded, ignore_errors=True)
    return count


def _is_database_available() -> bool:
    """Return true if the database answers, so that pages can be rendered."""
    try:
        Website.objects.using(replica.choose_database()).exists()
    except (DatabaseError, InterfaceError):
        connections.close_all()
        return False
    return True
