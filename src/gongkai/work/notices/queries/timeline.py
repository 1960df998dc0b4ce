"""The timeline of a year: due dates, upward submissions and awaited acts."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import cast

from django.db.models import Model, QuerySet
from django.utils import timezone

from gongkai.core.ledger import figures
from gongkai.core.ledger.queries import visible_to as entries_visible_to
from gongkai.core.units.actors import Actor
from gongkai.lib.typed_json import Record, read_number
from gongkai.work.notices.models import AwaitedAct, Upward
from gongkai.work.notices.models.notice import list_large_fields
from gongkai.work.notices.queries.lights import LightCounts, count_lights_by
from gongkai.work.notices.queries.visible import upwards_visible_to, visible_to
from gongkai.work.notices.states import TASK_KINDS, NoticeState


@dataclass
class TimelineDay:
    """A day with the traffic lights of its due tasks and its upward submissions."""

    on: date
    lights: LightCounts = field(default_factory=LightCounts)
    upward: list[Upward] = field(default_factory=list)


@dataclass
class TimelineMonth:
    """A month of the timeline of due dates, with its days."""

    year: int
    month: int
    days: list[TimelineDay] = field(default_factory=list)

    @property
    def words(self) -> str:
        """Return the month in words."""
        return f"{self.year}年{self.month}月"

    @property
    def lights(self) -> LightCounts:
        """Return the traffic light counts of the month."""
        return sum((day.lights for day in self.days), LightCounts())


class TimelineCount(figures.CachedCount[int]):
    """The cached traffic lights of a year's tasks by due date."""

    name = "notices.timeline"

    def asked(self, subject: int) -> Record:
        """Return the year, which names the cached count."""
        return {"year": subject}

    def subject(self, asked: Record) -> int:
        """Return the year."""
        return read_number(asked, "year")

    def rows(self, subject: int, by: Actor) -> QuerySet[Model, Model]:
        """Return the visible tasks of the year."""
        entries = entries_visible_to(by).filter(year=subject, kind__in=TASK_KINDS)
        return entries.exclude(due_at=None)  # type: ignore[return-value]

    def count(self, subject: int, rows: QuerySet[Model, Model], now: datetime) -> figures.CountResult:
        """Count by due date."""
        days: dict[date, LightCounts] = {}
        for (due,), lights in count_lights_by(rows, "due_at", now=now).items():
            assert isinstance(due, datetime)
            on = timezone.localtime(due).date()
            days[on] = days.get(on, LightCounts()) + lights
        found = [[on.isoformat(), lights.as_row()] for on, lights in days.items()]
        return figures.CountResult(found, sum(lights.all for lights in days.values()))


TIMELINE_COUNT = TimelineCount()


@dataclass(frozen=True)
class Timeline:
    """The months with due tasks in order; `as_of` is the time of cached counts."""

    months: list[TimelineMonth]
    as_of: datetime | None = None


def build_timeline(year: int, user: object) -> Timeline:
    """Return the timeline of a year as visible to the user, in three queries."""
    counts = figures.load_counts(TIMELINE_COUNT, year, by=user)
    found = cast(list[tuple[str, list[int]]], counts.found)
    days = {
        on: TimelineDay(on, LightCounts(*lights))
        for on, lights in ((date.fromisoformat(day), row) for day, row in found)
    }
    for upward in list_upward(year, user):
        assert upward.entry.due_at is not None
        on = timezone.localtime(upward.entry.due_at).date()
        days.setdefault(on, TimelineDay(on)).upward.append(upward)
    months: dict[tuple[int, int], TimelineMonth] = {}
    for on in sorted(days):
        months.setdefault((on.year, on.month), TimelineMonth(on.year, on.month)).days.append(days[on])
    return Timeline(list(months.values()), counts.as_of)


def list_upward(year: int, user: object) -> list[Upward]:
    """Return the visible upward submissions of a year by due date."""
    return list(
        upwards_visible_to(user)
        .filter(entry__year=year)
        .select_related("entry__body", "notice")
        .defer(*list_large_fields("notice"))
        .order_by("entry__due_at", "pk")
    )


def list_awaited_acts(year: int, user: object) -> list[AwaitedAct]:
    """Return awaited acts of notices in force, those not entered first."""
    notices = visible_to(user).filter(year=year, state=NoticeState.LIVE)
    acts = AwaitedAct.objects.filter(notice__in=notices).select_related("notice__government")
    acts = acts.defer(*list_large_fields("notice"))
    return sorted(acts, key=lambda act: (act.dated is not None, act.pk))
