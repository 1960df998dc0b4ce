"""A separate installation, and the script that kills actions in it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

#: Statements of an action before which it is killed, evenly spread; 0 means each of them.
MAX_KILLS = int(os.environ.get("GONGKAI_SOAK_MOST", "0"))
SOAK_MARKS = [
    pytest.mark.slow,
    pytest.mark.skipif(not os.environ.get("GONGKAI_SOAK"), reason="takes minutes: GONGKAI_SOAK=1 runs it"),
]


def installation(folder: Path) -> Iterator[dict[str, str]]:
    """Yield the environment of a separate installation: SQLite, or a new PostgreSQL database."""
    drop = {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
    env = {k: v for k, v in os.environ.items() if k not in drop}
    env["GONGKAI_DATA"] = str(folder)
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


def run_kill_script(script: Path, place: dict[str, str], *words: str) -> dict[str, Any]:
    """Run a kill script and return its JSON result."""
    done = subprocess.run([sys.executable, str(script), *words], env=place, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    print(said)
    return said
