"""Parts of `make bench` that start servers of their own, with a hundredth of their data and one short round."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from benchmarks import portal_cache, portal_speed
from tools.nginx import PROGRAM

import migrated

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
#: A minute's rush of so few messages that its seconds are few, too.
RUSH = """import sys
from benchmarks import answering_rush as rush
rush.ANSWERS, rush.ENTRIES, rush.MINUTE = 50, 100, 2
rush.main(4)
"""


@pytest.mark.skipif(not PROGRAM, reason="nginx is not installed")
def test_a_kept_page_is_measured_beside_a_file_and_withdrawn_by_its_signer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, few in (("ROUNDS", 1), ("SECONDS", 1), ("TEXTS", 10)):
        monkeypatch.setattr(portal_cache, name, few)
    with tempfile.TemporaryDirectory() as name:  # nginx reads it as nobody
        Path(name).chmod(0o755)
        migrated.give(Path(name, "data", "gongkai.sqlite3"))
        figures = portal_cache.measured(Path(name))
    assert figures["static : kept (median of pairs)"] > 0.2
    assert figures["the same from the act's answer on: s"] < 5


def test_pages_are_asked_in_turn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portal_speed, "ROUNDS", 1)
    envs = {name: _env(tmp_path / name) | {"BENCH_PAGES": "2"} for name in ("portal", "plain")}
    figures = portal_speed.compared(envs)
    assert figures["portal page: bytes"] > 1_000 < figures["plain page: bytes"]
    assert figures["portal faster than plain, times (median of rounds)"] > 0.5


def test_a_rush_is_acknowledged_message_by_message(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", RUSH],
        env=_env(tmp_path),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    figures = json.loads(done.stdout.splitlines()[-1])
    assert figures["acknowledged with a code"] == figures["query codes"] == figures["messages"] == 5
    assert 0 < figures["a message, server and database: processor ms"] < 10_000


def _env(folder: Path) -> dict[str, str]:
    """Return what a measurement in a process of its own is given: a folder whose database is migrated."""
    migrated.give(folder / "gongkai.sqlite3")
    own = {key: value for key, value in os.environ.items() if "DATABASE" not in key and not key.startswith("DJANGO_")}
    return own | {"GONGKAI_DATA": str(folder), "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
