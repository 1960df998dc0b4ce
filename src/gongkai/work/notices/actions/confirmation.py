"""Confirm and issue a draft notice: create its entries and columns in one transaction."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from django.urls import reverse
from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Notification, Refused, log_stream_of
from gongkai.core.files.losses import confirm_losses
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.work.notices.actions.notice_action import notice_action
from gongkai.work.notices.actions.permissions import check_chief
from gongkai.work.notices.actions.revision_takeover import (
    merge_notifications,
    notify_of_new_rows,
    select_new_rows,
    take_over_columns,
    take_over_tasks,
)
from gongkai.work.notices.entries import columns
from gongkai.work.notices.entries.creation import create_assignments, pair_with_measures
from gongkai.work.notices.entries.expansion import Expansion, expand_notice
from gongkai.work.notices.entries.upward import create_upward_submissions
from gongkai.work.notices.models import Assignment, Contribution, Notice
from gongkai.work.notices.queries.readiness import check_confirmable
from gongkai.work.notices.recipients import notify_of_staffing, office_recipients, unit_recipients
from gongkai.work.notices.states import SUPPORT_KIND_NAME, NoticeState


@notice_action("confirm", verb="confirm", label="确认", rule=check_chief, ready=check_confirmable)
def confirm_notice(notice: Notice, *, by: Actor, losses_seen: bool = False) -> ActionResult:
    """Create entries and columns of a checked draft.

    A draft for comment (征求意见稿) is only marked as checked; it creates entries when issued.
    `losses_seen`: a person has confirmed the losses of its file (`files.losses`).
    """
    confirm_losses(log_stream_of(notice), by.name, seen=losses_seen)
    notice.confirmed_by, notice.confirmed_at = by.name, timezone.now()
    notice.save(update_fields=["confirmed_by", "confirmed_at"])
    if notice.for_comment:
        return ActionResult(words="确认征求意见稿，待正式印发后产生任务", to_state=NoticeState.CHECKED)
    return _go_live(notice, by)


def _go_live(notice: Notice, by: Actor) -> ActionResult:
    if notice.is_revision:
        return _go_live_as_revision(notice, by)
    expansion = expand_notice(notice)
    made = _create_entries(notice, expansion, by)
    upward = [] if notice.own else create_upward_submissions(made, by=by)
    opened = columns.create_columns(notice, expansion, by=by)
    words = f"产生任务{len(made)}条，新建栏目{opened.made}个，沿用栏目{opened.reused}个"
    words += f"，登记报送事项{len(upward)}项" if upward else ""
    return ActionResult(
        words=words,
        to_state=NoticeState.LIVE,
        facts={
            "entries": len(made),
            "upward": len(upward),
            "columns_made": opened.made,
            "columns_reused": opened.reused,
        },
        tell=(
            *_notify_responsible_units(notice, made),
            *_notify_partners(notice),
            *_notify_of_staffing(notice, made),
        ),
    )


def _go_live_as_revision(notice: Notice, by: Actor) -> ActionResult:
    older = notice.amends
    assert older is not None
    carried = take_over_tasks(notice, by=by)
    expansion = expand_notice(notice)
    made = _create_entries(notice, select_new_rows(notice, expansion), by)
    upward = [] if notice.own else create_upward_submissions(made, by=by)
    opened = columns.create_columns(notice, expansion, by=by)
    take_over_columns(notice, older)
    told = merge_notifications(notice, [*carried.told, *notify_of_new_rows(made)])
    words = f"{carried.words}；新交办任务{len(made) + len(carried.opened)}项，新建栏目{opened.made}个"
    return ActionResult(
        words=words,
        to_state=NoticeState.LIVE,
        facts={
            "older": older.pk,
            "rows": carried.rows,
            "kept": carried.kept,
            "entries": len(made) + len(carried.opened),
            "ended": [entry.pk for entry in carried.ended],
            "upward": len(upward),
            "columns_made": opened.made,
        },
        tell=(*told, *_notify_of_staffing(notice, [*made, *_list_assignments(carried.opened)])),
    )


def _list_assignments(entries: Iterable[Entry]) -> list[Assignment]:
    return list(Assignment.objects.filter(entry__in=list(entries)))


def _create_entries(notice: Notice, expansion: Expansion, by: Actor) -> list[Assignment]:
    planned = expansion.entries(year=notice.year, today=timezone.localdate(), started=notice.issued_on)
    words = f"{notice.title}{f'（{notice.doc_number}）' if notice.doc_number else ''}"
    return create_assignments(pair_with_measures(planned, expansion.measures, notice.year), by=by, words=words)


def _notify_responsible_units(notice: Notice, made: Iterable[Assignment]) -> Iterable[Notification]:
    counts = Counter((assignment.body_id, assignment.entry.office_id if notice.own else None) for assignment in made)
    bodies = Body.objects.select_related("parent").in_bulk({body for body, _ in counts}) if notice.own else {}
    for (body, office), count in counts.items():
        yield Notification(
            subject=f"新任务{count}项：{notice.title[:60]}",
            body=f"“{notice.title}”已交办，{'贵处室' if office else '贵单位'}承担{count}项任务，请查看要求和期限。",
            link=reverse("notices_tasks"),
            key=f"notice:{notice.pk}:{body}{f':{office}' if office else ''}",
            **(office_recipients(bodies[body], office) if notice.own else unit_recipients(body)),
        )


def _notify_partners(notice: Notice) -> Iterable[Notification]:
    rows = Contribution.objects.filter(task__assignment__notice=notice)
    for body, count in Counter(rows.values_list("entry__body", flat=True)).items():
        yield Notification(
            subject=f"配合任务{count}项：{notice.title[:60]}",
            body=f"“{notice.title}”已交办，贵单位配合其他单位的任务{count}项，请查看配合事项和期限。",
            link=f"{reverse('ledger_list')}?kind={SUPPORT_KIND_NAME}",
            key=f"notice:{notice.pk}:{body}:support",
            **unit_recipients(body),
        )


def _notify_of_staffing(notice: Notice, made: Iterable[Assignment]) -> Iterable[Notification]:
    return notify_of_staffing(notice, {assignment.body_id for assignment in made}, f"{notice.pk}:confirm")


@notice_action("issue", verb="issue", label="登记印发", rule=check_chief)
def issue_notice(notice: Notice, *, by: Actor, doc_number: str, issued_on: date, title: str = "") -> ActionResult:
    """Record that a draft for comment was issued; a confirmed one creates its entries now."""
    if not notice.for_comment:
        raise Refused("这份通知不是征求意见稿，已经印发。")
    if not doc_number.strip():
        raise Refused("请填写发文字号。")
    if issued_on > timezone.localdate():
        raise Refused("印发日期不能晚于今天。")
    notice.doc_number, notice.issued_on, notice.for_comment = doc_number.strip()[:80], issued_on, False
    notice.title = title.strip()[:300] or notice.title
    notice.save(update_fields=["doc_number", "issued_on", "for_comment", "title"])
    words = f"正式印发：{notice.doc_number}，{issued_on:%Y-%m-%d}"
    if notice.state == NoticeState.DRAFT:
        return ActionResult(words=words, to_state=NoticeState.DRAFT)
    if reasons := check_confirmable(notice):
        raise Refused(reasons)
    step = _go_live(notice, by)
    return ActionResult(words=f"{words}；{step.words}", to_state=step.to_state, facts=step.facts, tell=step.tell)
