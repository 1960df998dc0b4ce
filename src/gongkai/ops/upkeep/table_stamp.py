"""A stamp of the last migration: which program migrated which database.

It is read without Django, because `migrate` loads Django once more and takes most of the time of a
restart.
"""

import hashlib
import json
import os
import sqlite3
import sys
from contextlib import closing
from functools import cache
from pathlib import Path

import gongkai
from gongkai.ops.upkeep.servers import CONNECT_TIMEOUT_SECONDS, connection_parameters, parse_database_url

# Name of the stamp in the data folder.
STAMP_FILE_NAME = "tables.json"
_APPLIED_MIGRATIONS_SQL = "SELECT count(*), max(id) FROM django_migrations"
_SYSTEM_IDENTIFIER_SQL = "SELECT system_identifier::text FROM pg_control_system()"


def is_up_to_date() -> bool:
    """Return True if the stamp fits program and database: nothing was migrated since. False without a stamp."""
    try:
        said = json.loads(_get_stamp_path().read_text(encoding="utf-8"))
        return bool(said == _make_stamp())
    except (OSError, ValueError, sqlite3.Error):
        return False


def write_table_stamp() -> None:
    """Write the stamp after a migration; errors are ignored: without a stamp the next start migrates again."""
    try:
        part = _get_stamp_path().with_name(f"{STAMP_FILE_NAME}.{os.getpid()}")
        part.write_text(json.dumps(_make_stamp()), encoding="utf-8")
        part.replace(_get_stamp_path())
    except (OSError, sqlite3.Error):
        return


def _get_stamp_path() -> Path:
    return _get_data_folder() / STAMP_FILE_NAME


def _get_data_folder() -> Path:
    return Path(os.environ.get("GONGKAI_DATA", "data")).resolve()


def _make_stamp() -> dict[str, object]:
    return {"program": _digest_program(), "database": _describe_database()}


@cache
def _digest_program() -> str:
    """Return a digest of the sizes and times of the program's files, and of the time of the packages' folder."""
    digest = hashlib.sha256(f"{sys.version}".encode())
    for folder, _, names in sorted(os.walk(os.path.dirname(gongkai.__file__))):
        for name in sorted(names):
            if name.endswith(".py"):
                facts = os.stat(os.path.join(folder, name))
                digest.update(f"{folder}/{name} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    for place in sys.path:
        if place.endswith("site-packages"):
            digest.update(f"{place} {os.stat(place).st_mtime_ns}".encode())
    return digest.hexdigest()


def _describe_database() -> list[object]:
    """Return the database's identity, and the number and last id of its applied migrations.

    Raises:
        OSError: the server does not answer.
        sqlite3.Error: it does not answer, or has no tables.
    """
    address = os.environ.get("DATABASE_URL", "")
    if not address.startswith("postgres"):
        name = str(parse_database_url(address)["NAME"]) if address else str(_get_data_folder() / "gongkai.sqlite3")
        with closing(sqlite3.connect(f"file:{name}?mode=ro", uri=True)) as file:
            return ["sqlite", *file.execute(_APPLIED_MIGRATIONS_SQL).fetchone()]
    import psycopg  # Not on SQLite: 11 MB.

    words = {**connection_parameters(parse_database_url(address)), "connect_timeout": CONNECT_TIMEOUT_SECONDS}
    try:
        with psycopg.connect(**words, autocommit=True, prepare_threshold=None) as link:  # type: ignore[arg-type]
            system = link.execute(_SYSTEM_IDENTIFIER_SQL).fetchone()
            applied = link.execute(_APPLIED_MIGRATIONS_SQL).fetchone()
    except psycopg.Error as error:
        raise OSError(str(error)) from error
    assert system is not None
    assert applied is not None
    return [*system, *applied]
