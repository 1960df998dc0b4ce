"""Confirm an amended version (修订版): running tasks continue under it.

The rows in force move to the new notice with their entries, ticks, evidence, guidance and pairings,
and take the new text. The rows read from the new file move to the old notice and take the old text.
So the primary key of a row never changes.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import F, OuterRef, Subquery
from django.urls import reverse
from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Notification, Refused
from gongkai.core.acts.following import hold_messages
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import Actor
from gongkai.work.notices.actions.contributions import notify_partner
from gongkai.work.notices.actions.decisions import notify_unit
from gongkai.work.notices.actions.dropped_rows import end_dropped_tasks, take_over_dropped_rows
from gongkai.work.notices.actions.entry_updates import ChangeReason, update_entries
from gongkai.work.notices.actions.notice_action import notice_action
from gongkai.work.notices.actions.permissions import check_chief
from gongkai.work.notices.actions.task_portions import is_remaining
from gongkai.work.notices.entries.expansion import Expansion, expand_notice, prefetch_parts
from gongkai.work.notices.models import (
    Assignment,
    AwaitedAct,
    ChildDraft,
    Contribution,
    Duty,
    ImportedColumn,
    KeptOurs,
    Measure,
    MeasureUnit,
    Notice,
    Pairing,
    Upward,
)
from gongkai.work.notices.passing.drafts import keep_drafts_updated
from gongkai.work.notices.planning.plan import plan_entries
from gongkai.work.notices.recipients import get_deciding_recipients, get_unit_recipients
from gongkai.work.notices.versions.comparison import (
    CHANGED,
    GONE,
    KEPT,
    NEW,
    SAME,
    OwnerKey,
    VersionComparison,
    compare_versions,
    list_owner_keys,
    map_planned_measures,
    match_duties,
)
from gongkai.work.notices.versions.measure_states import AmendmentResult, to_wanted_duty

MAX_LOG_CHARACTERS = 300
# Changes listed in one message; the task list shows the rest.
MAX_LISTED_CHANGES = 20
# Fields that a row and a duty exchange with their counterpart.
_ROW_FIELDS = (
    "position", "section", "section_no", "item", "text", "extras", "preamble", "page", "cells", "flags", "form", "lead_owes",
)  # fmt: skip
_DUTY_FIELDS = (
    "position", "text", "paths", "channels", "due", "due_text", "cycle", "default_note", "default_by", "awaits_id", "guides",
)  # fmt: skip


@dataclass
class TakeoverCounts:
    """Results of a takeover.

    `kept` is the number of continued tasks, `rows` the number of rows by kind, `told` the
    notifications.
    """

    kept: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    opened: list[Entry] = field(default_factory=list)
    ended: list[Entry] = field(default_factory=list)
    told: list[Notification] = field(default_factory=list)

    @property
    def words(self) -> str:
        """Return a summary in one sentence for the log."""
        rows = self.rows
        return (
            f"接续任务{self.kept}项（不变{rows.get(SAME, 0)}行、有变化{rows.get(CHANGED, 0)}行），"
            f"新增{rows.get(NEW, 0)}行，取消{rows.get(GONE, 0)}行、任务{len(self.ended)}项"
            + (f"，修订版未列入而继续办理{rows[KEPT]}行" if rows.get(KEPT) else "")
        )


@notice_action("revised", verb="supersede", label="由修订版接续", rule=check_chief)
def end_by_revision(notice: Notice, *, by: Actor, newer: Notice) -> ActionResult:
    """Mark a notice as amended by a newer version. Called only by `notice.confirm` and `notice.issue`."""
    notice.superseded_by = newer
    notice.save(update_fields=["superseded_by"])
    number = f"（{newer.doc_number}）" if newer.doc_number else ""
    return ActionResult(
        words=f"已由“{newer.title}”{number}修订，任务转入修订版继续办理"[:MAX_LOG_CHARACTERS], facts={"newer": newer.pk}
    )


def take_over_tasks(notice: Notice, *, by: Actor) -> TakeoverCounts:
    """Move the running tasks of the amended notice to the new version; open none for new rows.

    Call it only inside an action. Raises Refused when the older notice has changed in the meantime.
    """
    assert notice.amends is not None
    older = Notice.objects.select_for_update().get(pk=notice.amends.pk)
    if is_remaining(older.pk):
        raise Refused("原通知的任务正在逐批办理，请稍后再确认。")
    revision, made = compare_versions(notice), TakeoverCounts()
    if revision.waiting:
        raise Refused("原通知刚刚有变化，请回到逐条对照页重新确认。")
    made.rows = {kind: count for kind, _, count in revision.counts}
    before = {
        planned_measure.number: set(list_owner_keys(planned_measure, own=notice.own))
        for planned_measure in expand_notice(older).planned
    }
    cited = notice.doc_number or f"“{notice.title}”"
    why = ChangeReason(f"按{cited}修订", "修订", f"修订后不再承担（{cited}）")
    with hold_messages() as held:
        end_by_revision(older, by=by, newer=notice)
        _exchange_rows(revision)
        dropped = take_over_dropped_rows(revision)
        _move_dependents(notice, older, [*(line.old.pk for line in revision.pairs if line.old), *dropped])
        _update_changed_rows(notice, revision, before, why, by, made)
        made.ended += end_dropped_tasks(revision, by)
    tasks = Assignment.objects.filter(notice=notice)
    made.kept = tasks.exclude(entry__in=[entry.pk for entry in (*made.opened, *made.ended)]).count()
    made.told = [*held, *made.told]
    return made


def _exchange_rows(revision: VersionComparison) -> None:
    """Exchange text, units, duties and notice between the rows in force and the rows just read."""
    notice, older = revision.notice, revision.older
    pairs = [(line.old.pk, line.new.pk) for line in revision.pairs if line.old and line.new]
    running, read = [old for old, _ in pairs], [new for _, new in pairs]
    Measure.objects.filter(pk__in=running).update(notice=notice)
    Measure.objects.filter(pk__in=read).update(notice=older)
    with keep_drafts_updated(notice, running):
        rows = {row.pk: row for row in prefetch_parts(Measure.objects.filter(pk__in=[*running, *read]))}
        duties: list[Duty] = []
        units: list[MeasureUnit] = []
        for old, new in pairs:
            mine, theirs = rows[old], rows[new]
            duties += _exchange_duties(mine, theirs)
            for row, other in ((mine, theirs), (theirs, mine)):
                for unit in row.units.all():
                    unit.measure_id = other.pk
                    units.append(unit)
            _swap_fields(mine, theirs, _ROW_FIELDS)
        Measure.objects.bulk_update(rows.values(), _ROW_FIELDS, batch_size=200)
        MeasureUnit.objects.bulk_update(units, ["measure"], batch_size=500)
        fields = [name.removesuffix("_id") for name in _DUTY_FIELDS]
        Duty.objects.bulk_update(duties, [*fields, "measure"], batch_size=200)


def _exchange_duties(mine: Measure, theirs: Measure) -> list[Duty]:
    """Exchange the duties of two rows in memory: matched ones swap text, others change rows."""
    running = {duty.pk: duty for duty in mine.duties.all()}
    read = {duty.pk: duty for duty in theirs.duties.all()}
    partner = match_duties(
        [to_wanted_duty(duty) for duty in running.values()], [to_wanted_duty(duty) for duty in read.values()]
    )
    for new, old in partner.items():
        if not read[new].guides or running[old].guides:  # Clerks set whom a duty guides, so it stays.
            read[new].guides = running[old].guides
        _swap_fields(running[old], read[new], _DUTY_FIELDS)
    for pk, duty in running.items():
        if pk not in partner.values():
            duty.measure_id = theirs.pk
    for pk, duty in read.items():
        if pk not in partner:
            duty.measure_id = mine.pk
    return [*running.values(), *read.values()]


def _swap_fields(one: Measure | Duty, other: Measure | Duty, names: Iterable[str]) -> None:
    for name in names:
        mine, theirs = getattr(one, name), getattr(other, name)
        setattr(one, name, theirs)
        setattr(other, name, mine)


def _move_dependents(notice: Notice, older: Notice, rows: Sequence[int]) -> None:
    """Point entries, upward submissions, drafts, pairings and awaited acts to the new notice."""
    section = Measure.objects.filter(pk=OuterRef("measure")).values("section_no")[:1]
    Assignment.objects.filter(measure__in=rows).update(notice=notice, section_no=Subquery(section))
    Upward.objects.filter(notice=older, assignment__measure__in=rows).update(notice=notice)
    Upward.objects.filter(notice=older, assignment=None).update(notice=notice)
    ChildDraft.objects.filter(source=older).update(source=notice)
    older.children.exclude(pk=notice.pk).update(parent=notice)
    Pairing.objects.filter(notice=older, own__in=rows).update(notice=notice)
    Pairing.objects.filter(other=older, upper__in=rows).exclude(notice=notice).update(other=notice)
    KeptOurs.objects.filter(notice=older, own__in=rows).update(notice=notice)
    between = Pairing.objects.filter(notice=notice, other=older, own__isnull=False, upper__isnull=False)
    between.update(own=F("upper"), upper=F("own"))
    dated = {act.words: act for act in AwaitedAct.objects.filter(notice=older).exclude(dated=None)}
    for act in AwaitedAct.objects.filter(notice=notice, dated=None, words__in=dated):
        there = dated[act.words]
        act.title, act.doc_number, act.dated = there.title, there.doc_number, there.dated
        act.entered_by, act.entered_at = there.entered_by, there.entered_at
        act.save()


def take_over_columns(notice: Notice, older: Notice) -> None:
    """Assign columns that the old notice created, and the new one uses, to the new one.

    Call it only inside an action.
    """
    made = ImportedColumn.objects.filter(notice=older, made=True)
    mine = ImportedColumn.objects.filter(notice=notice, path__in=list(made.values_list("path", flat=True)))
    paths = list(mine.values_list("path", flat=True))
    mine.update(made=True)
    made.filter(path__in=paths).update(made=False)


def _update_changed_rows(
    notice: Notice,
    revision: VersionComparison,
    before: dict[int, set[OwnerKey]],
    why: ChangeReason,
    by: Actor,
    made: TakeoverCounts,
) -> None:
    expansion = expand_notice(notice)
    planned, today = map_planned_measures(expansion), timezone.localdate()
    for line in revision.pairs:
        if line.status != CHANGED or line.old is None:
            continue
        row, plan = expansion.measures[line.old.pk], planned[line.old.pk]
        if not plan.owned and not any(unit.outside for unit in row.units.all()):
            raise Refused(f"第{line.number}行没有责任单位，请补充。")
        entries = plan_entries(plan, year=notice.year, today=today, started=notice.issued_on)
        done = AmendmentResult(changes=[*line.changes] or list(line.alone))
        update_entries(notice, row, entries, before[line.old.pk], by, why, done)
        made.opened += done.opened
        made.ended += done.cancelled
        made.told += _notify_of_row(notice, row, done, why)


def _notify_of_row(notice: Notice, row: Measure, done: AmendmentResult, why: ChangeReason) -> Iterable[Notification]:
    """Notify units with a new entry, and lead units without one."""
    for entry in done.opened:
        yield notify_unit(entry, "新任务", f"{why.reason}，交办贵单位。", "revise")
    for entry in done.helping:
        yield notify_partner(entry, "新的配合任务", f"{why.reason}，请贵单位配合。", "revise-support")
    tasks = Assignment.objects.filter(measure=row)
    doing = {task.body_id for task in tasks}
    for lead in sorted({lead for task in tasks for lead in task.lead_ids} - doing):
        yield Notification(
            subject=f"牵头任务修订：{row.title[:60]}",
            body=f"牵头的“{row.title}”修订：{'；'.join(done.changes)}。",
            link=reverse("notices_measure", args=[notice.pk, row.pk]),
            key=f"revise:{notice.pk}:{row.pk}:{lead}",
            **(get_deciding_recipients(lead) if notice.own else get_unit_recipients(lead)),
        )


def select_new_rows(notice: Notice, expansion: Expansion) -> Expansion:
    """Return the part of an expansion whose rows have no entries yet."""
    there = set(Assignment.objects.filter(notice=notice).values_list("measure", flat=True))
    return Expansion(
        {pk: row for pk, row in expansion.measures.items() if pk not in there},
        tuple(planned_measure for planned_measure in expansion.planned if planned_measure.number not in there),
        tuple(row for row in expansion.ownerless if row.pk not in there),
    )


def merge_notifications(notice: Notice, told: Iterable[Notification]) -> Iterable[Notification]:
    """Combine all notifications for one recipient into one."""
    mine: dict[tuple[object, ...], list[Notification]] = defaultdict(list)
    for notification in told:
        mine[(notification.persons, notification.posts, notification.outside)].append(notification)
    for place, messages in enumerate(mine.values(), start=1):
        first = messages[0]
        lines = [f"{number}．{one.body}" for number, one in enumerate(messages[:MAX_LISTED_CHANGES], start=1)]
        more = (
            f"\n另有{len(messages) - MAX_LISTED_CHANGES}项，请在任务列表查看。"
            if len(messages) > MAX_LISTED_CHANGES
            else ""
        )
        number = f"（{notice.doc_number}）" if notice.doc_number else ""
        yield Notification(
            subject=f"修订后{len(messages)}项变化：{notice.title[:60]}",
            body=f"“{notice.title}”{number}修订了原通知，与贵单位有关的变化：\n" + "\n".join(lines) + more,
            link=first.link if len(messages) == 1 else reverse("notices_tasks"),
            key=f"revision:{notice.pk}:{place}",
            persons=first.persons,
            posts=first.posts,
            outside=first.outside,
            urgent=any(notification.urgent for notification in messages),
        )


def notify_of_new_rows(opened: Iterable[Assignment]) -> Iterable[Notification]:
    """Return notifications of new entries to the responsible and partner units."""
    tasks = list(opened)
    for assignment in tasks:
        yield notify_unit(assignment.entry, "新任务", "为修订版新增，请查看要求和期限。", "revise")
    rows = Contribution.objects.filter(task__in=[assignment.entry for assignment in tasks])
    for helping in rows.select_related("entry__body", "task__body"):
        yield notify_partner(helping.entry, "新的配合任务", "为修订版新增，请查看配合事项和期限。", "revise-support")
