"""The page of one notice: state, possible actions, awaited acts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from gongkai.content.editions.models import Column
from gongkai.core.acts.action import Refused
from gongkai.core.acts.door import get_visible_or_404
from gongkai.core.acts.pages import answer_form
from gongkai.core.units.actors import Actor, actor_of
from gongkai.core.units.models import Body
from gongkai.work.notices import actions as act
from gongkai.work.notices.forms_notice import AwaitedActForm, IssueForm
from gongkai.work.notices.models import AwaitedAct, Notice
from gongkai.work.notices.passing.drafts import can_pass_on, list_governments
from gongkai.work.notices.queries.leading import list_leads
from gongkai.work.notices.queries.matrix import load_matrix
from gongkai.work.notices.queries.visible import supervises, visible_to
from gongkai.work.notices.states import NoticeState
from gongkai.work.notices.supersession import can_supersede, preview_supersession
from gongkai.work.notices.views.correcting import read_number
from gongkai.work.notices.views.shared import get_notice_or_404, run_and_redirect


def show_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a notice; a draft redirects to its review."""
    notice, actor = get_notice_or_404(request, pk)
    if notice.state == NoticeState.DRAFT:
        return redirect("notices_review", pk)
    table = load_matrix(notice, actor)
    made = dict(notice.columns.values_list("column_id", "made"))
    context = {
        "notice": notice,
        "table": table,
        "lights": table.all,
        "columns": [
            (column, made[column.pk]) for column in Column.objects.filter(pk__in=made).order_by("key")
        ],
        "awaited": list(notice.awaited.all()),
        "may_issue": notice.for_comment and not act.issue_notice.why_not(notice, by=actor),
        "may_amend": not act.amend_measure.why_not(notice, by=actor),
        "may_undo": not act.undo_import.rule(actor, notice),
        "leads": [
            body
            for body in (() if notice.own else list_leads(notice))
            if body.pk in actor.bodies or supervises(actor, notice)
        ],
        "newer": _list_newer_notices(notice, request),
        "reports": [("", "起草完成情况报告")]
        if supervises(actor, notice)
        else _list_own_reports(notice, actor),
        "may_pass_on": can_pass_on(request.user, actor, notice),
        "drafts_inside": not list_governments(actor),
        "may_reinstate": not act.reinstate_notice.why_not(notice, by=actor),
        "to_restore": len(act.list_tasks_to_restore(notice)),
        "may_supersede": not act.supersede_notice.why_not(notice, by=actor),
    }
    return render(request, "notices/notice.html", context)


def _list_own_reports(notice: Notice, actor: Actor) -> list[tuple[str, str]]:
    """Return (query, label) of the reports that the user's units can draft."""
    rows = Body.objects.filter(pk__in=actor.bodies)
    owing = rows.filter(pk__in=notice.assignments.order_by().values("body")).order_by("position", "pk")
    return [(f"?body={body.pk}", f"起草{body.label}完成情况报告") for body in owing]


def _list_newer_notices(notice: Notice, request: HttpRequest) -> list[Notice]:
    rows = visible_to(request.user).filter(government=notice.government, state=NoticeState.LIVE)
    return [one for one in rows.exclude(pk=notice.pk).order_by("-pk") if can_supersede(one, notice)]


def issue_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that a draft for comment was issued."""
    notice, actor = get_notice_or_404(request, pk)
    return answer_form(
        request,
        IssueForm(request.POST),
        lambda **facts: act.issue_notice(notice, by=actor, **facts),
        "已登记印发。",
        reverse("notices_notice", args=[pk]),
    )


def _get_chosen_successor(request: HttpRequest) -> Notice | None:
    try:
        return visible_to(request.user).filter(pk=read_number(request.POST, "newer")).first()
    except Refused:
        return None


def supersede_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what superseding a notice does; supersede it once confirmed."""
    notice, actor = get_notice_or_404(request, pk)
    newer = _get_chosen_successor(request)
    reason, seen = request.POST.get("reason", "").strip(), request.POST.get("seen")
    why_not = act.supersede_notice.why_not(notice, by=actor)
    if newer is not None and can_supersede(newer, notice) and seen is None and not why_not:
        context = {
            "notice": notice,
            "newer": newer,
            "reason": reason,
            "effects": preview_supersession(notice),
        }
        return render(request, "notices/supersede.html", context)

    def work() -> None:
        if newer is None:
            raise Refused("请选择取代它的通知。")
        act.supersede_notice(notice, by=actor, newer=newer, reason=reason, seen=seen)

    return run_and_redirect(
        request,
        work,
        "已标记为被取代，未办结的任务已取消。",
        "notices_notice",
        pk,
    )


def reinstate_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo superseding."""
    notice, actor = get_notice_or_404(request, pk)
    reason = request.POST.get("reason", "").strip()
    return run_and_redirect(
        request,
        lambda: act.reinstate_notice(notice, by=actor, reason=reason),
        "已撤销取代，取消的任务已按原状恢复。",
        "notices_notice",
        pk,
    )


def enter_act_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter an act on which deadlines depend."""
    awaited = get_visible_or_404(request.user, AwaitedAct, pk)

    return answer_form(
        request,
        AwaitedActForm(request.POST),
        lambda **facts: act.enter_awaited_act(awaited, by=actor_of(request.user), **facts),
        "已登记，相关任务开始计时。",
        reverse("notices_notice", args=[awaited.notice_id]),
    )
