"""The view of tables three and four; each figure links to its rows."""

from collections.abc import Mapping

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from gongkai.core.ledger.queries import bodies_of_visible
from gongkai.core.spreadsheets.answers import spreadsheet
from gongkai.core.spreadsheets.sheet import Column, Sheet
from gongkai.core.units.actors import Actor, actor_of
from gongkai.core.units.queries import successors
from gongkai.core.widgets.asked import Typed, asks_file, typed_day, whole
from gongkai.lib.law.annual_form import TABLE3_COLUMNS, TABLE3_ROWS, TABLE4_COLUMNS, TABLE4_ROWS
from gongkai.work.requests.models import Dispute, Request
from gongkai.work.requests.queries import disputes_visible_to, requests_visible_to
from gongkai.work.requests.queries.figures import (
    ReportPeriod,
    compute_table3,
    compute_table4,
    parse_report_period,
    sum_paid_fees,
)
from gongkai.work.requests.results import REQUEST_RESULTS


def _make_table_sheet(name: str, columns: dict[str, str]) -> Sheet:
    heads = {"number": "序号", "label": "项目"} | columns
    return Sheet(name, tuple(Column(key, head, width=40 if key == "label" else 14) for key, head in heads.items()))


TABLE3_SHEET, TABLE4_SHEET = (
    _make_table_sheet("表三", TABLE3_COLUMNS),
    _make_table_sheet("表四", TABLE4_COLUMNS),
)


def _table_lines(
    counts: Mapping[str, list[int]], rows: dict[str, str], columns: dict[str, str]
) -> list[dict[str, object]]:
    return [
        {"number": number, "label": rows[row], **dict(_column_counts(counts[row], columns))}
        for number, row in enumerate(rows, 1)
    ]


def requested_period(request: HttpRequest) -> ReportPeriod:
    """Return the year and cut-off day of the query string."""
    return parse_report_period(request.GET)


def _visible_rows(by: Actor, body: int | None) -> tuple[QuerySet[Request, Request], QuerySet[Dispute, Dispute]]:
    seen, disputes = requests_visible_to(by), disputes_visible_to(by)
    if body:
        whose = successors([body])
        return seen.filter(entry__body__in=whose), disputes.filter(body__in=whose)
    return seen, disputes


def report_tables(request: HttpRequest) -> HttpResponse:
    """Show or export tables three and four of the visible units."""
    by = actor_of(request.user)
    span, body = requested_period(request), whole(request.GET.get("body", ""))
    until = typed_day(request.GET.get("until", ""))
    requests, disputes = _visible_rows(by, body)
    query = f"year={span.year}&until={span.until.isoformat()}" + (f"&body={body}" if body else "")
    three, four = compute_table3(requests, span), compute_table4(disputes, span)
    if asks_file(request):
        lines, also = (
            _table_lines(three, TABLE3_ROWS, TABLE3_COLUMNS),
            _table_lines(four, TABLE4_ROWS, TABLE4_COLUMNS),
        )
        name = f"表三表四{span.first:%Y%m%d}至{span.until:%Y%m%d}"
        return spreadsheet(TABLE3_SHEET, lines, name, guide=False, also=[(TABLE4_SHEET, also)])
    shown = {
        "span": span,
        "until": until if until.reason else Typed(span.until.isoformat(), span.until),
        "body": body,
        "bodies": bodies_of_visible(by, "request"),
        "query": query,
        "columns3": TABLE3_COLUMNS.values(),
        "columns4": TABLE4_COLUMNS.values(),
        "table3": [
            (_headings_above(row), row, _number_row_label(row), _column_counts(three[row], TABLE3_COLUMNS))
            for row in TABLE3_ROWS
        ],
        "table4": [(row, label, _column_counts(four[row], TABLE4_COLUMNS)) for row, label in TABLE4_ROWS.items()],
        "fees": sum_paid_fees(requests, span),
    }
    return render(request, "requests/figures.html", shown)


_HEADING_NUMERALS, _SUBHEADING_NUMERALS = "一二三四", "一二三四五六七"


def _number_row_label(row: str) -> str:
    whole, *rest = (int(part) for part in row.split("."))
    label = TABLE3_ROWS[row]
    if len(rest) == 2:
        return f"{rest[1]}.{label}"
    return (
        f"（{_SUBHEADING_NUMERALS[rest[0] - 1]}）{label.removeprefix('三（七）')}"
        if rest
        else f"{_HEADING_NUMERALS[whole - 1]}、{label}"
    )


def _headings_above(row: str) -> list[str]:
    above = ["三、本年度办理结果"] if row == "3.1" else []
    if row.count(".") == 2 and row.endswith(".1"):
        above.append(f"（{_SUBHEADING_NUMERALS[int(row.split('.')[1]) - 1]}）{REQUEST_RESULTS[row].group}")
    return above


def _column_counts(counts: list[int], columns: dict[str, str]) -> list[tuple[str, int]]:
    return list(zip(columns, counts, strict=True))
