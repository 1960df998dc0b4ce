"""Two signers, two closings, yes and no, one person in two windows at the same moment: one wins, the other is told, nothing breaks.

Through the whole of the program, on SQLite in a file and on PostgreSQL.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

import migrated

SCRIPT = Path(__file__).with_name("at_once.py")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[dict[str, str]]:
    """An installation of its own."""
    drop = {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
    env = {name: value for name, value in os.environ.items() if name not in drop}
    env["GONGKAI_DATA"] = str(tmp_path)
    url = env.pop("TEST_DATABASE_URL", "")
    if not url:
        migrated.give(tmp_path / "gongkai.sqlite3")
        yield env
        return
    import psycopg

    name = f"at_once_{uuid4().hex[:8]}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}{migrated.like(server)}")  # type: ignore[arg-type]
        yield {**env, "DATABASE_URL": f"{url.rpartition('/')[0]}/{name}"}
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[arg-type]


@pytest.mark.slow
@pytest.mark.postgres
def test_at_the_same_moment(place: dict[str, str]) -> None:
    done = subprocess.run([sys.executable, str(SCRIPT)], env=place, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert json.loads(done.stdout.splitlines()[-1])["faults"] == []
