"""Probes: /healthz (alive), /readyz (can serve), /metrics (with a token). They reveal no internals."""

import hmac
import logging
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import cache

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse

from gongkai.core.files.storage import try_write
from gongkai.ops.upkeep import metrics

LOG = logging.getLogger("gongkai.upkeep")
# Timeout in seconds for a locked SQLite database.
SQLITE_LOCK_TIMEOUT_SECONDS = 0.5
# A query that PostgreSQL sorts in a temporary file of one megabyte: it fails on a full disk and leaves nothing.
_SORT_ON_DISK_SQL = """
SELECT count(*) FROM (SELECT repeat(n::text, 50) AS words FROM generate_series(1, 5000) AS n ORDER BY words DESC OFFSET 1) AS sorted
"""


def _make_response(text: str, status: int = 200, kind: str = "text/plain; charset=utf-8") -> HttpResponse:
    response = HttpResponse(text, status=status, content_type=kind)
    response["Cache-Control"] = "no-store"
    return response


def healthz(request: HttpRequest) -> HttpResponse:
    """Answer that the process is alive."""
    return _make_response("ok\n")


def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200, or 503 if the database does not answer or has other tables, or database or folders cannot be written."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
        ready = is_migrated()
    except DatabaseError as error:
        LOG.warning("not ready: %s", error)
        connection.close()
        return _make_response("database\n", 503)
    try:
        test_write()
        try_write()
    except (DatabaseError, sqlite3.Error, OSError) as error:
        LOG.warning("not ready: %s", error)
        return _make_response("disk\n", 503)
    return _make_response("ok\n") if ready else _make_response("migrations\n", 503)


def test_write() -> None:
    """Let the database write to its disk without a change of content; do nothing on a replica.

    Raises:
        DatabaseError: PostgreSQL finds no space.
        sqlite3.Error: SQLite cannot write.
    """
    if connection.vendor == "sqlite":
        _write_sqlite()
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_is_in_recovery()")
        if not cursor.fetchone()[0]:
            cursor.execute("SET LOCAL work_mem = '64kB'")
            cursor.execute(_SORT_ON_DISK_SQL)


def _write_sqlite() -> None:
    """Write the number of the file format again, without waiting for locks; a locked file counts as writable."""
    name = str(connection.settings_dict["NAME"])
    with closing(sqlite3.connect(name, timeout=SQLITE_LOCK_TIMEOUT_SECONDS, uri=True)) as own:
        try:
            [version] = own.execute("PRAGMA user_version").fetchone()
            own.execute(f"PRAGMA user_version = {version}")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
                raise


def is_migrated() -> bool:
    """Return True if no migration is pending; cached once it is so."""
    if not (done := _has_no_pending_migrations()):
        _has_no_pending_migrations.cache_clear()
    return done


@cache
def _has_no_pending_migrations() -> bool:

    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def is_installed() -> bool:
    """Return True if any migration was applied to the database."""
    return bool(MigrationRecorder(connection).applied_migrations())


def metrics_response(request: HttpRequest) -> HttpResponse:
    """Return the metrics for a request with the right token, else 404."""
    token = settings.GONGKAI_METRICS_TOKEN
    given = request.META.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(given.encode(), token.encode()):
        return _make_response("not found\n", 404)
    return _make_response(metrics.metrics_page(), kind=metrics.KIND)


PROBES_BY_PATH: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "/healthz": healthz,
    "/readyz": readyz,
    "/metrics": metrics_response,
}
