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


def office_hour(day: date, minute: int, *, weekends: bool = False) -> datetime:
    """Return a moment of a working day, `minute` counts from nine o'clock.

    Weekends move to Monday, to Friday where that Monday is still to come; with `weekends=True` they are days like others.
    """
    if day.weekday() >= 5 and not weekends:
        monday = day + timedelta(days=7 - day.weekday())
        day = monday if monday <= _today() else monday - timedelta(days=3)
    start = datetime.combine(day, time(9), tzinfo=timezone.get_default_timezone())
    return start + timedelta(minutes=minute % 470)


def _today() -> date:
    """The real day, whatever moment is played."""
    return datetime.now(timezone.get_default_timezone()).date()
