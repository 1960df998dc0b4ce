"""Moments of evidence as they read here."""

from datetime import datetime

from django.utils import timezone


def moment_in(written: object) -> datetime | str:
    """Return a moment that evidence names (ISO, any zone) in local time; as it was written where it is none."""
    try:
        return timezone.localtime(datetime.fromisoformat(str(written)))
    except ValueError:
        return str(written or "")


def moment_of(written: object) -> str:
    """Return such a moment in words."""
    moment = moment_in(written)
    return moment if isinstance(moment, str) else f"{moment:%Y-%m-%d %H:%M:%S}"
