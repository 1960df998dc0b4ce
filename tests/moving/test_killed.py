"""Killed at any moment, neither a migration nor a package is ever there by half; done again, it is there whole."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).with_name("killed.py")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not os.environ.get("GONGKAI_SOAK"), reason="takes minutes: GONGKAI_SOAK=1 runs it"),
]


def env(folder: Path, **more: str) -> dict[str, str]:
    given = {
        k: v
        for k, v in os.environ.items()
        if k not in {"DATABASE_URL", "TEST_DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
    }
    return {**given, "GONGKAI_DATA": str(folder), **more}


def run(task: str, *words: str, **where: Any) -> list[str]:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), task, *words], capture_output=True, text=True, check=False, **where
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.splitlines()


def killed(task: str, *words: str, after: int, **where: Any) -> None:
    """Kill a worker behind so many lines of what it says: each is a file that was just written."""
    worker = subprocess.Popen(
        [sys.executable, str(SCRIPT), task, *words], stdout=subprocess.PIPE, text=True, **where
    )
    assert worker.stdout is not None
    for _ in range(after):
        if not worker.stdout.readline():
            break
    worker.send_signal(signal.SIGKILL)
    worker.communicate()


def look(**where: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("look", **where)[-1])
    return found


def test_killed_while_moving_and_while_applying(tmp_path: Path) -> None:
    at = {"env": env(tmp_path / "inner")}
    run("migrate", **at)
    shutil.copytree(tmp_path / "inner", tmp_path / "outer")
    run("inner", str(tmp_path), **at)
    for after in (6,):
        killed("move", after=after, **at)
        seen = look(**at)
        assert seen["faults"] == []
        assert 0 < seen["documents"] < 30
    run("move", **at)
    seen = look(**at)
    assert (seen["documents"], seen["faults"], seen["orphans"]) == (30, [], 0)

    files = run("export", **at)
    assert len(files) >= 3
    key = tmp_path / "key.pub"
    run("key", str(key), **at)
    out = {"env": env(tmp_path / "outer", GONGKAI_OUTER="1")}
    run("outer", str(key), **out)
    for after in (3, 12):
        killed("apply", *files, after=after, **out)
        seen = look(**out)
        assert seen["faults"] == []
        assert seen["packages"] < len(files)
    assert run("apply", *files, **out)[-1] == "done"
    seen = look(**out)
    assert (seen["documents"], seen["faults"], seen["orphans"]) == (30, [], 0)
    assert seen["packages"] == len(files)
