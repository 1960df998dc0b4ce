"""Views of the request statistics: page, export and chart."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from gongkai.core.background_jobs.exports import may_be_long
from gongkai.core.ledger.queries import bodies_of_visible
from gongkai.core.spreadsheets.answers import spreadsheet
from gongkai.core.spreadsheets.sheet import Column, Sheet
from gongkai.core.units.actors import actor_of
from gongkai.core.widgets.asked import Typed, asks_file, typed_day, whole
from gongkai.core.widgets.charts import GREY, SOFT, Series, columns, fix_colours
from gongkai.core.widgets.paging import page_of
from gongkai.work.requests.models import Request
from gongkai.work.requests.queries import requests_visible_to, statistics
from gongkai.work.requests.queries.listing import STATISTICS_FIGURES
from gongkai.work.requests.queries.statistics import RequestStatistics

if TYPE_CHECKING:
    from django.db.models import QuerySet


def _make_statistics_sheet(name: str, head: str) -> Sheet:
    return Sheet(
        name,
        (
            Column("label", head, width=26),
            Column("received", "收到", width=10),
            Column("ended", "已办结", width=10),
            Column("running", "在办", width=10),
            Column("overdue", "在办已逾期", width=12),
            Column("due", STATISTICS_FIGURES["due"], width=10),
            Column("answered_late", "逾期办结", width=10),
            Column("median", "办理工作日（中位数）", width=20),
            Column("p95", "办理工作日（95分位）", width=20),
        ),
    )


_RESULT_SHEET = Sheet(
    "办理结果",
    (
        Column("key", "序号", write=lambda row: row[0], width=10),
        Column("name", "办理结果", write=lambda row: row[1], width=50),
        Column("count", "件数", write=lambda row: row[2], width=10),
    ),
)
# Export → its sheet and rows.
_EXPORTS: dict[str, tuple[Sheet, Callable[[RequestStatistics], Iterable[object]]]] = {
    "months": (_make_statistics_sheet("按月统计", "月份"), lambda found: found.months),
    "units": (_make_statistics_sheet("按单位统计", "单位"), lambda found: [*found.units, found.whole]),
    "topics": (_make_statistics_sheet("按主题统计", "主题"), lambda found: found.topics),
    "results": (_RESULT_SHEET, lambda found: found.results),
}


def _parse_query(request: HttpRequest) -> tuple[date, date, int | None, "QuerySet[Request]"]:
    today = timezone.localdate()
    first = typed_day(request.GET.get("since", "")).value or date(today.year, 1, 1)
    until = typed_day(request.GET.get("until", "")).value or max(today, first)
    body = whole(request.GET.get("body", ""))
    seen = requests_visible_to(actor_of(request.user))
    return first, until, body, seen.filter(entry__body_id=body) if body else seen


def _requested_requests(request: HttpRequest) -> "QuerySet[Request]":
    first, until, _, seen = _parse_query(request)
    return statistics.list_received_between(seen, first, until)


@may_be_long(
    "requests.statistics",
    "依申请公开统计",
    rows=_requested_requests,
    seen=lambda request: requests_visible_to(actor_of(request.user)),
    most=5000,
    asked=asks_file,
)
def statistics_page(request: HttpRequest) -> HttpResponse:
    """Show or export the statistics of visible requests."""
    first, until, body, seen = _parse_query(request)
    rows = statistics.list_received_between(seen, first, until)
    found = statistics.compute_statistics(rows)
    name = request.GET.get("export", "")
    if name:
        if name not in _EXPORTS:
            raise Http404
        sheet, chosen = _EXPORTS[name]
        return spreadsheet(sheet, chosen(found), f"requests-{name}-{until:%Y%m%d}", guide=False)
    asked = {"since": first.isoformat(), "until": until.isoformat(), **({"body": body} if body else {})}
    shown = {
        "whole": _linked_figures(found.whole, asked),
        "first": first,
        "last": until,
        "since": _date_field_value(request, "since", first),
        "until": _date_field_value(request, "until", until),
        "body": body,
        "bodies": bodies_of_visible(request.user, "request"),
        "found": found,
        "tables": [
            (name, label, head, [(counted, _linked_figures(counted, asked)) for counted in rows_of])
            for name, label, head, rows_of in (
                ("months", "按月（收到的月份）", "月份", found.months),
                ("units", "按单位", "单位", found.units),
                ("topics", "按主题", "主题", found.topics),
            )
        ],
        "results": [
            (
                f"{reverse('requests:list')}?{urlencode({'standing': 'all', 'ended_as': key, **asked})}",
                name,
                count,
            )
            for key, name, count in found.results
        ],
        # Comparing texts takes a second, so only on demand.
        "diverging": (
            page_of(request, statistics.find_diverging_results(rows), 0, "pair") if "alike" in request.GET else None
        ),
        "compared": statistics.MAX_COMPARED_REQUESTS,
        "query": urlencode(asked),
    }
    return render(request, "requests/statistics.html", shown)


def _date_field_value(request: HttpRequest, name: str, used: date) -> Typed[date]:
    asked = typed_day(request.GET.get(name, ""))
    return asked if asked.reason else Typed(used.isoformat(), used)


def _linked_figures(one: statistics.StatisticsRow, asked: Mapping[str, object]) -> list[tuple[str, int, str]]:
    narrowed = dict(asked) | {name: value for name, value in one.asked.items() if name != "month"}
    if month := one.asked.get("month"):
        first = date.fromisoformat(f"{month}-01")
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        narrowed["since"] = max(str(asked["since"]), first.isoformat())
        narrowed["until"] = min(str(asked["until"]), last.isoformat())
    base = reverse("requests:list")
    return [
        (label, getattr(one, name), f"{base}?{urlencode({'standing': 'all', 'figure': name, **narrowed})}")
        for name, label in STATISTICS_FIGURES.items()
    ]


def monthly_chart(request: HttpRequest) -> HttpResponse:
    """Return the chart of received and ended requests by month as SVG."""
    first, until, _, seen = _parse_query(request)
    found = statistics.compute_statistics(statistics.list_received_between(seen, first, until))
    months = found.months[-24:]
    series = [
        Series("收到", SOFT, [one.received for one in months]),
        Series("其中已办结", GREY, [one.ended for one in months]),
    ]
    title, labels = f"依申请公开：收到和办结（{first}至{until}）", [month.label for month in months]
    drawn = columns(title, labels, series, width=760, height=260, beside=True)
    answer = HttpResponse(fix_colours(drawn), content_type="image/svg+xml")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
