"""Pages on duties to publish: what was looked up and not found, ordering it, looking it up at once, and how verdicts changed."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from gongkai.acts.door import get_visible_or_404
from gongkai.acts.pages import run_with_messages
from gongkai.errands.exports import asks_file, may_be_long
from gongkai.inspection.actions import order_duty, verify_now
from gongkai.inspection.duties import (
    changes_visible_to,
    faults_visible_to,
    notices_to_verify,
    verdicts_visible_to,
)
from gongkai.inspection.models import DutyChange, DutyVerdict
from gongkai.inspection.sheet import CHANGES, DUTIES
from gongkai.inspection.verdicts import FAULTS, LABELS
from gongkai.notices.models import Notice
from gongkai.spreadsheets.answers import spreadsheet
from gongkai.ui.asked import whole
from gongkai.ui.paging import page_of
from gongkai.units.actors import actor_of, require_staff_actor


@may_be_long(
    "inspection.duties",
    "公开核验",
    rows=lambda request: verdicts_visible_to(request.user),
    seen=lambda request: verdicts_visible_to(request.user, settled=True),
    asked=asks_file,
)
@require_GET
def duties(request: HttpRequest) -> HttpResponse:
    """All duties to publish that are not met, the oldest due first; as a spreadsheet with all verdicts."""
    require_staff_actor(request)
    if "export" in request.GET:
        return spreadsheet(DUTIES, verdicts_visible_to(request.user).iterator(500), "公开核验", guide=False)
    chosen = request.GET.get("result", "")
    rows = faults_visible_to(request.user)
    counts = [(key, LABELS[key], rows.filter(result=key).count()) for key in FAULTS]
    if chosen in FAULTS:
        rows = rows.filter(result=chosen)
    page = page_of(request, rows, 50)
    context = {
        "page": page,
        "counts": counts,
        "chosen": chosen,
        "notices": notices_to_verify(request.user)[:20],
    }
    return render(request, "inspection/duties.html", context)


def _changes(request: HttpRequest) -> QuerySet[DutyChange]:
    rows, task = changes_visible_to(request.user), whole(request.GET.get("task", ""))
    return rows.filter(assignment=task) if task else rows


@may_be_long(
    "inspection.history",
    "公开核验记录",
    rows=_changes,
    seen=lambda request: changes_visible_to(request.user),
    asked=asks_file,
)
@require_GET
def history(request: HttpRequest) -> HttpResponse:
    """How verdicts changed, the newest first; of one task where it is named."""
    require_staff_actor(request)
    rows, task = _changes(request), whole(request.GET.get("task", ""))
    if "export" in request.GET:
        return spreadsheet(CHANGES, rows.iterator(500), "公开核验记录", guide=False)
    page = page_of(request, rows, 50)
    return render(request, "inspection/history.html", {"page": page, "task": task})


@require_POST
def verify(request: HttpRequest, number: int) -> HttpResponse:
    """Look up the duties of a notice at once."""
    notice = get_visible_or_404(request.user, Notice, number, pk__in=notices_to_verify(request.user))
    run_with_messages(request, lambda: verify_now(notice, by=actor_of(request.user)), "已核验，结果如下。")
    return HttpResponseRedirect(reverse("inspection:duties"))


@require_POST
def order(request: HttpRequest, number: int) -> HttpResponse:
    """Order a duty that was not met to be made good."""
    verdict = get_visible_or_404(request.user, DutyVerdict, number)
    run_with_messages(request, lambda: order_duty(verdict, by=actor_of(request.user)), "已下达整改要求。")
    return HttpResponseRedirect(verdict.assignment.entry.url)
