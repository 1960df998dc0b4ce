"""In a fresh checkout one worker reads and compiles all modules, the others wait and read what it compiled.

Else each worker compiles everything at the same moment as the others: some 19 seconds of processor time a worker. Where all was compiled before
nobody waits.
"""

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parent.parent / ".pytest_cache" / "read"


class ReadingOnce:
    """One at a time until somebody has read it all."""

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> Iterator[Any]:
        """Wait for who reads; the one who read everything says so."""
        asked = "postgres" if session.config.option.markexpr.startswith("postgres") else "all"
        whole = [Path(one).resolve() for one in session.config.args] == [Path(__file__).resolve().parent]
        if "PYTEST_XDIST_WORKER" not in os.environ or not whole or (FOLDER / asked).exists():
            return (yield)
        FOLDER.mkdir(parents=True, exist_ok=True)
        with (FOLDER / f"lock-{asked}").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            read = yield
            (FOLDER / asked).touch()
        return read
