"""Supersede a notice by a later one and undo that; declare a notice void (作废)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from django.db import transaction

from gongkai.core.acts.action import ROW_CHANGED_ERROR, ActionResult, Conflict, Refused, require_text
from gongkai.core.acts.lock_sharing import write_in_portions
from gongkai.core.acts.models import Movement
from gongkai.core.ledger.entry_action import entry_action, undo_closing
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import Actor
from gongkai.lib.typed_json import read_numbers
from gongkai.work.notices.actions.decisions import ASSIGNMENT_KIND_NAME, cancel_assignment, make_unit_notification
from gongkai.work.notices.actions.permissions import (
    list_reasons_against_overseeing,
    list_reasons_unless_chief_of_notice,
)
from gongkai.work.notices.actions.task_portions import (
    TASK_WORDS,
    TaskContinuationContext,
    define_remaining_work,
    delete_remaining_mark,
    is_work_remaining,
    mark_work_remaining,
    portioned_action,
    renew_if_remaining,
)
from gongkai.work.notices.entries import columns
from gongkai.work.notices.models import Ask, Assignment, Notice
from gongkai.work.notices.states import OPEN_STATES, AssignmentState, NoticeState
from gongkai.work.notices.versions.supersession import OLDER_NOTICE_MESSAGE, can_supersede, preview_supersession

T = TypeVar("T")
#: Tasks that the action itself cancels or restores; further ones follow in portions, to keep the
#: transaction short.
MAX_TASKS_IN_ACTION = 10
CANCEL, RESTORE = "cancel", "restore"


def _cancel_open_tasks(notice: Notice, text: str, by: Actor) -> int:
    """Cancel the open tasks of a notice no longer in force, many of them later in portions; return their number."""
    rows = notice.assignments.filter(entry__state__in=OPEN_STATES)
    if (count := rows.count()) > MAX_TASKS_IN_ACTION:
        mark_work_remaining(notice, CANCEL)
    else:
        _cancel_tasks(rows.select_related("entry__body"), text, by)
    return count


def _cancel_tasks(rows: Iterable[Assignment], text: str, by: Actor) -> None:
    """Cancel tasks in the name of a user, whose own permission is not asked."""
    for assignment in rows:
        cancel_assignment(assignment.entry, by=replace(by, system=True), reason=text)


def _restore_tasks(entries: Iterable[Entry], reason: str, by: Actor) -> None:
    for entry in entries:
        restore_assignment(entry, by=by, reason=reason)


def _change_tasks_in_portions(
    context: TaskContinuationContext, rows: Sequence[T], change_portion: Callable[[Sequence[T], str, Actor], None]
) -> None:
    """Call `change_portion` with portions of tasks, each in a transaction of its own."""

    def write(portion: Sequence[T]) -> None:
        """Change one portion (Conflict: the notice changed)."""
        with transaction.atomic():
            if not renew_if_remaining(context.notice.pk):
                raise Conflict(ROW_CHANGED_ERROR)
            change_portion(portion, context.words, context.by)

    if write_in_portions(rows, write, until=context.until):
        delete_remaining_mark(context.notice.pk)


def _cancel_remaining_tasks(context: TaskContinuationContext) -> None:
    """Cancel the notice's open tasks, none if it is in force again."""
    rows = context.notice.assignments.filter(entry__state__in=OPEN_STATES).select_related("entry__body")
    if context.notice.state == NoticeState.LIVE:
        rows = rows.none()  # it was reinstated meanwhile
    _change_tasks_in_portions(context, list(rows), _cancel_tasks)


def _restore_remaining_tasks(context: TaskContinuationContext) -> None:
    """Restore the cancelled tasks of a notice that is in force, else none."""
    entries = list_tasks_to_restore(context.notice) if context.notice.state == NoticeState.LIVE else []
    _change_tasks_in_portions(context, entries, _restore_tasks)


define_remaining_work(CANCEL, _cancel_remaining_tasks)
define_remaining_work(RESTORE, _restore_remaining_tasks)


def _list_reasons_while_tasks_are_written(notice: Notice) -> list[str]:
    """Return a reason while tasks are left to later transactions: undoing would not create those that lack."""
    return ["任务正在逐批交办，请稍后再办。"] if is_work_remaining(notice.pk) else []


@portioned_action(
    "supersede",
    verb="supersede",
    label="标记为被取代",
    rule=list_reasons_unless_chief_of_notice,
    ready=_list_reasons_while_tasks_are_written,
)
def supersede_notice(
    notice: Notice, *, by: Actor, newer: Notice, reason: str = "", seen: str | None = None
) -> ActionResult:
    """Mark a notice as superseded by a later one and cancel its open tasks.

    `seen` is `SupersessionEffects.seen` as shown on the page, or None to skip that comparison.
    """
    if newer.pk == notice.pk or newer.government_id != notice.government_id:
        raise Refused("请选择同一政府的另一份通知。")
    if newer.state != NoticeState.LIVE:
        raise Refused("取代它的通知尚未执行，请先确认新通知。")
    if not can_supersede(newer, notice):
        raise Refused(OLDER_NOTICE_MESSAGE.format(newer.title))
    effects = preview_supersession(notice)
    if seen is not None and seen != effects.seen:
        raise Refused("任务的办理情况刚刚有变化，没有取代：请看过新的情况后再确认。")
    notice.superseded_by = newer
    notice.save(update_fields=["superseded_by"])
    text = f"被“{newer.title}”取代{f'：{reason}' if reason else ''}"
    numbers_of_tasks = [assignment.pk for assignment in effects.cancelled]
    _cancel_open_tasks(notice, text, by)
    return ActionResult(words=text, facts={"newer": newer.pk, "cancelled": numbers_of_tasks, TASK_WORDS: text})


def _list_reasons_against_undoing(notice: Notice) -> list[str]:
    """Return a reason if the tasks were taken over by a revised version."""
    newer = notice.superseded_by
    if newer is not None and newer.is_revision and newer.amends_id == notice.pk:
        return ["任务已转入修订版继续办理，有误的请在修订版中逐条更正。"]
    return []


def list_tasks_to_restore(notice: Notice) -> list[Entry]:
    """Return the tasks cancelled by superseding a notice that are still cancelled."""
    last = Movement.objects.filter(stream=f"notice/{notice.pk}", action="notice.supersede").order_by("-seq").first()
    if last is None or not isinstance(last.facts.get("cancelled"), list):
        return []
    rows = Entry.objects.filter(assignment__in=read_numbers(last.facts, "cancelled"), state=AssignmentState.CANCELLED)
    return list(rows.select_related("body", "assignment").order_by("pk"))


@portioned_action(
    "reinstate",
    verb="reinstate",
    label="撤销取代",
    rule=list_reasons_unless_chief_of_notice,
    ready=_list_reasons_against_undoing,
)
def reinstate_notice(notice: Notice, *, by: Actor, reason: str) -> ActionResult:
    """Undo superseding: the notice is in force again and its cancelled tasks are restored."""
    reason = require_text(reason, "请写明撤销取代的原因。")
    notice.superseded_by = None
    notice.save(update_fields=["superseded_by"])
    restored = list_tasks_to_restore(notice)
    if len(restored) > MAX_TASKS_IN_ACTION:
        mark_work_remaining(notice, RESTORE)
    else:
        _restore_tasks(restored, reason, by)
    text = f"撤销取代，恢复{len(restored)}项任务：{reason}"
    return ActionResult(words=text, facts={"restored": [entry.pk for entry in restored], TASK_WORDS: reason})


def _find_last_cancellation(entry: Entry) -> Movement | None:
    """Return the log record of the last cancellation of an entry, or None."""
    return Movement.objects.filter(stream=entry.stream, action="assignment.cancel").order_by("-seq").first()


def _list_reasons_unless_cancelled(entry: Entry) -> list[str]:
    return [] if _find_last_cancellation(entry) else ["没有取消这项任务的记录，请“重新打开”。"]


@entry_action(
    ASSIGNMENT_KIND_NAME,
    "restore",
    label="恢复任务",
    rule=list_reasons_against_overseeing,
    ready=_list_reasons_unless_cancelled,
)
def restore_assignment(entry: Entry, *, by: Actor, reason: str) -> ActionResult:
    """Restore a cancelled task with its state, due date, outcome and pending request."""
    movement = undo_closing(entry, by=by)
    Ask.objects.filter(pk__in=read_numbers(movement.facts, "asks")).update(
        granted=None, decided_by="", decided_at=None, words=""
    )
    return ActionResult(
        words=reason.strip(),
        to_state=movement.from_state,
        tell=(make_unit_notification(entry, "任务恢复", f"已恢复办理：{reason.strip()}", "restore", urgent=True),),
    )


@portioned_action("revoke", verb="revoke", label="作废", rule=list_reasons_unless_chief_of_notice)
def revoke_notice(notice: Notice, *, by: Actor, reason: str) -> ActionResult:
    """Declare a notice void: cancel open entries, keep closed ones, delete unused columns.

    The same file can be imported again.
    """
    reason = require_text(reason, "请写明作废的原因。")
    text = f"“{notice.title}”作废：{reason}"
    count = _cancel_open_tasks(notice, text, by)
    removed = columns.remove_unused_columns(notice, by=by)
    return ActionResult(
        words=f"作废：{reason}；取消任务{count}条，删除没有用过的栏目{removed}个",
        facts={"cancelled": count, "columns": removed, "reason": reason, TASK_WORDS: text},
    )
