"""Handle rows that an amended version drops."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from django.db.models import Exists, Model, OuterRef, Q

from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import Actor
from gongkai.work.notices.actions.decisions import cancel_assignment
from gongkai.work.notices.entries.expansion import prefetch_parts
from gongkai.work.notices.models import Assignment, AwaitedAct, Duty, Measure, MeasureUnit, Notice, Pairing, UnitMember
from gongkai.work.notices.states import CANCELLED_OUTCOMES, OPEN_STATES
from gongkai.work.notices.versions.row_pairs import normalize_row

# Shown on a dropped row that remains in the amended notice because of finished work.
DONE_BEFORE_REVISION_NOTE = "修订版未列入，修订前已办结的仍计入"
# Tasks that were done or carried over; they count even if their row is dropped.
FINISHED_TASK_CONDITION = Q(entry__closed_at__isnull=False) & ~Q(entry__outcome__in=CANCELLED_OUTCOMES)
Row = TypeVar("Row", bound=Model)


def list_dropped_rows(older: Notice, dropped_rows: Iterable[int], rows_to_keep: Iterable[int]) -> list[int]:
    """Return the keys of the older notice's rows that `take_over_dropped_rows` has to handle, in order.

    These are rows to keep, dropped rows with open or finished tasks, and rows that an earlier version dropped after
    their tasks were finished.
    """
    tasks = Assignment.objects.filter(measure=OuterRef("pk"))
    busy = Exists(tasks.filter(entry__state__in=OPEN_STATES)) | Exists(tasks.filter(FINISHED_TASK_CONDITION))
    rows = Measure.objects.filter(notice=older).order_by("position", "pk")
    dropped_now = rows.filter(Q(pk__in=list(rows_to_keep)) | Q(busy, pk__in=list(dropped_rows)))
    dropped_earlier = rows.filter(dropped=True).exclude(kept_because="")
    return [*dropped_now.values_list("pk", flat=True), *dropped_earlier.values_list("pk", flat=True)]


def take_over_dropped_rows(
    notice: Notice, older: Notice, numbers: Sequence[int], kept: Mapping[int, str], by: Actor
) -> tuple[list[int], list[Entry]]:
    """Move kept and finished rows to the new notice, cancel open tasks of those not kept; return (moved keys,
    cancelled).

    A copy of each moved row stays with the older notice, which still shows all that it printed. `kept` has the reason
    for each kept row.
    """
    rows = {row.pk: row for row in prefetch_parts(Measure.objects.filter(pk__in=numbers))}
    tasks = Assignment.objects.filter(measure__in=rows)
    finished = set(tasks.filter(FINISHED_TASK_CONDITION).values_list("measure", flat=True))
    ended = [pk for pk, row in rows.items() if not row.dropped and pk not in kept]
    places, moved = _RowPlacer(notice), []
    for row in (rows[pk] for pk in numbers):
        if not row.dropped and row.pk not in kept and row.pk not in finished:
            continue
        if not row.dropped:
            copy = _copy_row(older, row)
            Pairing.objects.filter(notice=notice, own=None, upper=row.pk).update(upper=copy)
            row.dropped = row.pk not in kept
            row.kept_because = (
                f"修订版未列入，继续办理：{kept[row.pk]}"[:300] if row.pk in kept else DONE_BEFORE_REVISION_NOTE
            )
        places.place_row(row)
        moved.append(row.pk)
    reason = f"被修订版取消{f'（{notice.doc_number}）' if notice.doc_number else ''}"
    entries = Entry.objects.filter(assignment__measure__in=ended, state__in=OPEN_STATES).order_by("pk")
    return moved, cancel_assignment.many(entries, by=replace(by, system=True), reason=reason)


class _RowPlacer:
    """Places rows of the older version after those of the newer one, by section."""

    def __init__(self, notice: Notice) -> None:
        self.notice = notice
        rows = list(notice.measures.order_by("-position").values_list("section", "section_no", "position"))
        self.last = max((position for _, _, position in rows), default=0)
        self.sections = {normalize_row(section): (number, section) for section, number, _ in rows}

    def place_row(self, row: Measure) -> None:
        """Assign notice, section and position to a row and save it."""
        text = normalize_row(row.section)
        if text not in self.sections:
            self.sections[text] = (max((number for number, _ in self.sections.values()), default=0) + 1, row.section)
        self.last += 1
        row.notice, row.position = self.notice, self.last
        row.section_no, row.section = self.sections[text]
        row.save()
        _attach_awaited_acts(self.notice, row)


def _attach_awaited_acts(notice: Notice, row: Measure) -> None:
    """Point the deadlines of a row to equal awaited acts of its notice, copied there if missing."""
    for duty in Duty.objects.filter(measure=row).exclude(awaits=None).select_related("awaits"):
        act = duty.awaits
        if act is None or act.notice_id == notice.pk:
            continue
        existing_act = AwaitedAct.objects.filter(notice=notice, words=act.words).first()
        duty.awaits = existing_act or _save_copy(act, notice=notice)
        duty.save(update_fields=["awaits"])


def _copy_row(older: Notice, row: Measure) -> Measure:
    """Copy a row with its units and duties; the copy creates no entries."""
    duties, units = list(row.duties.all()), list(row.units.all())
    members = {unit.pk: list(unit.members.all()) for unit in units}
    copy = _save_copy(Measure.objects.get(pk=row.pk), notice=older, parent=None)
    Duty.objects.bulk_create(_iterate_copies(Duty.objects.filter(pk__in=[duty.pk for duty in duties]), measure=copy))
    for unit in units:
        printed = _save_copy(MeasureUnit.objects.get(pk=unit.pk), measure=copy)
        UnitMember.objects.bulk_create(
            UnitMember(unit=printed, body_id=member.body_id, office_id=member.office_id) for member in members[unit.pk]
        )
    return copy


def _iterate_copies(rows: Iterable[Row], **changes: object) -> Iterator[Row]:
    """Yield rows as new ones, not stored yet, with changed fields."""
    for row in rows:
        row.pk = None
        row._state.adding = True
        for name, value in changes.items():
            setattr(row, name, value)
        yield row


def _save_copy(row: Row, **changes: object) -> Row:
    """Return a saved copy of a row with these changes."""
    (copy,) = _iterate_copies([row], **changes)
    copy.save()
    return copy
