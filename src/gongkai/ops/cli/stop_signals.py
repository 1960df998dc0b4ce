"""End a program on SIGTERM or SIGINT."""

import signal
from collections.abc import Callable
from types import FrameType


def on_first_signal(act: Callable[[], object]) -> Callable[[int, FrameType | None], None]:
    """Return a handler that acts on the first signal and ignores further ones.

    A handler runs in the main thread: a second signal within `Event.set` would wait for ever for the lock that the first one holds.
    systemd and a parent that ends its child send two.
    """

    def handle(_signal: int, _frame: FrameType | None) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        act()

    return handle
