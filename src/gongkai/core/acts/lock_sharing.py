"""Keep locks short: no file is parsed inside a transaction, and long work lets other writers in between."""

import gc
import logging
import math
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import TypeVar

from django.db import connections, transaction

T = TypeVar("T")
#: Longest pause. SQLite retries a lock at least every 0.1 s; on a busy machine a lock of 0.1 s of processor time takes
#: more than a second, and a waiting process as long to notice that it is free.
MAX_PAUSE_SECONDS = 1.0
#: Intended processor time of one transaction of long work. SQLite lets nobody else write during it.
PORTION_SECONDS = 0.1
MIN_PORTION_ROWS, MAX_PORTION_ROWS = 5, 500
_SHARES_WRITE_LOCK: ContextVar[bool] = ContextVar("shares_write_lock", default=False)


@contextmanager
def share_write_lock() -> Iterator[None]:
    """Context manager for jobs and imports: on SQLite, pause after each transaction for as long as it took."""
    token = _SHARES_WRITE_LOCK.set(True)
    try:
        yield
    finally:
        _SHARES_WRITE_LOCK.reset(token)


def pause_after(seconds: float) -> None:
    """Within `share_write_lock`, pause as long as the database was locked (`seconds`), at most `MAX_PAUSE_SECONDS`."""
    if _SHARES_WRITE_LOCK.get():
        time.sleep(min(seconds, MAX_PAUSE_SECONDS))


class _PostponedGarbageCollection:
    """Process-wide state: number of transactions in progress, and whether collection was enabled before the first."""

    lock = threading.Lock()
    threads = 0
    was_on = True


@contextmanager
def postpone_garbage_collection() -> Iterator[None]:
    """Context manager around a transaction that postpones garbage collection, which takes a quarter of a second.

    The switch is one for the process: the last of several threads turns it on again.
    """
    with _PostponedGarbageCollection.lock:
        if not _PostponedGarbageCollection.threads:
            _PostponedGarbageCollection.was_on = gc.isenabled()
            gc.disable()
        _PostponedGarbageCollection.threads += 1
    try:
        yield
    finally:
        with _PostponedGarbageCollection.lock:
            _PostponedGarbageCollection.threads -= 1
            if not _PostponedGarbageCollection.threads and _PostponedGarbageCollection.was_on:
                gc.enable()


@contextmanager
def short_transaction() -> Iterator[None]:
    """Context manager around one transaction of long work: postpone garbage collection, and pause afterwards."""
    with postpone_garbage_collection(), share_write_lock():
        yield


def write_in_portions(
    rows: Sequence[T],
    write: Callable[[Sequence[T]], object],
    *,
    first: int = MIN_PORTION_ROWS,
    around: Callable[[Sequence[T]], AbstractContextManager[object]] = nullcontext,
    until: float = math.inf,
) -> bool:
    """Write rows in transactions of about `PORTION_SECONDS`; return true if all were written.

    Args:
        rows: all rows, in order.
        write: writes some of them in one transaction.
        first: number of rows of the first portion; the next ones follow from the time that it took.
        around: context manager that prepares slow reads for these rows before their transaction.
        until: no portion begins after this time (`time.monotonic`).
    """
    start, size = 0, first
    while start < len(rows):
        if time.monotonic() > until:
            return False
        portion = rows[start : start + size]
        with around(portion):
            began = time.thread_time()
            with short_transaction():
                write(portion)
            seconds = time.thread_time() - began
        start += size
        size = _next_size(size, seconds)
    return True


def _next_size(size: int, seconds: float) -> int:
    """Return the number of rows that one transaction of the intended duration can write, at most twice the last one."""
    ideal_size = size * PORTION_SECONDS / max(seconds, 0.001)
    return max(MIN_PORTION_ROWS, min(int(ideal_size), size * 2, MAX_PORTION_ROWS))


LOG = logging.getLogger("gongkai.acts")
#: True in tests: raise instead of logging a warning.
RAISE_ON_PARSE_IN_TRANSACTION = False
_ALLOWS_PARSING: ContextVar[bool] = ContextVar("alone", default=False)


@contextmanager
def allow_parsing_in_transaction() -> Iterator[None]:
    """Context manager that allows parsing files inside a transaction; for building a sample city."""
    token = _ALLOWS_PARSING.set(True)
    try:
        yield
    finally:
        _ALLOWS_PARSING.reset(token)


_IN_DISCARDED_TRANSACTION: ContextVar[bool] = ContextVar("discarded", default=False)


@contextmanager
def discarded_transaction() -> Iterator[None]:
    """Context manager: a transaction that is always rolled back, to try if a page opens."""
    token = _IN_DISCARDED_TRANSACTION.set(True)
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        _IN_DISCARDED_TRANSACTION.reset(token)


def is_in_discarded_transaction() -> bool:
    """Return true within `discarded_transaction`, where slow checks can be skipped."""
    return _IN_DISCARDED_TRANSACTION.get()


class ParsedInTransaction(RuntimeError):
    """Raised when a file is about to be parsed inside a transaction."""


def is_in_shared_transaction() -> bool:
    """Return true if a transaction is open that other writers may wait for; false for a test's transaction and under
    `allow_parsing_in_transaction`."""
    return not _ALLOWS_PARSING.get() and any(
        not getattr(block, "_from_testcase", False)
        for link in connections.all(initialized_only=True)
        for block in link.atomic_blocks
    )


def refuse_in_transaction() -> None:
    """Log a warning inside a transaction; called before each file is parsed
    (`confined.confined_reader.BEFORE_READING_HOOKS`).

    Raises:
        ParsedInTransaction: in tests.
    """
    if not is_in_shared_transaction():
        return
    if RAISE_ON_PARSE_IN_TRANSACTION:
        raise ParsedInTransaction("read the file before the transaction begins (Action.ahead)")
    LOG.warning("a file is read inside a transaction: %s", "".join(traceback.format_stack(limit=8)))
