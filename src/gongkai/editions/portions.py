"""Large tables, a portion at a time: what recomputes everything holds no more than a portion of it in memory."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from gongkai.acts.models import Movement

T = TypeVar("T")

#: Rows that are looked at together: one query for each kind of thing that they are held against.
PORTION = 500


def portions(rows: Iterable[T], size: int = PORTION) -> Iterator[list[T]]:
    """Yield rows in lists of at most `size`, in their order; give `queryset.iterator(size)`, so that no more is read ahead."""
    walk = iter(rows)
    while some := list(islice(walk, size)):
        yield some


def logged(streams: Iterable[str], actions: Iterable[str]) -> Iterator[Movement]:
    """Yield the movements of these streams and actions, in the order in which they were written."""
    rows = Movement.objects.filter(stream__in=set(streams), action__in=tuple(actions))
    return rows.order_by("pk").iterator(2000)


def facts_of(actions: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Yield the facts of all movements of these actions, oldest first."""
    rows = Movement.objects.filter(action__in=tuple(actions)).order_by("pk")
    return rows.values_list("facts", flat=True).iterator(2000)
