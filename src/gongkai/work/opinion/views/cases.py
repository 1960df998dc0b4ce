"""Pages that register a case or a promise, and yearly statistics."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from gongkai.core.acts.pages import run_with_messages
from gongkai.core.files.store import store_upload
from gongkai.core.spreadsheets import Column, Sheet
from gongkai.core.spreadsheets.responses import spreadsheet_response
from gongkai.core.units.actors import Actor, refuse_form_unless, require_staff_actor
from gongkai.core.units.models import Body, Role
from gongkai.core.units.unit_filters import list_units_of_government
from gongkai.core.widgets.charts import draw_comparison
from gongkai.core.widgets.query_parameters import get_requested_year
from gongkai.work.opinion import actions
from gongkai.work.opinion.facts import CaseFacts, PromiseFacts
from gongkai.work.opinion.forms import PLATFORMS, PromiseForm, RegisterCaseForm
from gongkai.work.opinion.models import OpinionCase, Promise
from gongkai.work.opinion.queries import cases as queries
from gongkai.work.opinion.rules import WORKING_ROLES


def list_own_bodies(by: Actor) -> QuerySet[Body]:
    """Return the user's active units and those under the user's open-government office."""
    rows = Body.objects.filter(active_to=None, merged_into=None)
    own_bodies = rows.filter(pk__in=by.body_ids(*WORKING_ROLES, Role.CHIEF))
    for post in by.posts:
        if post.role == Role.CHIEF:
            own_bodies = own_bodies | rows.filter(path__startswith=post.reach)
    return own_bodies.distinct().order_by("position", "pk")


def get_main_unit(by: Actor) -> Body | None:
    """Return the first by position of the user's units, or None."""
    numbers = by.body_ids(*WORKING_ROLES, Role.CHIEF)
    return Body.objects.filter(pk__in=numbers).order_by("position", "pk").first()


def list_nameable_units(by: Actor) -> QuerySet[Body]:
    """Return the units of the main unit's government, which the user may name as responsible."""
    main_unit = get_main_unit(by)
    return list_units_of_government(main_unit) if main_unit else Body.objects.none()


CASE_FIGURES_SHEET = Sheet(
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


def register_case_view(request: HttpRequest) -> HttpResponse:
    """Register a case."""
    by = require_staff_actor(request)
    own_bodies = list_own_bodies(by)
    refuse_form_unless(own_bodies.exists(), "只有各单位的工作人员和政务公开办可以登记。")
    form = RegisterCaseForm(
        request.POST or None,
        own_units=own_bodies,
        units=list_nameable_units(by),
        initial={"collector": get_main_unit(by)},
    )
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        cases: list[OpinionCase] = []
        collector = facts.pop("collector")
        if run_with_messages(
            request, lambda: cases.append(actions.register_case(collector, by=by, facts=CaseFacts(**facts))), "已登记。"
        ):
            return redirect(cases[0].entry.url)
    return render(request, "opinion/collect.html", {"form": form, "platforms": PLATFORMS})


def show_case_figures(request: HttpRequest) -> HttpResponse:
    """Show a year's statistics of visible cases by unit and by kind, or export those by unit."""
    require_staff_actor(request)
    year = get_requested_year(request)
    cases = queries.visible_to(request.user)
    rows = queries.count_cases_by_unit(cases, year)
    if request.GET.get("format") == "xlsx":
        cells = [
            {column.key: getattr(unit_figures, column.key) for column in CASE_FIGURES_SHEET.columns}
            | {"body": unit_figures.body.name}
            for unit_figures in rows
        ]
        return spreadsheet_response(CASE_FIGURES_SHEET, cells, f"{year}年舆情统计", guide=False)
    context = {"year": year, "rows": rows, "kinds": queries.count_cases_by_kind(cases, year)}
    context["compared"] = draw_comparison(
        "按时回应率最低的是{label}，{value}",
        ((row.body.label, row.rate) for row in rows),
        unit="%",
        maximum=100,
        lowest_first=True,
        target=(100, "应当全部按时"),
    )
    return render(request, "opinion/figures.html", context)


def register_promise_view(request: HttpRequest) -> HttpResponse:
    """Register a promise."""
    by = require_staff_actor(request)
    own_bodies = list_own_bodies(by)
    refuse_form_unless(own_bodies.exists(), "只有各单位的工作人员和政务公开办可以登记。")
    form = PromiseForm(
        request.POST or None, request.FILES or None, units=own_bodies, initial={"body": get_main_unit(by)}
    )
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        promises: list[Promise] = []
        body, upload = facts.pop("body"), facts.pop("file")

        def register_typed_promise() -> None:
            stored_file = store_upload(upload, by) if upload else None
            promises.append(actions.register_promise(body, by=by, facts=PromiseFacts(file=stored_file, **facts)))

        if run_with_messages(request, register_typed_promise, "已登记，请核对后送审公开。"):
            return redirect(promises[0].entry.url)
    return render(request, "opinion/register.html", {"form": form})
