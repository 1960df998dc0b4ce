"""Nobody reads a file while a transaction is open: on SQLite it holds the only write lock, on PostgreSQL the rows that others wait for."""

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connections

LOG = logging.getLogger("gongkai.acts")
#: In tests it is an error; at work the file is read all the same, and the log says who has to be mended.
RAISE_ON_SLOW_READ = False
_ALONE: ContextVar[bool] = ContextVar("alone", default=False)


@contextmanager
def alone() -> Iterator[None]:
    """Let files be read inside a transaction: where a sample city is made as a whole, nobody waits for the database."""
    token = _ALONE.set(True)
    try:
        yield
    finally:
        _ALONE.reset(token)


class InTransaction(RuntimeError):
    """A file was about to be read inside a transaction."""


def within() -> bool:
    """Return true if a transaction is open in which others wait (that of a test does not count, nor one that runs `alone`)."""
    return not _ALONE.get() and any(
        not getattr(block, "_from_testcase", False)
        for link in connections.all(initialized_only=True)
        for block in link.atomic_blocks
    )


def not_in_a_transaction() -> None:
    """Say that a file is read inside a transaction; asked before each (`confined.reading.BEFORE`).

    Raises:
        InTransaction: in tests.
    """
    if not within():
        return
    if RAISE_ON_SLOW_READ:
        raise InTransaction("read the file before the transaction begins (Action.ahead)")
    LOG.warning("a file is read inside a transaction: %s", "".join(traceback.format_stack(limit=8)))
