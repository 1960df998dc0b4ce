"""Compute digests of facts: SHA-256, or SM3 (`GONGKAI_DIGEST`, GB/T 32905-2016).

Packages from another installation may use the other method: a package names its own, and an edition's digest
may use either (`matches_digest`).
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime

from django.conf import settings

#: Digest method → its usual name.
DIGEST_METHOD_LABELS = {"sha256": "SHA-256", "sm3": "SM3"}


def has_digest_method(method: str) -> bool:
    """Return true for SHA-256 or SM3 if this Python's OpenSSL can compute it."""
    try:
        hashlib.new(method)
    except ValueError:
        return False
    return method in DIGEST_METHOD_LABELS


def digest(text: str | bytes, method: str = "") -> str:
    """Return the hexadecimal digest of text (UTF-8) or bytes; default is the configured method."""
    data = text.encode() if isinstance(text, str) else text
    return hashlib.new(method or settings.GONGKAI_DIGEST, data).hexdigest()


def matches_digest(stored_digest: str, text: str | bytes) -> bool:
    """Return true if `stored_digest` (hexadecimal) is the digest of a text or bytes by SHA-256 or SM3."""
    other_methods = [
        name for name in DIGEST_METHOD_LABELS if name != settings.GONGKAI_DIGEST and has_digest_method(name)
    ]
    return any(digest(text, name) == stored_digest for name in (settings.GONGKAI_DIGEST, *other_methods))


def canonical_json(facts: Mapping[str, object]) -> str:
    """Return facts as canonical JSON: sorted keys, no spaces, no escapes."""
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def utc_timestamp(moment: datetime) -> str:
    """Return a time as an ISO 8601 string in UTC with microseconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
