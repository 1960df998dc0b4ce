"""The view of a year's figures."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from gongkai.core.spreadsheets import Column, Sheet
from gongkai.core.spreadsheets.answers import spreadsheet
from gongkai.core.units.actors import require_staff_actor
from gongkai.core.widgets.asked import year_in
from gongkai.core.widgets.charts import compare
from gongkai.work.participation import queries

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
    """Show or export decisions, periods, comments and answers by drafting unit."""
    require_staff_actor(request)
    year = year_in(request)
    rows = queries.compute_year_figures(queries.decisions_visible_to(request.user), year)
    if request.GET.get("format") == "xlsx":
        return spreadsheet(FIGURE_SHEET, rows, f"{year}年决策统计", guide=False)
    compared = compare("收到意见最多的是{label}，{value}", ((row.body.label, row.comments) for row in rows), unit="条")
    return render(request, "participation/figures.html", {"year": year, "rows": rows, "compared": compared})
