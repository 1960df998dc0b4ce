"""Pages: the user's own files, and progress of a job."""

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.background_jobs import actions, generated_files
from gongkai.core.background_jobs.kinds import JOB_KINDS_BY_NAME
from gongkai.core.background_jobs.models import Errand, Export
from gongkai.core.background_jobs.queries import count_queue, list_exports_requested_by
from gongkai.core.background_jobs.rules import check_administrator, check_is_requester
from gongkai.core.background_jobs.states import JobState
from gongkai.core.units.actors import get_actor
from gongkai.core.widgets.query_parameters import parse_whole_number

#: Files listed on one page.
PAGE_SIZE = 50
#: HTTP status upon which htmx stops polling.
STOP_POLLING_STATUS = 286


@require_GET
def my_exports_page(request: HttpRequest) -> HttpResponse:
    """Page 我的导出: the user's requested files with progress and download period."""
    before_id = parse_whole_number(request.GET.get("before", ""))
    rows = list_exports_requested_by(request.user, timezone.now(), before_id=before_id, limit=PAGE_SIZE + 1)
    next_query = f"?before={rows[PAGE_SIZE - 1].errand.pk}" if len(rows) > PAGE_SIZE else ""
    return render(request, "errands/mine.html", {"rows": rows[:PAGE_SIZE], "next": next_query, "later": before_id})


@require_GET
def job_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Page: progress and result of a job."""
    return render(request, "errands/one.html", _build_context(request, pk))


@require_GET
def job_progress_fragment(request: HttpRequest, pk: int) -> HttpResponse:
    """Fragment: polled progress of a job; on its end the page requests `redirect_to_result` once."""
    context = _build_context(request, pk)
    errand = context["errand"]
    assert isinstance(errand, Errand)
    if errand.open and request.GET.get("seen") == context["seen"]:
        return HttpResponse(status=204)
    return render(request, "errands/progress.html", context, status=200 if errand.open else STOP_POLLING_STATUS)


@require_GET
def redirect_to_result(request: HttpRequest, pk: int) -> HttpResponse:
    """Redirect a waiting user to the result, with its messages."""
    errand = get_visible_or_404(request.user, Errand, pk)
    response = HttpResponse()
    # The result page belongs to the requester; queue managers may not see it.
    if errand.state == JobState.DONE and errand.link and errand.account == request.user.pk:
        if errand.words:
            messages.success(request, errand.words)
        response.headers["HX-Redirect"] = errand.link
    else:
        response.headers["HX-Refresh"] = "true"
    return response


def _build_context(request: HttpRequest, pk: int) -> dict[str, object]:
    """Return the template context of a job's page.

    Raises:
        Http404: the user may not see the job.
    """
    errand = get_visible_or_404(request.user, Errand, pk)
    kind = JOB_KINDS_BY_NAME.get(errand.kind)
    text, name = kind.back if kind else ("", "")
    is_late = errand.state == JobState.WAITING and timezone.now() - errand.due_at > timedelta(seconds=20)
    is_late = is_late and not count_queue(timezone.now()).workers
    return {
        "errand": errand,
        "link": errand.link if errand.account == request.user.pk else "",
        "seen": f"{errand.state} {errand.attempts} {errand.words} {errand.done} {errand.cancelling} {is_late}",
        "kind": kind.label if kind else errand.kind,
        "from": errand.facts.get("back", ""),
        **_build_export_context(request, errand),
        "back": (text, reverse(name)) if name else None,
        "again": kind.again(errand.pk, errand.facts) if kind and kind.again else "",
        "late": is_late,
        "retrying": errand.state == JobState.WAITING and errand.attempts,
        "may_cancel": not actions.cancel_job.why_not(errand, by=get_actor(request.user)),
        "may_keep": errand.state == JobState.DEAD and not check_administrator(get_actor(request.user)),
    }


def _build_export_context(request: HttpRequest, errand: Errand) -> dict[str, object]:
    """Return the template context of the job's export; empty if the job is none."""
    export = Export.objects.filter(errand=errand).select_related("errand").first()
    if export is None:
        return {}
    is_own = not check_is_requester(get_actor(request.user), export)
    return {"export": export, "mine": is_own, "ready": export.ready(timezone.now())}


@require_POST
def download_export(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Download the generated file."""
    errand = get_visible_or_404(request.user, Errand, pk)
    export = get_object_or_404(Export.objects.select_related("errand", "stored"), errand=errand)
    answers: list[HttpResponseBase] = []

    def work() -> None:
        generated_files.record_download(export, by=get_actor(request.user))
        answers.append(generated_files.make_export_response(export))

    return answers[0] if run_with_messages(request, work) else redirect("errands:one", pk)


@require_POST
def change_job(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel, retry or give up a job."""
    errand = get_visible_or_404(request.user, Errand, pk)
    by = get_actor(request.user)
    acts = {
        "cancel": (actions.cancel_job, "已取消；正在处理的会在下一步停下来。"),
        "retry": (actions.retry_job, "已重新排队。"),
        "give_up": (actions.abandon_job, "已放弃，不再尝试。"),
    }
    act, text = acts.get(request.POST.get("what", ""), (None, ""))
    if act is None:
        raise Http404
    run_with_messages(request, lambda: act(errand, by=by), text)
    return redirect("errands:mine") if request.POST.get("on") == "mine" else redirect("errands:one", pk)
