"""Return to the system the memory that glibc retains after it was freed; elsewhere these functions do nothing."""

import ctypes
import sys
from contextlib import suppress

#: Parameters of mallopt(3).
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
#: Larger blocks go back to the system when they are freed.
LARGE_BLOCK_BYTES = 1 << 20
#: Maximum of free memory, in bytes, that stays at the end of the heap.
KEPT_FREE_BYTES = 4 << 20
#: Heaps of all threads together: each keeps what its largest task needed.
MAX_HEAPS = 2


def limit_free_memory() -> None:
    """Limit the free memory and the heaps that glibc retains in this process; without effect on other systems.

    By default, glibc raises its limit to 32 MB after the first large block, and creates a heap for each thread.
    """
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            mallopt = ctypes.CDLL(None).mallopt
            mallopt(_MMAP_THRESHOLD, LARGE_BLOCK_BYTES)
            mallopt(_TRIM_THRESHOLD, KEPT_FREE_BYTES)
            mallopt(_ARENA_MAX, MAX_HEAPS)


def return_free_memory() -> None:
    """Return the freed memory of all threads that glibc still retains to the system."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
