"""Store the rows of a notice: measures, resolved units and duties."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from gongkai.work.notices.entries.columns import find_misspelt_names, list_column_keys
from gongkai.work.notices.entries.creation import find_default, load_own_defaults
from gongkai.work.notices.importing.flags import (
    flag_deadlines,
    flag_misspelt_paths,
    flag_parent_deadlines,
    make_rule_key,
)
from gongkai.work.notices.importing.unit_names import NameResolver, has_strange_issuer
from gongkai.work.notices.models import AwaitedAct, Duty, Measure, MeasureUnit, Notice, UnitMember
from gongkai.work.notices.planning.channels import find_channel_columns
from gongkai.work.notices.planning.draft_rows import DraftDuty, DraftMeasure, DraftUnit
from gongkai.work.notices.planning.paths import SiteColumnPaths, split_paths
from gongkai.work.notices.planning.rules import FROM_ISSUE, VagueMeaning, find_last_day


@dataclass(frozen=True)
class RowPlan:
    """The rows of a notice as they will be stored (`drafts`), and the resolver of their unit names (`names`)."""

    drafts: list[DraftMeasure]
    names: NameResolver


@dataclass(frozen=True)
class NewRow:
    """A measure with its units, their members and its duties, not stored yet."""

    measure: Measure
    units: Sequence[MeasureUnit]
    members: Sequence[UnitMember]
    duties: Sequence[Duty]


def split_row_paths(drafts: Sequence[DraftMeasure], existing_columns: SiteColumnPaths, text: str) -> list[DraftMeasure]:
    """Return the rows with marked channels separated from column paths.

    A path of an existing column of the site stays whole; `text` is the whole notice.
    """
    columns = find_channel_columns(drafts, text)
    return [row if row.preamble else split_paths(row, existing_columns, columns) for row in drafts]


def build_rows(notice: Notice, plan: RowPlan, *, after: int = 0) -> list[NewRow]:
    """Return the rows of a notice as they will be stored, after a position; nothing is written."""
    parent_deadlines = _find_parent_deadlines(notice)
    names = {name for draft in plan.drafts for duty in draft.duties for path in duty.paths for name in path}
    slips = find_misspelt_names(names, notice.government)
    own_defaults = load_own_defaults(notice.government)
    acts: dict[str, AwaitedAct] = {}
    rows = []
    for position, draft in enumerate(plan.drafts, start=1):
        measure = _build_measure(notice, draft, after + position * 10, parent_deadlines, slips)
        units = [_build_unit(measure, place, unit, plan.names) for place, unit in enumerate(draft.units)]
        duties = []
        for place, duty in enumerate(draft.duties, start=1):
            act = None
            if duty.awaits:
                act = acts.setdefault(duty.awaits, AwaitedAct(notice=notice, words=duty.awaits[:300]))
            duties.append(_build_duty(measure, duty, place, own_defaults, act))
        members = [member for _, some in units for member in some]
        rows.append(NewRow(measure, [unit for unit, _ in units], members, duties))
    return rows


def insert_rows(rows: Iterable[NewRow]) -> None:
    """Insert rows of a stored notice in a constant number of statements."""
    new = list(rows)
    duties = [duty for row in new for duty in row.duties]
    new_acts: dict[int, AwaitedAct] = {}
    for duty in duties:
        if (act := duty.awaits) and act._state.adding:
            new_acts[id(act)] = act
    AwaitedAct.objects.bulk_create(new_acts.values())
    Measure.objects.bulk_create([row.measure for row in new], batch_size=500)
    MeasureUnit.objects.bulk_create([unit for row in new for unit in row.units], batch_size=500)
    UnitMember.objects.bulk_create([member for row in new for member in row.members], batch_size=500)
    Duty.objects.bulk_create(duties, batch_size=500)


T = TypeVar("T")


def group_into_rows(rows: Iterable[object]) -> list[NewRow]:
    """Group unsaved objects (measures, units, members, duties, acts) into rows by the keys that link them."""
    objects = list(rows)

    def group_by_field(model: type[T], field: str) -> dict[int, list[T]]:
        """Return the objects of a model, grouped by the value of a field."""
        by_key: dict[int, list[T]] = defaultdict(list)
        for row_object in objects:
            if isinstance(row_object, model):
                by_key[getattr(row_object, field)].append(row_object)
        return by_key

    units, members, duties = (
        group_by_field(MeasureUnit, "measure_id"),
        group_by_field(UnitMember, "unit_id"),
        group_by_field(Duty, "measure_id"),
    )
    acts = {act.pk: act for act in objects if isinstance(act, AwaitedAct)}
    for some in duties.values():
        for duty in some:
            duty.awaits = acts.get(duty.awaits_id) if duty.awaits_id else None
    return [
        NewRow(
            measure,
            units[measure.pk],
            [member for unit in units[measure.pk] for member in members[unit.pk]],
            duties[measure.pk],
        )
        for measure in objects
        if isinstance(measure, Measure)
    ]


def store_row(notice: Notice, draft: DraftMeasure, *, after: int) -> Measure:
    """Store one more draft row after a position and resolve its units."""
    drafts = split_row_paths([draft], SiteColumnPaths.of(list_column_keys(notice.government)), "")
    names = NameResolver(notice.government, notice.issuer, strange=has_strange_issuer(notice))
    rows = build_rows(notice, RowPlan(drafts, names), after=after)
    insert_rows(rows)
    return rows[0].measure


def _find_parent_deadlines(notice: Notice) -> dict[str, date]:
    """Return, by rule key, the last day of the parent's deadlines that run from issue."""
    above = notice.parent
    if above is None or above.issued_on is None:
        return {}
    rules = Duty.objects.filter(measure__notice=above, due__counts_from=FROM_ISSUE).values_list("due", flat=True)
    days = ((make_rule_key(rule), find_last_day(rule, above.year, issued=above.issued_on)) for rule in rules)
    return {key: day for key, day in days if day}


def _build_measure(
    notice: Notice, draft: DraftMeasure, position: int, parent_deadlines: dict[str, date], slips: dict[str, str]
) -> Measure:
    """Return a measure, not stored yet, with the questions about its deadlines and columns."""
    return Measure(
        notice=notice,
        position=position,
        section=draft.section[:300],
        section_no=draft.section_no,
        item=draft.item[:300],
        text=draft.text,
        extras=dict(draft.extras),
        preamble=draft.preamble,
        dropped=draft.dropped,
        page=draft.page,
        cells=list(draft.cells),
        form=draft.form,
        lead_owes=draft.lead_owes,
        flags=[
            *draft.flags,
            *flag_deadlines(draft, notice.issued_on),
            *flag_parent_deadlines(draft, notice.issued_on, parent_deadlines),
            *flag_misspelt_paths(draft, slips),
        ],
    )


def _build_unit(
    measure: Measure, place: int, unit: DraftUnit, names: NameResolver
) -> tuple[MeasureUnit, list[UnitMember]]:
    """Return (printed unit, units and offices it is resolved to), none stored yet."""
    resolved = names.resolve_unit(unit)
    measure_unit = MeasureUnit(
        measure=measure,
        part=unit.part,
        position=place,
        printed=unit.printed[:200],
        state=resolved.state,
        plural=resolved.plural,
        words=resolved.words,
        helps=unit.helps,
    )
    return measure_unit, [UnitMember(unit=measure_unit, body=body, office=office) for body, office in resolved.members]


def _build_duty(
    measure: Measure, duty: DraftDuty, place: int, own_meanings: dict[str, VagueMeaning], awaits: AwaitedAct | None
) -> Duty:
    """Return an unsaved duty, with the default for a vague deadline."""
    default = find_default(duty.due, own_meanings)
    return Duty(
        measure=measure,
        position=place,
        text=duty.text,
        paths=[list(path) for path in duty.paths],
        channels=list(duty.channels),
        due=dict(duty.due),
        due_text=str(duty.due.get("text") or "")[:200],
        cycle=default.cycle if default else "",
        default_note=default.note if default else "",
        default_by=default.set_by if default else "",
        awaits=awaits,
        guides=duty.guides,
    )
