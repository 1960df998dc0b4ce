"""Measure the processor time of tests by module, of all workers and of their child processes.

Each worker adds up its tests with set-up, teardown and finished child processes, and sends the sums to the scheduling
process, which writes `.pytest_cache/times/<database>.json`. `tools/times.py` prints the table at the end of `make test`.
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
#: Rows other than tests: the start of a worker with the import of all modules; the time after its last test.
COLLECTING, ENDING = "(collecting)", "(ending)"


def get_processor_time() -> float:
    """Return the seconds of processor time of this process and of its children that have ended."""
    now = os.times()
    return now.user + now.system + now.children_user + now.children_system


class Times:
    """A pytest plugin: seconds by test module of this process; in the scheduling process of all workers."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self.workers = 0

    def pytest_collection_finish(self) -> None:
        """Count the start and the collection."""
        self.seconds[COLLECTING] += get_processor_time()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[Any]:
        """Count a test with its set-up and teardown."""
        begun = get_processor_time()
        try:
            return (yield)
        finally:
            self.seconds[item.nodeid.partition("::")[0]] += get_processor_time() - begun

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Send the sums to the scheduling process, or write them there."""
        if self.workers:
            self.seconds[ENDING] += time.process_time()  # its children are the workers: they count themselves
        else:
            self.seconds[ENDING] += max(0.0, get_processor_time() - self.seconds.total())
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput["times"] = dict(self.seconds)
        elif not session.config.option.collectonly:
            self._write()

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: Any) -> None:
        """Add the sums of a worker."""
        self.workers += 1
        self.seconds.update(getattr(node, "workeroutput", {}).get("times", {}))

    def _write(self) -> None:
        vendor = "postgresql" if os.environ.get("TEST_DATABASE_URL") else "sqlite"
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / f"{vendor}.json").write_text(json.dumps(self.seconds, indent=1, sort_keys=True) + "\n")
