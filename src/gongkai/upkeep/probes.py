"""/healthz: the process answers. /readyz: it can serve. /metrics: figures, for who knows the token. They tell visitors nothing of the inside."""

import hmac
import logging
from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse

from gongkai.upkeep import metrics

LOG = logging.getLogger("gongkai.upkeep")


def _plain(text: str, status: int = 200, kind: str = "text/plain; charset=utf-8") -> HttpResponse:
    response = HttpResponse(text, status=status, content_type=kind)
    response["Cache-Control"] = "no-store"
    return response


def healthz(request: HttpRequest) -> HttpResponse:
    """Whether the process lives: restart it where not."""
    return _plain("ok\n")


def readyz(request: HttpRequest) -> HttpResponse:
    """Whether it can serve: its database answers and has this version's tables. Send it no readers where not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
        ready = migrated()
    except DatabaseError as error:
        LOG.warning("not ready: %s", error)
        connection.close()
        return _plain("database\n", 503)
    return _plain("ok\n") if ready else _plain("migrations\n", 503)


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
