"""What the public's page of a year counts: how far each measure is, and each unit with it. Over very many tasks as it was last counted."""

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

#: The lights of what is closed.
DONE = frozenset({"grey", "grey_red"})


@dataclass(frozen=True)
class Far:
    """How far one unit is with one measure: its worst light, the next day due or the day it closed, how many of how many periods are done."""

    measure: int
    unit: int
    light: str
    due: date | None
    closed: date | None
    done: int
    all: int


@dataclass(frozen=True)
class Counts:
    """A notice's figures: the account of each measure, its days, how far each unit is; units in `closed` stand for a government with all below it."""

    lights: dict[int, Lights]
    days: dict[int, tuple[date, ...]]
    units: list[Far]
    closed: frozenset[int]
    as_of: datetime | None = None


@dataclass(frozen=True)
class _Some:
    """So many entries of one light that one unit has of a measure: the first day due of those left, the last on which one was closed."""

    light: str
    count: int
    due: datetime | None
    closed: datetime | None


class Public(OfPart):
    """How far each unit is with each measure of a notice."""

    name = "notices.public"

    def rows(self, subject: NoticePart, by: Actor) -> QuerySet[Model, Model]:
        """All tasks of the notice: it says of none more than a light."""
        return _rows(subject.notice)  # type: ignore[return-value]

    def count(self, subject: NoticePart, rows: QuerySet[Model, Model], now: datetime) -> figures.Counted:
        """Count the entries of each unit for each measure, by light; where there are very many units, those of a district together.

        What fell away or was carried counts in the account of its measure and stands with no unit.
        """
        home = subject.under or subject.notice.government
        below = set(Body.objects.filter(path__startswith=home.path).values_list("pk", flat=True))
        fold = folded(below, home)
        unit: F | Case = F("body_id")
        if fold.closed:
            # Summed up in the database by what units stand under; those that stand for themselves are few then.
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
    """What is kept: of each measure its lights and days; of measure and unit the light, days due and closed, how many of how many."""

    lights: list[list[int]]
    days: list[tuple[int, list[str]]]
    units: list[tuple[int, int, str, str, str, int, int]]
    closed: list[int]


def counts(part: NoticePart, *, by: object, now: datetime | None = None) -> Counts:
    """Return a notice's figures of this moment."""
    return _counts(figures.count(PUBLIC, part, by=by, now=now))


def counts_shown(part: NoticePart, *, by: object) -> Counts:
    """Return them for a page: of a very large notice as they were last counted (`ledger.figures`)."""
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
    """Return the days on which something of each measure is or was due."""
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
