"""A database that was migrated already: bringing a new one up to date takes a worker many seconds, copying it a tenth of one.

The first worker that needs it migrates as Django does and leaves a copy; others, and later runs, begin with the copy. `migrate` runs on
it all the same: what is not applied yet is applied, and what follows each migration (content types, groups, triggers) follows.
A copy is named after everything that can have made it, so that none is ever out of date:

- SQLite: a file in `.pytest_cache/migrated/` of the checkout, read into the worker's memory. The newest few are kept.
- PostgreSQL: a template database on the server that the tests were given. It goes with the server. While one worker makes it, another
  one makes the SQLite copy, if there is none.

Making a copy runs every migration, only in less time (`quickly`); `test_migrated.py` holds in `make test-all` that it comes to the same.
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
from unittest.mock import patch

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".pytest_cache" / "migrated"
KEPT = 3
#: What makes a database, beside the installed packages: migrations, tables, SQL, and what apps do behind each migration.
MAKERS = ("**/migrations/*.py", "**/models/**/*.py", "**/models.py", "**/apps.py", "**/sql/*", "config/*.py")
ALSO = (
    "acts/guards.py",
    "consultation/themes.py",
    "opinion/beginning.py",
    "units/access.py",
    "search/table.py",
    "tables/schemas.py",
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


@contextmanager
def quickly() -> Iterator[None]:
    """Let migrations run in a fraction of the time; nearly all of it is spent on making classes of tables anew that nobody asks.

    - Our rooms come last, so that other apps' many steps carry few tables about.
    - A step that changes a table makes anew that table and those that point to it, not all that is related to any of them; a new index or
      constraint only its table. A step that runs code gets all tables made anew, as Django does where it put that off.
    - Which models may be swapped for others is asked once: it does not change while migrations run.
    """
    from django.apps import apps
    from django.apps.registry import Apps
    from django.db.migrations.graph import MigrationGraph
    from django.db.migrations.state import ProjectState

    leaves = MigrationGraph.leaf_nodes

    def ours_last(graph: MigrationGraph, app: str | None = None) -> list[tuple[str, str]]:
        return sorted(
            leaves(graph, app), key=lambda name: apps.get_app_config(name[0]).name.startswith("gongkai.")
        )

    with (
        patch.multiple(MigrationGraph, leaf_nodes=ours_last),
        patch.multiple(ProjectState, _find_reload_model=_pointing, _append_option=_append),
        patch.multiple(Apps, get_swappable_settings_name=_Lasting(Apps.get_swappable_settings_name)),
    ):
        yield


def _pointing(state: Any, app: str, model: str, delay: bool = False) -> set[tuple[str, str]]:
    """Return a table that a step changed and those that point to it or extend it."""
    state.is_delayed = True
    found = {(app, model)}
    try:
        old = state.apps.get_model(app, model)
    except LookupError:
        return found  # a new one: nothing points to it yet
    others = [one for one in old.__subclasses__() if hasattr(one, "_meta")]
    others += [
        one.related_model
        for one in old._meta.get_fields(include_hidden=True)
        if one.auto_created and not one.concrete
    ]
    return found | {(one._meta.app_label, one._meta.model_name) for one in others if one._meta.app_label}


def _append(state: Any, app: str, model: str, option: str, one: Any) -> None:
    """Add an index or a constraint to a table."""
    options = state.models[app, model].options
    options[option] = [*options[option], one]
    if "apps" in state.__dict__:
        state.is_delayed = True
        state._reload({(app, model)})


class _Lasting:
    """What a method of the registry answered, kept over `clear_cache`."""

    def __init__(self, method: Any) -> None:
        self.method, self.answers = method.__wrapped__, dict[tuple[Any, str], Any]()

    def __get__(self, registry: Any, owner: Any) -> Any:
        """Return the method of one registry."""

        def answer(name: str) -> Any:
            if (registry, name) not in self.answers:
                self.answers[registry, name] = self.method(registry, name)
            return self.answers[registry, name]

        answer.cache_clear = lambda: None  # type: ignore[attr-defined]
        return answer


#: A process that migrates a SQLite database and leaves the copy.
MAKING = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "gongkai.config.settings_test"
from gongkai.cli.django import start
start(ready=False)
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
    name, make, blank = key(), creation.create_test_db, creation._create_test_db

    def create_blank(*args: Any, **kwargs: Any) -> Any:
        return begin(creation, name, lambda: blank(*args, **kwargs))

    def create(*args: Any, **kwargs: Any) -> Any:
        if not there(creation, name):
            with _one_at_a_time(vendor, lambda: _file_for_later(vendor, name)):
                if not there(creation, name):
                    with quickly():
                        made = make(*args, **kwargs)
                    leave(creation, name)
                    return made
        creation._create_test_db = create_blank
        return make(*args, **kwargs)

    creation.create_test_db = create


def _file(name: str) -> Path:
    return FOLDER / f"{name}.sqlite3"


def _has_file(creation: Any, name: str) -> bool:
    return _file(name).exists()


def _read(creation: Any, name: str, blank: Any) -> Any:
    """Fill the database in memory; the connection stays open, for the memory goes with the last one."""
    made = blank()
    creation.held = sqlite3.connect(made, uri=made.startswith("file:"))
    os.utime(_file(name))
    with closing(sqlite3.connect(_file(name))) as copy:
        copy.backup(creation.held)
    return made


def _write(creation: Any, name: str) -> None:
    beside = _file(name).with_suffix(".new")
    beside.unlink(missing_ok=True)
    with closing(sqlite3.connect(beside)) as copy:
        creation.connection.connection.backup(copy)
    beside.replace(_file(name))
    for old in sorted(FOLDER.glob("*.sqlite3"), key=lambda path: path.stat().st_mtime)[:-KEPT]:
        old.unlink(missing_ok=True)


def _has_template(creation: Any, name: str) -> bool:
    with creation._nodb_cursor() as cursor:
        return bool(creation._database_exists(cursor, f"migrated_{name}"))


def _from(creation: Any, name: str, blank: Any) -> Any:
    creation.connection.settings_dict["TEST"]["TEMPLATE"] = f"migrated_{name}"
    return blank()


def _to(creation: Any, name: str) -> None:
    """Copy the database to a template; nobody may be connected to it meanwhile."""
    source = creation.connection.settings_dict["NAME"]
    creation.connection.close()
    with creation._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "migrated_{name}" TEMPLATE "{source}"')
