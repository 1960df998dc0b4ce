"""Several at the same moment, on both databases."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections

__all__ = ["at_once", "one_database"]


@pytest.fixture
def one_database(tmp_path: Path) -> Iterator[None]:
    """A database that threads share: on SQLite a file, since one in memory has one connection. What is asked of it is asked in threads."""
    if connection.vendor != "sqlite":
        yield
        return
    file = tmp_path / "at_once.sqlite3"
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(file)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(connections.settings["default"], "NAME", str(file))
        yield


def at_once(work: Callable[[], Any], count: int = 4) -> list[Any]:
    """Do something in several threads that begin together; return what each gave, or raised."""
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
