"""Rosters of service windows (C-08): working days, shifts and days without people."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from gongkai.content.editions.user_scope import bodies_seen
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.core.units.object_access import register_visible_to
from gongkai.lib.law import default_calendar
from gongkai.lib.law.values import add_months
from gongkai.work.consultation.models import ServiceWindow, WindowShift

# Working days to plan ahead, and days to look back.
WORKING_DAYS_AHEAD, DAYS_BACK = 5, 30


@dataclass(frozen=True)
class RosterDay:
    """A working day of a service window and the names of the people on duty; `past`: it is over."""

    day: date
    people: str
    past: bool

    @property
    def empty(self) -> bool:
        """Return true if nobody is on duty."""
        return not self.people


@register_visible_to(ServiceWindow)
def windows_visible_to(by: Actor) -> QuerySet[ServiceWindow]:
    """Return the windows of the user's and supervised units."""
    return ServiceWindow.objects.filter(body__in=bodies_seen(by)).select_related("body")


def list_workdays(first_day: date, last_day: date) -> list[date]:
    """Return the working days of a period, both ends included (with 调休)."""
    calendar = default_calendar()
    span = (last_day - first_day).days
    return [day for count in range(span + 1) if calendar.is_workday(day := first_day + timedelta(days=count))]


def list_roster_days_of_month(window: ServiceWindow, month: date) -> list[RosterDay]:
    """Return the working days of a month at a window, from the day it was opened."""
    last_day = add_months(month, 1) - timedelta(days=1)
    return _list_roster_days(window, max(month, window.opened_on), last_day)


def _list_roster_days(window: ServiceWindow, first_day: date, last_day: date) -> list[RosterDay]:
    """Return the working days between two days with the people at a window."""
    people_by_day = dict(window.shifts.filter(day__gte=first_day, day__lte=last_day).values_list("day", "people"))
    today = timezone.localdate()
    return [RosterDay(day, people_by_day.get(day, ""), day < today) for day in list_workdays(first_day, last_day)]


def find_unstaffed_days(window: ServiceWindow, today: date) -> list[date]:
    """Return working days without people, from DAYS_BACK days ago to WORKING_DAYS_AHEAD ahead."""
    last_day = default_calendar().add_working_days(today, WORKING_DAYS_AHEAD)
    first_day = max(window.opened_on, today - timedelta(days=DAYS_BACK))
    return [roster_day.day for roster_day in _list_roster_days(window, first_day, last_day) if roster_day.empty]


def find_unstaffed_windows(body: Body, today: date) -> list[tuple[ServiceWindow, list[date]]]:
    """Return (window, days without people) of open windows at and below a unit."""
    rows = ServiceWindow.objects.filter(body__path__startswith=body.path, closed_on=None)
    days_by_window = [
        (service_window, find_unstaffed_days(service_window, today)) for service_window in rows.select_related("body")
    ]
    return [(window, days) for window, days in days_by_window if days]


def make_roster_rows(windows: Iterable[ServiceWindow], today: date) -> Iterable[dict[str, object]]:
    """Yield rosters as rows of a sheet, including days without people.

    They reach from DAYS_BACK days ago to WORKING_DAYS_AHEAD ahead, or to the last planned shift if later.
    """
    for window in windows:
        last_day = _get_last_day(window.shifts.all(), default_calendar().add_working_days(today, WORKING_DAYS_AHEAD))
        first_day = max(window.opened_on, today - timedelta(days=DAYS_BACK))
        for roster_day in _list_roster_days(window, first_day, last_day):
            yield {"body": window.body.name, "window": window.name, "day": roster_day.day, "people": roster_day.people}


def _get_last_day(shifts: QuerySet[WindowShift], least: date) -> date:
    """Return the last day that has a shift, but none before `least`."""
    newest = shifts.order_by("-day").values_list("day", flat=True).first()
    return max(newest, least) if newest else least
