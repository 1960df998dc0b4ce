"""Copying the database as a whole: SQLite by its own backup, PostgreSQL by its own tools."""

import os
import shutil
import sqlite3
import subprocess
from pathlib import Path

from django.db import connection
from django.utils import timezone

NAMES = {"sqlite": "database.sqlite3", "postgresql": "database.pgdump"}


#: All of it or nothing, whoever owned it and whoever was granted what (`gongkai grants`: default privileges of the owner cover what is made anew).
_WHOLE = ("--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error")


class DatabaseToolError(Exception):
    """The database's own tool is missing or failed; the message says what to do."""


def dump(folder: Path) -> Path:
    """Write a consistent copy of the database into a folder while others go on working."""
    target = folder / NAMES[connection.vendor]
    if connection.vendor == "sqlite":
        with (
            sqlite3.connect(connection.settings_dict["NAME"]) as source,
            sqlite3.connect(target) as copy,
        ):
            source.backup(copy)
        return target
    _tool("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")
    return target


def load(source: Path) -> None:
    """Put a copy in the place of the database; a file of SQLite's that was there is moved aside."""
    connection.close()
    if connection.vendor == "sqlite":
        path = Path(connection.settings_dict["NAME"])
        stamp = f"{timezone.localtime():%Y%m%d%H%M%S}"
        for suffix in ("", "-wal", "-shm"):
            there = path.with_name(path.name + suffix)
            if there.exists():
                there.rename(path.with_name(f"{path.name}-恢复前-{stamp}{suffix}"))
        shutil.copyfile(source, path)
        return
    _tool("pg_restore", "--clean", "--if-exists", *_WHOLE, "--dbname", _name(), str(source))


def load_into(source: Path, name: str) -> None:
    """Load a copy into another, empty database of the same PostgreSQL server."""
    _tool("pg_restore", *_WHOLE, "--dbname", name, str(source))


def _name() -> str:
    return str(connection.settings_dict["NAME"])


def _tool(name: str, *args: str) -> None:
    path = shutil.which(name)
    if path is None:
        raise DatabaseToolError(
            f"找不到 {name}：请安装 PostgreSQL 客户端（apt-get install postgresql-client）"
        )
    s = connection.settings_dict
    keys = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    env = {**os.environ, "PGDATABASE": _name(), **{k: str(s[v]) for k, v in keys.items() if s.get(v)}}
    done = subprocess.run([path, *args], env=env, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise DatabaseToolError(f"{name} 没有成功：{_reason(done.stderr)}")


def _reason(said: str) -> str:
    """Return the line in which a tool says why it failed: statements that it quotes stand behind it."""
    lines = said.strip().splitlines()
    if "max_locks_per_transaction" in said:
        return "PostgreSQL 一次能锁的表不够：请把 max_locks_per_transaction 改为 256，重新启动 PostgreSQL"
    return next((line for line in lines if "error:" in line.lower()), lines[-1] if lines else "")
