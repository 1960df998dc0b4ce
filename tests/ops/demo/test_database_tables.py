"""The sample city's fast table creation gives the same database as the migrations."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

#: Tables with rows that only migrations create and nothing uses: Wagtail's two groups, their permissions and workflow (replaced by
#: roles of units/), rows that Django writes at run time, and the index and log entries of a saved root page.
IGNORED_TABLES = {
    "auth_group",
    "auth_group_permissions",
    "sqlite_sequence",
    "wagtailcore_groupapprovaltask",
    "wagtailcore_groupapprovaltask_groups",
    "wagtailcore_groupcollectionpermission",
    "wagtailcore_grouppagepermission",
    "wagtailcore_pagelogentry",
    "wagtailcore_task",
    "wagtailcore_workflow",
    "wagtailcore_workflowpage",
    "wagtailcore_workflowtask",
}
MAKE = """
from gongkai.ops.cli.django import start_django; start_django(ready=False)
from gongkai.ops.demo import database_tables; database_tables.migrate_sample()
"""


def read_schema(database: sqlite3.Connection) -> dict[str, Any]:
    """Return table → columns, foreign keys and indexes in sorted order, and the SQL of each trigger."""
    made: dict[str, Any] = {}
    for kind, name, sql in database.execute("SELECT type, name, sql FROM sqlite_master").fetchall():
        if kind == "trigger":
            made[name] = sql
        elif kind == "table":
            columns = {row[1]: row[2:] for row in database.execute(f'PRAGMA table_xinfo("{name}")')}
            keys = sorted((row[3], row[2], row[4]) for row in database.execute(f'PRAGMA foreign_key_list("{name}")'))
            made[name] = columns, keys, sorted(indexes(database, name))
    return made


def indexes(database: sqlite3.Connection, table: str) -> list[tuple[Any, ...]]:
    found = []
    for _, name, unique, _, partial in database.execute(f'PRAGMA index_list("{table}")').fetchall():
        columns = tuple(row[2] for row in database.execute(f'PRAGMA index_info("{name}")'))
        found.append((str(columns), "" if name.startswith("sqlite_autoindex") else name, unique, partial))
    return found


def counts(database: sqlite3.Connection) -> dict[str, int]:
    names = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    kept = [name for name in names if name not in IGNORED_TABLES and not name.startswith("wagtailsearch_indexentry")]
    return {name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in kept}


@pytest.mark.django_db
def test_fast_creation_equals_migrations(tmp_path: Path) -> None:
    from django.db import connection

    if connection.vendor != "sqlite":
        pytest.skip("the quick way is SQLite's")
    env = {
        **os.environ,
        "GONGKAI_DATA": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "gongkai.ops.config.settings",
    }
    env.pop("DATABASE_URL", None)
    subprocess.run([sys.executable, "-c", MAKE], env=env, check=True)
    connection.ensure_connection()
    migrated = connection.connection
    with sqlite3.connect(tmp_path / "gongkai.sqlite3") as quick:
        assert read_schema(quick) == read_schema(migrated)
        assert counts(quick) == counts(migrated)
        records = "SELECT app, name FROM django_migrations ORDER BY app, name"
        assert quick.execute(records).fetchall() == [tuple(row) for row in migrated.execute(records)]
