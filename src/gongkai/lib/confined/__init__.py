"""Parse untrusted files in sandboxed child processes. No Django.

`@reader(SomeError)` makes a function one that reads what somebody else wrote. Whoever calls it waits for a child: forked from a
template without Django (`template`), held within the limits of `kernel`, ended by time or by whoever waits (`with_progress`), one of a few on
this machine (`slots`). What comes back is JSON, built into the types that the function says it returns (`codec`): nothing that a
child wrote is ever unpickled. How much a file may hold stands in `bounds`.
"""

from gongkai.lib.confined.bounds import BOUNDS_BY_NAME, describe_excess, refuse_excess
from gongkai.lib.confined.reading import (
    PartStopped,
    cache_readings,
    count_as_recognition,
    is_child_process,
    is_in_background,
    reader,
    report_progress,
    request_larger_limits,
    shared_time_limit,
    with_progress,
    within_time_for_parts,
)
from gongkai.lib.confined.slots import public_slots

__all__ = [
    "BOUNDS_BY_NAME",
    "PartStopped",
    "cache_readings",
    "count_as_recognition",
    "describe_excess",
    "is_child_process",
    "is_in_background",
    "public_slots",
    "reader",
    "refuse_excess",
    "report_progress",
    "request_larger_limits",
    "shared_time_limit",
    "with_progress",
    "within_time_for_parts",
]
