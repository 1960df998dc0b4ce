"""Preview and confirm a draft; undo an import."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from gongkai.content.editions.launching import in_preparation
from gongkai.core.widgets.asked import whole
from gongkai.work.notices.actions import (
    amend_measure,
    confirm_notice,
    find_undo_obstacles,
    revoke_notice,
    undo_import,
)
from gongkai.work.notices.models import Notice
from gongkai.work.notices.queries.readiness import preview_confirmation
from gongkai.work.notices.states import OPEN_STATES
from gongkai.work.notices.views.shared import get_notice_or_404, run_and_redirect


def confirm_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what confirming would create; on POST confirm."""
    notice, actor = get_notice_or_404(request, pk)
    if request.method == "POST":
        seen = whole(request.POST.get("version", ""))
        seen = notice.version if seen is None else seen
        said = "已确认，任务已交办。" if not notice.for_comment else "已确认，待正式印发后产生任务。"
        if not _has_acknowledged(request, notice):
            return redirect("notices_confirm", notice.pk)
        return run_and_redirect(
            request, lambda: confirm_notice(notice, by=actor, version=seen), said, "notices_notice", notice.pk
        )
    shown, today = preview_confirmation(notice), timezone.localdate()
    context = {
        "notice": notice,
        "today": today,
        "preparing": in_preparation(),
        "overdue": sum(count for day, count in shown.dates if day < today),
        "preview": shown,
        "reasons": [] if notice.editable else confirm_notice.why_not(notice, by=actor),
        "may": not confirm_notice.why_not(notice, by=actor),
    }
    return render(request, "notices/confirm.html", context)


def _has_acknowledged(request: HttpRequest, notice: Notice) -> bool:
    """Tell whether the clerk acknowledged unstaffed units; else report them."""
    if "leaderless" in request.POST or not notice.editable:
        return True
    shown = preview_confirmation(notice)
    for what, missing, lack in (
        ("牵头", shown.leaderless, "没有可以审核的人员，请先安排任职，或者确认由政务公开办审核。"),
        ("责任", shown.idle, "没有经办人和负责人，请先安排任职，或者确认知道了。"),
    ):
        if missing:
            messages.error(request, f"{what}单位{'、'.join(body.label for body in missing)}{lack}")
    return not (shown.leaderless or shown.idle)


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
