"""Report the progress of generating a file to the caller."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

Row = TypeVar("Row")
_PROGRESS_CALLBACK: ContextVar[Callable[[int], object] | None] = ContextVar("steps", default=None)
#: Rows between two reports.
ROWS_PER_REPORT = 200


@contextmanager
def report_progress_to(tell: Callable[[int], object]) -> Iterator[None]:
    """Context manager within which `count_rows` reports progress; the callback may raise to abort."""
    token = _PROGRESS_CALLBACK.set(tell)
    try:
        yield
    finally:
        _PROGRESS_CALLBACK.reset(token)


def count_rows(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield rows; report their number to the callback of `report_progress_to`, if there is one."""
    tell = _PROGRESS_CALLBACK.get()
    if tell is None:
        yield from rows
        return
    for number, row in enumerate(rows, 1):
        yield row
        if number % ROWS_PER_REPORT == 0:
            tell(number)
