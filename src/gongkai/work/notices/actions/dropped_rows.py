"""Handle rows that an amended version drops: finished work counts, kept rows continue, others end."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from django.db.models import Model

from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import Actor
from gongkai.work.notices.actions.decisions import cancel_assignment
from gongkai.work.notices.entries.expansion import prefetch_parts
from gongkai.work.notices.models import (
    Assignment,
    AwaitedAct,
    Duty,
    Measure,
    MeasureUnit,
    Notice,
    Pairing,
    UnitMember,
)
from gongkai.work.notices.states import OPEN_STATES
from gongkai.work.notices.versions.comparison import GONE, KEPT, VersionComparison
from gongkai.work.notices.versions.row_pairs import normalize_row

# Shown on a dropped row that remains in the amended notice because of finished work.
DONE_BEFORE_REVISION = "修订版未列入，修订前已办结的仍计入"
Row = TypeVar("Row", bound=Model)


def take_over_dropped_rows(revision: VersionComparison) -> list[int]:
    """Move kept or partly finished dropped rows to the amended notice; return their primary keys.

    A copy of each row stays with the older notice, which still shows all that it printed.
    """
    lines = [line for line in revision.lines if line.old and (line.status == KEPT or line.finished)]
    rows = {
        row.pk: row
        for row in prefetch_parts(
            Measure.objects.filter(pk__in=[line.old.pk for line in lines if line.old and not line.new])
        )
    }
    places = _RowPlacer(revision.notice)
    for line in lines:
        if line.old is None or line.new is not None:
            continue
        row = rows[line.old.pk]
        copy = _copy_row(revision.older, row)
        Pairing.objects.filter(notice=revision.notice, own=None, upper=row.pk).update(upper=copy)
        row.dropped = line.status != KEPT
        row.kept_because = f"修订版未列入，继续办理：{line.kept}"[:300] if line.kept else DONE_BEFORE_REVISION
        places.give(row)
    before = Measure.objects.filter(notice=revision.older, dropped=True).exclude(kept_because="")
    for row in before.order_by("position", "pk"):
        places.give(row)
        rows[row.pk] = row
    return list(rows)


class _RowPlacer:
    """Places rows of the older version after those of the newer one, in the section of the same name."""

    def __init__(self, notice: Notice) -> None:
        self.notice = notice
        rows = list(notice.measures.order_by("-position").values_list("section", "section_no", "position"))
        self.last = max((position for _, _, position in rows), default=0)
        self.sections = {normalize_row(section): (number, section) for section, number, _ in rows}

    def give(self, row: Measure) -> None:
        """Assign notice, section and position to a row and save it."""
        words = normalize_row(row.section)
        if words not in self.sections:
            self.sections[words] = (
                max((number for number, _ in self.sections.values()), default=0) + 1,
                row.section,
            )
        self.last += 1
        row.notice, row.position = self.notice, self.last
        row.section_no, row.section = self.sections[words]
        row.save()
        _attach_awaited_acts(self.notice, row)


def _attach_awaited_acts(notice: Notice, row: Measure) -> None:
    """Point the deadlines of a row to awaited acts of its notice."""
    for duty in Duty.objects.filter(measure=row).exclude(awaits=None).select_related("awaits"):
        act = duty.awaits
        if act is None or act.notice_id == notice.pk:
            continue
        there = AwaitedAct.objects.filter(notice=notice, words=act.words).first()
        duty.awaits = there or _copy_object(act, notice=notice)
        duty.save(update_fields=["awaits"])


def _copy_row(older: Notice, row: Measure) -> Measure:
    """Copy a row with its units and duties; the copy creates no entries."""
    duties, units = list(row.duties.all()), list(row.units.all())
    members = {unit.pk: list(unit.members.all()) for unit in units}
    copy = _copy_object(Measure.objects.get(pk=row.pk), notice=older, parent=None)
    Duty.objects.bulk_create(_iterate_copies(Duty.objects.filter(pk__in=[duty.pk for duty in duties]), measure=copy))
    for unit in units:
        printed = _copy_object(MeasureUnit.objects.get(pk=unit.pk), measure=copy)
        UnitMember.objects.bulk_create(
            UnitMember(unit=printed, body_id=member.body_id, office_id=member.office_id) for member in members[unit.pk]
        )
    return copy


def _iterate_copies(rows: Iterable[Row], **changes: object) -> Iterator[Row]:
    for row in rows:
        row.pk = None
        row._state.adding = True
        for name, value in changes.items():
            setattr(row, name, value)
        yield row


def _copy_object(row: Row, **changes: object) -> Row:
    (copy,) = _iterate_copies([row], **changes)
    copy.save()
    return copy


def end_dropped_tasks(revision: VersionComparison, by: Actor) -> Iterator[Entry]:
    """Cancel the open entries of rows that the new version drops and no decision keeps."""
    number = revision.notice.doc_number
    rows = [line.old.pk for line in revision.lines if line.status == GONE and line.old]
    left = Assignment.objects.filter(measure__in=rows, entry__state__in=OPEN_STATES).select_related("entry__body")
    reason = f"被修订版取消{f'（{number}）' if number else ''}"
    for task in left.order_by("pk"):
        yield cancel_assignment(task.entry, by=replace(by, system=True), reason=reason)
