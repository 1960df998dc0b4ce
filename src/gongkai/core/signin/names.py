"""Masking of unknown account names in the log, because users sometimes type a password there."""

import unicodedata
from typing import Any

from django.contrib.auth import get_user_model
from django.http import HttpRequest

from gongkai.core.vault.sealing import keyed_digest
from gongkai.lib.chinese import lazy_re as re

UNKNOWN_ACCOUNT_LABEL = "（没有这个账号）"
_KEPT = re.compile(f"{UNKNOWN_ACCOUNT_LABEL}[0-9a-f]{{12}}")


def kept_name(typed: str) -> str:
    """Return a known account name unchanged, any other as a short keyed digest."""
    name = unicodedata.normalize("NFKC", typed.replace("\0", ""))
    if not name or _KEPT.fullmatch(typed):
        return typed if name else ""
    if get_user_model().objects.filter(username=name).exists():
        return name
    return UNKNOWN_ACCOUNT_LABEL + keyed_digest("signin.name", name)[:12]


def tried_name(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str | None:
    """Return the name by which axes counts failures (`AXES_USERNAME_CALLABLE`)."""
    given = credentials if credentials else getattr(request, "POST", {})
    name = given.get("username")
    return kept_name(str(name)) if name else name
