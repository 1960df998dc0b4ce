"""Copy the whole database: SQLite's backup API, or PostgreSQL's pg_dump and pg_restore."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryFile

from django.db import connection

#: Database vendor → name of its dump in a backup.
DUMP_FILE_NAMES = {"sqlite": "database.sqlite3", "postgresql": "database.pgdump"}


#: Options of pg_restore. Owners and privileges in the copy are ignored: `gongkai grants` sets the default privileges
#: of new tables.
_NO_OWNERSHIP_OPTIONS = ("--no-owner", "--no-privileges")
_SINGLE_TRANSACTION_OPTIONS = (*_NO_OWNERSHIP_OPTIONS, "--single-transaction", "--exit-on-error")
#: Seconds that a restore waits for other writers of a SQLite file.
BUSY_SECONDS = 60


class DatabaseToolError(Exception):
    """Raised when a database tool is missing or fails; the message gives the next step."""


def dump_database(folder: Path) -> Path:
    """Write a consistent copy of the database into a folder without blocking other users."""
    target = folder / DUMP_FILE_NAMES[connection.vendor]
    if connection.vendor == "sqlite":
        _copy_sqlite_database(Path(connection.settings_dict["NAME"]), target)
        return target
    _run_tool("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")
    return target


def load_database(source: Path) -> None:
    """Replace the database by a copy in one transaction."""
    connection.close()
    if connection.vendor == "sqlite":
        _copy_sqlite_database(source, Path(connection.settings_dict["NAME"]))
        return
    _replace_all_tables(source)


def _copy_sqlite_database(source: Path, target: Path) -> None:
    """Copy a SQLite database over the target, in one transaction.

    Raises:
    DatabaseToolError: it failed.
    """
    try:
        with (
            closing(sqlite3.connect(source)) as read,
            closing(sqlite3.connect(target, timeout=BUSY_SECONDS)) as connection,
        ):
            read.backup(connection)
    except sqlite3.Error as error:
        raise DatabaseToolError(f"数据库没有复制成功（{error}）") from error


def _replace_all_tables(source: Path) -> None:
    """Drop all tables of the schema, also those missing in the copy, and load the copy, in one transaction.

    The COMMIT is sent only after `pg_restore` wrote everything.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT format('DROP TABLE IF EXISTS %I.%I CASCADE;', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n"
            " ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND n.nspname = current_schema()"
        )
        drop_statements = [str(row[0]) for row in cursor.fetchall()]
    connection.close()
    with TemporaryFile() as restoring_errors, TemporaryFile() as loading_errors:
        restore_process = subprocess.Popen(  # noqa: S603 - PostgreSQL's own tools
            [_find_executable("pg_restore"), "--clean", "--if-exists", *_NO_OWNERSHIP_OPTIONS, "--file=-", str(source)],
            env=_make_postgres_environment(),
            stdout=subprocess.PIPE,
            stderr=restoring_errors,
        )
        load_process = subprocess.Popen(  # noqa: S603
            [_find_executable("psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--file=-"],
            env=_make_postgres_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=loading_errors,
        )
        assert restore_process.stdout is not None
        assert load_process.stdin is not None
        try:
            load_process.stdin.write("\n".join(["BEGIN;", *drop_statements, ""]).encode())
            shutil.copyfileobj(restore_process.stdout, load_process.stdin, 1 << 20)
            if restore_process.wait() == 0:
                load_process.stdin.write(b"\nCOMMIT;\n")
            load_process.stdin.close()
        except BrokenPipeError:  # psql ended with an error, which is read below
            pass
        finally:
            restore_process.stdout.close()
            restore_process.wait()
            with suppress(BrokenPipeError):
                load_process.stdin.close()
            load_process.wait()
        for name, process, file in (
            ("psql", load_process, loading_errors),
            ("pg_restore", restore_process, restoring_errors),
        ):
            if process.returncode:
                file.seek(0)
                raise DatabaseToolError(
                    f"{name} 没有成功：{_find_failure_reason(file.read().decode(errors='replace'))}"
                )


def max_database_copy_bytes() -> int:
    """Return the present size of the tables in bytes, which a copy does not exceed; 0 if the SQLite file does not exist yet."""
    if connection.vendor == "sqlite":
        path = Path(connection.settings_dict["NAME"])
        return path.stat().st_size if path.exists() else 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(pg_table_size(oid)), 0) FROM pg_class"
            " WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
        )
        return int((cursor.fetchone() or [0])[0])


def check_replaceable() -> None:
    """Check that the database can be replaced: the restore tools are installed and the account owns the tables.

    Raises:
        DatabaseToolError: they are not, or it may not.
    """
    if connection.vendor == "sqlite":
        return
    for name in ("pg_dump", "pg_restore", "psql"):
        _find_executable(name)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace"
            " AND NOT pg_has_role(relowner, 'USAGE')"
        )
        if (cursor.fetchone() or [0])[0]:
            raise DatabaseToolError("数据库账号不是数据表的所有者，不能恢复：请用所有者的账号（GONGKAI_DIRECT_URL）")


def load_into_empty_database(source: Path, name: str) -> None:
    """Load a copy into the empty database `name` of the same PostgreSQL server."""
    _run_tool("pg_restore", *_SINGLE_TRANSACTION_OPTIONS, "--dbname", name, str(source))


def _get_database_name() -> str:
    return str(connection.settings_dict["NAME"])


def _find_executable(name: str) -> str:
    """Return the path of a PostgreSQL program (DatabaseToolError: it is not installed)."""
    path = shutil.which(name)
    if path is None:
        raise DatabaseToolError(f"找不到 {name}：请安装 PostgreSQL 客户端（apt-get install postgresql-client）")
    return path


def _make_postgres_environment() -> dict[str, str]:
    s = connection.settings_dict
    keys = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    return {**os.environ, "PGDATABASE": _get_database_name(), **{k: str(s[v]) for k, v in keys.items() if s.get(v)}}


def _run_tool(name: str, *args: str) -> None:
    """Run a PostgreSQL tool.

    Raises:
        DatabaseToolError: it failed; with its reason.
    """
    process = subprocess.run(  # noqa: S603 - PostgreSQL's own tools
        [_find_executable(name), *args], env=_make_postgres_environment(), capture_output=True, text=True, check=False
    )
    if process.returncode:
        raise DatabaseToolError(f"{name} 没有成功：{_find_failure_reason(process.stderr)}")


def _find_failure_reason(text: str) -> str:
    """Return the first line of a tool's output with "error:", else the last one; in Chinese if locks are too few."""
    lines = text.strip().splitlines()
    if "max_locks_per_transaction" in text:
        return "PostgreSQL 一次能锁的表不够：请把 max_locks_per_transaction 改为 256，重新启动 PostgreSQL"
    return next((line for line in lines if "error:" in line.lower()), lines[-1] if lines else "")
