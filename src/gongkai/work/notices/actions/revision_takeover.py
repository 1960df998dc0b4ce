"""Give the rows in force to an amended version (修订版) with their entries, and update these.

The rows in force move to the new notice with their entries, ticks, evidence, guidance and pairings,
and take the new text. The rows read from the new file move to the old notice and take the old text.
So the primary key of a row never changes.
"""

from collections.abc import Iterable, Sequence

from django.db.models import F, OuterRef, Subquery
from django.urls import reverse

from gongkai.core.acts.action import Notification
from gongkai.core.units.actors import Actor
from gongkai.work.notices.actions.contributions import make_partner_notification
from gongkai.work.notices.actions.decisions import make_unit_notification
from gongkai.work.notices.actions.entry_updates import ChangedRow, ChangeReason, update_entries
from gongkai.work.notices.entries.expansion import prefetch_parts
from gongkai.work.notices.models import (
    Assignment,
    AwaitedAct,
    Duty,
    ImportedColumn,
    KeptOurs,
    Measure,
    MeasureUnit,
    Notice,
    Pairing,
    Upward,
)
from gongkai.work.notices.passing_down.drafts import keep_drafts_updated
from gongkai.work.notices.recipients import get_deciding_recipients, get_unit_recipients
from gongkai.work.notices.versions.comparison import match_duties
from gongkai.work.notices.versions.measure_states import to_wanted_duty

# Fields that a row and a duty exchange with their counterpart.
_ROW_FIELDS = (
    "position", "section", "section_no", "item", "text", "extras", "preamble", "page", "cells", "flags", "form", "lead_owes",
)  # fmt: skip
_DUTY_FIELDS = (
    "position", "text", "paths", "channels", "due", "due_text", "cycle", "default_note", "default_by", "awaits_id", "guides",
)  # fmt: skip


def exchange_row_contents(notice: Notice, older: Notice, pairs: Sequence[tuple[int, int]]) -> dict[int, Measure]:
    """Exchange text, units, duties and notice between rows in force and rows just read.

    `pairs`: (key of the row in force, key of the row read). Returns the rows in force by key; they belong to the new
    notice now.
    """
    running, read = [running_pk for running_pk, _ in pairs], [read_pk for _, read_pk in pairs]
    Measure.objects.filter(pk__in=running).update(notice=notice)
    Measure.objects.filter(pk__in=read).update(notice=older)
    with keep_drafts_updated(notice, running):
        rows = {row.pk: row for row in prefetch_parts(Measure.objects.filter(pk__in=[*running, *read]))}
        for running_pk, read_pk in pairs:
            running_row, read_row = rows[running_pk], rows[read_pk]
            units = [[unit.pk for unit in row.units.all()] for row in (running_row, read_row)]
            for some, row in zip(units, (read_row, running_row), strict=True):
                MeasureUnit.objects.filter(pk__in=some).update(measure=row)
            _exchange_duties(running_row, read_row)
            _swap_fields(running_row, read_row, _ROW_FIELDS)
    return {row.pk: row for row in prefetch_parts(Measure.objects.filter(pk__in=running))}


def _exchange_duties(running_row: Measure, read_row: Measure) -> None:
    """Exchange the duties of two rows: matched ones swap text, others change rows."""
    running = {duty.pk: duty for duty in running_row.duties.all()}
    read = {duty.pk: duty for duty in read_row.duties.all()}
    partner = match_duties(
        [to_wanted_duty(duty) for duty in running.values()], [to_wanted_duty(duty) for duty in read.values()]
    )
    for read_pk, running_pk in partner.items():
        if read[read_pk].guides != running[running_pk].guides and (
            running[running_pk].guides or not read[read_pk].guides
        ):
            read[read_pk].guides = running[running_pk].guides  # Clerks set whom a duty guides, so it stays.
            read[read_pk].save(update_fields=["guides"])
        _swap_fields(running[running_pk], read[read_pk], _DUTY_FIELDS)
    Duty.objects.filter(pk__in=running.keys() - set(partner.values())).update(measure=read_row)
    Duty.objects.filter(pk__in=read.keys() - partner.keys()).update(measure=running_row)


def _swap_fields(first_row: Measure | Duty, second_row: Measure | Duty, names: Iterable[str]) -> None:
    """Exchange the values of fields and save those that differ."""
    changed = [name for name in names if getattr(first_row, name) != getattr(second_row, name)]
    for name in changed:
        mine, theirs = getattr(first_row, name), getattr(second_row, name)
        setattr(first_row, name, theirs)
        setattr(second_row, name, mine)
    if changed:
        first_row.save(update_fields=changed)
        second_row.save(update_fields=changed)


def move_row_dependents(notice: Notice, older: Notice, rows: Sequence[int]) -> None:
    """Point entries, submissions, pairings and decisions of rows to the new notice."""
    section = Measure.objects.filter(pk=OuterRef("measure")).values("section_no")[:1]
    Assignment.objects.filter(measure__in=rows).update(notice=notice, section_no=Subquery(section))
    Upward.objects.filter(notice=older, assignment__measure__in=rows).update(notice=notice)
    Pairing.objects.filter(notice=older, own__in=rows).update(notice=notice)
    Pairing.objects.filter(other=older, upper__in=rows).exclude(notice=notice).update(other=notice)
    KeptOurs.objects.filter(notice=older, own__in=rows).update(notice=notice)
    between = Pairing.objects.filter(notice=notice, other=older, own__isnull=False, upper__in=rows)
    between.update(own=F("upper"), upper=F("own"))


def move_notice_dependents(notice: Notice, older: Notice) -> None:
    """Point lower notices and submissions to the new notice; enter known awaited acts."""
    Upward.objects.filter(notice=older, assignment=None).update(notice=notice)
    older.children.exclude(pk=notice.pk).update(parent=notice)
    dated = {act.words: act for act in AwaitedAct.objects.filter(notice=older).exclude(dated=None)}
    for act in AwaitedAct.objects.filter(notice=notice, dated=None, words__in=dated):
        dated_act = dated[act.words]
        act.title, act.doc_number, act.dated = dated_act.title, dated_act.doc_number, dated_act.dated
        act.entered_by, act.entered_at = dated_act.entered_by, dated_act.entered_at
        act.save()


def take_over_columns(notice: Notice, older: Notice) -> None:
    """Assign columns that the old notice created, and the new one uses, to the new one.

    Call it only inside an action.
    """
    columns = ImportedColumn.objects.filter(notice=older, made=True)
    mine = ImportedColumn.objects.filter(notice=notice, path__in=list(columns.values_list("path", flat=True)))
    paths = list(mine.values_list("path", flat=True))
    mine.update(made=True)
    columns.filter(path__in=paths).update(made=False)


def update_changed_rows(notice: Notice, changed: Sequence[ChangedRow], by: Actor) -> list[Notification]:
    """Update the entries of changed rows; return further notifications."""
    cited = notice.doc_number or f"“{notice.title}”"
    change_reason = ChangeReason(f"按{cited}修订", "修订", f"修订后不再承担（{cited}）")
    update_entries(notice, changed, by, change_reason)
    tasks: dict[int, list[Assignment]] = {changed_row.row.pk: [] for changed_row in changed}
    for task in Assignment.objects.filter(measure__in=tasks).order_by("pk"):
        tasks[task.measure_id].append(task)
    return [
        notification
        for amended_row in changed
        for notification in _make_row_notifications(notice, amended_row, tasks[amended_row.row.pk], change_reason)
    ]


def _make_row_notifications(
    notice: Notice, changed: ChangedRow, tasks: Sequence[Assignment], change_reason: ChangeReason
) -> Iterable[Notification]:
    """Yield notifications to responsible and partner units with a new entry, and to lead units without a task."""
    row, amendment_result = changed.row, changed.made
    for entry in amendment_result.opened:
        yield make_unit_notification(entry, "新任务", f"{change_reason.reason}，交办贵单位。", "revise")
    for entry in amendment_result.helping:
        yield make_partner_notification(
            entry, "新的配合任务", f"{change_reason.reason}，请贵单位配合。", "revise-support"
        )
    doing = {task.body_id for task in tasks}
    for lead in sorted({lead for task in tasks for lead in task.lead_ids} - doing):
        yield Notification(
            subject=f"牵头任务修订：{row.title[:60]}",
            body=f"牵头的“{row.title}”修订：{'；'.join(amendment_result.changes)}。",
            link=reverse("notices_measure", args=[notice.pk, row.pk]),
            key=f"revise:{notice.pk}:{row.pk}:{lead}",
            **(get_deciding_recipients(lead) if notice.own else get_unit_recipients(lead)),
        )
