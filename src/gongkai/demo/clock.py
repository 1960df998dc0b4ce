"""Going back in time, so that two years are built through the same actions that people use today."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from unittest.mock import patch

from django.utils import timezone


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Make it that moment for everything that asks Django for the time."""
    with patch("django.utils.timezone.now", return_value=moment):
        yield


def office_hour(day: date, minute: int) -> datetime:
    """Return a moment of a working morning or afternoon: weekends move to Monday, `minute` counts from nine o'clock."""
    while day.weekday() >= 5:
        day += timedelta(days=1)
    start = datetime.combine(day, time(9), tzinfo=timezone.get_default_timezone())
    return start + timedelta(minutes=minute % 470)
