"""What the tests cost: processor time by folder, of all workers and of what they started, as a table behind the run.

Wall time says little where others work, too; processor time is the same on a busy machine. Each worker adds up what its tests took
(set-up and teardown with them, and finished child processes) and hands the sums to the one who gives out the work, who writes them
to `.pytest_cache/times/<database>.json`. `tools/times.py` prints the table of all runs at the end of `make test`.
"""

import json
import os
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".pytest_cache" / "times"
#: What is no test: starting a worker and reading all modules; what a worker does behind its last test.
COLLECTING, ENDING = "(collecting)", "(ending)"


def spent() -> float:
    """Return the seconds of processor time of this process and of its children that have ended."""
    now = os.times()
    return now.user + now.system + now.children_user + now.children_system


class Times:
    """Seconds by test module, of this process; in the one who gives out the work, of all workers."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self.workers = 0

    def pytest_collection_finish(self) -> None:
        """Count what starting and collecting took."""
        self.seconds[COLLECTING] += spent()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[Any]:
        """Count a test with its set-up and teardown."""
        begun = spent()
        try:
            return (yield)
        finally:
            self.seconds[item.nodeid.partition("::")[0]] += spent() - begun

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Hand the sums to the one who gives out the work; that one writes them."""
        if self.workers:
            self.seconds[ENDING] += time.process_time()  # its children are the workers: they count themselves
        else:
            self.seconds[ENDING] += max(0.0, spent() - self.seconds.total())
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput["times"] = dict(self.seconds)
        elif not session.config.option.collectonly:
            self._write()

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: Any) -> None:
        """Add what a worker hands over."""
        self.workers += 1
        self.seconds.update(getattr(node, "workeroutput", {}).get("times", {}))

    def _write(self) -> None:
        vendor = "postgresql" if os.environ.get("TEST_DATABASE_URL") else "sqlite"
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / f"{vendor}.json").write_text(json.dumps(self.seconds, indent=1, sort_keys=True) + "\n")
