"""Killed at any moment, no act of publishing is ever there by half; what was said to be done is there (`make soak`; SQLite and PostgreSQL)."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

SCRIPT = Path(__file__).with_name("killed.py")
#: Statements of an act before which it is killed, spread evenly; 0 is each of them.
MOST = int(os.environ.get("GONGKAI_SOAK_MOST", "0"))
SECONDS = os.environ.get("GONGKAI_SOAK_SECONDS", "60")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not os.environ.get("GONGKAI_SOAK"), reason="takes minutes: GONGKAI_SOAK=1 runs it"),
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """An installation of its own: SQLite in a folder, or a database of the PostgreSQL server that the tests were given."""
    drop = {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
    env = {k: v for k, v in os.environ.items() if k not in drop}
    env["GONGKAI_DATA"] = str(tmp_path_factory.mktemp("killed"))
    url = env.pop("TEST_DATABASE_URL", "")
    if not url:
        yield env
        return
    import psycopg

    name = f"killed_{uuid4().hex[:8]}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
        yield {**env, "DATABASE_URL": f"{url.rpartition('/')[0]}/{name}"}
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[arg-type]


def run(place: dict[str, str], *words: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), *words], env=place, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    print(said)
    return said


@pytest.mark.parametrize(
    "act", ["publish", "replace", "withdraw", "restore", "schedule", "erase", "submit", "attach"]
)
def test_killed_before_any_statement_or_around_its_commit(act: str, place: dict[str, str]) -> None:
    said = run(place, act, str(MOST))
    assert said["faults"] == []
    assert said["statements"] > 1
    assert said["kills"] > said["statements"] if not MOST else said["kills"] > 2


def test_killed_at_random_times(place: dict[str, str]) -> None:
    said = run(place, "any_time", SECONDS)
    assert said["faults"] == []
    assert said["done"]


def test_an_act_in_two_halves_would_be_found(place: dict[str, str]) -> None:
    """Last: what it leaves is broken on purpose."""
    assert run(place, "halved", "10")["faults"]
