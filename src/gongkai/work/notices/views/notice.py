"""The page of one notice and its matrix (打表); preview and confirm a draft; undo an import."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from gongkai.content.editions.launch_state import in_preparation
from gongkai.content.editions.models import Column
from gongkai.core.acts.action import Refused, get_log_stream
from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.acts.pages import respond_to_form, run_with_messages
from gongkai.core.background_jobs.exports import long_export
from gongkai.core.files.losses import LOSSES_SEEN_CHECKBOX, find_losses
from gongkai.core.units.actors import Actor, get_actor
from gongkai.core.units.models import Body, Office
from gongkai.core.units.unit_choice import find_opened_government
from gongkai.core.widgets.query_parameters import parse_whole_number
from gongkai.core.widgets.responses import DOCX_CONTENT_TYPE, XLSX_CONTENT_TYPE, download_response
from gongkai.lib.law import TrafficLight
from gongkai.lib.writing.progress_table import render_progress_docx, render_progress_xlsx
from gongkai.work.notices import actions as act
from gongkai.work.notices.actions import amend_measure, confirm_notice, find_undo_obstacles, revoke_notice, undo_import
from gongkai.work.notices.actions.task_portions import is_work_remaining
from gongkai.work.notices.forms_records import AwaitedActForm, IssueNoticeForm
from gongkai.work.notices.models import Assignment, AwaitedAct, Notice
from gongkai.work.notices.passing_down.drafts import can_draft_or_see_draft, list_governments
from gongkai.work.notices.queries.lead_checks import list_leads
from gongkai.work.notices.queries.matrix import find_section_titles, list_cell_entries, load_matrix
from gongkai.work.notices.queries.progress import build_progress_table, list_progress_tasks
from gongkai.work.notices.queries.readiness import preview_confirmation
from gongkai.work.notices.queries.visible import can_open_parent, can_see_all_tasks, visible_to
from gongkai.work.notices.states import OPEN_STATES, NoticeState
from gongkai.work.notices.versions.supersession import can_supersede, preview_supersession
from gongkai.work.notices.views.common import get_notice_or_404, run_and_redirect
from gongkai.work.notices.views.corrections import read_posted_number


def show_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a notice; a draft redirects to its review."""
    notice, actor = get_notice_or_404(request, pk)
    if notice.state == NoticeState.DRAFT:
        return redirect("notices_review", pk)
    table = load_matrix(notice, actor)
    made_by_column = dict(notice.columns.values_list("column_id", "made"))
    columns = [
        (column, made_by_column[column.pk]) for column in Column.objects.filter(pk__in=made_by_column).order_by("key")
    ]
    has_closed_columns = can_see_all_tasks(actor, notice) and any(not column.is_open for column, _ in columns)
    context = {
        "notice": notice,
        "table": table,
        "lights": table.all,
        "columns": columns,
        "opens_columns": has_closed_columns and reverse("launch:launch" if in_preparation() else "publishing:columns"),
        "awaited": list(notice.awaited.all()),
        "may_issue": notice.for_comment and not act.issue_notice.why_not(notice, by=actor),
        "may_amend": not act.amend_measure.why_not(notice, by=actor),
        "may_undo": not act.undo_import.rule(actor, notice),
        "leads": [
            body
            for body in (() if notice.own else list_leads(notice))
            if body.pk in actor.bodies or can_see_all_tasks(actor, notice)
        ],
        "opens_parent": can_open_parent(actor, notice),
        "newer": _list_newer_notices(notice, request),
        "reports": [("", "起草完成情况报告")] if can_see_all_tasks(actor, notice) else _list_own_reports(notice, actor),
        "may_pass_on": can_draft_or_see_draft(request.user, actor, notice),
        "drafts_inside": not list_governments(actor),
        "may_reinstate": not act.reinstate_notice.why_not(notice, by=actor),
        "remaining": is_work_remaining(notice.pk),
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
    """Return the visible notices in force of the same government that can supersede this one."""
    rows = visible_to(request.user).filter(government=notice.government, state=NoticeState.LIVE)
    return [one for one in rows.exclude(pk=notice.pk).order_by("-pk") if can_supersede(one, notice)]


def issue_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that a draft for comment was issued."""
    notice, actor = get_notice_or_404(request, pk)
    return respond_to_form(
        request,
        IssueNoticeForm(request.POST),
        lambda **facts: act.issue_notice(notice, by=actor, **facts),
        "已登记印发。",
        reverse("notices_notice", args=[pk]),
    )


def _get_chosen_successor(request: HttpRequest) -> Notice | None:
    try:
        return visible_to(request.user).filter(pk=read_posted_number(request.POST, "newer")).first()
    except Refused:
        return None


def supersede_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the effects of superseding a notice; supersede it once confirmed."""
    notice, actor = get_notice_or_404(request, pk)
    newer = _get_chosen_successor(request)
    reason, seen = request.POST.get("reason", "").strip(), request.POST.get("seen")
    why_not = act.supersede_notice.why_not(notice, by=actor)
    if newer is not None and can_supersede(newer, notice) and seen is None and not why_not:
        context = {"notice": notice, "newer": newer, "reason": reason, "effects": preview_supersession(notice)}
        return render(request, "notices/supersede.html", context)

    def supersede_by_chosen() -> None:
        """Supersede the notice by the chosen one."""
        if newer is None:
            raise Refused("请选择取代它的通知。")
        act.supersede_notice(notice, by=actor, newer=newer, reason=reason, seen=seen)

    return run_and_redirect(request, supersede_by_chosen, "已标记为被取代，未办结的任务已取消。", "notices_notice", pk)


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

    return respond_to_form(
        request,
        AwaitedActForm(request.POST),
        lambda **facts: act.enter_awaited_act(awaited, by=get_actor(request.user), **facts),
        "已登记，相关任务开始计时。",
        reverse("notices_notice", args=[awaited.notice_id]),
    )


def confirm_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a preview of confirming the notice; on POST confirm it."""
    notice, actor = get_notice_or_404(request, pk)
    if request.method == "POST":
        seen = parse_whole_number(request.POST.get("version", ""))
        seen = notice.version if seen is None else seen
        text = "已确认，任务已交办。" if not notice.for_comment else "已确认，待正式印发后产生任务。"
        if not _has_acknowledged(request, notice):
            return redirect("notices_confirm", notice.pk)
        text += "接着办“今天要办”里列出的下一步。" if in_preparation() else ""
        losses_seen = LOSSES_SEEN_CHECKBOX in request.POST
        done = run_with_messages(
            request, lambda: confirm_notice(notice, by=actor, version=seen, losses_seen=losses_seen), text
        )
        return redirect("wagtailadmin_home") if done and in_preparation() else redirect("notices_notice", notice.pk)
    preview, today = preview_confirmation(notice), timezone.localdate()
    context = {
        "notice": notice,
        "preparing": in_preparation(),
        "overdue": sum(count for day, count in preview.dates if day < today),
        "preview": preview,
        "losses": find_losses(get_log_stream(notice)),
        "reasons": [] if notice.editable else confirm_notice.why_not(notice, by=actor),
        "may": not confirm_notice.why_not(notice, by=actor),
    }
    return render(request, "notices/confirm.html", context)


def _has_acknowledged(request: HttpRequest, notice: Notice) -> bool:
    """Return true if the clerk acknowledged unstaffed units; else report them."""
    if "leaderless" in request.POST or not notice.editable:
        return True
    preview = preview_confirmation(notice)
    for what, missing, lack in (
        ("牵头", preview.leaderless, "没有可以审核的人员，请先安排任职，或者确认由政务公开办审核。"),
        ("责任", preview.idle, "没有经办人和负责人，请先安排任职，或者确认知道了。"),
    ):
        if missing:
            messages.error(request, f"{what}单位{'、'.join(body.label for body in missing)}{lack}")
    return not (preview.leaderless or preview.idle)


def undo_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show obstacles to undoing an import; on POST undo it."""
    notice, actor = get_notice_or_404(request, pk)
    if request.method == "POST":
        return run_and_redirect(
            request,
            lambda: undo_import(notice, by=actor, reason=request.POST.get("reason", "").strip()),
            f"已撤销导入“{notice.title}”。",
            "notices_list",
        )
    # The progress of other units is only for users who may undo the import.
    sorry = undo_import.why_not(notice, by=actor)
    context = {
        "notice": notice,
        "reasons": sorry or find_undo_obstacles(notice),
        "may_void": not revoke_notice.why_not(notice, by=actor),
        "may_amend": not amend_measure.why_not(notice, by=actor),
        "open": notice.assignments.filter(entry__state__in=OPEN_STATES).count(),
        "entries": notice.assignments.count(),
        "made": notice.columns.filter(made=True).count(),
    }
    return render(request, "notices/undo.html", context)


LIGHT_LEGEND = (
    ("red", TrafficLight.of("red").shape, "逾期"),
    ("yellow", TrafficLight.of("yellow").shape, "临期"),
    ("green", TrafficLight.of("green").shape, "正常"),
    ("blue", TrafficLight.of("blue").shape, "暂停"),
    ("grey_red", TrafficLight.of("grey_red").shape, "逾期办结"),
    ("grey", TrafficLight.of("grey").shape, "按期办结"),
)


def matrix_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the matrix of a notice; units of a district share a column if there are many."""
    notice, actor = get_notice_or_404(request, pk)
    table = load_matrix(notice, actor, under=find_opened_government(request.GET.get("under"), notice.government))
    return render(request, "notices/matrix.html", {"notice": notice, "table": table, "legend": LIGHT_LEGEND})


def _list_rows(request: HttpRequest, pk: int) -> QuerySet[Assignment]:
    return list_progress_tasks(*get_notice_or_404(request, pk))


@long_export("notices.table", "打表", rows=_list_rows)
def export_matrix(request: HttpRequest, pk: int) -> HttpResponse:
    """Export the table as a spreadsheet, or with `?as=docx` as a paper."""
    notice, actor = get_notice_or_404(request, pk)
    table = build_progress_table(notice, actor)
    name = f"打表 {notice.title[:60]}"
    if request.GET.get("as") == "docx":
        return download_response(render_progress_docx(table), f"{name}.docx", DOCX_CONTENT_TYPE)
    return download_response(render_progress_xlsx(table), f"{name}.xlsx", XLSX_CONTENT_TYPE)


def cell_page(request: HttpRequest, pk: int, section: int, body: int) -> HttpResponse:
    """List the tasks of one cell."""
    notice, actor = get_notice_or_404(request, pk)
    asked = parse_whole_number(request.GET.get("office", "")) if notice.own else None
    office = get_visible_or_404(actor, Office, asked, body=body) if asked else None
    context = {
        "notice": notice,
        "section": find_section_titles(notice).get(section, ""),
        "body": get_visible_or_404(actor, Body, body),
        "office": office,
        "rows": list_cell_entries(notice, section, body, actor, (office.pk if office else 0) if notice.own else None),
    }
    return render(request, "notices/cell_entries.html", context)
