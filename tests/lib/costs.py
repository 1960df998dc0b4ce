"""Measure the processor time of a call, which excludes other processes."""

import time
from collections.abc import Callable


def least_seconds(call: Callable[[], object], enough: float = 0.0, tries: int = 2) -> float:
    """Return the minimum of several measurements, stopping at the first below `enough`."""
    best = float("inf")
    for _ in range(tries):
        start = time.process_time()
        call()
        best = min(best, time.process_time() - start)
        if best < enough:
            break
    return best
