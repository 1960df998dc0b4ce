"""Log lines as text or JSON with the request id, outages without traceback, slow queries without parameters."""

import json
import logging
import time
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.db.backends.signals import connection_created
from django.utils import timezone

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

# Id of the request that this thread handles; empty outside a request.
REQUEST_ID: ContextVar[str] = ContextVar("gongkai_request", default="")
SLOW_QUERY_LOGGER = logging.getLogger("gongkai.slow")


class RequestIdFilter(logging.Filter):
    """Logging filter that adds the request id to each record."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Add the request id and let the record pass."""
        record.request_id = REQUEST_ID.get() or "-"
        return True


# SQLSTATE classes for an unavailable PostgreSQL or PgBouncer: connection, resources, operator intervention.
_UNAVAILABLE_SQLSTATES = ("08", "53", "57P")


class OutageFilter(logging.Filter):
    """Logging filter that drops the traceback of database outages, which retry loops would repeat, and the records of
    answers that ask to come back later (503), one a visitor while a site is prepared."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Return false for an answer 503 without an error; drop the traceback of an outage and let its record pass."""
        if getattr(record, "status_code", 0) == 503 and not record.exc_info:
            return False
        error = record.exc_info[1] if record.exc_info else None
        if error and is_database_away(error):
            record.msg, record.args = f"{record.getMessage()} ({' '.join(str(error).split())})", ()
            record.exc_info = record.exc_text = None
        return True


def is_database_away(error: BaseException) -> bool:
    """Return True for an error by which PostgreSQL is unreachable, out of resources or stopping; not for others."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    state = getattr(error.__cause__, "sqlstate", "")  # psycopg's SQLSTATE; None if no server answered.
    return state is None or state.startswith(_UNAVAILABLE_SQLSTATES)


# Characters that begin a new line or control a terminal.
_CONTROL_CHARACTER_ESCAPES = {sign: f"\\x{sign:02x}" for sign in (*range(32), *range(127, 160), 0x2028, 0x2029)}


class TextFormatter(logging.Formatter):
    """Writes a log record as one text line; control characters from outside are escaped."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        """Return the line; a traceback follows it."""
        return super().formatMessage(record).translate(_CONTROL_CHARACTER_ESCAPES)


class JsonFormatter(logging.Formatter):
    """Writes a log record as one JSON line: time, level, logger, message, request, and `extra={"facts": …}`."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the log record as a JSON line."""
        line: dict[str, object] = {
            "at": timezone.localtime().isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request": getattr(record, "request_id", "-"),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def _time_statement(
    execute: Callable[..., object], sql: str, params: object, many: bool, context: Mapping[str, object]
) -> object:
    """Execute a statement; warn with its text, without parameters, if it took GONGKAI_SLOW_MS or more."""
    began = time.perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        took = (time.perf_counter() - began) * 1000
        if took >= settings.GONGKAI_SLOW_MS:
            # The statement without its parameters, which may be personal data.
            SLOW_QUERY_LOGGER.warning(
                "slow query: %d ms",
                took,
                extra={"facts": {"ms": round(took), "sql": " ".join(sql.split())[:2000]}},
            )


def log_slow_queries() -> None:
    """Log slow queries of every connection, if the settings give a limit."""
    if settings.GONGKAI_SLOW_MS:
        connection_created.connect(_add_timing, dispatch_uid="gongkai.upkeep.slow")


def _add_timing(connection: "BaseDatabaseWrapper", **_: object) -> None:
    """Add the timing wrapper to a new database connection."""
    if _time_statement not in connection.execute_wrappers:
        connection.execute_wrappers.append(_time_statement)
