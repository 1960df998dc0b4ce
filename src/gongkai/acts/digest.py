"""Digests: pure functions from facts to hexadecimal digests of 256 bits, SHA-256 or (`GONGKAI_DIGEST`) SM3, GB/T 32905-2016."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.conf import settings


def digest(text: str | bytes) -> str:
    """Return the digest of a text (as UTF-8) or of bytes, by the installation's method."""
    data = text.encode() if isinstance(text, str) else text
    return hashlib.new(settings.GONGKAI_DIGEST, data).hexdigest()


def canonical(facts: Mapping[str, Any]) -> str:
    """Return facts as JSON with one spelling: sorted keys, no spaces, no escapes."""
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def moment(at: datetime) -> str:
    """Return a time in one spelling, whatever its zone and whatever precision the database kept."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
