"""Write batches with several processes, so that application and database are both busy."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import NamedTuple

from django.db import connections

#: Writes the rows of these numbers and returns their count.
Work = Callable[[range], int]


class WrittenRows(NamedTuple):
    """Number of rows written, and CPU seconds of a worker process."""

    rows: int
    elsewhere: float = 0.0


_works: list[Work] = []


def list_missing_batches(count: int, size: int, there: Callable[[int], bool]) -> list[range]:
    """Return the numbers below `count` in batches, without those already written."""
    firsts = [first for first in range(0, count, size) if not there(first)]
    return [range(first, min(first + size, count)) for first in firsts]


def write_batches(work: Work, wanted: Sequence[range], hands: int) -> Iterator[WrittenRows]:
    """Write batches with `hands` processes in order; yield the written rows of each."""
    if hands == 1 or len(wanted) < 2:
        yield from (WrittenRows(work(numbers)) for numbers in wanted)
        return
    connections.close_all()
    pool = ProcessPoolExecutor(hands, mp_context=get_context("fork"), initializer=_works.append, initargs=(work,))
    try:
        yield from pool.map(_one, wanted)
    finally:
        pool.shutdown(cancel_futures=True)


def _one(numbers: range) -> WrittenRows:
    began = time.process_time()
    rows = _works[0](numbers)
    return WrittenRows(rows, time.process_time() - began)
