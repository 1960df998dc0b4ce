"""Check whether a draft can be confirmed, and preview the result."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from django.utils import timezone

from gongkai.core.acts.action import Refused
from gongkai.core.units.models import Body
from gongkai.work.notices.alignment.stored_notices import align_notices
from gongkai.work.notices.entries import columns
from gongkai.work.notices.entries.expansion import PlanningInput, expand_notice
from gongkai.work.notices.importing.flags import get_flag_kind
from gongkai.work.notices.models import Duty, Measure, MeasureUnit, Notice, UnitPart, UnitState
from gongkai.work.notices.planning.descriptions import NO_DEADLINE_LABEL, describe_rule
from gongkai.work.notices.planning.periods import YEAR
from gongkai.work.notices.planning.plan import (
    OwnedPart,
    PlannedEntry,
    PlannedMeasure,
    TaskOwner,
    count_by_owner,
    find_duty_date,
    plan_entries,
)
from gongkai.work.notices.planning.rules import find_track, is_vague, list_rule_faults
from gongkai.work.notices.queries.unstaffed_units import list_units_without_staff, list_unstaffed_leads
from gongkai.work.notices.queries.visible import ResponsibleUnit, UnitKey, load_units
from gongkai.work.notices.states import NoticeState
from gongkai.work.notices.versions.comparison import NEW, VersionComparison, compare_versions

# Labels of unusual dates by mark.
DATE_WARNING_LABELS = {
    "past": "今天以前",
    "before_issue": "早于印发日期",
    "other_year": "不在本年度",
    "awaits": "等待上级文件，日期暂按期末",
    "none": "没有写明日期，按期末",
    "year_end": "年底",
    "units": "单位待指明",
}
# Placeholder for rows without known units, whose dates are shown as well.
_UNKNOWN_OWNER = OwnedPart(TaskOwner(0), ())


@dataclass(frozen=True)
class PlannedLine:
    """Entries due together: one measure, one track, one date.

    `number` is the row number, `limits` the deadlines, `period` the first period (empty for
    yearly), `unknown` the unresolved names, `marks` keys of `DATE_WARNING_LABELS`, the worst first.
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
        return tuple(DATE_WARNING_LABELS[mark] for mark in self.marks)

    @property
    def unit_names(self) -> str:
        """Return the names of all units, for printing."""
        return "、".join([*(unit.label for unit in self.units), *(f"{name}（待指明）" for name in self.unknown)])


def build_planned_lines(
    notice: Notice, expansion: PlanningInput, entries: Iterable[PlannedEntry], *, today: date
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
    units = load_units({_make_owner_key(notice, planned_entry) for group in groups.values() for planned_entry in group})
    order = list(Measure.objects.filter(notice=notice).order_by("position", "pk").values_list("pk", flat=True))
    row_number_by_measure = {pk: place for place, pk in enumerate(order, start=1)}
    planned = {measure.number: measure for measure in expansion.planned}
    lines = [
        _build_line(
            notice, expansion.measures[number], planned[number], row_number_by_measure[number], group, units, today
        )
        for (number, _, _), group in groups.items()
    ]
    return tuple(sorted(lines, key=lambda line: (line.due, line.number)))


def _build_line(
    notice: Notice,
    measure: Measure,
    planned: PlannedMeasure,
    number: int,
    group: list[PlannedEntry],
    units_by_key: Mapping[UnitKey, ResponsibleUnit],
    today: date,
) -> PlannedLine:
    """Return the line of planned entries with the same duties."""
    first_entry = group[0]
    mine = set(first_entry.duties)
    duties = [duty for duty in measure.duties.all() if duty.pk in mine]
    stated_days = [
        day
        for duty in planned.duties
        if duty.number in mine and (day := find_duty_date(duty, first_entry.period, notice.year))
    ]
    owing = (
        set() if _has_unknown_owners(measure) else {_make_owner_key(notice, planned_entry) for planned_entry in group}
    )
    units = [doer for pair, doer in units_by_key.items() if pair in owing]
    unknown = tuple(unit.printed for unit in measure.units.all() if not unit.resolved)
    unusual = [
        *_find_unusual_date_codes(notice, first_entry, duties, stated_days, today),
        *(["units"] if unknown or not units else []),
    ]
    return PlannedLine(
        measure=measure,
        number=number,
        due=first_entry.due,
        limits=tuple(dict.fromkeys(_describe_deadline(duty) for duty in duties if duty.due)) or (NO_DEADLINE_LABEL,),
        period="" if first_entry.period.track == YEAR else first_entry.period.words,
        units=tuple(units),
        unknown=unknown,
        marks=tuple(unusual),
    )


def _make_owner_key(notice: Notice, entry: PlannedEntry) -> UnitKey:
    """Return (body, office or 0); the office counts only in a unit's own notice."""
    owner = entry.owned.owner
    return owner.body_id, owner.office_id or 0 if notice.own else 0


def _has_unknown_owners(measure: Measure) -> bool:
    """Return true if responsible units are named but none is resolved."""
    responsible = [unit for unit in measure.units.all() if unit.part == UnitPart.RESPONSIBLE]
    return bool(responsible) and not any(unit.resolved for unit in responsible)


def _describe_deadline(duty: Duty) -> str:
    """Return the deadline as understood, with the printed words if they differ."""
    text, printed = describe_rule(duty.due), duty.due_text.strip()
    return f"{printed}（{text}）" if printed and printed != text else text


def _find_unusual_date_codes(
    notice: Notice, entry: PlannedEntry, duties: Iterable[Duty], stated_days: list[date], today: date
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
    if not stated_days and not rhythm:
        yield "none"
    elif not stated_days and (entry.due.month, entry.due.day) == (12, 31) and entry.period.track == YEAR:
        yield "year_end"


@dataclass(frozen=True)
class ConfirmPreview:
    """A preview of the entries and columns that confirming a notice would create.

    `entries` is their number, `bodies` and `dates` count them by unit and by date. `leaderless` are lead units
    without a user who can decide, `idle` responsible units without staff; the clerk must acknowledge both. `absent`
    are named units outside this installation, which get no task. `supports` counts contributions. For an amended
    version (`revision`) all but the columns concerns its new rows.
    """

    entries: int
    bodies: tuple[tuple[ResponsibleUnit, int], ...]
    columns: "columns.NoticeColumnPlan"
    dates: tuple[tuple[date, int], ...]
    lines: tuple[PlannedLine, ...] = field(default=())
    reasons: tuple[str, ...] = field(default=())
    leaderless: tuple[Body, ...] = field(default=())
    idle: tuple[Body, ...] = field(default=())
    absent: tuple[Body, ...] = field(default=())
    supports: int = 0
    revision: VersionComparison | None = None

    @property
    def marked(self) -> int:
        """Return the number of lines with unusual dates."""
        return sum(1 for line in self.lines if line.marks)


def count_open_flags(notice: Notice) -> int:
    """Return the number of open flags."""
    return sum(count_open_flags_by_kind(notice).values())


def count_open_flags_by_kind(notice: Notice) -> Counter[str]:
    """Return the number of open flags of each kind."""
    flags = notice.measures.filter(dropped=False).exclude(flags=[]).values_list("flags", flat=True)
    return Counter(get_flag_kind(flag) for row in flags for flag in row if not flag.get("settled"))


def count_unresolved_units(notice: Notice) -> int:
    """Return the number of printed units, in rows not dropped, that are not resolved to bodies."""
    return (
        MeasureUnit.objects.filter(measure__notice=notice, measure__dropped=False)
        .exclude(state=UnitState.RESOLVED)
        .count()
    )


def list_reasons_against_confirming(notice: Notice, expansion: PlanningInput | None = None) -> list[str]:
    """Return Chinese objections to confirming a draft, each with a remedy."""
    found = []
    if count := count_unresolved_units(notice):
        found.append(f"还有{count}处单位没有对应到名录，请逐一指明。")
    if count := count_open_flags(notice):
        found.append(f"还有{count}处存疑没有核对，请更正或者标为无误。")
    if not notice.title.strip():
        found.append("请填写通知标题。")
    if not notice.issuer_name.strip():
        found.append("没有读到印发单位，请在核对页的“文件信息”中填写。")
    found += _list_amending_faults(notice)
    found += _list_parent_faults(notice)
    expanded = expansion or expand_notice(notice)
    if beyond := _list_foreign_units(notice, expanded):
        found.append(
            f"{notice.government.label}自己的通知不能交办给{'、'.join(beyond[:5])}，请改由本单位处室和所属单位落实。"
        )
    if not expanded.measures:
        found.append("没有要列入的举措。")
    if not count and expanded.ownerless:
        rows = "、".join(str(_get_row_number(measure)) for measure in expanded.ownerless[:5])
        found.append(f"第{rows}行没有责任单位，请补充，或者选“不列入任务”。")
    faulty_limits = {
        measure: [
            str(duty.due.get("text") or duty.text[:20]) for duty in measure.duties.all() if list_rule_faults(duty.due)
        ]
        for measure in expanded.measures.values()
    }
    for measure, limits in [(measure, limits) for measure, limits in faulty_limits.items() if limits][:5]:
        text = "”“".join(limits)
        found.append(
            f"第{_get_row_number(measure)}行的时限“{text}”不完整，请在这一行补充从什么时候起算，或者改成日期。"
        )
    return found


def _list_amending_faults(notice: Notice) -> list[str]:
    """Return objections regarding the amended notice."""
    if notice.awaits_amending_answer:
        return ["请先确认本通知是否修订执行中的通知。"]
    if not notice.is_revision or notice.amends is None:
        return []
    if notice.amends.state != NoticeState.LIVE:
        return [f"原通知“{notice.amends.title}”{notice.amends.state_label}，不能再由本通知接续，请改选。"]
    if notice.amends.year != notice.year:
        return [f"原通知是{notice.amends.year}年度的，与本通知的年度不同，请核对年度，或者改选原通知。"]
    waiting = compare_versions(notice).waiting
    return [f"与原通知相比还有{waiting}行的变化没有确认，请逐行或者一并采用。"] if waiting else []


def _list_parent_faults(notice: Notice) -> list[str]:
    """Return an objection if limits are looser than those of the higher notice without a reason."""
    if notice.parent is None or not notice.editable:
        return []
    try:
        lines = align_notices(notice, notice.parent).lines
    except Refused:  # too many measures to compare
        return []
    rows = [str(line.own.number) for line in lines if line.needs_reason and line.own]
    if not rows:
        return []
    shown = "、".join(rows[:5]) + ("等" if len(rows) > 5 else "")
    return [f"第{shown}行的时限比上级通知宽，请在“对照”中采用上级时限，或者写明保留本级规定的理由。"]


def _list_foreign_units(notice: Notice, expansion: PlanningInput) -> list[str]:
    """Return the names of owners and leads outside the unit's own notice."""
    if not notice.own:
        return []
    named = {
        number
        for planned in expansion.planned
        for owned in planned.owned
        for number in (owned.owner.body_id, *owned.leads)
    }
    rows = Body.objects.filter(pk__in=named).exclude(path__startswith=notice.government.path)
    return [body.label for body in rows.order_by("position", "pk")]


def _get_row_number(measure: Measure) -> int:
    """Return the number of a row in its notice, from 1."""
    return Measure.objects.filter(notice=measure.notice_id, position__lte=measure.position).count()


def preview_confirmation(notice: Notice, today: date | None = None) -> ConfirmPreview:
    """Return a preview of confirming the notice now; nothing is stored."""
    whole, day = expand_notice(notice), today or timezone.localdate()
    revision = compare_versions(notice) if notice.is_revision and notice.editable else None
    expansion = _select_new_rows(whole, revision) if revision else whole
    entries = expansion.entries(year=notice.year, today=day, started=notice.issued_on)
    counts = count_by_owner(entries, by_office=notice.own)
    units = load_units(counts)
    return ConfirmPreview(
        entries=len(entries),
        bodies=tuple((units[pair], count) for pair, count in sorted(counts.items(), key=lambda pair: -pair[1])),
        columns=columns.plan_columns(notice, whole),
        dates=tuple(sorted(_count_by_date(entries).items())),
        lines=build_planned_lines(notice, expansion, entries, today=day),
        reasons=tuple(list_reasons_against_confirming(notice, whole)),
        leaderless=tuple(list_unstaffed_leads(whole.planned)),
        absent=whole.absent,
        supports=0 if notice.own else _count_contributions(expansion, entries),
        revision=revision,
        idle=tuple(list_units_without_staff(planned_entry.owned.owner.body_id for planned_entry in entries)),
    )


def _select_new_rows(expansion: PlanningInput, revision: VersionComparison) -> PlanningInput:
    """Return the part of an expansion that belongs to rows added by the revision."""
    new = {line.new.pk for line in revision.lines if line.status == NEW and line.new}
    return PlanningInput(
        {pk: row for pk, row in expansion.measures.items() if pk in new},
        tuple(planned_measure for planned_measure in expansion.planned if planned_measure.number in new),
    )


def _count_contributions(expansion: PlanningInput, entries: Iterable[PlannedEntry]) -> int:
    """Return how many contributions the entries will open."""
    helping = {planned.number: len(planned.partners) for planned in expansion.planned}
    return sum(
        helping[measure]
        for measure, _ in {(planned_entry.measure, planned_entry.period.label) for planned_entry in entries}
    )


def _count_by_date(entries: tuple[PlannedEntry, ...]) -> dict[date, int]:
    counts: dict[date, int] = {}
    for entry in entries:
        counts[entry.due] = counts.get(entry.due, 0) + 1
    return counts


def count_duties(notice: Notice) -> int:
    """Return the number of duties of a notice."""
    return Duty.objects.filter(measure__notice=notice).count()
