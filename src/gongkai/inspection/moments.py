"""Moments of evidence as they read here."""

from datetime import datetime

from django.utils import timezone


def moment_of(written: object) -> str:
    """Return a moment that evidence names (ISO, any zone) in local time; as it was written where it is none."""
    try:
        return f"{timezone.localtime(datetime.fromisoformat(str(written))):%Y-%m-%d %H:%M:%S}"
    except ValueError:
        return str(written or "")
