"""Prepare stored measures for planning: expand owners and attach the dates of awaited acts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Prefetch, QuerySet

from gongkai.core.units.models import Body
from gongkai.core.units.queries import filter_staffed_units
from gongkai.work.notices.models import Duty, Measure, MeasureUnit, Notice, UnitPart
from gongkai.work.notices.planning.plan import (
    EMPTY_OWNER_CELL,
    OwnedPart,
    OwnerCell,
    PlannedDuty,
    PlannedEntry,
    PlannedMeasure,
    TaskOwner,
    find_helping_owners,
    find_owners,
    list_owners,
    merge_owners,
    plan_entries,
)


@dataclass(frozen=True)
class PlanningInput:
    """The measures of a notice by primary key, and the same as input of planning.

    `ownerless` are measures for which no unit is responsible; `absent` are named units that get no
    task, because nobody works for them in this installation.
    """

    measures: dict[int, Measure]
    planned: tuple[PlannedMeasure, ...]
    ownerless: tuple[Measure, ...] = field(default=())
    absent: tuple[Body, ...] = field(default=())

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


def expand_notice(notice: Notice) -> PlanningInput:
    """Return all measures of a notice that are not dropped, as input of planning."""
    rows = list(prefetch_parts(notice.measures.filter(dropped=False)))
    absent = find_absent_units(notice, rows)
    everybody = find_named_owners(rows, absent, with_offices=notice.own)
    planned, ownerless = [], []
    for measure in rows:
        owned = find_owned_parts(measure, everybody, absent, own_unit=notice.government_id if notice.own else None)
        if not owned and not any(_is_outside_installation(unit, absent) for unit in measure.units.all()):
            ownerless.append(measure)
        planned.append(
            PlannedMeasure(
                measure.pk,
                owned,
                to_planned_duties(measure.duties.all(), notice.issued_on),
                find_helping_owners(
                    _build_owner_cell(measure, UnitPart.PARTNER, everybody, absent, with_offices=notice.own), owned
                ),
            )
        )
    return PlanningInput({row.pk: row for row in rows}, tuple(planned), tuple(ownerless), tuple(absent.values()))


def find_absent_units(notice: Notice, rows: Iterable[Measure]) -> dict[int, Body]:
    """Return, by key, named units outside the government for which nobody works here.

    A province that prints its own office among those responsible assigns nothing that a city's installation could do.
    """
    units = (unit for row in rows for unit in row.units.all())
    named = {member.body_id: member.body for unit in units for member in unit.members.all()}
    beyond = {key: body for key, body in named.items() if not body.path.startswith(notice.government.path)}
    if notice.own or not beyond:
        return {}
    present = set(filter_staffed_units().filter(pk__in=beyond).values_list("pk", flat=True))
    return {key: body for key, body in beyond.items() if key not in present and body.merged_into_id is None}


def find_owned_parts(
    measure: Measure, everybody: tuple[TaskOwner, ...], absent: Mapping[int, Body], *, own_unit: int | None = None
) -> tuple[OwnedPart, ...]:
    """Return the owners and leads of a measure; with `own_unit`, the key of the notice's unit, each office is an
    owner.
    """
    lead, responsible, partner = (
        _build_owner_cell(measure, part, everybody, absent, with_offices=own_unit is not None) for part in UnitPart
    )
    waiting = any(unit.part != UnitPart.PARTNER and not (unit.resolved or unit.outside) for unit in measure.units.all())
    helping = (
        EMPTY_OWNER_CELL if waiting else partner
    )  # As long as a lead is unresolved, partners do not owe the measure instead.
    return find_owners(lead, responsible, partner=helping, lead_owes=measure.lead_owes, own_unit=own_unit)


def find_partners(measures: Mapping[int, Measure]) -> dict[int, tuple[int, ...]]:
    """Return {measure: partner bodies that owe no task of it}, in a constant number of queries."""
    helped = MeasureUnit.objects.filter(measure__in=list(measures), part=UnitPart.PARTNER).values("measure")
    rows = list(prefetch_parts(Measure.objects.filter(pk__in=helped)))
    partners: dict[int, tuple[int, ...]] = {}
    everybody: tuple[TaskOwner, ...] = ()
    absent = find_absent_units(rows[0].notice, rows) if rows else {}
    if any(unit.everyone for row in rows for unit in row.units.all()):
        whole = list(prefetch_parts(Measure.objects.filter(notice=rows[0].notice_id, dropped=False)))
        everybody = find_named_owners(whole, find_absent_units(rows[0].notice, whole))
    for row in rows:
        helping = find_helping_owners(
            _build_owner_cell(row, UnitPart.PARTNER, everybody, absent, with_offices=False),
            find_owned_parts(row, everybody, absent),
        )
        partners[row.pk] = tuple(owner.body_id for owner in helping)
    return partners


def to_planned_duties(duties: Iterable[Duty], issued: date | None) -> tuple[PlannedDuty, ...]:
    """Convert duties for planning; `issued` is the date of their notice."""
    return tuple(PlannedDuty(duty.pk, duty.due, duty.awaits.dated if duty.awaits else None, issued) for duty in duties)


def find_named_owners(
    measures: Iterable[Measure], absent: Mapping[int, Body], *, with_offices: bool = False
) -> tuple[TaskOwner, ...]:
    """Return the owners that the table names, for cells like 各部门、各单位; offices only `with_offices`."""
    units = (unit for measure in measures if not measure.preamble for unit in measure.units.all())
    if with_offices:
        return list_owners(_list_unit_owners(unit, absent) for unit in units)
    owners = merge_owners(_list_unit_owners(unit, absent) for unit in units)
    return tuple(TaskOwner(owner.body_id) for owner in owners)


def _list_unit_owners(unit: MeasureUnit, absent: Mapping[int, Body]) -> tuple[TaskOwner, ...]:
    """Return the bodies of a printed unit that can take a task."""
    return tuple(TaskOwner(one.body_id, one.office_id) for one in unit.members.all() if one.body_id not in absent)


def _is_outside_installation(unit: MeasureUnit, absent: Mapping[int, Body]) -> bool:
    return unit.outside or any(member.body_id in absent for member in unit.members.all())


def _build_owner_cell(
    measure: Measure, part: str, everybody: tuple[TaskOwner, ...], absent: Mapping[int, Body], *, with_offices: bool
) -> OwnerCell:
    """Return the units of a row's lead, responsible or partner column as owners.

    `with_offices`: the notice is a unit's own, so its offices stay apart; else owners of one unit are merged.
    """
    units = [unit for unit in measure.units.all() if unit.part == part]
    owners_by_unit = [everybody if unit.everyone else _list_unit_owners(unit, absent) for unit in units]
    return OwnerCell(
        list_owners(owners_by_unit) if with_offices else merge_owners(owners_by_unit),
        outside=any(_is_outside_installation(unit, absent) for unit in units),
    )
