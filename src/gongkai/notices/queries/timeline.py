"""The year's timeline: what is due on which day, what is to be sent upwards, which acts are awaited."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone

from gongkai.ledger.queries import visible_to as entries_visible_to
from gongkai.notices.models import AwaitedAct, Upward
from gongkai.notices.queries.lights import Lights, lights_by
from gongkai.notices.queries.visible import visible_to
from gongkai.notices.states import NoticeState


@dataclass
class Day:
    """A day on which something is due: lights of the assignments, and the upward submissions."""

    on: date
    lights: Lights = field(default_factory=Lights)
    upward: list[Upward] = field(default_factory=list)


@dataclass
class Month:
    """A month with its days."""

    year: int
    month: int
    days: list[Day] = field(default_factory=list)

    @property
    def words(self) -> str:
        """The month in words."""
        return f"{self.year}年{self.month}月"

    @property
    def lights(self) -> Lights:
        """The sum of the month."""
        return sum((day.lights for day in self.days), Lights())


def timeline(year: int, user: object) -> list[Month]:
    """Return the months of a year's work in which something is due, in order; three queries."""
    entries = entries_visible_to(user).filter(year=year)
    days: dict[date, Day] = {}
    for (due,), lights in lights_by(entries.filter(kind="assignment").exclude(due_at=None), "due_at").items():
        assert isinstance(due, datetime)
        on = timezone.localtime(due).date()
        day = days.setdefault(on, Day(on))
        day.lights = day.lights + lights
    for upward in upward_of(year, user):
        assert upward.entry.due_at is not None
        on = timezone.localtime(upward.entry.due_at).date()
        days.setdefault(on, Day(on)).upward.append(upward)
    months: dict[tuple[int, int], Month] = {}
    for on in sorted(days):
        months.setdefault((on.year, on.month), Month(on.year, on.month)).days.append(days[on])
    return list(months.values())


def upward_of(year: int, user: object) -> list[Upward]:
    """Return a year's upward submissions that somebody may see, by due date."""
    return list(
        Upward.objects.filter(entry__in=entries_visible_to(user).filter(kind="upward", year=year))
        .select_related("entry__body", "notice")
        .order_by("entry__due_at", "pk")
    )


def awaited_acts(year: int, user: object) -> list[AwaitedAct]:
    """Return the acts that limits of a year's notices in force wait for, those not entered first."""
    notices = visible_to(user).filter(year=year, state=NoticeState.LIVE)
    acts = AwaitedAct.objects.filter(notice__in=notices).select_related("notice__government")
    return sorted(acts, key=lambda act: (act.dated is not None, act.pk))
