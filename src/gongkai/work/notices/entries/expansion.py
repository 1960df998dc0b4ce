"""Prepare stored measures for planning: expand owners and attach the dates of awaited acts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Prefetch, QuerySet

from gongkai.work.notices.models import Duty, Measure, MeasureUnit, Notice, UnitPart
from gongkai.work.notices.planning.plan import (
    EMPTY_SIDE,
    OwnedPart,
    Owner,
    PlannedDuty,
    PlannedEntry,
    PlannedMeasure,
    RowSide,
    find_helping_owners,
    find_owners,
    list_owners,
    merge_owners,
    plan_entries,
)


@dataclass(frozen=True)
class Expansion:
    """The measures of a notice by primary key, and the same as input of planning.

    `ownerless` are measures for which no unit is responsible.
    """

    measures: dict[int, Measure]
    planned: tuple[PlannedMeasure, ...]
    ownerless: tuple[Measure, ...] = field(default=())

    def entries(self, *, year: int, today: date, started: date | None) -> tuple[PlannedEntry, ...]:
        """Return the entries that the notice would create now."""
        return tuple(
            entry
            for measure in self.planned
            for entry in plan_entries(measure, year=year, today=today, started=started)
        )


def prefetch_parts(measures: QuerySet[Measure]) -> QuerySet[Measure]:
    """Prefetch units, members and duties of measures in a constant number of queries."""
    units = MeasureUnit.objects.prefetch_related("members__body", "members__office").order_by("part", "position", "pk")
    duties = Duty.objects.select_related("awaits").order_by("position", "pk")
    return measures.prefetch_related(Prefetch("units", units), Prefetch("duties", duties))


def expand_notice(notice: Notice) -> Expansion:
    """Prepare all measures of a notice that are not dropped."""
    rows = list(prefetch_parts(notice.measures.filter(dropped=False)))
    everybody = find_named_owners(rows, own=notice.own)
    planned, ownerless = [], []
    for measure in rows:
        owned = find_owned_parts(measure, everybody, own=notice.government_id if notice.own else None)
        if not owned and not any(unit.outside for unit in measure.units.all()):
            ownerless.append(measure)
        planned.append(
            PlannedMeasure(
                measure.pk,
                owned,
                to_planned_duties(measure.duties.all(), notice.issued_on),
                find_helping_owners(_build_side(measure, UnitPart.PARTNER, everybody, own=notice.own), owned),
            )
        )
    return Expansion({row.pk: row for row in rows}, tuple(planned), tuple(ownerless))


def find_owned_parts(
    measure: Measure, everybody: tuple[Owner, ...], *, own: int | None = None
) -> tuple[OwnedPart, ...]:
    """Return the owners and leads of a measure; in a unit's own notice (`own`) each office is an owner."""
    lead, responsible, partner = (_build_side(measure, part, everybody, own=own is not None) for part in UnitPart)
    waiting = any(unit.part != UnitPart.PARTNER and not (unit.resolved or unit.outside) for unit in measure.units.all())
    helping = (
        EMPTY_SIDE if waiting else partner
    )  # As long as a lead is unresolved, partners do not owe the measure instead.
    return find_owners(lead, responsible, partner=helping, lead_owes=measure.lead_owes, own=own)


def find_partners(measures: Mapping[int, Measure]) -> dict[int, tuple[int, ...]]:
    """Return the partner bodies that owe no task of a measure, in a constant number of queries."""
    helped = MeasureUnit.objects.filter(measure__in=list(measures), part=UnitPart.PARTNER).values("measure")
    rows = list(prefetch_parts(Measure.objects.filter(pk__in=helped)))
    partners: dict[int, tuple[int, ...]] = {}
    everybody: tuple[Owner, ...] = ()
    if any(unit.everyone for row in rows for unit in row.units.all()):
        everybody = find_named_owners(prefetch_parts(Measure.objects.filter(notice=rows[0].notice_id, dropped=False)))
    for row in rows:
        helping = find_helping_owners(
            _build_side(row, UnitPart.PARTNER, everybody, own=False), find_owned_parts(row, everybody)
        )
        partners[row.pk] = tuple(owner.body_id for owner in helping)
    return partners


def to_planned_duties(duties: Iterable[Duty], issued: date | None) -> tuple[PlannedDuty, ...]:
    """Convert duties for planning; `issued` is the date of their notice."""
    return tuple(PlannedDuty(duty.pk, duty.due, duty.awaits.dated if duty.awaits else None, issued) for duty in duties)


def find_named_owners(measures: Iterable[Measure], *, own: bool = False) -> tuple[Owner, ...]:
    """Return all bodies the table names: the meaning of 各部门、各单位. With `own` also offices."""
    units = (unit for measure in measures if not measure.preamble for unit in measure.units.all())
    if own:
        return list_owners(list_unit_owners(unit) for unit in units)
    owners = merge_owners(list_unit_owners(unit) for unit in units)
    return tuple(Owner(owner.body_id) for owner in owners)


def list_unit_owners(unit: MeasureUnit) -> tuple[Owner, ...]:
    """Return the bodies of a printed unit."""
    return tuple(Owner(member.body_id, member.office_id) for member in unit.members.all())


def _build_side(measure: Measure, part: str, everybody: tuple[Owner, ...], *, own: bool) -> RowSide:
    units = [unit for unit in measure.units.all() if unit.part == part]
    named = [everybody if unit.everyone else list_unit_owners(unit) for unit in units]
    return RowSide(list_owners(named) if own else merge_owners(named), outside=any(unit.outside for unit in units))
