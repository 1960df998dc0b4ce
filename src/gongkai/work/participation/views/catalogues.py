"""Views of catalogues: one catalogue, a new decision, a year's figures."""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.spreadsheets import Column, Sheet
from gongkai.core.spreadsheets.responses import spreadsheet_response
from gongkai.core.units.actors import require_staff_actor
from gongkai.core.units.models import Body
from gongkai.core.widgets.charts import draw_comparison
from gongkai.core.widgets.query_parameters import get_requested_year
from gongkai.work.participation import actions, queries, rules
from gongkai.work.participation.decision_steps import list_announcement_statuses
from gongkai.work.participation.forms import CatalogueDecisionForm
from gongkai.work.participation.models import AnnouncementKind, Catalogue, Decision
from gongkai.work.participation.models.decisions import CatalogueRow


def catalogue_page(request: HttpRequest, number: int) -> HttpResponse:
    """Show a catalogue with its decisions and changes; record the consent on a POST."""
    by = require_staff_actor(request)
    catalogue = get_visible_or_404(request.user, Catalogue, number)
    if request.method == "POST":
        consent = request.POST.get("consent", "")
        run_with_messages(
            request, lambda: actions.record_committee_consent(catalogue, by=by, consent=consent), "已登记。"
        )
        return redirect("participation:catalogue", number)
    decisions = list(catalogue.decisions.select_related("entry__body"))
    announcement_statuses = list_announcement_statuses(list(catalogue.announcements.all()))
    context = {
        "catalogue": catalogue,
        "rows": queries.make_decision_rows(decisions, by),
        "changes": catalogue.changes.all(),
        "written": announcement_statuses[0] if announcement_statuses else None,
        "behind": catalogue.shown_at is not None and catalogue.shown != _list_current_rows(decisions),
        "may": not rules.list_reasons_unless_unit_staff(by, catalogue),
    }
    return render(request, "participation/catalogue.html", context)


def _list_current_rows(decisions: Iterable[Decision]) -> list[CatalogueRow]:
    return [decision.row() for decision in decisions if decision.entry.state != "removed"]


def add_decision(request: HttpRequest, number: int) -> HttpResponse:
    """Add a decision to a catalogue."""
    by = require_staff_actor(request)
    catalogue = get_visible_or_404(request.user, Catalogue, number)
    bodies = Body.objects.filter(active_to=None, merged_into=None, path__startswith=catalogue.body.path)
    form = CatalogueDecisionForm(request.POST or None, bodies=bodies.order_by("position", "pk"))
    if catalogue.shown_at is None:
        del form.fields["reason"]
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        if run_with_messages(
            request,
            lambda: actions.add_decision_to_catalogue(catalogue, by=by, **facts),
            "已加入目录，目录公布后向社会公开。",
        ):
            return redirect("participation:catalogue", number)
    context = {
        "form": form,
        "catalogue": catalogue,
        "back": reverse("participation:catalogue", args=[number]),
        "kind": AnnouncementKind.CATALOGUE,
    }
    return render(request, "participation/add.html", context)


FIGURE_SHEET = Sheet(
    "决策统计",
    (
        Column("body__name", "承办单位", width=28),
        Column("decisions", "决策事项", width=10),
        Column("consulted", "公开征求意见", width=14),
        Column("short", "缩短期限", width=10),
        Column("comments", "收到意见", width=10),
        Column("answered", "已公布采纳情况", width=16),
        Column("late", "逾期反馈", width=10),
        Column("decided", "已公布结果", width=12),
        Column("removed", "调出目录", width=10),
    ),
)


def decision_figures(request: HttpRequest) -> HttpResponse:
    """Show or export the year's figures of visible decisions by drafting unit."""
    require_staff_actor(request)
    year = get_requested_year(request)
    rows = queries.compute_decision_year_figures(queries.decisions_visible_to(request.user), year)
    if request.GET.get("format") == "xlsx":
        return spreadsheet_response(FIGURE_SHEET, rows, f"{year}年决策统计", guide=False)
    compared = draw_comparison(
        "收到意见最多的是{label}，{value}", ((row.body.label, row.comments) for row in rows), unit="条"
    )
    return render(request, "participation/figures.html", {"year": year, "rows": rows, "compared": compared})
