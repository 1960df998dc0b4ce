"""The list of decisions, and the figures of a year."""

from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from gongkai.participation import queries
from gongkai.participation.importing import CATALOGUE
from gongkai.participation.models import Consultation, Decision
from gongkai.participation.states import DECISION, State
from gongkai.spreadsheets import Column, Sheet
from gongkai.spreadsheets.answers import spreadsheet
from gongkai.ui.asked import year_in
from gongkai.ui.paging import page_of
from gongkai.units.actors import require_staff_actor

PER_PAGE = 50
FIGURES = Sheet(
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
TABS = {"": "全部", "open": "正在征求意见", "owed": "待公布采纳情况", "late": "逾期未反馈"}


def index(request: HttpRequest) -> HttpResponse:
    """List the decisions of a year with their stages; by words, state, and what is owed."""
    require_staff_actor(request)
    seen = queries.visible_to(request.user)
    years = sorted(set(seen.values_list("entry__year", flat=True)), reverse=True)
    year = year_in(request, years[0] if years else None)
    if request.GET.get("format") == "xlsx":
        return spreadsheet(CATALOGUE.sheet, CATALOGUE.rows(require_staff_actor(request)), f"{year}年决策事项")
    rows = seen.filter(entry__year=year)
    tab, state = request.GET.get("tab", ""), request.GET.get("state", "")
    asked = request.GET.get("q", "").strip()[:80]
    rows = _narrowed(rows, tab)
    if state in DECISION.labels:
        rows = rows.filter(entry__state=state)
    if asked:
        rows = rows.filter(Q(entry__title__icontains=asked) | Q(entry__number__icontains=asked))
    page = page_of(
        request, rows.order_by(F("entry__closed_at").asc(nulls_first=True), "entry__due_at", "pk"), PER_PAGE
    )
    shown = {
        "year": year,
        "years": years,
        "rows": queries.rows_of(list(page.object_list), require_staff_actor(request)),
        "page": page,
        "tab": tab,
        "tabs": TABS.items(),
        "state": state,
        "states": DECISION.labels.items(),
        "asked": asked,
    }
    return render(request, "participation/decisions.html", shown)


def _narrowed(rows: QuerySet[Decision], tab: str) -> QuerySet[Decision]:
    """Return the rows of a tab."""
    today, now = timezone.localdate(), timezone.now()
    if tab == "open":
        return rows.filter(entry__state=State.CONSULTING, consultations__ends_on__gte=today).distinct()
    owed = queries.expired_without_answer(Consultation.objects.all())
    if tab == "owed":
        return rows.filter(pk__in=owed.values("decision"))
    if tab == "late":
        return rows.filter(pk__in=owed.filter(feedback__due_at__lt=now).values("decision"))
    return rows


def figures(request: HttpRequest) -> HttpResponse:
    """Decisions, periods, comments, answers: by drafting unit, from the ledger."""
    require_staff_actor(request)
    year = year_in(request)
    rows = queries.figures(queries.visible_to(request.user), year)
    if request.GET.get("format") == "xlsx":
        return spreadsheet(FIGURES, rows, f"{year}年决策统计", guide=False)
    return render(request, "participation/figures.html", {"year": year, "rows": rows})
