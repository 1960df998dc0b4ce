"""Compare an amended version with the notice in force, row by row."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from django.db.models import Count, Q

from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Body
from gongkai.work.notices.alignment.text_differences import MarkedText, mark_differences
from gongkai.work.notices.entries.expansion import PlanningInput, expand_notice
from gongkai.work.notices.models import Assignment, Measure, Notice, Pairing
from gongkai.work.notices.planning.descriptions import describe_rule_with_day, remove_list_number
from gongkai.work.notices.planning.plan import PlannedMeasure
from gongkai.work.notices.planning.rules import FROM_ISSUE
from gongkai.work.notices.states import CANCELLED_OUTCOMES, AssignmentState
from gongkai.work.notices.versions.measure_states import (
    TEXT_CHANGED,
    WantedDuty,
    WantedMeasure,
    build_current_state,
    describe_differences,
    match_duties,
)
from gongkai.work.notices.versions.row_pairs import match_rows, normalize_row

SAME, CHANGED, NEW, GONE, KEPT = "same", "changed", "new", "gone", "kept"
STATUS_LABELS = {CHANGED: "有变化", NEW: "新增", GONE: "取消", KEPT: "继续办理", SAME: "不变"}
# Primary keys of the body and, in a unit's own notice, of the office (0: the whole unit).
OwnerKey = tuple[int, int]


@dataclass(frozen=True)
class RunningTask:
    """A task of a row in force: its entry, the responsible unit (`whom`), and the number of pieces of evidence."""

    entry: Entry
    whom: str
    proofs: int

    @property
    def finished(self) -> bool:
        """Return true if the task was done or carried over; it counts even if its row is dropped."""
        return self.entry.closed_at is not None and self.entry.outcome not in CANCELLED_OUTCOMES


@dataclass(frozen=True)
class RowLine:
    """A row of the new version (None: dropped) next to the row in force (None: new).

    `changes` are sentences. `alone` are reasons for a separate decision. `rivals` are other
    possible counterparts. `seen` is the digest of both sides. `by` is the user who accepted it.
    `kept` is the reason why a dropped row continues. `said` is true if a clerk paired the rows.
    """

    status: str
    old: Measure | None
    new: Measure | None
    number: int
    changes: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    rivals: tuple[Measure, ...] = ()
    marked: MarkedText | None = None
    tasks: tuple[RunningTask, ...] = ()
    seen: str = ""
    by: str = ""
    said: bool = False
    kept: str = ""

    @property
    def finished(self) -> int:
        """Return the number of finished tasks."""
        return sum(1 for task in self.tasks if task.finished)

    @property
    def label(self) -> str:
        """Return the label of the status."""
        return STATUS_LABELS[self.status]

    @property
    def waits(self) -> bool:
        """Return true if the line is pending a clerk's acceptance."""
        return not self.by and (self.status != SAME or bool(self.rivals))

    @property
    def other_changes(self) -> list[str]:
        """Return changes other than the text, which is shown marked."""
        return [change for change in self.changes if not (self.marked and change.startswith(TEXT_CHANGED))]

    @property
    def key(self) -> str:
        """Return the identifier of the line on the page, made of the keys of its rows."""
        return f"{self.old.pk if self.old else 0}-{self.new.pk if self.new else 0}"


@dataclass(frozen=True)
class VersionComparison:
    """An amended version compared with the notice in force."""

    notice: Notice
    older: Notice
    lines: tuple[RowLine, ...]

    @property
    def counts(self) -> list[tuple[str, str, int]]:
        """Return the number of rows by status, as (status, label, number)."""
        return [
            (kind, text, sum(1 for row_line in self.lines if row_line.status == kind))
            for kind, text in STATUS_LABELS.items()
        ]

    @property
    def waiting(self) -> int:
        """Return the number of rows to be accepted."""
        return sum(1 for row_line in self.lines if row_line.waits)

    @property
    def pairs(self) -> list[RowLine]:
        """Return the rows with a counterpart."""
        return [row_line for row_line in self.lines if row_line.old and row_line.new]


def compare_versions(notice: Notice) -> VersionComparison:
    """Compare an amended version with the notice in `amends`, in a constant number of queries."""
    older = notice.amends
    assert older is not None
    sides = _VersionSide(older), _VersionSide(notice)
    pairings = list(Pairing.objects.filter(notice=notice, other=older))
    lines = []
    for old_row, new_row, rivals in _pair_rows(*sides, pairings):
        line = _build_line(sides, old_row, new_row, rivals)
        lines.append(_apply_pairing_decision(line, pairings))
    tasks = _load_tasks(older, by_office=notice.own)
    lines = [
        replace(row_line, tasks=tuple(tasks.get(row_line.old.pk, ()))) if row_line.old else row_line
        for row_line in lines
    ]
    return VersionComparison(notice, older, tuple(_flag_unfinished_work(row_line) for row_line in lines))


class _VersionSide:
    """One of the two notices: rows, planned entries and owners."""

    def __init__(self, notice: Notice) -> None:
        self.notice = notice
        expansion = expand_notice(notice)
        self.rows: dict[int, Measure] = dict(expansion.measures)
        self.numbers = {pk: place for place, pk in enumerate(self.rows, start=1)}
        self.planned: Mapping[int, PlannedMeasure] = map_planned_measures(expansion)
        self.names = _find_owner_names(self.planned.values())

    def get_state(self, row: Measure) -> WantedMeasure:
        """Return the state of a row as text, units and duties."""
        return build_current_state(row, row.units.all(), row.duties.all())

    def list_owner_keys(self, row: Measure) -> tuple[OwnerKey, ...]:
        """Return (body, office) of each owner of a row; the office is 0 unless the notice is the unit's own."""
        return list_owner_keys(self.planned[row.pk], by_office=self.notice.own)

    def describe_owners(self, row: Measure) -> str:
        """Return the first four owners of a row by name, with their number if there are more."""
        names = list(dict.fromkeys(self.names.get(body, "") for body, _ in self.list_owner_keys(row)))
        name_list = "、".join(names[:4])
        return f"{name_list}等{len(names)}个单位" if len(names) > 4 else name_list or "无"


def map_planned_measures(expansion: PlanningInput) -> dict[int, PlannedMeasure]:
    """Return planned measures by primary key."""
    return {planned_measure.number: planned_measure for planned_measure in expansion.planned}


def list_owner_keys(planned: PlannedMeasure, *, by_office: bool) -> tuple[OwnerKey, ...]:
    """Return (body, office) of each owner of a measure; the office is 0 unless `by_office`."""
    return tuple((owned.owner.body_id, (owned.owner.office_id or 0) if by_office else 0) for owned in planned.owned)


def _find_owner_names(planned: Iterable[PlannedMeasure]) -> dict[int, str]:
    numbers = {owned.owner.body_id for measure in planned for owned in measure.owned}
    return {body.pk: body.label for body in Body.objects.filter(pk__in=numbers)}


def _pair_rows(
    old: _VersionSide, new: _VersionSide, pairings: Sequence[Pairing]
) -> Iterable[tuple[Measure | None, Measure | None, tuple[Measure, ...]]]:
    """Yield (old row or None, new row or None, rivals): pairs set by clerks first, then by text."""
    chosen = {pairing.own_id: pairing.upper_id for pairing in pairings if pairing.own_id in new.rows}
    chosen = {own_pk: upper for own_pk, upper in chosen.items() if upper is None or upper in old.rows}
    paired_old = {upper for upper in chosen.values() if upper}
    unpaired_old = [row for pk, row in old.rows.items() if pk not in paired_old]
    unpaired_new = [row for pk, row in new.rows.items() if pk not in chosen]
    pairs = match_rows([row.text for row in unpaired_old], [row.text for row in unpaired_new])
    rivals: dict[int, tuple[Measure, ...]] = {}
    for pair in pairs:
        if pair.new is not None:
            row = unpaired_new[pair.new]
            chosen[row.pk] = None if pair.old is None else unpaired_old[pair.old].pk
            rivals[row.pk] = tuple(unpaired_old[place] for place in pair.rivals)
    for pk, row in new.rows.items():
        yield old.rows.get(chosen[pk] or 0), row, rivals.get(pk, ())
    used = set(chosen.values())
    for pk, row in old.rows.items():
        if pk not in used:
            yield row, None, ()


def _build_line(
    sides: tuple[_VersionSide, _VersionSide], old: Measure | None, new: Measure | None, rivals: tuple[Measure, ...]
) -> RowLine:
    """Return the line of a pair or single row, with changes and a digest."""
    old_side, new_side = sides
    text_digest = _digest_sides(old_side.get_state(old) if old else None, new_side.get_state(new) if new else None)
    if old is None or new is None:
        row, side = (new, new_side) if old is None else (old, old_side)
        assert row is not None
        return RowLine(NEW if old is None else GONE, old, new, side.numbers[row.pk], seen=text_digest)
    old_measure, new_measure = (
        old_side.get_state(old),
        match_duty_keys(new_side.get_state(new), old_side.get_state(old)),
    )
    changes = [
        *describe_changes(old_measure, new_measure),
        *_describe_restarted_deadlines(old, old_side.notice, new_side.notice),
    ]
    alone = []
    owing = old_side.list_owner_keys(old), new_side.list_owner_keys(new)
    if set(owing[0]) != set(owing[1]):
        alone.append(f"承担单位由{old_side.describe_owners(old)}改为{new_side.describe_owners(new)}")
        if len(owing[1]) > len(owing[0]):
            alone.append(f"任务由{len(owing[0])}项变为{len(owing[1])}项")
    marked = (
        mark_differences(old_measure.text, new_measure.text)
        if normalize_row(old_measure.text) != normalize_row(new_measure.text)
        else None
    )
    status = CHANGED if changes or alone else SAME
    number = new_side.numbers[new.pk]
    return RowLine(
        status,
        old,
        new,
        number,
        tuple(changes),
        tuple(alone),
        rivals,
        marked,
        seen=f"{text_digest[:32]}{_digest_owners(owing)}",
    )


def describe_changes(before: WantedMeasure, after: WantedMeasure) -> list[str]:
    """Return the changes of a row, one sentence each.

    Punctuation, blanks, the order of units, and duties that follow the text of the row do not
    count.
    """
    before, after = (replace(measure, text=remove_list_number(measure.text)) for measure in (before, after))
    equal_fields = {
        name: getattr(before, name)
        for name, normalize in (("section", normalize_heading), ("item", normalize_heading), ("text", normalize_row))
        if normalize(getattr(before, name)) == normalize(getattr(after, name))
    }
    equal_fields |= {
        side: getattr(before, side)
        for side in ("lead", "responsible", "partner")
        if sorted(getattr(before, side)) == sorted(getattr(after, side))
    }
    was = {duty_wanted.pk: duty_wanted.text for duty_wanted in before.duties}
    follows = "text" not in equal_fields
    after = replace(after, duties=_restore_duty_order(after.duties, before.duties))
    duties = tuple(
        replace(duty_wanted, text=was[duty_wanted.pk])
        if duty_wanted.pk in was and (follows or normalize_row(was[duty_wanted.pk]) == normalize_row(duty_wanted.text))
        else duty_wanted
        for duty_wanted in after.duties
    )
    return describe_differences(before, replace(after, duties=duties, **equal_fields))


def _restore_duty_order(after: Sequence[WantedDuty], before: Sequence[WantedDuty]) -> tuple[WantedDuty, ...]:
    """Return the duties; paths or channels that differ only in their order have the previous order."""
    was = {duty_wanted.pk: duty_wanted for duty_wanted in before}

    def restore_duty_order(new: WantedDuty) -> WantedDuty:
        """Return the wanted duty with paths and channels in the old order if only that differs."""
        old = was.get(new.pk)
        if old is None:
            return new
        paths = old.paths if sorted(old.paths) == sorted(new.paths) else new.paths
        channels = old.channels if sorted(old.channels) == sorted(new.channels) else new.channels
        return replace(new, paths=paths, channels=channels)

    return tuple(map(restore_duty_order, after))


def normalize_heading(heading: str) -> str:
    """Return a heading normalised for comparison, without a trailing bracket such as （10月底前完成）."""
    return normalize_row(re.sub(r"[（(][^（）()]*[）)]\s*$", "", heading.strip()))


def match_duty_keys(after: WantedMeasure, before: WantedMeasure) -> WantedMeasure:
    """Return `after` with the primary keys of matching duties of `before`."""
    partner = match_duties(before.duties, after.duties)
    known = {duty_wanted.pk: duty_wanted for duty_wanted in before.duties}
    duties = tuple(
        WantedDuty(pk, duty_wanted.text, duty_wanted.due, duty_wanted.paths, duty_wanted.channels)
        if (pk := partner.get(duty_wanted.pk or 0)) in known
        else replace(duty_wanted, pk=None)
        for duty_wanted in after.duties
    )
    return replace(after, duties=duties)


def _describe_restarted_deadlines(row: Measure, older: Notice, newer: Notice) -> Iterable[str]:
    """Yield deadlines that count from the date of issue if that date has changed."""
    if older.issued_on == newer.issued_on:
        return
    for duty in row.duties.all():
        if duty.due.get("counts_from") == FROM_ISSUE:
            yield f"时限随印发日期由“{describe_rule_with_day(duty.due, older.issued_on)}”改为“{describe_rule_with_day(duty.due, newer.issued_on)}”"


def _digest_sides(before: WantedMeasure | None, after: WantedMeasure | None) -> str:
    return sha256(repr((before, after)).encode()).hexdigest()


def _digest_owners(owing: object) -> str:
    return sha256(repr(owing).encode()).hexdigest()[:32]


def _apply_pairing_decision(line: RowLine, pairings: Iterable[Pairing]) -> RowLine:
    """Apply a clerk's pairing to a line; it is accepted only if both sides are unchanged."""
    sides = line.old.pk if line.old else None, line.new.pk if line.new else None
    for pairing in pairings:
        if (pairing.upper_id, pairing.own_id) == sides:
            accepted = pairing.seen == line.seen
            line = replace(line, said=True, rivals=(), by=pairing.by if accepted else "")
            kept = accepted and line.status == GONE and bool(pairing.words)
            return replace(line, status=KEPT, kept=pairing.words) if kept else line
    return line


def _load_tasks(older: Notice, *, by_office: bool) -> dict[int, list[RunningTask]]:
    """Return the older notice's tasks by key of the measure, each with owner and number of pieces of evidence."""
    rows = (
        Assignment.objects.filter(notice=older)
        .select_related("entry__body", "entry__office")
        .annotate(proofs=Count("entry__evidence", filter=Q(entry__evidence__withdrawn=False)))
    )
    tasks: dict[int, list[RunningTask]] = {}
    for row in rows.order_by("pk"):
        entry = row.entry
        whom = entry.office.name if by_office and entry.office else entry.body.label
        tasks.setdefault(row.measure_id, []).append(RunningTask(entry, whom, row.proofs))
    return tasks


def _flag_unfinished_work(line: RowLine) -> RowLine:
    """Require a separate decision for a dropped row with unfinished work."""
    if line.status != GONE:
        return line
    proofs = sum(task.proofs for task in line.tasks if not task.finished)
    waiting = sum(1 for task in line.tasks if task.entry.state == AssignmentState.SUBMITTED)
    alone = [f"未办结的任务已有佐证{proofs}件"] if proofs else []
    alone += [f"{waiting}项已提交、等牵头单位审核，取消后不计为完成"] if waiting else []
    return replace(line, alone=tuple(alone)) if alone else line
