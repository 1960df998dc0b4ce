"""Pages on duties to publish: what was looked up and not found, and ordering it."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_POST

from gongkai.acts.pages import does
from gongkai.inspection.actions import order_duty
from gongkai.inspection.duties import faults_visible_to
from gongkai.inspection.verdicts import FAULTS, LABELS
from gongkai.units.actors import actor_of


@require_GET
def duties(request: HttpRequest) -> HttpResponse:
    """All duties to publish that are not met, the oldest due first."""
    if not actor_of(request.user).known:
        raise PermissionDenied("您目前没有任职，不能使用这个页面。")
    chosen = request.GET.get("result", "")
    rows = faults_visible_to(request.user)
    counts = [(key, LABELS[key], rows.filter(result=key).count()) for key in FAULTS]
    if chosen in FAULTS:
        rows = rows.filter(result=chosen)
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    return render(request, "inspection/duties.html", {"page": page, "counts": counts, "chosen": chosen})


@require_POST
def order(request: HttpRequest, number: int) -> HttpResponse:
    """Order a duty that was not met to be made good."""
    verdict = get_object_or_404(faults_visible_to(request.user), pk=number)
    does(request, lambda: order_duty(verdict, by=actor_of(request.user)), "已下达整改要求。")
    return HttpResponseRedirect(verdict.assignment.entry.url)
