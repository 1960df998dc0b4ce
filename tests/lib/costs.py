"""Processor time of a call: what other processes do is not counted."""

import time
from collections.abc import Callable


def least_seconds(call: Callable[[], object], enough: float = 0.0, tries: int = 2) -> float:
    """Return the least seconds of several tries, or those of the first that are below `enough`."""
    best = float("inf")
    for _ in range(tries):
        start = time.process_time()
        call()
        best = min(best, time.process_time() - start)
        if best < enough:
            break
    return best
