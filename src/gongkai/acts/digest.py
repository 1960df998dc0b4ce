"""Digests: pure functions from facts to hexadecimal SHA-256."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any


def digest(text: str | bytes) -> str:
    """Return the SHA-256 of a text (as UTF-8) or of bytes."""
    data = text.encode() if isinstance(text, str) else text
    return hashlib.sha256(data).hexdigest()


def canonical(facts: Mapping[str, Any]) -> str:
    """Return facts as JSON with one spelling: sorted keys, no spaces, no escapes."""
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def moment(at: datetime) -> str:
    """Return a time in one spelling, whatever its zone and whatever precision the database kept."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
