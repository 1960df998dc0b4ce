"""Settings of logging (console, operation log to a log server) and of identity providers."""

import re
from typing import Any

from gongkai.ops.config import env


def make_logging_setting(form: str, *, syslog: object = None) -> dict[str, Any]:
    """Return Django's LOGGING setting: warnings on the console, in JSON requests too; operations only to `syslog`.

    Args:
        form: `json`, or text lines.
        syslog: address of a log server for the operation log; None for none.
    """
    made: dict[str, Any] = {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "request": {"()": "gongkai.ops.upkeep.logs.RequestIdFilter"},
            "away": {"()": "gongkai.ops.upkeep.logs.OutageFilter"},
        },
        "formatters": {
            "line": {
                "()": "gongkai.ops.upkeep.logs.TextFormatter",
                "fmt": "{asctime} {levelname} {name} {message} [{request_id}]",
                "style": "{",
            },
            "json": {"()": "gongkai.ops.upkeep.logs.JsonFormatter"},
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


#: Variable that lists the identity providers.
IDENTITY_VARIABLE = "GONGKAI_IDENTITY"
# Settings of a provider; each is the suffix of a variable: `GONGKAI_IDENTITY_CITY_ISSUER`.
PROVIDER_SETTINGS = (
    "kind",
    "label",
    "issuer",
    "url",
    "client",
    "secret",
    "scope",
    "acr",
    "base",
    "filter",
    "reader",
    "password",
    "identifier",
    "person_name",
    "factor",
    "first_sign_in",
    "ca",
)


def list_providers() -> list[dict[str, str]]:
    """Return the configured providers in order. Mistakes raise no error, so that local sign-in works; `gongkai check` names them."""
    return [
        {
            "name": name,
            "prefix": get_variable_prefix(name),
            **{key: env.env_text(f"{get_variable_prefix(name)}{key.upper()}").strip() for key in PROVIDER_SETTINGS},
        }
        for name in dict.fromkeys(env.env_words(IDENTITY_VARIABLE))
    ]


def get_variable_prefix(name: str) -> str:
    """Return the prefix of a provider's variables.

    >>> get_variable_prefix("city-sso")
    'GONGKAI_IDENTITY_CITY_SSO_'
    """
    return f"{IDENTITY_VARIABLE}_{re.sub(r'[^A-Z0-9]', '_', name.upper())}_"


def authentication_backends(providers: list[dict[str, str]], local: str) -> list[str]:
    """Return the authentication backends: throttling, providers, those of `GONGKAI_SIGN_IN`, local passwords.

    Args:
        providers: the providers.
        local: accounts with local passwords: `officers`, else all.
    """
    own = ["gongkai.core.signin.identity.backends.IdentityBackend"] if providers else []
    if any(identity["kind"] == "ldap" for identity in providers):
        own.append("gongkai.core.signin.identity.backends.DirectoryBackend")
    officers = "gongkai.core.signin.identity.backends.OfficersOnly"
    passwords = officers if local == "officers" else "django.contrib.auth.backends.ModelBackend"
    return ["axes.backends.AxesStandaloneBackend", *own, *env.env_words("GONGKAI_SIGN_IN"), passwords]
