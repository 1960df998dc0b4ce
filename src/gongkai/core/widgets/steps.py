"""How far the making of a file is: whoever makes it counts, whoever waits for it is told, and neither knows the other."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

Row = TypeVar("Row")
_TOLD: ContextVar[Callable[[int], object] | None] = ContextVar("steps", default=None)
#: So many rows are written between two words.
EVERY = 200


@contextmanager
def told_to(tell: Callable[[int], object]) -> Iterator[None]:
    """Within this, `counted` tells the number of rows so far; what `tell` raises ends the making."""
    token = _TOLD.set(tell)
    try:
        yield
    finally:
        _TOLD.reset(token)


def counted(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield rows, and tell how many there were. Where nobody is told, this is the iteration alone."""
    tell = _TOLD.get()
    if tell is None:
        yield from rows
        return
    for number, row in enumerate(rows, 1):
        yield row
        if number % EVERY == 0:
            tell(number)
