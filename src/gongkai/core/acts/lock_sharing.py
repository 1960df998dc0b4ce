"""Let waiting writers take SQLite's write lock between the transactions of long work."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

#: SQLite retries a lock at least every 0.1 s, so a pause of this length gives each waiting writer a chance.
MAX_PAUSE_SECONDS = 0.1
_SHARES: ContextVar[bool] = ContextVar("shares_write_lock", default=False)


@contextmanager
def share_write_lock() -> Iterator[None]:
    """Context manager for jobs and imports: each transaction on SQLite is followed by a pause of its own length."""
    token = _SHARES.set(True)
    try:
        yield
    finally:
        _SHARES.reset(token)


def pause_after(seconds: float) -> None:
    """Pause if this work shares the lock that it held for this time."""
    if _SHARES.get():
        time.sleep(min(seconds, MAX_PAUSE_SECONDS))
