"""Confirm and issue a draft notice: create its columns and entries.

A notice with many entries is in force at once; its entries follow in several transactions
(`task_creation`).
"""

from collections.abc import Mapping
from datetime import date

from django.utils import timezone

from gongkai.core.acts.action import ROW_CHANGED_ERROR, ActionResult, Conflict, Refused, get_log_stream, require_text
from gongkai.core.files.losses import confirm_losses
from gongkai.core.units.actors import Actor
from gongkai.work.notices.actions.permissions import list_reasons_unless_chief_of_notice
from gongkai.work.notices.actions.revision_takeover import take_over_columns
from gongkai.work.notices.actions.takeover_plan import TAKEOVER_FACT, RevisionTakeover, plan_takeover
from gongkai.work.notices.actions.takeover_portions import begin_takeover
from gongkai.work.notices.actions.task_creation import (
    CREATE,
    MAX_TASKS_IN_ACTION,
    TaskPlan,
    create_tasks,
    make_task_notifications,
    plan_tasks,
)
from gongkai.work.notices.actions.task_portions import mark_work_remaining, portioned_action
from gongkai.work.notices.entries import columns
from gongkai.work.notices.models import Notice
from gongkai.work.notices.queries.readiness import list_reasons_against_confirming
from gongkai.work.notices.states import NoticeState


def _plan_before_transaction(notice: Notice, *, by: Actor, **_: object) -> Mapping[str, object]:
    """Return the plan of entries and, for a revision, its takeover; before the transaction because it takes seconds."""
    plan = plan_tasks(notice)
    return {"plan": plan, "takeover": plan_takeover(notice, plan.expansion) if notice.is_revision else None}


@portioned_action(
    "confirm",
    verb="confirm",
    label="确认",
    rule=list_reasons_unless_chief_of_notice,
    ready=list_reasons_against_confirming,
    ahead=_plan_before_transaction,
)
def confirm_notice(
    notice: Notice, *, by: Actor, plan: TaskPlan, takeover: RevisionTakeover | None, losses_seen: bool = False
) -> ActionResult:
    """Create entries and columns of a checked draft.

    A draft for comment (征求意见稿) is only marked as checked; it creates entries when issued.
    `losses_seen`: a person has confirmed the losses of its file (`files.losses`).
    """
    confirm_losses(get_log_stream(notice), by.name, confirmed=losses_seen)
    notice.confirmed_by, notice.confirmed_at = by.name, timezone.now()
    notice.save(update_fields=["confirmed_by", "confirmed_at"])
    if notice.for_comment:
        return ActionResult(words="确认征求意见稿，待正式印发后产生任务", to_state=NoticeState.CHECKED)
    return _put_notice_in_force(notice, plan, takeover, by)


def _put_notice_in_force(notice: Notice, plan: TaskPlan, takeover: RevisionTakeover | None, by: Actor) -> ActionResult:
    """Put the notice in force: create its columns and its tasks, perhaps in portions.

    Raises:
        Conflict: when the notice changed after it was planned.
    """
    if plan.version != notice.version:
        raise Conflict(ROW_CHANGED_ERROR)
    if takeover is not None:
        return _go_live_as_revision(notice, plan, takeover, by)
    column_counts = columns.create_columns(notice, plan.expansion, by=by)
    text = f"新建栏目{column_counts.made}个，沿用栏目{column_counts.reused}个"
    facts = {"columns_made": column_counts.made, "columns_reused": column_counts.reused}
    if (count := len(plan.planned)) > MAX_TASKS_IN_ACTION:
        mark_work_remaining(notice, CREATE)
        text = f"产生任务{count}条，逐批交办；{text}"
        return ActionResult(words=text, to_state=NoticeState.LIVE, facts={"planned": count, **facts})
    assignments, upward = create_tasks(notice, plan, plan.planned, by=by)
    text = f"产生任务{len(assignments)}条，{text}"
    text += f"，登记报送事项{len(upward)}项" if upward else ""
    return ActionResult(
        words=text,
        to_state=NoticeState.LIVE,
        facts={"entries": len(assignments), "upward": len(upward), **facts},
        tell=tuple(make_task_notifications(notice)),
    )


def _go_live_as_revision(notice: Notice, plan: TaskPlan, takeover: RevisionTakeover, by: Actor) -> ActionResult:
    """Put a revision in force and begin to take over the older notice's tasks."""
    older = begin_takeover(notice, takeover, by=by)
    column_counts = columns.create_columns(notice, plan.expansion, by=by)
    take_over_columns(notice, older)
    return ActionResult(
        words=f"逐批接续“{older.title[:60]}”的任务，新建栏目{column_counts.made}个",
        to_state=NoticeState.LIVE,
        facts={"older": older.pk, "columns_made": column_counts.made, TAKEOVER_FACT: takeover.as_facts()},
    )


def _plan_issue_before_transaction(
    notice: Notice, *, by: Actor, doc_number: str, issued_on: date, title: str = "", **_: object
) -> Mapping[str, object]:
    """Plan the entries that issuing a draft for comment creates; an unconfirmed one gets no takeover.

    Its issue data are set on this copy only, not saved.
    """
    _set_number_and_issue_date(notice, doc_number, issued_on, title)
    plan = plan_tasks(notice)
    if notice.state == NoticeState.DRAFT:
        return {"plan": plan, "takeover": None}
    if reasons := list_reasons_against_confirming(notice, plan.expansion):
        raise Refused(reasons)
    return {"plan": plan, "takeover": plan_takeover(notice, plan.expansion) if notice.is_revision else None}


def _set_number_and_issue_date(notice: Notice, doc_number: str, issued_on: date, title: str) -> None:
    """Set document number and date of issue of a draft for comment; an empty title stays.

    Raises:
        Refused: when the notice is issued already, the number is missing or the day is in the future.
    """
    if not notice.for_comment:
        raise Refused("这份通知不是征求意见稿，已经印发。")
    doc_number = require_text(doc_number, "请填写发文字号。")
    if issued_on > timezone.localdate():
        raise Refused("印发日期不能晚于今天。")
    notice.doc_number, notice.issued_on, notice.for_comment = doc_number[:80], issued_on, False
    notice.title = title.strip()[:300] or notice.title


@portioned_action(
    "issue",
    verb="issue",
    label="登记印发",
    rule=list_reasons_unless_chief_of_notice,
    ahead=_plan_issue_before_transaction,
)
def issue_notice(
    notice: Notice,
    *,
    by: Actor,
    doc_number: str,
    issued_on: date,
    plan: TaskPlan,
    takeover: RevisionTakeover | None,
    title: str = "",
) -> ActionResult:
    """Record that a draft for comment was issued; a confirmed one creates its entries now."""
    _set_number_and_issue_date(notice, doc_number, issued_on, title)
    notice.save(update_fields=["doc_number", "issued_on", "for_comment", "title"])
    text = f"正式印发：{notice.doc_number}，{issued_on:%Y-%m-%d}"
    if notice.state == NoticeState.DRAFT:
        return ActionResult(words=text, to_state=NoticeState.DRAFT)
    step = _put_notice_in_force(notice, plan, takeover, by)
    return ActionResult(words=f"{text}；{step.words}", to_state=step.to_state, facts=step.facts, tell=step.tell)
