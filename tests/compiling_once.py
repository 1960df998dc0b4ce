"""In a fresh checkout let one worker import and compile all modules before the others.

Else each worker compiles all modules, 19 seconds of processor time each. Later runs do not wait.
"""

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parent.parent / ".pytest_cache" / "compiled"


class CompilingOnce:
    """A pytest plugin: workers collect one after another until one has collected the whole suite."""

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> Iterator[Any]:
        """Collect under a lock while nothing is compiled."""
        selected = "postgres" if session.config.option.markexpr.startswith("postgres") else "all"
        whole = [Path(one).resolve() for one in session.config.args] == [Path(__file__).resolve().parent]
        if "PYTEST_XDIST_WORKER" not in os.environ or not whole or (FOLDER / selected).exists():
            return (yield)
        FOLDER.mkdir(parents=True, exist_ok=True)
        with (FOLDER / f"lock-{selected}").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            collected = yield
            (FOLDER / selected).touch()
        return collected
