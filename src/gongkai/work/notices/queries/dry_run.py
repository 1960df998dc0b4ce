"""The dry run of confirming: due dates and units of each measure, with marks on unusual dates."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from gongkai.work.notices.entries.expansion import Expansion
from gongkai.work.notices.models import Duty, Measure, Notice, UnitPart
from gongkai.work.notices.planning.descriptions import NO_DEADLINE_LABEL, describe_rule
from gongkai.work.notices.planning.periods import YEAR
from gongkai.work.notices.planning.plan import (
    OwnedPart,
    Owner,
    PlannedEntry,
    PlannedMeasure,
    find_duty_date,
    plan_entries,
)
from gongkai.work.notices.planning.rules import find_track, is_vague
from gongkai.work.notices.queries.visible import ResponsibleUnit, UnitKey, load_units

# Marks of unusual dates and their labels.
MARK_LABELS = {
    "past": "今天以前",
    "before_issue": "早于印发日期",
    "other_year": "不在本年度",
    "awaits": "等待上级文件，日期暂按期末",
    "none": "没有写明日期，按期末",
    "year_end": "年底",
    "units": "单位待指明",
}
# Placeholder for rows without known units, whose dates are shown as well.
_UNKNOWN_OWNER = OwnedPart(Owner(0), ())


@dataclass(frozen=True)
class PlannedLine:
    """Entries due together: one measure, one track, one date.

    `number` is the row number, `limits` the deadlines, `period` the first period (empty for
    yearly), `unknown` the unresolved names, `marks` keys of `MARK_LABELS`, the worst first.
    """

    measure: Measure
    number: int
    due: date
    limits: tuple[str, ...]
    period: str
    units: tuple[ResponsibleUnit, ...]
    unknown: tuple[str, ...]
    marks: tuple[str, ...]

    @property
    def mark_labels(self) -> tuple[str, ...]:
        """Return the marks in words."""
        return tuple(MARK_LABELS[mark] for mark in self.marks)

    @property
    def unit_names(self) -> str:
        """Return the names of all units, for printing."""
        return "、".join([*(unit.label for unit in self.units), *(f"{name}（待指明）" for name in self.unknown)])


def build_planned_lines(
    notice: Notice, expansion: Expansion, entries: Iterable[PlannedEntry], *, today: date
) -> tuple[PlannedLine, ...]:
    """Return the entries that confirming would create, by date and row, in two queries."""
    groups: dict[tuple[int, str, date], list[PlannedEntry]] = {}
    nobody = (
        entry
        for measure in expansion.planned
        if not measure.owned
        for entry in plan_entries(
            replace(measure, owned=(_UNKNOWN_OWNER,)), year=notice.year, today=today, started=notice.issued_on
        )
    )
    for entry in (*entries, *nobody):
        groups.setdefault((entry.measure, entry.period.track, entry.due), []).append(entry)
    known = load_units({_owner_key(notice, planned_entry) for group in groups.values() for planned_entry in group})
    order = list(Measure.objects.filter(notice=notice).order_by("position", "pk").values_list("pk", flat=True))
    places = {pk: place for place, pk in enumerate(order, start=1)}
    planned = {measure.number: measure for measure in expansion.planned}
    lines = [
        _build_line(notice, expansion.measures[number], planned[number], places[number], group, known, today)
        for (number, _, _), group in groups.items()
    ]
    return tuple(sorted(lines, key=lambda line: (line.due, line.number)))


def _build_line(
    notice: Notice,
    measure: Measure,
    planned: PlannedMeasure,
    number: int,
    group: list[PlannedEntry],
    known: Mapping[UnitKey, ResponsibleUnit],
    today: date,
) -> PlannedLine:
    first = group[0]
    mine = set(first.duties)
    duties = [duty for duty in measure.duties.all() if duty.pk in mine]
    said = [
        day
        for duty in planned.duties
        if duty.number in mine and (day := find_duty_date(duty, first.period, notice.year))
    ]
    owing = set() if _has_unknown_owners(measure) else {_owner_key(notice, planned_entry) for planned_entry in group}
    units = [doer for pair, doer in known.items() if pair in owing]
    unknown = tuple(unit.printed for unit in measure.units.all() if not unit.resolved)
    marks = [*_find_marks(notice, first, duties, said, today), *(["units"] if unknown or not units else [])]
    return PlannedLine(
        measure=measure,
        number=number,
        due=first.due,
        limits=tuple(dict.fromkeys(_describe_deadline(duty) for duty in duties if duty.due)) or (NO_DEADLINE_LABEL,),
        period="" if first.period.track == YEAR else first.period.words,
        units=tuple(units),
        unknown=unknown,
        marks=tuple(marks),
    )


def _owner_key(notice: Notice, entry: PlannedEntry) -> UnitKey:
    owner = entry.owned.owner
    return owner.body_id, owner.office_id or 0 if notice.own else 0


def _has_unknown_owners(measure: Measure) -> bool:
    """Return true if responsible units are named but none is resolved; then the leads do not owe it."""
    responsible = [unit for unit in measure.units.all() if unit.part == UnitPart.RESPONSIBLE]
    return bool(responsible) and not any(unit.resolved for unit in responsible)


def _describe_deadline(duty: Duty) -> str:
    """Return the deadline as understood, with the printed words if they differ."""
    words, printed = describe_rule(duty.due), duty.due_text.strip()
    return f"{printed}（{words}）" if printed and printed != words else words


def _find_marks(
    notice: Notice, entry: PlannedEntry, duties: Iterable[Duty], said: list[date], today: date
) -> Iterable[str]:
    if entry.due < today:
        yield "past"
    if notice.issued_on and entry.due < notice.issued_on:
        yield "before_issue"
    if entry.due.year != notice.year:
        yield "other_year"
    if any(duty.awaits and duty.awaits.dated is None for duty in duties):
        yield "awaits"
    rhythm = any(find_track(duty.due) != YEAR or is_vague(duty.due) for duty in duties)
    if not said and not rhythm:
        yield "none"
    elif not said and (entry.due.month, entry.due.day) == (12, 31) and entry.period.track == YEAR:
        yield "year_end"
