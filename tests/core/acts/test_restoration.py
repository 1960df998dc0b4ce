"""A restore killed at any step is continued or undone; the files folder is a mount point if the account may mount."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from factories.postgres_pair import Server, servers

PROGRAM = Path(__file__).with_name("killed_restores.py")
BEGIN = """
from gongkai.ops.cli.django import start_django; start_django(ready=False)
from gongkai.ops.demo import database_tables as tables; tables.TABLES_BY_MIGRATION = {}; tables.create_all_tables()
"""


@pytest.fixture
def data_folder(tmp_path: Path) -> Iterator[Path]:
    """A data folder whose files folder is a mount point."""
    files = tmp_path / "data" / "files"
    files.mkdir(parents=True)
    command = ["mount", "-t", "tmpfs", "-o", "size=200m", "tmpfs", str(files)]
    mounted = os.geteuid() == 0 and not subprocess.run(command, check=False, capture_output=True).returncode
    yield files.parent
    if mounted:
        subprocess.run(["umount", files], check=True)


def run(data_folder: Path, *words: str, url: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE", "GONGKAI", "DJANGO"))}
    own = {**kept, "GONGKAI_DATA": str(data_folder), "DATABASE_URL": url}
    return subprocess.run([sys.executable, *words], env=own, capture_output=True, text=True, check=False)


def _check_all_kills(data_folder: Path, url: str) -> None:
    begun = run(data_folder, "-c", BEGIN, url=url)
    assert begun.returncode == 0, begun.stderr
    done = run(data_folder, str(PROGRAM), str(data_folder.parent), url=url)
    assert done.stdout.endswith("ALL\n"), done.stdout + done.stderr
    assert done.stdout.count("\nresume: ") == 15
    assert done.stdout.count("back: ") == 30


@pytest.mark.slow
def test_killed_restore_is_continued_or_undone(data_folder: Path) -> None:
    _check_all_kills(data_folder, f"sqlite:///{data_folder / 'gongkai.sqlite3'}")


@pytest.mark.slow
def test_killed_restore_of_postgresql_is_continued_or_undone(data_folder: Path) -> None:
    with servers() as base:
        server = Server(base / "primary", max_locks_per_transaction="256", max_connections="20").make()
        _check_all_kills(data_folder, server.url())
