"""Digests: pure functions from facts to hexadecimal digests of 256 bits, SHA-256 or (`GONGKAI_DIGEST`) SM3, GB/T 32905-2016.

What another installation made (packages between two networks) may be digested by the other method: a package names its own, and an edition's digest
may be of either (`holds`).
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime

from django.conf import settings

#: Method → what people call it.
METHODS = {"sha256": "SHA-256", "sm3": "SM3"}


def has_method(method: str) -> bool:
    """Return true if this Python can compute a method's digests: some builds of OpenSSL have no SM3, some name it and refuse it."""
    try:
        hashlib.new(method)
    except ValueError:
        return False
    return method in METHODS


def digest(text: str | bytes, method: str = "") -> str:
    """Return the digest of a text (as UTF-8) or of bytes, by the installation's method where none is named."""
    data = text.encode() if isinstance(text, str) else text
    return hashlib.new(method or settings.GONGKAI_DIGEST, data).hexdigest()


def holds(mark: str, text: str | bytes) -> bool:
    """Return true if a digest is that of a text, by either digest method (both have 256 bits)."""
    others = [name for name in METHODS if name != settings.GONGKAI_DIGEST and has_method(name)]
    return any(digest(text, name) == mark for name in (settings.GONGKAI_DIGEST, *others))


def canonical(facts: Mapping[str, object]) -> str:
    """Return facts as JSON with one spelling: sorted keys, no spaces, no escapes."""
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def moment(at: datetime) -> str:
    """Return a time in one spelling, whatever its zone and whatever precision the database kept."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
