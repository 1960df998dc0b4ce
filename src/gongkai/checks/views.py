"""Pages of the checks: what of the public does not open, and what a unit sets for its checks."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from gongkai.acts.pages import run_with_messages
from gongkai.checks.actions import set_check_rules
from gongkai.checks.faults import calls_out
from gongkai.checks.models import CheckRules, ColumnLook, Fault
from gongkai.editions.models import Column, ColumnKind
from gongkai.editions.reach import bodies_seen, websites_of
from gongkai.editions.rules import manages_checks
from gongkai.ui.asked import whole
from gongkai.units.actors import Actor, require_staff_actor
from gongkai.units.models import Body

#: Faults on one page.
PER_PAGE = 50


def faults(request: HttpRequest) -> HttpResponse:
    """Links and files of public texts that do not work."""
    by = require_staff_actor(request)
    rows = Fault.objects.filter(body_id__in=bodies_seen(by).values("pk"))
    before = whole(request.GET.get("before", ""))
    if before:
        rows = rows.filter(pk__lt=before)
    page = list(rows.order_by("-pk")[: PER_PAGE + 1])
    names = Body.objects.in_bulk({row.body_id for row in page})
    context: dict[str, object] = {
        "rows": [(row, names.get(row.body_id)) for row in page[:PER_PAGE]],
        "next": f"?before={page[PER_PAGE - 1].pk}" if len(page) > PER_PAGE else "",
        "calls": calls_out(),
        "columns": [] if before else _dead_columns(by),
    }
    return render(request, "checks/faults.html", context)


def _dead_columns(by: Actor) -> list[tuple[Column, ColumnLook]]:
    """Link columns of the sites in reach whose address did not answer when it was last asked."""
    looks = {column_look.column_id: column_look for column_look in ColumnLook.objects.exclude(reason="")}
    rows = Column.objects.filter(pk__in=looks, website__in=[site.pk for site in websites_of(by)])
    found = (
        rows.filter(kind=ColumnKind.LINK, archived_at=None).select_related("owner", "website").order_by("key")
    )
    return [(column, looks[column.pk]) for column in found if column.link == looks[column.pk].link]


def rules(request: HttpRequest) -> HttpResponse:
    """What the own body sets for the checks of its desk."""
    by = require_staff_actor(request)
    bodies = [body for body in bodies_seen(by).order_by("path") if not manages_checks(by, body)]
    if not bodies:
        raise PermissionDenied("只有本单位负责人、政务公开办或系统管理员可以设置检查规则。")
    number = whole(request.GET.get("body", "") or request.POST.get("body", ""))
    body = next((one for one in bodies if one.pk == number), bodies[0])
    own = CheckRules.objects.filter(body=body).first()
    typed = request.POST if request.method == "POST" else None
    if typed is not None and run_with_messages(
        request,
        lambda: set_check_rules(
            body, by=by, proofreading_holds="holds" in typed, terms=typed.get("terms", "")
        ),
        "检查规则已保存，下次检查时生效。",
    ):
        return HttpResponseRedirect(f"{reverse('checks:rules')}?body={body.pk}")
    context = {
        "body": body,
        "bodies": bodies,
        "holds": "holds" in typed if typed is not None else bool(own and own.proofreading_holds),
        "terms": typed.get("terms", "") if typed is not None else (own.terms if own else ""),
        "own": own,
    }
    return render(request, "checks/rules.html", context)
