"""Create the tasks of a notice in force, in a background job if they are many."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from django.urls import reverse
from django.utils import timezone

from gongkai.core.acts.action import ROW_CHANGED_ERROR, ActionResult, Conflict, Notification, action
from gongkai.core.acts.lock_sharing import write_in_portions
from gongkai.core.units.actors import Actor
from gongkai.work.notices.actions.permissions import list_reasons_unless_chief_of_notice
from gongkai.work.notices.actions.task_portions import (
    TaskContinuationContext,
    define_remaining_work,
    delete_remaining_mark,
    renew_if_remaining,
)
from gongkai.work.notices.entries.creation import create_assignments, pair_with_measures
from gongkai.work.notices.entries.expansion import PlanningInput, expand_notice
from gongkai.work.notices.entries.upward_submissions import create_upward_submissions
from gongkai.work.notices.models import Assignment, Contribution, Notice, Upward
from gongkai.work.notices.planning.plan import PlannedEntry
from gongkai.work.notices.recipients import get_office_recipients, get_unit_recipients, make_staffing_notifications
from gongkai.work.notices.states import SUPPORT_KIND_NAME, NoticeState

#: Tasks that the action itself creates; further ones follow in portions.
MAX_TASKS_IN_ACTION = 100
#: Verb under which the creation of tasks is left to later transactions.
CREATE = "create"


@dataclass(frozen=True)
class TaskPlan:
    """The planned tasks of a notice, and the notice's version that they were planned from."""

    version: int
    expansion: PlanningInput
    planned: Sequence[PlannedEntry]


def plan_tasks(notice: Notice, select: Callable[[PlanningInput], PlanningInput] = lambda whole: whole) -> TaskPlan:
    """Plan the tasks of a notice, or of the rows that `select` leaves."""
    expansion = select(expand_notice(notice))
    planned = expansion.entries(year=notice.year, today=timezone.localdate(), started=notice.issued_on)
    return TaskPlan(notice.version, expansion, planned)


def create_tasks(
    notice: Notice, plan: TaskPlan, planned: Iterable[PlannedEntry], *, by: Actor
) -> tuple[list[Assignment], list[Upward]]:
    """Store planned tasks; return (assignments, upward submissions). Call it in an action."""
    text = f"{notice.title}{f'（{notice.doc_number}）' if notice.doc_number else ''}"
    made = create_assignments(pair_with_measures(planned, plan.expansion.measures, notice.year), by=by, text=text)
    return made, [] if notice.own else create_upward_submissions(made, by=by)


# --- in portions ----------------------------------------------------------------------------------


def _create_remaining_tasks(context: TaskContinuationContext) -> None:
    """Create the tasks that a notice in force still lacks, then notify the units."""
    notice, by = context.notice, context.by
    if notice.state != NoticeState.LIVE:
        delete_remaining_mark(notice.pk)
        return
    plan = plan_tasks(notice)
    write, missing = partial(_create_planned_entries, notice, plan, by), list_missing_tasks(notice, plan)
    if write_in_portions(missing, write, first=MAX_TASKS_IN_ACTION, until=context.until):
        finish_tasks(notice, by=by, plan=plan)


def _create_planned_entries(notice: Notice, plan: TaskPlan, by: Actor, planned: Sequence[PlannedEntry]) -> None:
    create_portion(notice, by=by, plan=plan, planned=planned)


def list_missing_tasks(notice: Notice, plan: TaskPlan) -> list[PlannedEntry]:
    """Return planned tasks that do not exist, those of lead units first in each row and period.

    A contribution belongs to the first task of its row and period.
    """
    rows = Assignment.objects.filter(notice=notice)
    existing = set(rows.values_list("measure", "body", "share", "period"))
    missing = []
    for entry in plan.planned:
        owner = entry.owned.owner
        share = owner.office_id or 0 if notice.own else 0
        if (entry.measure, owner.body_id, share, entry.period.label) not in existing:
            missing.append(entry)
    rank = {number: place for place, number in enumerate(plan.expansion.measures)}
    return sorted(
        missing, key=lambda one: (rank[one.measure], one.period.label, one.owned.owner.body_id not in one.owned.leads)
    )


def _require_unchanged_notice(notice: Notice, plan: TaskPlan) -> None:
    """Raise Conflict if the notice changed since the plan or no tasks are left to create."""
    if not renew_if_remaining(notice.pk) or notice.version != plan.version or notice.state != NoticeState.LIVE:
        raise Conflict(ROW_CHANGED_ERROR)


@action("notice.create_tasks", label="逐批交办任务", rule=list_reasons_unless_chief_of_notice, quiet=True)
def create_portion(notice: Notice, *, by: Actor, plan: TaskPlan, planned: Sequence[PlannedEntry]) -> ActionResult:
    """Create some of the tasks of a notice in force.

    Raises:
        Conflict: a row was changed since the plan, or the notice is no longer in force.
    """
    _require_unchanged_notice(notice, plan)
    assignments, _ = create_tasks(notice, plan, planned, by=by)
    return ActionResult(words=f"交办任务{len(assignments)}条", facts={"entries": len(assignments)})


@action("notice.finish_tasks", label="任务交办完毕", rule=list_reasons_unless_chief_of_notice, quiet=True)
def finish_tasks(notice: Notice, *, by: Actor, plan: TaskPlan) -> ActionResult:
    """Notify the units after the last portion.

    Raises:
        Conflict: as for `create_portion`.
    """
    _require_unchanged_notice(notice, plan)
    delete_remaining_mark(notice.pk)
    count, upward = notice.assignments.count(), Upward.objects.filter(notice=notice).count()
    return ActionResult(
        words=f"任务{count}条全部交办" + (f"，登记报送事项{upward}项" if upward else ""),
        facts={"entries": count, "upward": upward},
        tell=tuple(make_task_notifications(notice)),
    )


# --- notifications --------------------------------------------------------------------------------


def make_task_notifications(notice: Notice) -> Iterator[Notification]:
    """Yield the notifications of all tasks of a new notice."""
    rows = Assignment.objects.filter(notice=notice)
    counts = Counter(rows.values_list("body", "entry__office" if notice.own else "share"))
    for (body, office), count in counts.items():
        own = office if notice.own else None
        yield Notification(
            subject=f"新任务{count}项：{notice.title[:60]}",
            body=f"“{notice.title}”已交办，{'贵处室' if own else '贵单位'}承担{count}项任务，请查看要求和期限。",
            link=reverse("notices_tasks"),
            key=f"notice:{notice.pk}:{body}{f':{own}' if own else ''}",
            **(get_office_recipients(body, own, notice.government_id) if notice.own else get_unit_recipients(body)),
        )
    yield from _make_partner_notifications(notice)
    yield from make_staffing_notifications(notice, {body for body, _ in counts}, f"{notice.pk}:confirm")


def _make_partner_notifications(notice: Notice) -> Iterator[Notification]:
    """Yield one notification, with the number of tasks, for each helping unit."""
    rows = Contribution.objects.filter(task__assignment__notice=notice)
    for body, count in Counter(rows.values_list("entry__body", flat=True)).items():
        yield Notification(
            subject=f"配合任务{count}项：{notice.title[:60]}",
            body=f"“{notice.title}”已交办，贵单位配合其他单位的任务{count}项，请查看配合事项和期限。",
            link=f"{reverse('ledger_list')}?kind={SUPPORT_KIND_NAME}",
            key=f"notice:{notice.pk}:{body}:support",
            **get_unit_recipients(body),
        )


define_remaining_work(CREATE, _create_remaining_tasks)
