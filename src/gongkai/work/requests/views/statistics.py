"""Views of the request statistics and of tables three and four: page, export and chart."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from gongkai.core.background_jobs.exports import long_export
from gongkai.core.ledger.queries import list_units_with_entries
from gongkai.core.spreadsheets.responses import spreadsheet_response
from gongkai.core.spreadsheets.sheet import Column, Sheet
from gongkai.core.units.actors import Actor, get_actor
from gongkai.core.units.queries import map_successors
from gongkai.core.widgets.charts import GREY_COLOUR, SOFT, Series, draw_columns, inline_colours
from gongkai.core.widgets.paging import get_page
from gongkai.core.widgets.query_parameters import TypedFilter, asks_file, parse_day_filter, parse_whole_number
from gongkai.lib.law.annual_form import TABLE3_COLUMNS, TABLE3_ROWS, TABLE4_COLUMNS, TABLE4_ROWS
from gongkai.work.requests.models import Dispute, Request
from gongkai.work.requests.queries import disputes_visible_to, requests_visible_to, statistics
from gongkai.work.requests.queries.request_list import STATISTICS_FIGURES
from gongkai.work.requests.queries.statistics import (
    ReportPeriod,
    RequestStatistics,
    compute_table3,
    compute_table4,
    parse_report_period,
    sum_paid_fees,
)
from gongkai.work.requests.results import REQUEST_RESULTS

if TYPE_CHECKING:
    from django.db.models import QuerySet


def _make_statistics_sheet(name: str, head: str) -> Sheet:
    """Return the sheet of a statistics table, whose first column has the heading `head`."""
    return Sheet(
        name,
        (
            Column("label", head, width=26),
            Column("received", "收到", width=10),
            Column("ended", "已办结", width=10),
            Column("running", "在办", width=10),
            Column("overdue", "在办已逾期", width=12),
            Column("due", STATISTICS_FIGURES["due"], width=10),
            Column("answered_late", STATISTICS_FIGURES["answered_late"], width=10),
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
    """Return (first day, last day, unit id, visible requests of the unit) of a query."""
    today = timezone.localdate()
    first_day = parse_day_filter(request.GET.get("since", "")).value or date(today.year, 1, 1)
    until = parse_day_filter(request.GET.get("until", "")).value or max(today, first_day)
    body = parse_whole_number(request.GET.get("body", ""))
    visible_requests = requests_visible_to(get_actor(request.user))
    return first_day, until, body, visible_requests.filter(entry__body_id=body) if body else visible_requests


def _list_requested_rows(request: HttpRequest) -> "QuerySet[Request]":
    first_day, until, _, visible_requests = _parse_query(request)
    return statistics.list_received_between(visible_requests, first_day, until)


@long_export(
    "requests.statistics",
    "依申请公开统计",
    rows=_list_requested_rows,
    visible=lambda request: requests_visible_to(get_actor(request.user)),
    max_synchronous=5000,
    wants_file=asks_file,
)
def statistics_page(request: HttpRequest) -> HttpResponse:
    """Show or export the statistics of visible requests; texts are compared only with `?alike`."""
    first_day, until, body, visible_requests = _parse_query(request)
    rows = statistics.list_received_between(visible_requests, first_day, until)
    figures = statistics.compute_statistics(rows)
    name = request.GET.get("export", "")
    if name:
        if name not in _EXPORTS:
            raise Http404
        sheet, chosen = _EXPORTS[name]
        return spreadsheet_response(sheet, chosen(figures), f"requests-{name}-{until:%Y%m%d}", guide=False)
    filters = {"since": first_day.isoformat(), "until": until.isoformat(), **({"body": body} if body else {})}
    context = {
        "whole": _list_linked_figures(figures.whole, filters),
        "first": first_day,
        "last": until,
        "since": _get_date_field_value(request, "since", first_day),
        "until": _get_date_field_value(request, "until", until),
        "body": body,
        "bodies": list_units_with_entries(request.user, "request"),
        "found": figures,
        "tables": [
            (name, label, head, [(counted, _list_linked_figures(counted, filters)) for counted in rows_of])
            for name, label, head, rows_of in (
                ("months", "按月（收到的月份）", "月份", figures.months),
                ("units", "按单位", "单位", figures.units),
                ("topics", "按主题", "主题", figures.topics),
            )
        ],
        "results": [
            (f"{reverse('requests:list')}?{urlencode({'standing': 'all', 'ended_as': key, **filters})}", name, count)
            for key, name, count in figures.results
        ],
        # Comparing texts takes a second, so only on demand.
        "diverging": (
            get_page(request, statistics.find_diverging_results(rows), 0, "pair") if "alike" in request.GET else None
        ),
        "compared": statistics.MAX_COMPARED_REQUESTS,
        "query": urlencode(filters),
    }
    return render(request, "requests/statistics.html", context)


def _get_date_field_value(request: HttpRequest, name: str, default_day: date) -> TypedFilter[date]:
    typed_filter = parse_day_filter(request.GET.get(name, ""))
    return typed_filter if typed_filter.reason else TypedFilter(default_day.isoformat(), default_day)


def _list_linked_figures(row: statistics.StatisticsRow, query: Mapping[str, object]) -> list[tuple[str, int, str]]:
    """Return (label, number, URL of the counted requests) of a row."""
    narrowed = dict(query) | {name: value for name, value in row.asked.items() if name != "month"}
    if month := row.asked.get("month"):
        first_of_month = date.fromisoformat(f"{month}-01")
        last_of_month = (first_of_month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        narrowed["since"] = max(str(query["since"]), first_of_month.isoformat())
        narrowed["until"] = min(str(query["until"]), last_of_month.isoformat())
    base = reverse("requests:list")
    return [
        (label, getattr(row, name), f"{base}?{urlencode({'standing': 'all', 'figure': name, **narrowed})}")
        for name, label in STATISTICS_FIGURES.items()
    ]


def monthly_chart(request: HttpRequest) -> HttpResponse:
    """Return the chart of received and ended requests by month, at most the last 24 of the period, as SVG."""
    first_day, until, _, visible_requests = _parse_query(request)
    figures = statistics.compute_statistics(statistics.list_received_between(visible_requests, first_day, until))
    months = figures.months[-24:]
    series = [
        Series("收到", SOFT, [month.received for month in months]),
        Series("其中已办结", GREY_COLOUR, [month.ended for month in months]),
    ]
    title, labels = f"依申请公开：收到和办结（{first_day}至{until}）", [month.label for month in months]
    html = draw_columns(title, labels, series, width=760, height=260, beside=True)
    answer = HttpResponse(inline_colours(html), content_type="image/svg+xml")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _make_table_sheet(name: str, columns: dict[str, str]) -> Sheet:
    """Return the sheet of a table, with a number and a label before the counts."""
    heads = {"number": "序号", "label": "项目"} | columns
    return Sheet(name, tuple(Column(key, head, width=40 if key == "label" else 14) for key, head in heads.items()))


TABLE3_SHEET, TABLE4_SHEET = (_make_table_sheet("表三", TABLE3_COLUMNS), _make_table_sheet("表四", TABLE4_COLUMNS))


def _make_table_lines(
    counts: Mapping[str, list[int]], rows: dict[str, str], columns: dict[str, str]
) -> list[dict[str, object]]:
    return [
        {"number": number, "label": rows[row], **dict(zip(columns, counts[row], strict=True))}
        for number, row in enumerate(rows, 1)
    ]


def get_requested_period(request: HttpRequest) -> ReportPeriod:
    """Return the year and cut-off day of the query string."""
    return parse_report_period(request.GET)


def _list_visible_rows(by: Actor, body: int | None) -> tuple[QuerySet[Request, Request], QuerySet[Dispute, Dispute]]:
    """Return (visible requests, visible disputes), of one unit if `body` is given."""
    visible_requests, disputes = requests_visible_to(by), disputes_visible_to(by)
    if body:
        whose = map_successors([body])
        return visible_requests.filter(entry__body__in=whose), disputes.filter(body__in=whose)
    return visible_requests, disputes


def report_tables(request: HttpRequest) -> HttpResponse:
    """Show or export tables three and four of the visible units."""
    by = get_actor(request.user)
    span, body = get_requested_period(request), parse_whole_number(request.GET.get("body", ""))
    until = parse_day_filter(request.GET.get("until", ""))
    requests, disputes = _list_visible_rows(by, body)
    query = f"year={span.year}&until={span.until.isoformat()}" + (f"&body={body}" if body else "")
    three, four = compute_table3(requests, span), compute_table4(disputes, span)
    if asks_file(request):
        table3_lines, table4_lines = (
            _make_table_lines(three, TABLE3_ROWS, TABLE3_COLUMNS),
            _make_table_lines(four, TABLE4_ROWS, TABLE4_COLUMNS),
        )
        name = f"表三表四{span.first:%Y%m%d}至{span.until:%Y%m%d}"
        return spreadsheet_response(
            TABLE3_SHEET, table3_lines, name, guide=False, more_sheets=[(TABLE4_SHEET, table4_lines)]
        )
    context = {
        "span": span,
        "until": until if until.reason else TypedFilter(span.until.isoformat(), span.until),
        "body": body,
        "bodies": list_units_with_entries(by, "request"),
        "query": query,
        "columns3": TABLE3_COLUMNS.values(),
        "columns4": TABLE4_COLUMNS.values(),
        "table3": [
            (_list_headings_above(row), row, _number_row_label(row), list(zip(TABLE3_COLUMNS, three[row], strict=True)))
            for row in TABLE3_ROWS
        ],
        "table4": [
            (row, label, list(zip(TABLE4_COLUMNS, four[row], strict=True))) for row, label in TABLE4_ROWS.items()
        ],
        "fees": sum_paid_fees(requests, span),
    }
    return render(request, "requests/figures.html", context)


_HEADING_NUMERALS, _SUBHEADING_NUMERALS = "一二三四", "一二三四五六七"


def _number_row_label(row: str) -> str:
    """Return the label of a row of table three with the number of its level."""
    top_level, *sublevels = (int(level) for level in row.split("."))
    label = TABLE3_ROWS[row]
    if len(sublevels) == 2:
        return f"{sublevels[1]}.{label}"
    return (
        f"（{_SUBHEADING_NUMERALS[sublevels[0] - 1]}）{label.removeprefix('三（七）')}"
        if sublevels
        else f"{_HEADING_NUMERALS[top_level - 1]}、{label}"
    )


def _list_headings_above(row: str) -> list[str]:
    above = ["三、本年度办理结果"] if row == "3.1" else []
    if row.count(".") == 2 and row.endswith(".1"):
        above.append(f"（{_SUBHEADING_NUMERALS[int(row.split('.')[1]) - 1]}）{REQUEST_RESULTS[row].group}")
    return above
