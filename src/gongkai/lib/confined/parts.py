"""Limit the total time for the many parts of one file."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

from gongkai.lib.confined import reading

#: Shares of its processor time and of its clock time after which a child begins no further part of a file.
PARTS_SHARES = (0.75, 0.5)


class PartStopped(BaseException):
    """Raised within `within_time_for_parts` when the time for parts is used up.

    A `BaseException`, because readers catch `Exception`.
    """


@contextmanager
def within_time_for_parts() -> Iterator[None]:
    """Context manager in which a child reads one of many parts of a file, such as an attachment.

    All parts together have `PARTS_SHARES` of its time, so that the rest of the file is still returned.

    Raises:
        PartStopped: nothing is left.
    """
    child = reading.CURRENT_CHILD
    if child is None or signal.getitimer(signal.ITIMER_PROF)[0]:
        yield
        return
    limits, (processor, clock) = child.limits, PARTS_SHARES
    left = processor * limits.seconds - time.process_time()
    if left <= 0 or time.monotonic() - child.begun > clock * limits.wall:
        raise PartStopped
    signal.signal(signal.SIGPROF, _stop_part)
    signal.setitimer(signal.ITIMER_PROF, left)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _stop_part(*_: object) -> None:
    raise PartStopped
