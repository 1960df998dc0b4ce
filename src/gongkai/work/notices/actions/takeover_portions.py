"""Confirm an amended version (修订版): running tasks continue under it.

The action puts the new version in force. The rows follow in portions (`task_portions`): dropped
rows, then the rows of both versions, then the tasks of new rows. Each portion stores its results;
after the last one the units get one message each. What is left is read from the rows themselves, so
an interrupted takeover can continue.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial

from django.urls import reverse
from django.utils import timezone

from gongkai.core.acts.action import ROW_CHANGED_ERROR, ActionResult, Conflict, Notification, Refused, action
from gongkai.core.acts.following import hold_messages
from gongkai.core.acts.lock_sharing import write_in_portions
from gongkai.core.units.actors import Actor
from gongkai.work.notices.actions.contributions import make_partner_notification
from gongkai.work.notices.actions.decisions import make_unit_notification
from gongkai.work.notices.actions.dropped_rows import list_dropped_rows, take_over_dropped_rows
from gongkai.work.notices.actions.entry_updates import ChangedRow
from gongkai.work.notices.actions.permissions import list_reasons_unless_chief_of_notice
from gongkai.work.notices.actions.revision_takeover import (
    exchange_row_contents,
    move_notice_dependents,
    move_row_dependents,
    update_changed_rows,
)
from gongkai.work.notices.actions.takeover_plan import OLDER_CHANGED_ERROR, RevisionTakeover, load_takeover
from gongkai.work.notices.actions.task_creation import TaskPlan, create_tasks, list_missing_tasks, plan_tasks
from gongkai.work.notices.actions.task_portions import (
    TaskContinuationContext,
    define_remaining_work,
    delete_remaining_mark,
    is_work_remaining,
    mark_work_remaining,
    notice_action,
    renew_if_remaining,
)
from gongkai.work.notices.entries.expansion import PlanningInput, expand_notice
from gongkai.work.notices.models import Assignment, ChildDraft, Contribution, Measure, Notice, TakeoverPortion, Upward
from gongkai.work.notices.planning.plan import PlannedMeasure, plan_entries
from gongkai.work.notices.recipients import make_staffing_notifications
from gongkai.work.notices.states import NoticeState
from gongkai.work.notices.versions.comparison import (
    CHANGED,
    GONE,
    KEPT,
    NEW,
    SAME,
    OwnerKey,
    list_owner_keys,
    map_planned_measures,
)
from gongkai.work.notices.versions.measure_states import AmendmentResult

MAX_LOG_CHARACTERS = 300
# Changes listed in one message; the task list shows the rest.
MAX_LISTED_CHANGES = 20
#: Rows of the first portion.
FIRST_PORTION_ROWS = 5
#: Verb under which the rows of the older notice are left to later transactions.
TAKE_OVER = "take_over"


@notice_action("revised", verb="supersede", label="由修订版接续", rule=list_reasons_unless_chief_of_notice)
def end_by_revision(notice: Notice, *, by: Actor, newer: Notice) -> ActionResult:
    """Mark a notice as amended by a newer version, on `notice.confirm` or `notice.issue`."""
    notice.superseded_by = newer
    notice.save(update_fields=["superseded_by"])
    number = f"（{newer.doc_number}）" if newer.doc_number else ""
    return ActionResult(
        words=f"已由“{newer.title}”{number}修订，任务转入修订版继续办理"[:MAX_LOG_CHARACTERS], facts={"newer": newer.pk}
    )


def begin_takeover(notice: Notice, takeover: RevisionTakeover, *, by: Actor) -> Notice:
    """End the older notice and leave its rows to later transactions; call it in an action.

    Raises:
        Refused: the older notice changed, or its tasks are being written.
    """
    older = Notice.objects.select_for_update().get(pk=takeover.older)
    if older.state != NoticeState.LIVE:
        raise Conflict(ROW_CHANGED_ERROR)
    if is_work_remaining(older.pk):
        raise Refused("原通知的任务正在逐批办理，请稍后再确认。")
    if older.version != takeover.version:
        raise Refused(OLDER_CHANGED_ERROR)
    end_by_revision(older, by=by, newer=notice)
    move_notice_dependents(notice, older)
    mark_work_remaining(notice, TAKE_OVER)
    return older


# --- portions -------------------------------------------------------------------------------------


@dataclass
class _TakeoverResults:
    """Results of portions: opened and cancelled (`ended`) entries, notifications (`told`)."""

    opened: list[int] = field(default_factory=list)
    ended: list[int] = field(default_factory=list)
    told: list[Notification] = field(default_factory=list)

    @classmethod
    def load(cls, notice: Notice) -> "_TakeoverResults":
        """Return the results of all portions of a notice."""
        made = cls()
        for some in notice.takeover_portions.values_list("results", flat=True):
            made.opened += some["opened"]
            made.ended += some["ended"]
            for value in some["told"]:
                lists = {name: tuple(value[name]) for name in ("persons", "outside")}
                made.told.append(Notification(**{**value, **lists, "posts": tuple(map(tuple, value["posts"]))}))
        return made


@dataclass(frozen=True)
class _TakeoverRun:
    """One run over the rest of a takeover; `version` is that of the new notice when the run began."""

    takeover: RevisionTakeover
    older: Notice
    version: int


#: Takes over some rows inside an action and adds to the results.
TakeoverStep = Callable[[Notice, _TakeoverRun, Actor, Sequence[object], _TakeoverResults], None]


@action("notice.take_over_rows", label="逐批接续任务", rule=list_reasons_unless_chief_of_notice, quiet=True)
def take_over_portion(
    notice: Notice, *, by: Actor, run: _TakeoverRun, step: TakeoverStep, rows: Sequence[object]
) -> ActionResult:
    """Take over some rows of the older notice.

    Raises:
        Conflict: the notice was changed since the plan, or another process does the same.
    """
    _require_unchanged_notice(notice, run)
    made = _TakeoverResults()
    with hold_messages() as held_messages:
        step(notice, run, by, rows, made)
    made.told = [*held_messages, *made.told]
    TakeoverPortion.objects.create(notice=notice, results=asdict(made))
    facts = {"older": run.older.pk, "opened": made.opened, "ended": made.ended}
    return ActionResult(words=f"接续{len(rows)}项", facts=facts)


def _require_unchanged_notice(notice: Notice, run: _TakeoverRun) -> None:
    """Raise Conflict if the notice changed since the plan or nothing is left to take over."""
    if not renew_if_remaining(notice.pk) or notice.version != run.version or notice.state != NoticeState.LIVE:
        raise Conflict(ROW_CHANGED_ERROR)


def _settle_dropped_rows(
    notice: Notice, run: _TakeoverRun, by: Actor, rows: Sequence[int], results: _TakeoverResults
) -> None:
    """Move dropped rows that are kept, and end the entries of others (`results.ended`)."""
    moved, entries = take_over_dropped_rows(notice, run.older, rows, run.takeover.kept, by)
    move_row_dependents(notice, run.older, moved)
    results.ended += [entry.pk for entry in entries]


@dataclass(frozen=True)
class _RowPlans:
    """Rows of the old and the new version as planned before their portions, by key of the row."""

    old: Mapping[int, PlannedMeasure]
    new: Mapping[int, PlannedMeasure]

    def take_over(
        self, notice: Notice, run: _TakeoverRun, by: Actor, pairs: Sequence[tuple[int, int]], results: _TakeoverResults
    ) -> None:
        """Exchange rows and update the entries of those that changed."""
        waiting = Measure.objects.filter(notice=run.older, pk__in=[old_pk for old_pk, _ in pairs])
        if waiting.count() != len(pairs):
            raise Conflict(ROW_CHANGED_ERROR)
        rows = exchange_row_contents(notice, run.older, pairs)
        move_row_dependents(notice, run.older, list(rows))
        changed = []
        for old_pk, new_pk in pairs:
            if (changes := run.takeover.changes.get(old_pk)) is not None:
                plan = plan_entries(
                    self.new[new_pk], year=notice.year, today=timezone.localdate(), started=notice.issued_on
                )
                amendment_result = AmendmentResult(changes=list(changes))
                rows[old_pk].notice = notice
                changed.append(ChangedRow(rows[old_pk], plan, self.list_owners(old_pk, notice), amendment_result))
        notifications = update_changed_rows(notice, changed, by)
        for changed_row in changed:
            results.opened += [entry.pk for entry in changed_row.made.opened]
            results.ended += [entry.pk for entry in changed_row.made.cancelled]
        results.told += notifications

    def list_owners(self, old: int, notice: Notice) -> set[OwnerKey]:
        """Return the previous responsible units of a row."""
        return set(list_owner_keys(self.old[old], by_office=notice.own))


@dataclass(frozen=True)
class _NewTasks:
    """The planned tasks of new rows."""

    plan: TaskPlan

    def create(
        self, notice: Notice, run: _TakeoverRun, by: Actor, planned: Sequence[object], results: _TakeoverResults
    ) -> None:
        """Create some of the tasks and add them to `results`."""
        tasks, _ = create_tasks(notice, self.plan, planned, by=by)  # type: ignore[arg-type]
        results.opened += [task.entry_id for task in tasks]
        results.told += _make_new_row_notifications(tasks)


def _make_new_row_notifications(tasks: Sequence[Assignment]) -> Iterable[Notification]:
    """Yield notifications of tasks that the revision added, and of contributions to them."""
    for assignment in tasks:
        yield make_unit_notification(assignment.entry, "新任务", "为修订版新增，请查看要求和期限。", "revise")
    rows = Contribution.objects.filter(task__in=[assignment.entry_id for assignment in tasks])
    for helping in rows.select_related("entry__body", "task__body"):
        yield make_partner_notification(
            helping.entry, "新的配合任务", "为修订版新增，请查看配合事项和期限。", "revise-support"
        )


def _continue_takeover(context: TaskContinuationContext) -> None:
    """Take over the remaining rows of the older notice, then notify the units."""
    notice = context.notice
    takeover = load_takeover(notice)
    if takeover is None or notice.state != NoticeState.LIVE:
        delete_remaining_mark(notice.pk)
        return
    run = _TakeoverRun(takeover, Notice.objects.get(pk=takeover.older), notice.version)

    def write(step: TakeoverStep, rows: Sequence[object]) -> bool:
        """Take over rows in portions; return false if the time ended before the last one."""
        do = partial(_write_portion, notice, run, step, context.by)
        return write_in_portions(rows, do, first=FIRST_PORTION_ROWS, until=context.until)

    dropped = list_dropped_rows(run.older, takeover.gone, takeover.kept)
    if not write(_settle_dropped_rows, dropped):  # type: ignore[arg-type]
        return
    waiting = set(run.older.measures.values_list("pk", flat=True))
    pairs = [pair for pair in takeover.pairs if pair[0] in waiting]
    if pairs:
        plans = (map_planned_measures(expand_notice(one)) for one in (run.older, notice))
        if not write(_RowPlans(*plans).take_over, pairs):  # type: ignore[arg-type]
            return
    plan = plan_tasks(notice, partial(_select_new_rows, notice, set(takeover.new)))
    if write(_NewTasks(plan).create, list_missing_tasks(notice, plan)):
        finish_takeover(notice, by=context.by, run=run)


def _write_portion(notice: Notice, run: _TakeoverRun, step: TakeoverStep, by: Actor, rows: Sequence[object]) -> None:
    take_over_portion(notice, by=by, run=run, step=step, rows=rows)


def _select_new_rows(notice: Notice, new: set[int], expansion: PlanningInput) -> PlanningInput:
    """Return an expansion without the rows that already have tasks, except the rows with these `new` keys."""
    existing_ids = set(Assignment.objects.filter(notice=notice).values_list("measure", flat=True)) - new
    return PlanningInput(
        {pk: row for pk, row in expansion.measures.items() if pk not in existing_ids},
        tuple(planned_measure for planned_measure in expansion.planned if planned_measure.number not in existing_ids),
        tuple(row for row in expansion.ownerless if row.pk not in existing_ids),
    )


# --- the end --------------------------------------------------------------------------------------


@action("notice.finish_takeover", label="任务接续完毕", rule=list_reasons_unless_chief_of_notice, quiet=True)
def finish_takeover(notice: Notice, *, by: Actor, run: _TakeoverRun) -> ActionResult:
    """Move the drafts of the older notice and notify the units after the last portion.

    Raises:
        Conflict: as for `take_over_portion`.
    """
    _require_unchanged_notice(notice, run)
    results, rows = _TakeoverResults.load(notice), run.takeover.counts
    ChildDraft.objects.filter(source=run.older).update(source=notice)
    tasks = Assignment.objects.filter(notice=notice)
    kept_count = tasks.exclude(entry__in=[*results.opened, *results.ended]).count()
    notice.takeover_portions.all().delete()
    delete_remaining_mark(notice.pk)
    bodies = set(tasks.filter(entry__in=results.opened).values_list("body", flat=True))
    text = (
        f"接续任务{kept_count}项（不变{rows.get(SAME, 0)}行、有变化{rows.get(CHANGED, 0)}行），"
        f"新增{rows.get(NEW, 0)}行，取消{rows.get(GONE, 0)}行、任务{len(results.ended)}项"
        + (f"，修订版未列入而继续办理{rows[KEPT]}行" if rows.get(KEPT) else "")
        + f"；新交办任务{len(results.opened)}项"
    )
    return ActionResult(
        words=text,
        facts={
            "older": run.older.pk,
            "rows": dict(rows),
            "kept": kept_count,
            "entries": len(results.opened),
            "ended": results.ended,
            "upward": Upward.objects.filter(assignment__in=results.opened).count(),
        },
        tell=(
            *merge_notifications(notice, results.told),
            *make_staffing_notifications(notice, bodies, f"{notice.pk}:confirm"),
        ),
    )


def merge_notifications(notice: Notice, notifications: Iterable[Notification]) -> Iterable[Notification]:
    """Combine all notifications for one recipient into one."""
    mine: dict[tuple[object, ...], list[Notification]] = defaultdict(list)
    for notification in notifications:
        mine[(notification.persons, notification.posts, notification.outside)].append(notification)
    for place, messages in enumerate(mine.values(), start=1):
        first_message = messages[0]
        lines = [f"{number}．{message.body}" for number, message in enumerate(messages[:MAX_LISTED_CHANGES], start=1)]
        rest_note = (
            f"\n另有{len(messages) - MAX_LISTED_CHANGES}项，请在任务列表查看。"
            if len(messages) > MAX_LISTED_CHANGES
            else ""
        )
        number = f"（{notice.doc_number}）" if notice.doc_number else ""
        yield Notification(
            subject=f"修订后{len(messages)}项变化：{notice.title[:60]}",
            body=f"“{notice.title}”{number}修订了原通知，与贵单位有关的变化：\n" + "\n".join(lines) + rest_note,
            link=first_message.link if len(messages) == 1 else reverse("notices_tasks"),
            key=f"revision:{notice.pk}:{place}",
            persons=first_message.persons,
            posts=first_message.posts,
            outside=first_message.outside,
            urgent=any(notification.urgent for notification in messages),
        )


define_remaining_work(TAKE_OVER, _continue_takeover)
