"""Logs for machines: one line of JSON each, with the id of the request that it belongs to; slow queries without their values."""

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

#: The request that this thread answers; empty outside of any.
REQUEST: ContextVar[str] = ContextVar("gongkai_request", default="")
SLOW = logging.getLogger("gongkai.slow")


class WithRequest(logging.Filter):
    """Gives every record the id of its request."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let everything pass."""
        record.request_id = REQUEST.get() or "-"
        return True


#: Classes of SQLSTATE by which PostgreSQL or PgBouncer say that they cannot serve now: connection, resources, somebody stopped it.
_NOT_NOW = ("08", "53", "57P")


class InOneLine(logging.Filter):
    """Leaves out the trace where the database is away: each loop that waits for it would write one every few seconds, and none says more."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let everything pass."""
        error = record.exc_info[1] if record.exc_info else None
        if error and away(error):
            record.msg, record.args = f"{record.getMessage()} ({' '.join(str(error).split())})", ()
            record.exc_info = record.exc_text = None
        return True


def away(error: BaseException) -> bool:
    """Whether PostgreSQL cannot be reached, or says that it cannot serve now; what a query of ours got wrong is something else."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    state = getattr(error.__cause__, "sqlstate", "")  # psycopg's; None where no server answered
    return state is None or state.startswith(_NOT_NOW)


#: What begins a new line, or speaks to a terminal.
_CONTROLS = {sign: f"\\x{sign:02x}" for sign in (*range(32), *range(127, 160), 0x2028, 0x2029)}


class PlainLines(logging.Formatter):
    """One record as one line for people; what somebody sent, such as an address, begins no line of its own."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        """Return the line; a trace follows it."""
        return super().formatMessage(record).translate(_CONTROLS)


class JsonLines(logging.Formatter):
    """One record as one line of JSON: time, level, logger, message, request, and what the logger gave as `extra={"facts": …}`."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
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


def _timed(
    execute: Callable[..., object], sql: str, params: object, many: bool, context: Mapping[str, object]
) -> object:
    began = time.perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        took = (time.perf_counter() - began) * 1000
        if took >= settings.GONGKAI_SLOW_MS:
            # The statement only: its values may be somebody's.
            SLOW.warning(
                "slow query: %d ms",
                took,
                extra={"facts": {"ms": round(took), "sql": " ".join(sql.split())[:2000]}},
            )


def watch_queries() -> None:
    """Time the queries of every connection, where the settings give a limit."""
    if settings.GONGKAI_SLOW_MS:
        connection_created.connect(_on_connection, dispatch_uid="gongkai.upkeep.slow")


def _on_connection(connection: "BaseDatabaseWrapper", **_: object) -> None:
    if _timed not in connection.execute_wrappers:
        connection.execute_wrappers.append(_timed)
