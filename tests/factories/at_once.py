"""Run code in concurrent threads on SQLite and PostgreSQL."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections

__all__ = ["at_once", "one_database"]


@pytest.fixture
def one_database(tmp_path: Path) -> Iterator[None]:
    """Let threads share the test database: SQLite's in-memory database is copied to a file."""
    if connection.vendor != "sqlite":
        yield
        return
    file = tmp_path / "at_once.sqlite3"
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(file)])
    with closing(sqlite3.connect(file)) as copy:  # SQLite does not wait if two connections switch a file at once
        copy.execute("PRAGMA journal_mode=WAL")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(connections.settings["default"], "NAME", str(file))
        yield


def at_once(work: Callable[[], Any], count: int = 4) -> list[Any]:
    """Call a function in several threads at the same time; return the results or exceptions."""
    gate, results = threading.Barrier(count), []

    def one() -> None:
        gate.wait(20)
        try:
            results.append(work())
        except Exception as error:
            results.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results
