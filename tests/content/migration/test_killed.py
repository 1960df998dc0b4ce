"""A killed migration or package import leaves nothing incomplete, and completes when repeated."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

SIDES = ("inner", "outer")
SCRIPT = Path(__file__).with_name("killed.py")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not os.environ.get("GONGKAI_SOAK"), reason="takes minutes: GONGKAI_SOAK=1 runs it"),
]


@pytest.fixture
def side_environment(tmp_path: Path) -> Iterator[Callable[..., dict[str, Any]]]:
    """Two installations: SQLite in a folder each, or two databases of the PostgreSQL server that the tests were given."""
    drop = {"DATABASE_URL", "TEST_DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
    kept = {k: v for k, v in os.environ.items() if k not in drop}
    url, name = os.environ.get("TEST_DATABASE_URL", ""), f"moving_{uuid4().hex[:8]}"

    def at(side: str, **more: str) -> dict[str, Any]:
        database = {"DATABASE_URL": f"{url.rpartition('/')[0]}/{name}_{side}"} if url else {}
        return {"env": {**kept, "GONGKAI_DATA": str(tmp_path / side), **database, **more}}

    if not url:
        yield at
        return
    import psycopg

    with psycopg.connect(url, autocommit=True) as server:
        for side in SIDES:
            server.execute(f"CREATE DATABASE {name}_{side}")  # type: ignore[arg-type]
        yield at
        for side in SIDES:
            server.execute(f"DROP DATABASE {name}_{side} WITH (FORCE)")  # type: ignore[arg-type]


def make_both_installations(side_environment: Callable[..., dict[str, Any]]) -> None:
    """Make two empty installations. The second is a copy, because running the migrations takes most of a minute."""
    inner, outer = (side_environment(side)["env"] for side in SIDES)
    run("migrate", env=inner)
    if "DATABASE_URL" not in inner:
        shutil.copytree(inner["GONGKAI_DATA"], outer["GONGKAI_DATA"])
        return
    import psycopg

    names = [one["DATABASE_URL"].rpartition("/")[2] for one in (inner, outer)]
    with psycopg.connect(os.environ["TEST_DATABASE_URL"], autocommit=True) as server:
        server.execute(f"DROP DATABASE {names[1]}")  # type: ignore[arg-type]
        server.execute(f"CREATE DATABASE {names[1]} TEMPLATE {names[0]}")  # type: ignore[arg-type]


def run(task: str, *words: str, **where: Any) -> list[str]:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), task, *words], capture_output=True, text=True, check=False, **where
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.splitlines()


def run_and_kill(task: str, *words: str, after: int, **where: Any) -> None:
    """Kill the process after a number of output lines. Each line is a file that was just written."""
    worker = subprocess.Popen([sys.executable, str(SCRIPT), task, *words], stdout=subprocess.PIPE, text=True, **where)
    assert worker.stdout is not None
    for _ in range(after):
        if not worker.stdout.readline():
            break
    worker.send_signal(signal.SIGKILL)
    worker.communicate()


def look(**where: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("look", **where)[-1])
    return found


def test_migration_and_packages_complete_after_kills(
    tmp_path: Path, side_environment: Callable[..., dict[str, Any]]
) -> None:
    at = side_environment("inner")
    make_both_installations(side_environment)
    run("inner", str(tmp_path), **at)
    run_and_kill("move", after=20, **at)
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
    out = side_environment("outer", GONGKAI_OUTER="1")
    run("outer", str(key), **out)
    for after in (3, 12):
        run_and_kill("apply", *files, after=after, **out)
        seen = look(**out)
        assert seen["faults"] == []
        assert seen["packages"] < len(files)
    assert run("apply", *files, **out)[-1] == "done"
    seen = look(**out)
    assert (seen["documents"], seen["faults"], seen["orphans"]) == (30, [], 0)
    assert seen["packages"] == len(files)
