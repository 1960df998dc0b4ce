"""Create the test database as a copy of a migrated one: migrating takes a worker many seconds, copying a tenth of one.

The first worker migrates as Django does and saves a copy; other workers and later runs start from the copy. Its name is a
digest of everything that determines the schema, so that no outdated copy is used:

- SQLite: a file in `.pytest_cache/migrated/` of the checkout, copied to the worker's own file. The newest few are kept.
- PostgreSQL: a template database on the server of the tests. Its dump is kept in the same folder for later servers; without a
  suitable `pg_dump` each server is migrated. While one worker migrates, another one makes a missing SQLite copy.
"""

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from importlib.metadata import distributions
from pathlib import Path
from typing import Any
from unittest import mock

from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".pytest_cache" / "migrated"
KEPT = 3
#: Files that determine the schema, with the installed packages: migrations, models, SQL, and code that runs after migrating.
SCHEMA_FILES = (
    "**/migrations/*.py",
    "**/models/**/*.py",
    "**/models.py",
    "**/apps.py",
    "**/sql/*",
    "ops/config/*.py",
)
POST_MIGRATE_FILES = (
    "core/acts/row_coverage.py",
    "core/acts/insert_only.py",
    "work/consultation/facts.py",
    "work/opinion/registrations.py",
    "core/units/access.py",
    "content/search/fulltext_table.py",
    "work/tables/schemas.py",
    "ops/upkeep/migrating.py",
)


def compute_name() -> str:
    """Return the name of the copy for this code and these packages: a digest."""
    source = ROOT / "src" / "gongkai"
    files = {
        path for pattern in (*SCHEMA_FILES, *POST_MIGRATE_FILES) for path in source.glob(pattern) if path.is_file()
    }
    packages = sorted(f"{one.metadata['Name']} {one.version}" for one in distributions())
    mark = hashlib.sha256("\n".join([sqlite3.sqlite_version, *packages]).encode())
    for path in sorted(files):
        mark.update(b"\0" + str(path.relative_to(source)).encode() + b"\0" + path.read_bytes())
    return mark.hexdigest()[:20]


@contextmanager
def _hold_lock(vendor: str, before_waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the lock for making a copy; call `before_waiting` if another process holds it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / f"lock-{vendor}").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            before_waiting()
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


#: Program that migrates a SQLite database and saves the copy.
MIGRATE_PROGRAM = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "gongkai.ops.config.settings_test"
from gongkai.ops.cli.django import start_django
start_django(ready=False)
from django.db import connection
import migrated
migrated.install(connection.creation)
connection.creation.create_test_db(verbosity=0, autoclobber=True)
"""


def _make_sqlite_copy(vendor: str, name: str) -> None:
    """Make the missing SQLite copy while another worker migrates PostgreSQL: the run on SQLite follows."""
    if vendor == "sqlite" or _get_file(name).exists():
        return
    environment = {key: value for key, value in os.environ.items() if "DATABASE" not in key}
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests")])
    subprocess.run([sys.executable, "-c", MIGRATE_PROGRAM], env={**environment, "PYTHONPATH": path}, check=False)


def install(creation: Any) -> None:
    """Let Django create the test database from the copy, and save a copy if there is none."""
    vendor = creation.connection.vendor
    exists, create_from_copy, save = (
        (_has_file, _create_from_file, _save_file)
        if vendor == "sqlite"
        else (_has_template, _create_from_template, _save_template)
    )
    if vendor == "sqlite":
        _keep_connection_in_transactions(type(creation.connection))
    name, create_test_db, create_empty = compute_name(), creation.create_test_db, creation._create_test_db
    creation.copy = _get_file(name)

    def create_copy(*args: Any, **kwargs: Any) -> Any:
        return create_from_copy(creation, name, lambda: create_empty(*args, **kwargs))

    def create(*args: Any, **kwargs: Any) -> Any:
        kwargs["serialize"] = False  # only `serialized_rollback` needs it
        if not exists(creation, name):
            with _hold_lock(vendor, lambda: _make_sqlite_copy(vendor, name)):
                if not exists(creation, name) and not (vendor == "postgresql" and _restore_dump(creation, name)):
                    made = create_test_db(*args, **kwargs)
                    save(creation, name)
                    return made
        creation._create_test_db = create_copy
        with mock.patch("django.core.management.call_command", _call_unless_migrate):
            return create_test_db(*args, **kwargs)

    creation.create_test_db = create


def _keep_connection_in_transactions(backend: Any) -> None:
    """Do not close a connection within a transaction: tests run workers and jobs, which close theirs, in their own."""
    close = backend.close

    def close_outside_transactions(self: Any) -> None:
        if not self.in_atomic_block:
            close(self)

    backend.close = close_outside_transactions


def restore(connection: Any) -> bool:
    """Overwrite a SQLite database with the copy; return false if there is no copy or another connection reads."""
    copy = getattr(connection.creation, "copy", None)
    if connection.vendor != "sqlite" or copy is None or not copy.exists():
        return False
    connection.ensure_connection()
    with closing(sqlite3.connect(copy)) as kept:
        try:
            kept.backup(connection.connection)
        except sqlite3.OperationalError:
            return False
    return True


def _call_unless_migrate(name: str, *args: Any, **kwargs: Any) -> Any:
    return None if name == "migrate" else call_command(name, *args, **kwargs)


def _get_file(name: str) -> Path:
    return FOLDER / f"{name}.sqlite3"


def _has_file(creation: Any, name: str) -> bool:
    return _get_file(name).exists()


def _create_from_file(creation: Any, name: str, create_empty: Any) -> Any:
    """Copy the file to the worker's own database."""
    made = create_empty()
    os.utime(_get_file(name))
    shutil.copyfile(_get_file(name), made)
    return made


def _save_file(creation: Any, name: str) -> None:
    temporary = _get_file(name).with_suffix(".new")
    temporary.unlink(missing_ok=True)
    with closing(sqlite3.connect(temporary)) as copy:
        creation.connection.connection.backup(copy)
    temporary.replace(_get_file(name))
    _keep_newest("*.sqlite3")


def _keep_newest(pattern: str) -> None:
    for old in sorted(FOLDER.glob(pattern), key=lambda path: path.stat().st_mtime)[:-KEPT]:
        old.unlink(missing_ok=True)


def _has_template(creation: Any, name: str) -> bool:
    with creation._nodb_cursor() as cursor:
        return bool(creation._database_exists(cursor, f"migrated_{name}"))


def _create_from_template(creation: Any, name: str, create_empty: Any) -> Any:
    creation.connection.settings_dict["TEST"]["TEMPLATE"] = f"migrated_{name}"
    return create_empty()


def _save_template(creation: Any, name: str) -> None:
    """Copy the database to a template, and dump it for later servers; no other connection to it may be open."""
    source = creation.connection.settings_dict["NAME"]
    creation.connection.close()
    with creation._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "migrated_{name}" TEMPLATE "{source}"')
    temporary = _get_dump_file(creation, name).with_suffix(".new")
    if _run_postgres_program(creation, "pg_dump", f"migrated_{name}", "-Fc", "-Z1", "-f", str(temporary)):
        temporary.replace(_get_dump_file(creation, name))
        _keep_newest("*.pgdump")
    temporary.unlink(missing_ok=True)


def _get_dump_file(creation: Any, name: str) -> Path:
    """Return the dump for servers of this major version."""
    with creation._nodb_cursor() as cursor:
        return FOLDER / f"{name}-{cursor.connection.info.server_version // 10_000}.pgdump"


def _restore_dump(creation: Any, name: str) -> bool:
    """Create the template from the dump of an earlier server; return false if there is none or it is damaged."""
    file, half = _get_dump_file(creation, name), f"half_{name}"
    if not file.exists():
        return False
    with creation._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{half}"')
        cursor.execute(f'CREATE DATABASE "{half}"')
        whole = _run_postgres_program(creation, "pg_restore", half, "--exit-on-error", "--no-owner", str(file))
        cursor.execute(f'ALTER DATABASE "{half}" RENAME TO "migrated_{name}"' if whole else f'DROP DATABASE "{half}"')
    if whole:
        os.utime(file)
    return whole


def _run_postgres_program(creation: Any, program: str, database: str, *words: str) -> bool:
    """Run a PostgreSQL program on a database of this server; return whether it exists and succeeded."""
    with creation._nodb_cursor() as cursor:
        info = cursor.connection.info
        options = [
            f"--host={info.host}",
            f"--port={info.port}",
            f"--username={info.user}",
            f"--dbname={database}",
        ]
        environment = {**os.environ, "PGPASSWORD": info.password}
    try:
        done = subprocess.run([program, *options, *words], env=environment, check=False, capture_output=True)
    except OSError:
        return False
    return done.returncode == 0
