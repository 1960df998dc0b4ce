"""Batches that several processes write at once: program and database work in turn, so that one process leaves both half idle."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import NamedTuple

from django.db import connections

#: Writes the rows of these numbers and says how many.
Work = Callable[[range], int]


class Wrote(NamedTuple):
    """What was written: rows, and the processor time of the process that wrote them where it is another one."""

    rows: int
    elsewhere: float = 0.0


_works: list[Work] = []


def batches(count: int, size: int, there: Callable[[int], bool]) -> list[range]:
    """Return the numbers below `count` in batches, without those whose first number is there: each is written whole or not at all."""
    firsts = [first for first in range(0, count, size) if not there(first)]
    return [range(first, min(first + size, count)) for first in firsts]


def written(work: Work, wanted: Sequence[range], hands: int) -> Iterator[Wrote]:
    """Write batches in so many processes, the first ones first; in this process where one is enough."""
    if hands == 1 or len(wanted) < 2:
        yield from (Wrote(work(numbers)) for numbers in wanted)
        return
    connections.close_all()
    pool = ProcessPoolExecutor(hands, mp_context=get_context("fork"), initializer=_works.append, initargs=(work,))
    try:
        yield from pool.map(_one, wanted)
    finally:
        pool.shutdown(cancel_futures=True)


def _one(numbers: range) -> Wrote:
    began = time.process_time()
    rows = _works[0](numbers)
    return Wrote(rows, time.process_time() - began)
