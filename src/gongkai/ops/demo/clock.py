"""Travel in time, so that the sample city's history is created by ordinary actions."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from unittest.mock import patch

from django.utils import timezone

#: Minutes of a working day.
WORKING_MINUTES_PER_DAY = 470
ONE_HOUR = timedelta(hours=1)


@contextmanager
def travel_to(moment: datetime) -> Iterator[None]:
    """Context manager that sets the time seen by Django."""
    with patch("django.utils.timezone.now", return_value=moment):
        yield


def office_hour(day: date, minute: int, *, weekends: bool = False) -> datetime:
    """Return a moment of a working day, `minute` minutes after nine o'clock.

    Weekends move to Monday, or to Friday if that Monday is in the future; with `weekends=True` they
    stay. Before the end of today's working hours, today's moments are compressed so that they are
    all in the past and keep their order.
    """
    if day.weekday() >= 5 and not weekends:
        monday = day + timedelta(days=7 - day.weekday())
        day = monday if monday <= _get_real_time().date() else monday - timedelta(days=3)
    start = datetime.combine(day, time(9), tzinfo=timezone.get_default_timezone())
    end, now = start + timedelta(minutes=WORKING_MINUTES_PER_DAY), _get_real_time()
    if day == now.date() and end > now:
        start = start if now - start > ONE_HOUR else max(now - ONE_HOUR, datetime.combine(day, time(), now.tzinfo))
        end = now
    return start + (end - start) * (minute % WORKING_MINUTES_PER_DAY) / WORKING_MINUTES_PER_DAY


def _get_real_time() -> datetime:
    """Return the real time."""
    return datetime.now(timezone.get_default_timezone())
