"""Migration of the database at start.

A stamp of the last migration: which program migrated which database.

It is read without Django, because `migrate` loads Django once more and takes most of the time of a
restart.

Ownership of the tables in PostgreSQL: the migrating role, never the application's role.

The owner of a table may drop its triggers, which make it insert-only. Migrations therefore run as a role of their
own (`GONGKAI_DIRECT_URL`), and `gongkai grants ROLE` lets the application's role read and write rows only.
"""

import hashlib
import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

import gongkai
from gongkai.ops.upkeep.findings import Finding, Level
from gongkai.ops.upkeep.probes import is_migrated
from gongkai.ops.upkeep.servers import (
    CONNECT_TIMEOUT_SECONDS,
    NoDirectAddress,
    connection_parameters,
    direct_address,
    direct_addresses,
    parse_database_url,
)

# Privileges of the application on every table. Triggers protect insert-only tables; this role cannot drop them.
_ROWS = "SELECT, INSERT, UPDATE, DELETE"


def role_exists(role: str) -> bool:
    """Return True if the role exists."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        return cursor.fetchone() is not None


def why_role_owns(role: str) -> str:
    """Return the reason in Chinese why a role could remove a trigger, or "".

    It is a superuser, the owner, or a member of the owner.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = %s", [role])
        if (cursor.fetchone() or [False])[0]:
            return "是超级用户"
        cursor.execute(
            "SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace"
            " AND pg_has_role(%s, relowner, 'MEMBER')",
            [role],
        )
        count = (cursor.fetchone() or [0])[0]
    return f"是{count}张数据表的所有者" if count else ""


def is_owned_by_another(database: BaseDatabaseWrapper) -> bool:
    """Return True if this role neither owns the existing tables nor is a member of their owner.

    False on SQLite.
    """
    if database.vendor != "postgresql":
        return False
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT NOT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass('django_migrations')"
        )
        return bool((cursor.fetchone() or [False])[0])


def grant_statements(role: str) -> list[str]:
    """Return the statements that grant a role access to all rows, including those of later migrations."""
    quoted = connection.ops.quote_name(role)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database(), current_schema()")
        database, schema = (connection.ops.quote_name(one) for one in cursor.fetchone() or ())
    return [
        f"GRANT CONNECT ON DATABASE {database} TO {quoted}",
        f"GRANT USAGE ON SCHEMA {schema} TO {quoted}",
        f"GRANT {_ROWS} ON ALL TABLES IN SCHEMA {schema} TO {quoted}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {quoted}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT {_ROWS} ON TABLES TO {quoted}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT USAGE, SELECT ON SEQUENCES TO {quoted}",
    ]


def check_owner() -> Iterator[Finding]:
    """Yield a finding if the application's role could remove a trigger."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        role = str((cursor.fetchone() or [""])[0])
    if why := why_role_owns(role):
        yield Finding(
            "database_owner",
            Level.UNSAFE,
            f"程序使用的数据库账号 {role} {why}，可以拆除只增表的保护",
            "数据表归另一个账号所有（GONGKAI_DIRECT_URL），用 gongkai grants 给程序的账号授权（docs/deploying.md）",
        )


# Name of the stamp in the data folder.
STAMP_FILE_NAME = "tables.json"
_APPLIED = "SELECT count(*), max(id) FROM django_migrations"
_SYSTEM = "SELECT system_identifier::text FROM pg_control_system()"


def is_up_to_date() -> bool:
    """Return True if this program migrated the configured database and no migration was applied or lost since."""
    try:
        said = json.loads(_get_stamp_path().read_text(encoding="utf-8"))
        return bool(said == _make_stamp())
    except (OSError, ValueError, sqlite3.Error):
        return False


def write_table_stamp() -> None:
    """Write the stamp after a migration; without a stamp the next start migrates again."""
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
    return {"program": _program(), "database": _describe_database()}


@cache
def _program() -> str:
    """Return a digest of the program's files, and of the folder that lists the installed packages."""
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
    """Return the identity of the database and its applied migrations.

    Raises:
        OSError: the server does not answer.
        sqlite3.Error: it does not answer, or has no tables.
    """
    address = os.environ.get("DATABASE_URL", "")
    if not address.startswith("postgres"):
        name = str(parse_database_url(address)["NAME"]) if address else str(_get_data_folder() / "gongkai.sqlite3")
        with closing(sqlite3.connect(f"file:{name}?mode=ro", uri=True)) as file:
            return ["sqlite", *file.execute(_APPLIED).fetchone()]
    import psycopg  # Not on SQLite: 11 MB.

    words = {**connection_parameters(parse_database_url(address)), "connect_timeout": CONNECT_TIMEOUT_SECONDS}
    try:
        with psycopg.connect(**words, autocommit=True, prepare_threshold=None) as link:  # type: ignore[arg-type]
            system = link.execute(_SYSTEM).fetchone()
            applied = link.execute(_APPLIED).fetchone()
    except psycopg.Error as error:
        raise OSError(str(error)) from error
    assert system is not None
    assert applied is not None
    return [*system, *applied]


# Advisory lock of migrations in PostgreSQL: two servers may start at once.
MIGRATION_LOCK_ID = 4_704_101
# Seconds between two attempts to lock. Nobody waits inside a statement, which would block a concurrent index build.
LOCK_RETRY_SECONDS = 0.5
NOT_OWNER_ERROR = "程序的账号不拥有数据表，不能更新：请用所有者的账号运行 gongkai manage migrate（GONGKAI_DIRECT_URL）"


def migrate_database() -> str:
    """Migrate the database, unless this program has done so before.

    With `GONGKAI_DIRECT_URL` it runs in a separate process that connects to the server itself, as
    the owner of the tables. A role that owns no table and has no direct address migrates nothing.

    Returns:
        A Chinese sentence on what to fix if the server itself is unreachable but the tables are up
            to date; else "".

    Raises:
        ImproperlyConfigured: the server is unreachable or refuses, and the tables are not up to
            date.
    """
    if is_up_to_date():
        return ""
    if _rows_only():
        if is_migrated():
            return ""
        raise ImproperlyConfigured(f"数据表要更新。{NOT_OWNER_ERROR}")
    if not direct_addresses():
        call_command("migrate", verbosity=0, interactive=False)
        write_table_stamp()
        return ""
    try:
        address = direct_address()
    except NoDirectAddress as error:
        if is_migrated():
            return f"{error}；数据表已是这一版本，照常启动"
        raise ImproperlyConfigured(f"数据表要更新，必须直接连到主库：{error}") from error
    words = ["manage", "migrate", "--noinput", "-v0"]
    environment = {**os.environ, "GONGKAI_DIRECT_URL": address}
    subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", "from gongkai.ops.cli import main; main()", *words],
        check=True,
        env=environment,
    )
    return ""


def _rows_only() -> bool:
    if not is_owned_by_another(connection):
        return False
    role = connection.settings_dict["USER"]
    return all(parse_database_url(address).get("USER") == role for address in direct_addresses())


@contextmanager
def migration_lock(database: BaseDatabaseWrapper, wait: Callable[[float], object] = time.sleep) -> Iterator[None]:
    """Hold the lock of migrations; SQLite and sessions behind a pooler have no such lock."""
    if database.vendor != "postgresql" or settings.GONGKAI_POOLER:
        yield
        return
    while not _held(database, "pg_try_advisory_lock"):
        wait(LOCK_RETRY_SECONDS)
    try:
        yield
    finally:
        _held(database, "pg_advisory_unlock")


def _held(database: BaseDatabaseWrapper, function: str) -> bool:
    with database.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [MIGRATION_LOCK_ID])
        return bool((cursor.fetchone() or [False])[0])
