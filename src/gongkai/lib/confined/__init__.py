"""Parse untrusted files in sandboxed child processes. No Django.

`@reader(SomeError)` marks a function that parses untrusted data. Its caller waits for a child process: forked from a template
without Django (`template`), limited by `sandbox`, ended by its time limit or by the caller (`with_progress`), one of a few at
once on this machine (`slots`). The child returns JSON, from which `codec` builds the declared return type: nothing that a
child wrote is ever unpickled. `bounds` limits the content of a file.
"""

from gongkai.lib.confined.bounds import BOUNDS_BY_NAME, describe_excess, refuse_excess
from gongkai.lib.confined.confined_reader import (
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
