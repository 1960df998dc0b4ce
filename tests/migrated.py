"""A database that was migrated already: bringing a new one up to date takes a worker many seconds, copying it a tenth of one.

The first worker that needs it migrates as Django does and leaves a copy; others, and later runs, begin with the copy, and migrate no more.
A copy is named after everything that can have made it, so that none is ever out of date:

- SQLite: a file in `.pytest_cache/migrated/` of the checkout, copied to the worker's own file. The newest few are kept.
- PostgreSQL: a template database on the server that the tests were given. It goes with the server; what `pg_dump` says of it stays, in the
  same folder, for the next one (where that program is missing or older than the server, each server is migrated). While one worker makes it,
  another one makes the SQLite copy, if there is none.

Making a copy runs every migration.
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
#: What makes a database, beside the installed packages: migrations, tables, SQL, and what apps do behind each migration.
MAKERS = (
    "**/migrations/*.py",
    "**/models/**/*.py",
    "**/models.py",
    "**/apps.py",
    "**/sql/*",
    "ops/config/*.py",
)
ALSO = (
    "core/acts/row_coverage.py",
    "core/acts/guards.py",
    "work/consultation/facts.py",
    "work/opinion/registrations.py",
    "core/units/access.py",
    "content/search/table.py",
    "work/tables/schemas.py",
    "ops/upkeep/migrating.py",
)


def key() -> str:
    """Return the name of the copy that this code and these packages would make."""
    source = ROOT / "src" / "gongkai"
    files = {path for pattern in (*MAKERS, *ALSO) for path in source.glob(pattern) if path.is_file()}
    packages = sorted(f"{one.metadata['Name']} {one.version}" for one in distributions())
    mark = hashlib.sha256("\n".join([sqlite3.sqlite_version, *packages]).encode())
    for path in sorted(files):
        mark.update(b"\0" + str(path.relative_to(source)).encode() + b"\0" + path.read_bytes())
    return mark.hexdigest()[:20]


@contextmanager
def _one_at_a_time(vendor: str, meanwhile: Callable[[], None]) -> Iterator[None]:
    """Hold the lock of a kind of database. Who must wait for it does something useful meanwhile."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / f"lock-{vendor}").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            meanwhile()
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


#: A process that migrates a SQLite database and leaves the copy.
MAKING = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "gongkai.ops.config.settings_test"
from gongkai.ops.cli.django import start_django
start_django(ready=False)
from django.db import connection
import migrated
migrated.use(connection.creation)
connection.creation.create_test_db(verbosity=0, autoclobber=True)
"""


def _file_for_later(vendor: str, name: str) -> None:
    """Make the SQLite copy while another worker migrates PostgreSQL's: the run on SQLite comes next, and this worker can only wait."""
    if vendor == "sqlite" or _file(name).exists():
        return
    kept = {key: value for key, value in os.environ.items() if "DATABASE" not in key}
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests")])
    subprocess.run([sys.executable, "-c", MAKING], env={**kept, "PYTHONPATH": path}, check=False)


def give(path: Path) -> bool:
    """Put the SQLite copy at a path for an installation to begin with; return whether there was one. What is there is left alone."""
    copy = _file(key())
    if path.exists() or not copy.exists():
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(copy, path)
    return True


def like(server: Any) -> str:
    """Return what CREATE DATABASE says to begin with the template of this PostgreSQL server; nothing where there is none."""
    name = f"migrated_{key()}"
    there = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
    return f' TEMPLATE "{name}"' if there else ""


def use(creation: Any) -> None:
    """Let Django's making of the test database begin with the copy, and leave one where there is none."""
    vendor = creation.connection.vendor
    there, begin, leave = (_has_file, _read, _write) if vendor == "sqlite" else (_has_template, _from, _to)
    if vendor == "sqlite":
        _stay_open_during_tests(type(creation.connection))
    name, make, blank = key(), creation.create_test_db, creation._create_test_db
    creation.copy = _file(name)

    def create_blank(*args: Any, **kwargs: Any) -> Any:
        return begin(creation, name, lambda: blank(*args, **kwargs))

    def create(*args: Any, **kwargs: Any) -> Any:
        kwargs["serialize"] = False  # read by `serialized_rollback` alone
        if not there(creation, name):
            with _one_at_a_time(vendor, lambda: _file_for_later(vendor, name)):
                if not there(creation, name) and not (vendor == "postgresql" and _restored(creation, name)):
                    made = make(*args, **kwargs)
                    leave(creation, name)
                    return made
        creation._create_test_db = create_blank
        with mock.patch("django.core.management.call_command", _call_unless_migrate):
            return make(*args, **kwargs)

    creation.create_test_db = create


def _stay_open_during_tests(backend: Any) -> None:
    """Ignore that workers and jobs close their connection where a test runs them in its own transaction."""
    close = backend.close

    def close_outside_tests(self: Any) -> None:
        if not self.in_atomic_block:
            close(self)

    backend.close = close_outside_tests


def restore(connection: Any) -> bool:
    """Put a SQLite database back to the copy; return false if there is no copy or a connection still reads."""
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


def _file(name: str) -> Path:
    return FOLDER / f"{name}.sqlite3"


def _has_file(creation: Any, name: str) -> bool:
    return _file(name).exists()


def _read(creation: Any, name: str, blank: Any) -> Any:
    """Copy the file to the worker's own database."""
    made = blank()
    os.utime(_file(name))
    shutil.copyfile(_file(name), made)
    return made


def _write(creation: Any, name: str) -> None:
    beside = _file(name).with_suffix(".new")
    beside.unlink(missing_ok=True)
    with closing(sqlite3.connect(beside)) as copy:
        creation.connection.connection.backup(copy)
    beside.replace(_file(name))
    _keep_newest("*.sqlite3")


def _keep_newest(pattern: str) -> None:
    for old in sorted(FOLDER.glob(pattern), key=lambda path: path.stat().st_mtime)[:-KEPT]:
        old.unlink(missing_ok=True)


def _has_template(creation: Any, name: str) -> bool:
    with creation._nodb_cursor() as cursor:
        return bool(creation._database_exists(cursor, f"migrated_{name}"))


def _from(creation: Any, name: str, blank: Any) -> Any:
    creation.connection.settings_dict["TEST"]["TEMPLATE"] = f"migrated_{name}"
    return blank()


def _to(creation: Any, name: str) -> None:
    """Copy the database to a template, and for later servers to a file; nobody may be connected to it meanwhile."""
    source = creation.connection.settings_dict["NAME"]
    creation.connection.close()
    with creation._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "migrated_{name}" TEMPLATE "{source}"')
    beside = _dump(creation, name).with_suffix(".new")
    if _said(creation, "pg_dump", f"migrated_{name}", "-Fc", "-Z1", "-f", str(beside)):
        beside.replace(_dump(creation, name))
        _keep_newest("*.pgdump")
    beside.unlink(missing_ok=True)


def _dump(creation: Any, name: str) -> Path:
    """Return the file of a template on servers of this version."""
    with creation._nodb_cursor() as cursor:
        return FOLDER / f"{name}-{cursor.connection.info.server_version // 10_000}.pgdump"


def _restored(creation: Any, name: str) -> bool:
    """Make the template from the file that another server left; return whether it is there, whole."""
    file, half = _dump(creation, name), f"half_{name}"
    if not file.exists():
        return False
    with creation._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{half}"')
        cursor.execute(f'CREATE DATABASE "{half}"')
        whole = _said(creation, "pg_restore", half, "--exit-on-error", "--no-owner", str(file))
        cursor.execute(f'ALTER DATABASE "{half}" RENAME TO "migrated_{name}"' if whole else f'DROP DATABASE "{half}"')
    if whole:
        os.utime(file)
    return whole


def _said(creation: Any, program: str, database: str, *words: str) -> bool:
    """Run one of PostgreSQL's own programs on a database of this server; return whether it is there and did it."""
    with creation._nodb_cursor() as cursor:
        info = cursor.connection.info
        where = [
            f"--host={info.host}",
            f"--port={info.port}",
            f"--username={info.user}",
            f"--dbname={database}",
        ]
        environment = {**os.environ, "PGPASSWORD": info.password}
    try:
        done = subprocess.run([program, *where, *words], env=environment, check=False, capture_output=True)
    except OSError:
        return False
    return done.returncode == 0
