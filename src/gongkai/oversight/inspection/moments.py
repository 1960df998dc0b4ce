"""Convert timestamps of evidence to local time."""

from datetime import datetime

from django.utils import timezone


def moment_in(written: object) -> datetime | str:
    """Parse an ISO timestamp into local time; return the text unchanged if it is invalid."""
    try:
        return timezone.localtime(datetime.fromisoformat(str(written)))
    except ValueError:
        return str(written or "")


def moment_of(written: object) -> str:
    """Format an ISO timestamp in local time for display."""
    moment = moment_in(written)
    return moment if isinstance(moment, str) else f"{moment:%Y-%m-%d %H:%M:%S}"
