"""Many rows, a portion at a time: what goes over everything holds no more than a portion of it in memory."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")

#: Rows that are looked at together.
PORTION = 500


def portions(rows: Iterable[T], size: int = PORTION) -> Iterator[list[T]]:
    """Yield rows in lists of at most `size`, in their order; give `queryset.iterator(size)`, so that no more is read ahead."""
    walk = iter(rows)
    while some := list(islice(walk, size)):
        yield some
