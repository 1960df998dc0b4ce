"""The sample city as `gongkai demo` makes it, whole or small, on the database of this run: it stands on whatever day it is made."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
#: The command at a moment of its own: everything that asks Python for the time.
AT = """
import sys, time_machine
from gongkai.ops.cli.root import main
with time_machine.travel(sys.argv.pop(1)):
    main()
"""
#: A year's corners; the first two are Saturdays, the last lies in the week of the lunar new year.
CLOCKS = ("2027-01-02 10:20", "2027-04-10 16:05", "2027-07-01 08:40", "2026-12-31 23:10", "2027-02-08 11:00")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of an empty installation: a folder, and a database of its own on the server of this run, if there is one."""
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


def made(place: dict[str, str], at: str, *options: str) -> str:
    """Make the city, have it verified an hour later (making it takes minutes, and what it did last must lie behind), and return what was said."""
    said = ""
    later = f"{datetime.fromisoformat(at) + timedelta(hours=1)}"
    for moment, words in ((at, ["demo", "--no-serve", *options]), (later, ["audit", "verify"])):
        command = [sys.executable, "-c", AT, f"{moment}+08:00", *words]
        ran = subprocess.run(command, env=place, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, (ran.stdout + ran.stderr)[-3000:]
        said += ran.stdout
    return said


@pytest.mark.parametrize("at", CLOCKS)
def test_the_small_city_on_any_day(place: dict[str, str], at: str) -> None:
    assert "上级通知（待审核）" in made(place, at)


@pytest.mark.parametrize("at", CLOCKS[:1])
def test_the_whole_city(place: dict[str, str], at: str) -> None:
    assert "上级通知（待审核）" in made(place, at, "--full")
