"""Enter an awaited act; the tasks that depend on it get due dates in portions."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone

from gongkai.core.acts.action import ROW_CHANGED_ERROR, Action, ActionResult, Conflict, Refused, register_action
from gongkai.core.acts.lock_sharing import write_in_portions
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import SYSTEM, Actor
from gongkai.core.units.models import Role
from gongkai.work.notices.actions.decisions import reschedule_assignment
from gongkai.work.notices.actions.permissions import list_reasons_unless_chief_of_notice
from gongkai.work.notices.actions.task_portions import (
    TaskContinuationContext,
    advance_remaining_work,
    continue_remaining_after_action,
    define_remaining_work,
    delete_remaining_mark,
    is_work_remaining,
    mark_work_remaining,
)
from gongkai.work.notices.entries.checklist import is_lookback
from gongkai.work.notices.models import Assignment, AwaitedAct, Duty
from gongkai.work.notices.planning.rules import find_track
from gongkai.work.notices.states import OPEN_STATES

#: Verb under which the due dates of tasks are left to later transactions; its detail is the
#: primary keys of the act and of the last task done.
REDATE = "redate"
#: Tasks of the first portion.
FIRST_PORTION_TASKS = 5


def _list_reasons_against_entering_act(by: Actor, act: AwaitedAct) -> list[str]:
    """Return reasons unless the user is in charge of the notice or in a waiting unit."""
    if not list_reasons_unless_chief_of_notice(by, act.notice):
        return []
    waiting = Assignment.objects.filter(measure__duties__awaits=act)
    bodies = by.body_ids(Role.CLERK, Role.LEAD)
    if waiting.filter(body__in=bodies).exists() or waiting.filter(leads__in=bodies).exists():
        return []
    return ["只有政务公开办、牵头单位或者等待该文件的单位可以登记。"]


def _list_reasons_if_entered(act: AwaitedAct) -> list[str]:
    return [f"已登记：{act.title or act.words}，{act.dated}。"] if act.dated else []


def _count_waiting_tasks(act: AwaitedAct, **_: object) -> Mapping[str, object]:
    """Return the number of waiting tasks as `waiting`, before the transaction because counting takes seconds."""
    return {"waiting": len(_list_waiting_tasks(act.pk))}


def _list_waiting_tasks(act: int, after: int = 0) -> list[int]:
    """Return the keys of the open tasks that depend on an act, in order and only those above `after`."""
    tracks: dict[int, set[str]] = defaultdict(set)
    for duty in Duty.objects.filter(awaits=act):
        tracks[duty.measure_id].add(find_track(duty.due))
    rows = Assignment.objects.filter(measure__duties__awaits=act, entry__state__in=OPEN_STATES, pk__gt=after)
    return [
        assignment.pk
        for assignment in rows.distinct().order_by("pk")
        if is_lookback(assignment) or assignment.track in tracks[assignment.measure_id]
    ]


def _record_awaited_act(
    act: AwaitedAct, *, by: Actor, waiting: int, dated: date, title: str = "", doc_number: str = ""
) -> ActionResult:
    """Record the document on which deadlines depend; the due dates of the `waiting` tasks are moved afterwards."""
    if dated > timezone.localdate():
        raise Refused("文件日期不能晚于今天。")
    newer = act.notice.superseded_by_id
    if is_work_remaining(act.notice_id) or (newer and is_work_remaining(newer)):
        raise Refused("这份通知的任务正在逐批办理，请稍后再登记。")
    act.dated, act.title, act.doc_number = dated, title.strip()[:300], doc_number.strip()[:80]
    act.entered_by, act.entered_at = by.name, timezone.now()
    act.save()
    mark_work_remaining(act.notice, REDATE, f"{act.pk}/0")
    return ActionResult(
        words=f"登记{_describe_act(act)}，{dated:%Y-%m-%d}，{waiting}条任务开始计时",
        facts={"dated": dated.isoformat(), "entries": waiting},
        stream=f"notice/{act.notice_id}",
    )


def _describe_act(act: AwaitedAct) -> str:
    return act.doc_number or act.title or act.words


class EnterAwaitedActAction(Action[AwaitedAct]):
    """The action on an awaited act: the due dates are moved right after it."""

    def __call__(self, target: AwaitedAct, *, by: Actor, version: object = None, **facts: object) -> object:
        """Run the action, then move the due dates; a job continues after a failure."""
        done = super().__call__(target, by=by, version=version, **facts)  # type: ignore[arg-type]
        continue_remaining_after_action(target.notice_id, by=by)
        return done


enter_awaited_act = register_action(
    EnterAwaitedActAction(
        "notice.enter_act",
        "登记上级文件",
        _record_awaited_act,
        _list_reasons_against_entering_act,
        _list_reasons_if_entered,
        ahead=_count_waiting_tasks,
    )
)


def _move_remaining_due_dates(context: TaskContinuationContext) -> None:
    """Move the remaining due dates that depend on a recorded document, each task once."""
    number, last = map(int, context.words.split("/"))
    act = AwaitedAct.objects.filter(pk=number).first()
    if act is None or act.dated is None:
        delete_remaining_mark(context.notice.pk)
        return
    text, done = f"已登记{_describe_act(act)}（{act.dated:%Y-%m-%d}）", last

    def write(portion: Sequence[int]) -> None:
        """Recompute the due dates of the next entries (Conflict: another run did so)."""
        nonlocal done
        with transaction.atomic():
            if not advance_remaining_work(context.notice.pk, REDATE, f"{number}/{done}", f"{number}/{portion[-1]}"):
                raise Conflict(ROW_CHANGED_ERROR)
            rows = Entry.objects.filter(pk__in=portion, state__in=OPEN_STATES).order_by("pk")
            reschedule_assignment.many(rows, by=SYSTEM, words=text)
        done = portion[-1]

    if write_in_portions(_list_waiting_tasks(number, last), write, first=FIRST_PORTION_TASKS, until=context.until):
        delete_remaining_mark(context.notice.pk)


define_remaining_work(REDATE, _move_remaining_due_dates)
