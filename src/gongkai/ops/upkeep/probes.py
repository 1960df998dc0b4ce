"""/healthz: the process answers. /readyz: it can serve. /metrics: figures, for who knows the token. They tell visitors nothing of the inside."""

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

from gongkai.core.files.disk import try_write
from gongkai.ops.upkeep import metrics

LOG = logging.getLogger("gongkai.upkeep")
#: Seconds that a probe waits for others who are writing to a SQLite file.
BUSY_SECONDS = 0.5
#: A query whose rows PostgreSQL sorts in a temporary file of a megabyte: it fails on a full disk and leaves nothing there.
_SORT_ON_DISK = """
SELECT count(*) FROM (SELECT repeat(n::text, 50) AS words FROM generate_series(1, 5000) AS n ORDER BY words DESC OFFSET 1) AS sorted
"""


def _plain(text: str, status: int = 200, kind: str = "text/plain; charset=utf-8") -> HttpResponse:
    response = HttpResponse(text, status=status, content_type=kind)
    response["Cache-Control"] = "no-store"
    return response


def healthz(request: HttpRequest) -> HttpResponse:
    """Whether the process lives: restart it where not."""
    return _plain("ok\n")


def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 where the process can serve: its database has this version's tables, and database and folders take what is written."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
        ready = migrated()
    except DatabaseError as error:
        LOG.warning("not ready: %s", error)
        connection.close()
        return _plain("database\n", 503)
    try:
        write_database()
        try_write()
    except (DatabaseError, sqlite3.Error, OSError) as error:
        LOG.warning("not ready: %s", error)
        return _plain("disk\n", 503)
    return _plain("ok\n") if ready else _plain("migrations\n", 503)


def write_database() -> None:
    """Write to the disk of the database without a change of its content; do nothing on a replica, which takes no writes.

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
            cursor.execute(_SORT_ON_DISK)


def _write_sqlite() -> None:
    """Write the number of the file's format again, on a connection that waits for no one. A file that others write to takes writes."""
    name = str(connection.settings_dict["NAME"])
    with closing(sqlite3.connect(name, timeout=BUSY_SECONDS, uri=True)) as own:
        try:
            [version] = own.execute("PRAGMA user_version").fetchone()
            own.execute(f"PRAGMA user_version = {version}")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
                raise


def migrated() -> bool:
    """Whether all migrations were applied. Asked until it is so, and not again by this process."""
    if not (done := _migrated()):
        _migrated.cache_clear()
    return done


@cache
def _migrated() -> bool:

    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def installed() -> bool:
    """Whether any tables were made here: a folder that nobody installed in has none."""
    return bool(MigrationRecorder(connection).applied_migrations())


def figures(request: HttpRequest) -> HttpResponse:
    """What Prometheus reads, for who brings the token; without one in the settings there is no such address."""
    token = settings.GONGKAI_METRICS_TOKEN
    given = request.META.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(given.encode(), token.encode()):
        return _plain("not found\n", 404)
    return _plain(metrics.page(), kind=metrics.KIND)


PROBES: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "/healthz": healthz,
    "/readyz": readyz,
    "/metrics": figures,
}
