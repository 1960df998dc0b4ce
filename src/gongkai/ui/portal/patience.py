"""Time out queries to a replica so that the caller can fall back to another server.

PostgreSQL's own timeouts need a responding server; a dead machine, a server killed behind
PgBouncer or a frozen process only shows on the client side.
"""

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Protocol

import psycopg
from django.db.backends.base.base import BaseDatabaseWrapper

#: Timeout of a query, and interval of checks, in seconds.
LONGEST, CHECK_INTERVAL_SECONDS = 1.0, 0.1


class DriverConnection(Protocol):
    """Protocol of a driver connection."""

    @property
    def socket(self) -> int:
        """Return the socket number."""


class QueryWatchdog(threading.Thread):
    """Thread that shuts connections whose query takes too long; one per process."""

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
                    shut_connection(self.open.pop(key)[1])
                if not self.open:
                    self.asked.clear()

    @contextmanager
    def over(self, link: object) -> Iterator[None]:
        """Watch a connection during the block; ignore databases other than PostgreSQL."""
        wire: DriverConnection | None = getattr(link, "pgconn", None)
        if wire is None:
            yield
            return
        key = object()
        with self.lock:
            self.open[key] = (time.monotonic() + LONGEST, wire)
            self.asked.set()
        try:
            yield
        finally:
            with self.lock:
                self.open.pop(key, None)


def shut_connection(wire: DriverConnection) -> None:
    """Shut a connection's socket, so that the waiting thread gets an error."""
    with suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(wire.socket)) as line:
        line.shutdown(socket.SHUT_RDWR)


_WATCHDOGS: list[QueryWatchdog] = []
_START_LOCK = threading.Lock()


def cutter() -> QueryWatchdog:
    """Return the watchdog of this process; a forked process starts its own."""
    with _START_LOCK:
        if not _WATCHDOGS or not _WATCHDOGS[0].is_alive():
            _WATCHDOGS[:] = [QueryWatchdog()]
            _WATCHDOGS[0].start()
        return _WATCHDOGS[0]


def execute_with_timeout(
    execute: Callable[..., object], sql: str, params: object, many: bool, context: Mapping[str, object]
) -> object:
    """Run a statement with the timeout (`execute_wrappers`)."""
    with cutter().over(getattr(context["connection"], "connection", None)):
        return execute(sql, params, many, context)


def of_replicas(connection: BaseDatabaseWrapper, **kwargs: object) -> None:
    """Install the timeout on a new replica connection (`connection_created`)."""
    if connection.alias.startswith("replica") and execute_with_timeout not in connection.execute_wrappers:
        connection.execute_wrappers.append(execute_with_timeout)
