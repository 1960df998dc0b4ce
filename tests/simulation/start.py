"""Start Django on an empty, migrated test database that can be copied and restored."""

import os
import random
import sqlite3
import sys
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def start() -> None:
    """Load the program and make the test database; restart Python once where hashing is not fixed."""
    if os.environ.get("PYTHONHASHSEED") != "0":
        os.environ["PYTHONHASHSEED"] = "0"
        os.execv(sys.executable, [sys.executable, "-m", "simulation", *sys.argv[1:]])
    os.environ["DJANGO_SETTINGS_MODULE"] = "gongkai.ops.config.settings_test"
    os.environ["GONGKAI_IDLE_MINUTES"] = "100000000"
    import django

    django.setup()
    from django.db import connection
    from django.test.utils import setup_test_environment

    import migrated
    from gongkai.content.editions import launching

    setup_test_environment()
    migrated.use(connection.creation)
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    launching.suppose_open()


def fix_random_bytes(seed: int) -> None:
    """Let codes and tokens follow from the seed, so that two runs write the same."""
    source = random.Random(seed)

    def urandom(size: int) -> bytes:
        return source.randbytes(size)

    random._urandom = urandom  # type: ignore[attr-defined]
    os.urandom = urandom


def copy_database() -> "Callable[[], None] | None":
    """Return a function that restores the database as it is now; None on PostgreSQL."""
    from django.db import connection

    if connection.vendor != "sqlite":
        return None
    connection.ensure_connection()
    kept = sqlite3.connect(":memory:", check_same_thread=False)
    connection.connection.backup(kept)

    def restore() -> None:
        from django.core.cache import cache

        connection.ensure_connection()
        kept.backup(connection.connection)
        cache.clear()

    return restore


def write_database(path: str) -> None:
    """Write the SQLite database to a file, to look at what a year left."""
    from django.db import connection

    with closing(sqlite3.connect(path)) as file:
        connection.connection.backup(file)
