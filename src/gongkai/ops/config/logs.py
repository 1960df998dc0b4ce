"""Logging configuration: text or JSON on the console, and the operation log to a log server."""

from typing import Any


def logging_of(form: str, *, syslog: object = None) -> dict[str, Any]:
    """Return Django's LOGGING setting.

    Args:
        form: `json`, or text lines.
        syslog: address of a log server for the operation log; None for none.
    """
    made: dict[str, Any] = {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "request": {"()": "gongkai.ops.upkeep.logs.WithRequest"},
            "away": {"()": "gongkai.ops.upkeep.logs.InOneLine"},
        },
        "formatters": {
            "line": {
                "()": "gongkai.ops.upkeep.logs.PlainLines",
                "fmt": "{asctime} {levelname} {name} {message} [{request_id}]",
                "style": "{",
            },
            "json": {"()": "gongkai.ops.upkeep.logs.JsonLines"},
            "bare": {"format": "gongkai: %(message)s"},
        },
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "json" if form == "json" else "line",
                "filters": ["request", "away"],
            }
        },
        "loggers": {
            "gongkai.operations": {"level": "INFO", "handlers": [], "propagate": False},
            "gongkai.requests": {"level": "INFO" if form == "json" else "WARNING"},
        },
        "root": {"handlers": ["console"], "level": "WARNING"},
    }
    if syslog is not None:
        made["handlers"]["syslog"] = {
            "class": "logging.handlers.SysLogHandler",
            "formatter": "bare",
            "address": syslog,
        }
        made["loggers"]["gongkai.operations"]["handlers"] = ["syslog"]
    return made
