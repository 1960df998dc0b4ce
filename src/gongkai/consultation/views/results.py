"""建议和堵点: proposals with their decisions, blockages with their solutions, by month and one by one."""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from gongkai.consultation import results
from gongkai.consultation.models import Inquiry, Outcome
from gongkai.intake.actions import recorded
from gongkai.ledger.subjects import with_subjects
from gongkai.publishing.documents import titles_of
from gongkai.spreadsheets import Column, Sheet
from gongkai.spreadsheets.answers import spreadsheet
from gongkai.ui.asked import whole, year_in
from gongkai.ui.paging import page_of
from gongkai.units.actors import require_staff_actor

SHEET = Sheet(
    "建议和堵点",
    (
        Column("number", "编号", width=18),
        Column("title", "标题", width=36),
        Column("asker", "提出人", width=14),
        Column("received_on", "收到日期", width=12),
        Column("body", "承办单位", width=26),
        Column("state", "状态", width=10),
        Column("due_on", "办理期限", width=12),
        Column("answered_on", "反馈日期", width=12),
        Column("decision", "研究结果", width=20),
        Column("words", "理由或者解决办法", width=50),
        Column("document", "修改后的文件", width=36),
        Column("answer", "答复", width=50),
    ),
)


def _with_outcomes(rows: Iterable[Inquiry]) -> list[tuple[Inquiry, Outcome | None, str]]:
    """Return each with what was decided, and the title of the changed policy."""
    found = [(inquiry, getattr(inquiry, "outcome", None)) for inquiry in rows]
    titles = titles_of(outcome.document for _, outcome in found if outcome and outcome.document)
    return [(one, outcome, titles.get(outcome.document_id, "") if outcome else "") for one, outcome in found]


def listing(request: HttpRequest) -> HttpResponse:
    """The list of a year, or of one of its months, with the counts of all months; exported as it is shown."""
    by = require_staff_actor(request)
    kind = request.GET.get("kind", "")
    kind = kind if kind in results.SHOWN else "suggestion"
    year = year_in(request)
    month = whole(request.GET.get("month", ""))
    month = month if month in range(1, 13) else None
    every = results.listed(request.user, results.SHOWN[kind], year)
    rows = results.listed(request.user, results.SHOWN[kind], year, month)
    name = "投资审批堵点" if kind == "blockage" else "意见建议"
    if request.GET.get("format") == "xlsx":
        found = recorded((results.row_of(inquiry, by) for inquiry in rows.iterator(500)), by, SHEET.name)
        return spreadsheet(SHEET, found, f"{year}年{f'{month}月' if month else ''}{name}")
    page = page_of(request, rows)
    with_subjects([inquiry.entry for inquiry in page], by)
    shown = {
        "kind": kind,
        "name": name,
        "year": year,
        "tabs": (("suggestion", "意见建议"), ("blockage", "投资审批堵点")),
        "month": month,
        "months": results.by_month(every),
        "rows": _with_outcomes(page.object_list),
        "page": page,
        "lacking": results.without_document(request.user).count() if kind == "suggestion" else 0,
    }
    return render(request, "consultation/results.html", shown)
