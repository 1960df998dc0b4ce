"""Figures per unit: open, due soon, overdue, closed in time, closed late."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

from django.db.models import Count, Model, Q, QuerySet

from gongkai.core.ledger import figures
from gongkai.core.ledger.models import EntryQuerySet
from gongkai.core.ledger.models.entry import LIGHTS_IN_ORDER, make_light_case
from gongkai.core.ledger.queries import (
    filter_counted_entries,
    filter_counted_kinds,
    list_kinds_of_year,
    make_no_duty_filter,
)
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.core.units.unit_choice import collapse_units
from gongkai.lib.chinese.numerals import compute_percent
from gongkai.lib.typed_json import Record, read_number, read_text


@dataclass
class UnitEntryCounts:
    """The numbers of a unit's entries of one year: open ones by light, closed ones in time or late."""

    body: Body | None = None
    open: int = 0
    yellow: int = 0
    red: int = 0
    in_time: int = 0
    late: int = 0

    def add(self, light: str, count: int) -> None:
        """Add a number of entries of one traffic light (`ledger.models.entry.LIGHTS_IN_ORDER`)."""
        if light == "grey":
            self.in_time += count
        elif light == "grey_red":
            self.late += count
        else:
            self.open += count
        if light in {"yellow", "red"}:
            setattr(self, light, getattr(self, light) + count)

    def as_row(self) -> list[int]:
        """Return the figures as a list, for `UnitEntryCounts(body, *row)`."""
        return [self.open, self.yellow, self.red, self.in_time, self.late]

    @property
    def total(self) -> int:
        """Return the number of entries of the year."""
        return self.open + self.in_time + self.late

    @property
    def closed(self) -> int:
        """Return the number of closed entries."""
        return self.in_time + self.late

    @property
    def settled(self) -> int:
        """Return the number of entries closed or overdue."""
        return self.closed + self.red

    @property
    def closed_rate(self) -> int | None:
        """Return the closed entries in percent of all, or None."""
        return compute_percent(self.closed, self.total)

    @property
    def in_time_rate(self) -> int | None:
        """Return the 按期办结率: closed in time in percent of closed or overdue, or None."""
        return compute_percent(self.in_time, self.settled)


@dataclass(frozen=True)
class StatisticsQuery:
    """The requested year and kind ("" for all)."""

    year: int
    kind: str = ""


class UnitsQuestion(figures.CachedCount[StatisticsQuery]):
    """Counts of the figures of each unit."""

    name = "office.units"
    many = 20_000  # 50,000 entries took a fifth of a second

    def asked(self, subject: StatisticsQuery) -> Record:
        """Return year and kind."""
        return {"year": subject.year, "kind": subject.kind}

    def subject(self, asked: Record) -> StatisticsQuery:
        """Return year and kind."""
        return StatisticsQuery(read_number(asked, "year"), read_text(asked, "kind"))

    def rows(self, subject: StatisticsQuery, by: Actor) -> QuerySet[Model, Model]:
        """Return the supervised entries, or those of the own units.

        The kinds are listed because the index has them between year and unit. Inner kinds are
        counted only if requested.
        """
        kinds = [subject.kind] if subject.kind else filter_counted_kinds(list_kinds_of_year(subject.year))
        return filter_counted_entries(by).filter(year=subject.year, kind__in=kinds)  # type: ignore[return-value]

    def count(self, subject: StatisticsQuery, rows: QuerySet[Model, Model], now: datetime) -> figures.CountResult:
        """Count by unit."""
        unit_counts = count_by_columns(cast(EntryQuerySet, rows), subject.year, "body_id", kind=subject.kind, now=now)
        units = [[int(str(body)), *counts.as_row()] for (body,), counts in unit_counts.items()]
        return figures.CountResult(units, sum(counts.total for counts in unit_counts.values()))


UNITS_QUESTION = UnitsQuestion()


def read_unit_counts(answer: figures.DatedCounts) -> list[UnitEntryCounts]:
    """Return the figures in the answer to `UNITS_QUESTION`, in directory order."""
    rows = cast(list[list[int]], answer.found)
    return list_counts_by_unit({(body,): UnitEntryCounts(None, *row) for body, *row in rows})


def count_by_unit(
    entries: EntryQuerySet, year: int, kind: str = "", now: datetime | None = None
) -> list[UnitEntryCounts]:
    """Return the figures of a year by unit."""
    return list_counts_by_unit(count_by_columns(entries, year, "body_id", kind=kind, now=now))


def count_by_columns(
    entries: EntryQuerySet, year: int, *keys: str, kind: str = "", now: datetime | None = None
) -> dict[tuple[object, ...], UnitEntryCounts]:
    """Return the figures of a year by some columns, or in total under the empty key."""
    rows = entries.filter(year=year, **({"kind": kind} if kind else {}))
    rows = rows.exclude(Q(closed_at__isnull=False) & make_no_duty_filter()).order_by()
    by_columns: dict[tuple[object, ...], UnitEntryCounts] = defaultdict(UnitEntryCounts)
    for *key, light, count in (
        rows.annotate(light_number=make_light_case(now)).values_list(*keys, "light_number").annotate(n=Count("*"))
    ):
        by_columns[tuple(key)].add(LIGHTS_IN_ORDER[light], count)
    return by_columns


def list_counts_by_unit(unit_counts: Mapping[tuple[object, ...], UnitEntryCounts]) -> list[UnitEntryCounts]:
    """Return figures by unit in directory order; the unit is the last column of the keys."""
    sums: dict[int, list[UnitEntryCounts]] = defaultdict(list)
    for key, counts in unit_counts.items():
        sums[int(str(key[-1]))].append(counts)
    bodies = Body.objects.in_bulk(list(sums))
    order = sorted(sums, key=lambda n: (bodies[n].position, n))
    return [replace(sum_unit_counts(sums[pk]), body=bodies[pk]) for pk in order]


def collapse_districts(
    unit_counts: Sequence[UnitEntryCounts], top_government: Body | None
) -> tuple[list[UnitEntryCounts], frozenset[int]]:
    """Return (figures, primary keys of the collapsed districts below `top_government`).

    Districts are collapsed if there are very many units; their figures then include those of their units.
    """
    fold = collapse_units([counts.body.pk for counts in unit_counts if counts.body], top_government)
    if not fold.closed:
        return list(unit_counts), fold.closed
    sums: dict[int, list[UnitEntryCounts]] = defaultdict(list)
    for counts in unit_counts:
        if counts.body:
            sums[fold.into[counts.body.pk]].append(counts)
    bodies = Body.objects.in_bulk(list(sums))
    order = sorted(sums, key=lambda n: (bodies[n].position, n))
    return [replace(sum_unit_counts(sums[pk]), body=bodies[pk]) for pk in order], fold.closed


def sum_unit_counts(unit_counts: Iterable[UnitEntryCounts]) -> UnitEntryCounts:
    """Add up the figures of all units."""
    unit_counts = list(unit_counts)
    return UnitEntryCounts(
        None,
        *(
            sum(getattr(counts, name) for counts in unit_counts)
            for name in ("open", "yellow", "red", "in_time", "late")
        ),
    )
