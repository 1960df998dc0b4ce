"""The matrix (打表): page, A3 paper, spreadsheet, and the entries of a cell."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from gongkai.core.acts.door import get_visible_or_404
from gongkai.core.background_jobs.exports import may_be_long
from gongkai.core.units.collapsed_lists import opened
from gongkai.core.units.models import Body, Office
from gongkai.core.widgets.answers import DOCX_CONTENT_TYPE, XLSX_CONTENT_TYPE, download
from gongkai.core.widgets.asked import whole
from gongkai.lib.law import Light
from gongkai.lib.writing.table import progress_xlsx
from gongkai.lib.writing.table_paper import progress_docx
from gongkai.work.notices.models import Assignment
from gongkai.work.notices.queries.matrix import find_section_titles, list_cell_entries, load_matrix
from gongkai.work.notices.queries.table import build_progress_table, list_table_rows
from gongkai.work.notices.views.common import get_notice_or_404

LIGHT_LEGEND = (
    ("red", Light.of("red").shape, "逾期"),
    ("yellow", Light.of("yellow").shape, "临期"),
    ("green", Light.of("green").shape, "正常"),
    ("blue", Light.of("blue").shape, "暂停"),
    ("grey_red", Light.of("grey_red").shape, "逾期办结"),
    ("grey", Light.of("grey").shape, "已办结"),
)


def matrix_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the matrix of a notice; units of a district share a column if there are many."""
    notice, actor = get_notice_or_404(request, pk)
    table = load_matrix(notice, actor, under=opened(request.GET.get("under"), notice.government))
    return render(request, "notices/matrix.html", {"notice": notice, "table": table, "legend": LIGHT_LEGEND})


def _list_rows(request: HttpRequest, pk: int) -> QuerySet[Assignment]:
    return list_table_rows(*get_notice_or_404(request, pk))


@may_be_long("notices.table", "打表", rows=_list_rows)
def export_matrix(request: HttpRequest, pk: int) -> HttpResponse:
    """Export the table as a spreadsheet, or with `?as=docx` as a paper."""
    notice, actor = get_notice_or_404(request, pk)
    made = build_progress_table(notice, actor)
    name = f"打表 {notice.title[:60]}"
    if request.GET.get("as") == "docx":
        return download(progress_docx(made), f"{name}.docx", DOCX_CONTENT_TYPE)
    return download(progress_xlsx(made), f"{name}.xlsx", XLSX_CONTENT_TYPE)


def cell_page(request: HttpRequest, pk: int, section: int, body: int) -> HttpResponse:
    """List the tasks of one cell."""
    notice, actor = get_notice_or_404(request, pk)
    asked = whole(request.GET.get("office", "")) if notice.own else None
    office = get_visible_or_404(actor, Office, asked, body=body) if asked else None
    context = {
        "notice": notice,
        "section": find_section_titles(notice).get(section, ""),
        "body": get_visible_or_404(actor, Body, body),
        "office": office,
        "rows": list_cell_entries(notice, section, body, actor, (office.pk if office else 0) if notice.own else None),
    }
    return render(request, "notices/cell_entries.html", context)
