"""The sample city of `gongkai demo`, full or small, on the database of this run and on different days."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
#: Runs the command at a given time, as seen by Python.
TIME_TRAVEL_PROGRAM = """
import sys, time_machine
from gongkai.ops.cli.root import main
with time_machine.travel(sys.argv.pop(1)):
    main()
"""
#: Special days of a year: the first two are Saturdays, the last is in the week of the lunar new year.
START_TIMES = ("2027-01-02 10:20", "2027-04-10 16:05", "2027-07-01 08:40", "2026-12-31 23:10", "2027-02-08 11:00")


@pytest.fixture
def empty_environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of an empty installation, with its own folder and, on a server, its own database."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE", "GONGKAI", "DJANGO"))}
    kept["GONGKAI_DATA"] = str(tmp_path / "data")
    server = os.environ.get("TEST_DATABASE_URL")
    if not server:
        yield kept
        return
    import psycopg

    name = f"city_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as link:
        link.execute(f"DROP DATABASE IF EXISTS {name}")
        link.execute(f"CREATE DATABASE {name}")
        yield kept | {"DATABASE_URL": f"{server.rpartition('/')[0]}/{name}"}
        link.execute(f"DROP DATABASE {name} WITH (FORCE)")


def build_city(empty_environment: dict[str, str], at: str, *options: str) -> str:
    """Build the city, verify it an hour later, and return the output.

    (Building takes minutes, and its last steps must lie in the past.)
    """
    said = ""
    later = f"{datetime.fromisoformat(at) + timedelta(hours=1)}"
    for moment, words in ((at, ["demo", "--no-serve", *options]), (later, ["audit", "verify"])):
        command = [sys.executable, "-c", TIME_TRAVEL_PROGRAM, f"{moment}+08:00", *words]
        ran = subprocess.run(command, env=empty_environment, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, (ran.stdout + ran.stderr)[-3000:]
        said += ran.stdout
    return said


@pytest.mark.parametrize("at", START_TIMES)
def test_small_city_on_various_days(empty_environment: dict[str, str], at: str) -> None:
    assert "上级通知（待审核）" in build_city(empty_environment, at)


@pytest.mark.parametrize("at", START_TIMES[:1])
def test_full_city(empty_environment: dict[str, str], at: str) -> None:
    assert "上级通知（待审核）" in build_city(empty_environment, at, "--full")
