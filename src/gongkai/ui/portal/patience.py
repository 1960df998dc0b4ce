"""How long a question to a replica may take: its connection is cut then, so that whoever waits asks elsewhere.

PostgreSQL's own limits hold only where a server still works. A machine that lost its power, a server that was killed behind its PgBouncer, a
process that stands still say nothing: only who waits can tell.
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

#: Seconds that a question may take, and between two looks at those that are under way.
LONGEST, LOOK = 1.0, 0.1


class Wire(Protocol):
    """What the driver knows of a connection's line."""

    @property
    def socket(self) -> int:
        """The number of its socket."""


class Cutter(threading.Thread):
    """Cuts connections whose question takes too long; one for the process, begun with the first question."""

    def __init__(self) -> None:
        super().__init__(name="replica-patience", daemon=True)
        self.open: dict[object, tuple[float, Wire]] = {}
        self.lock, self.asked = threading.Lock(), threading.Event()

    def run(self) -> None:
        """Look at what is under way, again and again; rest while nothing is."""
        while self.asked.wait():
            time.sleep(LOOK)
            now = time.monotonic()
            with self.lock:
                for key in [key for key, (until, _) in self.open.items() if until <= now]:
                    cut(self.open.pop(key)[1])
                if not self.open:
                    self.asked.clear()

    @contextmanager
    def over(self, link: object) -> Iterator[None]:
        """Cut a driver's connection where the block takes longer than `LONGEST`; nothing where it is none of PostgreSQL's."""
        wire: Wire | None = getattr(link, "pgconn", None)
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


def cut(wire: Wire) -> None:
    """Shut a connection's socket: whoever waits on it gets an error at once. The connection itself stays its thread's to close."""
    with suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(wire.socket)) as line:
        line.shutdown(socket.SHUT_RDWR)


_CUTTERS: list[Cutter] = []
_BEGIN = threading.Lock()


def cutter() -> Cutter:
    """Return the one of this process; a process that was forked begins its own."""
    with _BEGIN:
        if not _CUTTERS or not _CUTTERS[0].is_alive():
            _CUTTERS[:] = [Cutter()]
            _CUTTERS[0].start()
        return _CUTTERS[0]


def patiently(
    execute: Callable[..., object], sql: str, params: object, many: bool, context: Mapping[str, object]
) -> object:
    """Run a statement of Django's (`execute_wrappers`), for no longer than `LONGEST`."""
    with cutter().over(getattr(context["connection"], "connection", None)):
        return execute(sql, params, many, context)


def of_replicas(connection: BaseDatabaseWrapper, **kwargs: object) -> None:
    """Let every statement to a replica be run so, from the moment when it is connected (`connection_created`)."""
    if connection.alias.startswith("replica") and patiently not in connection.execute_wrappers:
        connection.execute_wrappers.append(patiently)
