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
    Span,
    fees_of,
    span_in,
    table3,
    table4,
)
from gongkai.work.requests.results import RESULTS


def _sheet(name: str, columns: dict[str, str]) -> Sheet:
    heads = {"number": "序号", "label": "项目"} | columns
    return Sheet(
        name, tuple(Column(key, head, width=40 if key == "label" else 14) for key, head in heads.items())
    )


THREE, FOUR = _sheet("表三", TABLE3_COLUMNS), _sheet("表四", TABLE4_COLUMNS)


def _lines(
    counts: Mapping[str, list[int]], rows: dict[str, str], columns: dict[str, str]
) -> list[dict[str, object]]:
    return [
        {"number": number, "label": rows[row], **dict(_cells(counts[row], columns))}
        for number, row in enumerate(rows, 1)
    ]


def span_of(request: HttpRequest) -> Span:
    """Return the year and cut-off day of the query string."""
    return span_in(request.GET)


def _of(by: Actor, body: int | None) -> tuple[QuerySet[Request, Request], QuerySet[Dispute, Dispute]]:
    seen, disputes = requests_visible_to(by), disputes_visible_to(by)
    if body:
        whose = successors([body])
        return seen.filter(entry__body__in=whose), disputes.filter(body__in=whose)
    return seen, disputes


def figures(request: HttpRequest) -> HttpResponse:
    """Show or export tables three and four of the visible units."""
    by = actor_of(request.user)
    span, body = span_of(request), whole(request.GET.get("body", ""))
    until = typed_day(request.GET.get("until", ""))
    requests, disputes = _of(by, body)
    query = f"year={span.year}&until={span.until.isoformat()}" + (f"&body={body}" if body else "")
    three, four = table3(requests, span), table4(disputes, span)
    if asks_file(request):
        lines, also = _lines(three, TABLE3_ROWS, TABLE3_COLUMNS), _lines(four, TABLE4_ROWS, TABLE4_COLUMNS)
        name = f"表三表四{span.first:%Y%m%d}至{span.until:%Y%m%d}"
        return spreadsheet(THREE, lines, name, guide=False, also=[(FOUR, also)])
    shown = {
        "span": span,
        "until": until if until.reason else Typed(span.until.isoformat(), span.until),
        "body": body,
        "bodies": bodies_of_visible(by, "request"),
        "query": query,
        "columns3": TABLE3_COLUMNS.values(),
        "columns4": TABLE4_COLUMNS.values(),
        "table3": [
            (_headings(row), row, _numbered(row), _cells(three[row], TABLE3_COLUMNS)) for row in TABLE3_ROWS
        ],
        "table4": [(row, label, _cells(four[row], TABLE4_COLUMNS)) for row, label in TABLE4_ROWS.items()],
        "fees": fees_of(requests, span),
    }
    return render(request, "requests/figures.html", shown)


_WHOLE, _PARTS = "一二三四", "一二三四五六七"


def _numbered(row: str) -> str:
    whole, *rest = (int(part) for part in row.split("."))
    label = TABLE3_ROWS[row]
    if len(rest) == 2:
        return f"{rest[1]}.{label}"
    return (
        f"（{_PARTS[rest[0] - 1]}）{label.removeprefix('三（七）')}"
        if rest
        else f"{_WHOLE[whole - 1]}、{label}"
    )


def _headings(row: str) -> list[str]:
    above = ["三、本年度办理结果"] if row == "3.1" else []
    if row.count(".") == 2 and row.endswith(".1"):
        above.append(f"（{_PARTS[int(row.split('.')[1]) - 1]}）{RESULTS[row].group}")
    return above


def _cells(counts: list[int], columns: dict[str, str]) -> list[tuple[str, int]]:
    return list(zip(columns, counts, strict=True))
