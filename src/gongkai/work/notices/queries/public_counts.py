"""Counts of the public progress page by measure and unit; cached for very many tasks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypedDict, cast

from django.db.models import Case, Count, F, Max, Min, Model, Q, QuerySet, When
from django.utils import timezone

from gongkai.core.ledger import figures
from gongkai.core.ledger.models.entry import LIGHTS
from gongkai.core.units.actors import Actor
from gongkai.core.units.collapsed_lists import folded
from gongkai.core.units.models import Body
from gongkai.work.notices.models import Assignment, Notice
from gongkai.work.notices.queries.lights import WORST_FIRST, Lights, account, lit
from gongkai.work.notices.queries.matrix import NoticePart, OfPart
from gongkai.work.notices.states import FALLEN_AWAY, State

# Lights of closed entries.
DONE = frozenset({"grey", "grey_red"})


@dataclass(frozen=True)
class Far:
    """State of a unit in a measure: worst light, dates, numbers of done and all periods."""

    measure: int
    unit: int
    light: str
    due: date | None
    closed: date | None
    done: int
    all: int


@dataclass(frozen=True)
class Counts:
    """Counts of a notice by measure and unit; units in `closed` stand for a government with its units."""

    lights: dict[int, Lights]
    days: dict[int, tuple[date, ...]]
    units: list[Far]
    closed: frozenset[int]
    as_of: datetime | None = None


@dataclass(frozen=True)
class _Some:
    """Entries of one light of a unit in a measure, with first due date and last closing date."""

    light: str
    count: int
    due: datetime | None
    closed: datetime | None


class Public(OfPart):
    """The cached state of each unit in each measure of a notice."""

    name = "notices.public"

    def rows(self, subject: NoticePart, by: Actor) -> QuerySet[Model, Model]:
        """Return all tasks of the notice; only lights are shown."""
        return _rows(subject.notice)  # type: ignore[return-value]

    def count(self, subject: NoticePart, rows: QuerySet[Model, Model], now: datetime) -> figures.Counted:
        """Count entries by unit, measure and light; units of districts are merged if there are many.

        Cancelled and carried-over entries count for the measure only.
        """
        home = subject.under or subject.notice.government
        below = set(Body.objects.filter(path__startswith=home.path).values_list("pk", flat=True))
        fold = folded(below, home)
        unit: F | Case = F("body_id")
        if fold.closed:
            # Summed up in the database by the merged unit; only few units stand for themselves.
            alone = Q(body_id__in=[pk for pk, into in fold.into.items() if pk == into])
            own = alone | ~Q(body__path__startswith=home.path)
            unit = Case(When(own, then=F("body_id")), default=F("body__parent_id"))
        grouped = lit(rows, prefix="entry__", now=now).annotate(unit=unit)
        lines = grouped.values_list("measure_id", "unit", "stands").annotate(
            n=Count("*"),
            first=Min("entry__due_at", filter=Q(entry__closed_at=None)),
            last=Max("entry__closed_at"),
        )
        places: dict[int, dict[int, int]] = {}
        some: dict[tuple[int, int], list[_Some]] = {}
        for measure, at, stands, count, due, closed in lines:
            own_places = places.setdefault(measure, {})
            own_places[stands] = own_places.get(stands, 0) + count
            if stands >= 0 and (subject.under is None or at in below):
                key = (measure, fold.into.get(at, at))
                some.setdefault(key, []).append(_Some(LIGHTS[stands], count, due, closed))
        accounts = {measure: account(own_places) for measure, own_places in places.items()}
        found: _Found = {
            "lights": [[measure, *lights.as_row()] for measure, lights in accounts.items()],
            "days": [(measure, [day.isoformat() for day in days]) for measure, days in _days(rows).items()],
            "units": [_far(measure, at, parts) for (measure, at), parts in some.items()],
            "closed": sorted(fold.closed),
        }
        return figures.Counted(found, sum(lights.all for lights in accounts.values()))


PUBLIC = Public()


class _Found(TypedDict):
    """The cached form: lights and dates of measures; light, dates and periods of units."""

    lights: list[list[int]]
    days: list[tuple[int, list[str]]]
    units: list[tuple[int, int, str, str, str, int, int]]
    closed: list[int]


def counts(part: NoticePart, *, by: object, now: datetime | None = None) -> Counts:
    """Return the current counts of a notice."""
    return _counts(figures.count(PUBLIC, part, by=by, now=now))


def counts_shown(part: NoticePart, *, by: object) -> Counts:
    """Return the counts for a page; of a very large notice from the cache."""
    return _counts(figures.ask(PUBLIC, part, by=by))


def _counts(answer: figures.Answer) -> Counts:
    found = cast(_Found, answer.found)
    return Counts(
        {measure: Lights(*row) for measure, *row in found["lights"]},
        {measure: tuple(date.fromisoformat(day) for day in days) for measure, days in found["days"]},
        [
            Far(measure, unit, light, _read(due), _read(closed), done, every)
            for measure, unit, light, due, closed, done, every in found["units"]
        ],
        frozenset(found["closed"]),
        answer.as_of,
    )


def _rows(notice: Notice) -> QuerySet[Assignment, Assignment]:
    return Assignment.objects.filter(notice=notice, entry__year=notice.year, entry__kind="assignment")


def _far(measure: int, unit: int, parts: Sequence[_Some]) -> tuple[int, int, str, str, str, int, int]:
    lights = {some.light for some in parts}
    left = [some.due for some in parts if some.light not in DONE]
    done = [some.closed for some in parts if some.closed]
    due = _day(min((moment for moment in left if moment), default=None))
    closed = None if left else _day(max(done, default=None))
    return (
        measure,
        unit,
        next(name for name in WORST_FIRST if name in lights),
        due.isoformat() if due else "",
        closed.isoformat() if closed else "",
        sum(some.count for some in parts if some.light in DONE),
        sum(some.count for some in parts),
    )


def _days(rows: QuerySet[Model, Model]) -> dict[int, tuple[date, ...]]:
    """Return all due dates of each measure."""
    owed = rows.exclude(entry__outcome__in=FALLEN_AWAY | {State.CARRIED})
    found: dict[int, set[date]] = {}
    for measure, due in owed.order_by().values_list("measure_id", "entry__due_at").distinct():
        if day := _day(due):
            found.setdefault(measure, set()).add(day)
    return {measure: tuple(sorted(days)) for measure, days in found.items()}


def _day(moment: datetime | None) -> date | None:
    return timezone.localtime(moment).date() if moment else None


def _read(day: str) -> date | None:
    return date.fromisoformat(day) if day else None
