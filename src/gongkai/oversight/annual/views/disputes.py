"""Show reviews and lawsuits of a government's units for a year."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from gongkai.core.spreadsheets.answers import spreadsheet
from gongkai.core.spreadsheets.sheet import Column, Sheet
from gongkai.core.widgets.asked import asks_file
from gongkai.lib.law.annual import report_due
from gongkai.lib.law.annual_form import TABLE4_COLUMNS, TABLE4_ROWS
from gongkai.oversight.annual.queries.area import TABLE_FOUR_CELLS, AreaDisputes, disputes_by_unit
from gongkai.oversight.annual.views.listing import frame, report_of

_HEADS = [f"{group}：{column}" for group in TABLE4_ROWS.values() for column in TABLE4_COLUMNS.values()]
SHEET = Sheet(
    "行政复议、行政诉讼情况汇总",
    (
        Column("body", "单位", width=30),
        Column("standing", "报送情况", width=22),
        Column("given", "报送日期", width=12),
        *(Column(key, head, width=12) for key, head in zip(TABLE_FOUR_CELLS, _HEADS, strict=True)),
    ),
)


def disputes(request: HttpRequest, pk: int) -> HttpResponse:
    """Show or export table four by unit with sums, for a government's report."""
    report, by = report_of(request, pk)
    if not report.area:
        raise Http404("只有本级政府的汇总报告有各单位的复议诉讼情况")
    found = disputes_by_unit(report)
    if asks_file(request):
        return spreadsheet(SHEET, _rows(found), f"disputes-{report.year}", guide=False)
    width = len(TABLE4_COLUMNS)
    facts = frame(report, by, "disputes") | {
        "found": found,
        "groups": TABLE4_ROWS.values(),
        "width": width,
        "columns": list(TABLE4_COLUMNS.values()) * len(TABLE4_ROWS),
        "missing": [
            unit_disputes for unit_disputes in found.units if not unit_disputes.own and not unit_disputes.given_at
        ],
        "last_day": report_due(report.year, government=False),
    }
    return render(request, "annual/disputes.html", facts)


def _rows(found: AreaDisputes) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = [
        {
            "body": unit_disputes.body.name,
            "standing": unit_disputes.standing,
            "given": timezone.localdate(unit_disputes.given_at) if unit_disputes.given_at else None,
        }
        | dict(zip(TABLE_FOUR_CELLS, unit_disputes.cells, strict=True))
        for unit_disputes in found.units
    ]
    return [*rows, {"body": "合计"} | dict(zip(TABLE_FOUR_CELLS, found.sums, strict=True))]
