"""Training against what is demanded, staff and funds."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from gongkai.acts.door import get_visible_or_404
from gongkai.acts.pages import does_form
from gongkai.assessment import actions
from gongkai.assessment.forms import StrikeForm
from gongkai.assessment.importing import PROVISION, TRAINING
from gongkai.assessment.models import Provision, Training, TrainingDemand, TrainingKind
from gongkai.assessment.queries.registers import bodies_kept, bodies_seen, provided, trained
from gongkai.assessment.register_forms import DemandForm, ProvisionForm, TrainingForm
from gongkai.assessment.views.base import governments, registered_by
from gongkai.spreadsheets.answers import spreadsheet
from gongkai.ui.asked import whole, year_in
from gongkai.units.actors import staff
from gongkai.units.models import Body


@require_GET
def training(request: HttpRequest) -> HttpResponse:
    """Show a year's training by unit and kind against what is demanded; too few is red."""
    by, year = staff(request), year_in(request)
    bodies = list(bodies_seen(by))
    held = Training.objects.filter(body__in=bodies, on__year=year)
    held = held.select_related("body").prefetch_related("papers")
    if "export" in request.GET:
        return spreadsheet(TRAINING, held.order_by("on", "pk"), f"培训台账{year}")
    rows = trained(bodies, year)
    shown = {
        "year": year,
        "kinds": TrainingKind.labels,
        "rows": rows,
        "held": held[:500],
        "count": sum(row.total for row in rows),
        "people": sum(row.attendance for row in rows),
        "short": sum(1 for row in rows if row.missing),
        "demands": TrainingDemand.objects.filter(year=year).select_related("body"),
        "kept": set(bodies_kept(by).values_list("pk", flat=True)),
        "may_demand": bool(governments(by)),
    }
    return render(request, "assessment/training.html", shown)


def new_training(request: HttpRequest) -> HttpResponse:
    """Note a training."""
    by = staff(request)
    bodies = registered_by(by)
    form = TrainingForm(
        request.POST or None,
        initial={"on": timezone.localdate(), "body": bodies.filter(pk__in=by.bodies).first()},
    )
    form.offer("body", bodies)

    def work(*, body: Body, **facts: object) -> None:
        actions.register_training(body, by=by, **facts)

    if request.method == "POST" and does_form(request, form, work, "已登记。"):
        return HttpResponseRedirect(reverse("assessment:training"))
    return render(request, "assessment/form.html", {"form": form, "heading": "登记培训", "do": "登记"})


def remove_training(request: HttpRequest, number: int) -> HttpResponse:
    """Take a wrong entry out."""
    by = staff(request)
    one = get_visible_or_404(by, Training, number)
    form = StrikeForm(request.POST or None)
    work = lambda reason: actions.remove_training(one, by=by, reason=reason)  # noqa: E731
    if request.method == "POST" and does_form(request, form, work, "已删除。"):
        return HttpResponseRedirect(reverse("assessment:training"))
    context = {
        "form": form,
        "heading": "删除培训记录",
        "do": "删除",
        "note": f"{one.on.isoformat()} {one.topic}",
    }
    return render(request, "assessment/form.html", context)


def demands(request: HttpRequest) -> HttpResponse:
    """Say what is demanded in a year."""
    by = staff(request)
    heads = governments(by)
    form = DemandForm(
        request.POST or None,
        initial={"year": timezone.localdate().year, "least": 1, "body": heads[0] if heads else None},
    )
    form.offer("body", Body.objects.filter(pk__in=[one.pk for one in heads]))

    def work(*, body: Body, **facts: object) -> None:
        actions.set_demand(body, by=by, **facts)

    if request.method == "POST" and does_form(request, form, work, "已设定。"):
        return HttpResponseRedirect(reverse("assessment:training"))
    return render(request, "assessment/form.html", {"form": form, "heading": "设定培训要求", "do": "设定"})


@require_GET
def provision(request: HttpRequest) -> HttpResponse:
    """Show staff and funds of a year by unit; nobody full time is red."""
    by, year = staff(request), year_in(request)
    bodies = list(bodies_seen(by))
    if "export" in request.GET:
        rows = Provision.objects.filter(body__in=bodies, year=year).select_related("body")
        return spreadsheet(PROVISION, rows, f"人员和经费{year}")
    found = provided(bodies, year)
    kept = [one.row for one in found if one.row]
    shown = {
        "year": year,
        "rows": found,
        "full_time": sum(one.full_time for one in kept),
        "budget": sum(one.budget for one in kept),
        "short": sum(1 for one in found if one.short),
        "kept": set(bodies_kept(by).values_list("pk", flat=True)),
    }
    return render(request, "assessment/provision.html", shown)


def new_provision(request: HttpRequest) -> HttpResponse:
    """Note staff and funds."""
    by, year = staff(request), year_in(request)
    bodies = registered_by(by)
    body = bodies.filter(pk=whole(request.GET.get("body", "")) or 0).first()
    body = body or bodies.filter(pk__in=by.bodies).first()
    own = Provision.objects.filter(body=body, year=year).first()
    names = ("full_time", "part_time", "team", "skills", "budget", "spent", "contract")
    first = {"year": year, "body": body} | ({name: getattr(own, name) for name in names} if own else {})
    form = ProvisionForm(request.POST or None, initial=first)
    form.offer("body", bodies)

    def work(*, body: Body, **facts: object) -> None:
        actions.set_provision(body, by=by, **facts)

    if request.method == "POST" and does_form(request, form, work, "已登记。"):
        return HttpResponseRedirect(f"{reverse('assessment:provision')}?year={form.cleaned_data['year']}")
    return render(request, "assessment/form.html", {"form": form, "heading": "登记人员和经费", "do": "保存"})
