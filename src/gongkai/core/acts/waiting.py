"""Refuse to parse files inside a transaction, because other requests wait for its locks."""

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connections

LOG = logging.getLogger("gongkai.acts")
#: True in tests: raise instead of logging a warning.
RAISE_ON_PARSE_IN_TRANSACTION = False
_ALONE: ContextVar[bool] = ContextVar("alone", default=False)


@contextmanager
def allow_parsing_in_transaction() -> Iterator[None]:
    """Context manager that allows parsing files inside a transaction; for building a sample city."""
    token = _ALONE.set(True)
    try:
        yield
    finally:
        _ALONE.reset(token)


class InTransaction(RuntimeError):
    """Raised when a file is about to be parsed inside a transaction."""


def in_shared_transaction() -> bool:
    """Return true if a transaction is open that others may wait for (not a test's, nor under
    `allow_parsing_in_transaction`)."""
    return not _ALONE.get() and any(
        not getattr(block, "_from_testcase", False)
        for link in connections.all(initialized_only=True)
        for block in link.atomic_blocks
    )


def refuse_in_transaction() -> None:
    """Log a warning inside a transaction; called before each file is parsed (`confined.reading.BEFORE`).

    Raises:
        InTransaction: in tests.
    """
    if not in_shared_transaction():
        return
    if RAISE_ON_PARSE_IN_TRANSACTION:
        raise InTransaction("read the file before the transaction begins (Action.ahead)")
    LOG.warning("a file is read inside a transaction: %s", "".join(traceback.format_stack(limit=8)))
