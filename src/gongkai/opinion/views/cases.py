"""Cases: the list, registering, figures, what feeds brought."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from gongkai.acts.door import get_visible_or_404
from gongkai.acts.pages import run_with_messages
from gongkai.errands.exports import asks_file, may_be_long
from gongkai.opinion import actions
from gongkai.opinion.facts import CaseFacts
from gongkai.opinion.forms import PLATFORMS, CollectForm
from gongkai.opinion.importing.cases import SHEET, exported
from gongkai.opinion.models import Kind, Lead, LeadState, OpinionCase, WatchField
from gongkai.opinion.queries import cases as queries
from gongkai.opinion.views.common import chosen, home_body, own_bodies, units_over
from gongkai.spreadsheets import Column, Sheet
from gongkai.spreadsheets.answers import spreadsheet
from gongkai.ui.asked import whole, year_asked, year_in
from gongkai.ui.paging import page_of
from gongkai.units.actors import open_only_if, require_staff_actor
from gongkai.units.models import Body

FIGURES = Sheet(
    "舆情统计",
    (
        Column("body", "责任单位", width=28),
        Column("total", "舆情", width=8),
        Column("in_time", "按时回应", width=10),
        Column("late", "逾期回应", width=10),
        Column("waiting", "未回应", width=8),
        Column("overdue", "其中已逾期", width=10),
        Column("dismissed", "不需回应", width=10),
        Column("evaluated", "已评估", width=8),
        Column("rate", "按时回应率（%）", width=14),
        Column("hours", "平均回应用时（小时）", width=18),
        Column("talks", "约谈、通报", width=10),
    ),
)


@may_be_long(
    "opinion.cases",
    "政务舆情台账",
    rows=lambda request: queries.visible_to(request.user),
    asked=asks_file,
)
def cases(request: HttpRequest) -> HttpResponse:
    """The ledger of cases: by tab, unit, kind, field, words; exported as it is shown."""
    by = require_staff_actor(request)
    seen = queries.visible_to(request.user)
    tab = request.GET.get("tab", "open")
    rows = queries.in_tab(seen, tab)
    units = Body.objects.filter(pk__in=seen.values("entry__body")).order_by("position", "pk")
    body = chosen(request.GET.get("unit"), units)
    kind, asked = request.GET.get("kind", ""), request.GET.get("q", "").strip()[:100]
    field = WatchField.objects.filter(pk=whole(request.GET.get("field", "")) or 0).first()
    year = year_asked(request.GET.get("year", ""))
    if body:
        rows = rows.filter(entry__body=body)
    if kind in Kind.values:
        rows = rows.filter(kind=kind)
    if field:
        rows = rows.filter(field=field)
    if year:
        rows = rows.filter(entry__year=year)
    if asked:
        rows = rows.filter(entry__title__icontains=asked) | rows.filter(text__icontains=asked)
    ordered = rows.order_by("-found_at" if tab in {"closed", "all"} else "entry__due_at", "pk")
    if request.GET.get("format") == "xlsx":
        return spreadsheet(SHEET, exported(ordered), "政务舆情台账")
    counts = {name: queries.in_tab(seen, name).count() for name in queries.TABS}
    shown = {
        "page": page_of(request, ordered),
        "tabs": [(name, label, counts[name]) for name, (label, _) in queries.TABS.items()],
        "tab": tab if tab in queries.TABS else "all",
        "units": units,
        "body": body,
        "kinds": Kind.choices,
        "kind": kind,
        "fields": WatchField.objects.filter(cases__in=seen).distinct(),
        "field": field,
        "year": year,
        "asked": asked,
        "leads": queries.new_leads(request.user).count(),
        "may_write": own_bodies(by).exists(),
    }
    return render(request, "opinion/cases.html", shown)


def collect(request: HttpRequest) -> HttpResponse:
    """Register a case."""
    by = require_staff_actor(request)
    own = own_bodies(by)
    open_only_if(own.exists(), "只有各单位的工作人员和政务公开办可以登记。")
    form = CollectForm(
        request.POST or None, own=own, units=units_over(by), initial={"collector": home_body(by)}
    )
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        made: list[OpinionCase] = []
        collector = facts.pop("collector")
        if run_with_messages(
            request,
            lambda: made.append(actions.collect(collector, by=by, facts=CaseFacts(**facts))),
            "已登记。",
        ):
            return redirect(made[0].entry.url)
    return render(request, "opinion/collect.html", {"form": form, "platforms": PLATFORMS})


def figures(request: HttpRequest) -> HttpResponse:
    """Answered in time, late, not yet: by unit; cases by kind; exported."""
    require_staff_actor(request)
    year = year_in(request)
    seen = queries.visible_to(request.user)
    rows = queries.by_unit(seen, year)
    if request.GET.get("format") == "xlsx":
        cells = [
            {column.key: getattr(of_unit, column.key) for column in FIGURES.columns}
            | {"body": of_unit.body.name}
            for of_unit in rows
        ]
        return spreadsheet(FIGURES, cells, f"{year}年舆情统计", guide=False)
    shown = {"year": year, "rows": rows, "kinds": queries.by_kind(seen, year)}
    return render(request, "opinion/figures.html", shown)


def leads(request: HttpRequest) -> HttpResponse:
    """What feeds brought: which is a case, which is none."""
    require_staff_actor(request)
    state = request.GET.get("state", LeadState.NEW)
    rows = queries.leads_visible_to(request.user)
    known = state if state in LeadState.values else LeadState.NEW
    shown = {"page": page_of(request, rows.filter(state=known)), "state": known, "states": LeadState.choices}
    return render(request, "opinion/leads.html", shown)


@require_POST
def sift(request: HttpRequest, number: int) -> HttpResponse:
    """Make a case of a lead, or say why it is none."""
    by = require_staff_actor(request)
    lead = get_visible_or_404(request.user, Lead, number)
    version = whole(request.POST.get("version", ""))
    if request.POST.get("verb") == "drop":
        reason = request.POST.get("reason", "")[:300]
        run_with_messages(
            request, lambda: actions.drop_lead(lead, by=by, version=version, reason=reason), "已标为不立案。"
        )
        return redirect("opinion:leads")
    made: list[OpinionCase] = []
    if run_with_messages(
        request, lambda: made.append(actions.open_lead(lead, by=by, version=version)), "已立案。"
    ):
        return redirect(made[0].entry.url)
    return redirect("opinion:leads")
