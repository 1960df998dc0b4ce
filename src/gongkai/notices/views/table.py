"""打表: on screen, on an A3 sheet, as a spreadsheet; and what stands in a cell."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from gongkai.law import Light
from gongkai.notices.queries.matrix import Matrix, cell_entries, matrix, section_titles
from gongkai.notices.views.shared import found
from gongkai.spreadsheets.answers import spreadsheet
from gongkai.spreadsheets.sheet import Column, Sheet
from gongkai.units.models import Body

LEGEND = (
    ("red", Light.of("red").shape, "逾期"),
    ("yellow", Light.of("yellow").shape, "临期"),
    ("green", Light.of("green").shape, "正常"),
    ("blue", Light.of("blue").shape, "待审核"),
    ("grey_red", Light.of("grey_red").shape, "逾期办结"),
    ("grey", Light.of("grey").shape, "已办结"),
)


def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a notice's sections down and units across, a light in each cell."""
    notice, actor = found(request, pk)
    table = matrix(notice, actor)
    return render(request, "notices/matrix.html", {"notice": notice, "table": table, "legend": LEGEND})


def sheet_of(table: Matrix) -> tuple[Sheet, list[dict[str, object]]]:
    """Return the matrix as a spreadsheet: closed/total and what is late in each cell."""
    columns = [Column("section", "工作任务", width=40), Column("all", "合计", width=14)]
    columns += [Column(str(body.pk), body.label, width=14) for body in table.bodies]
    rows: list[dict[str, object]] = []
    for section, cells, sum_ in table.rows:
        row: dict[str, object] = {"section": section.title, "all": sum_.words}
        row |= {str(body.pk): lights.words if lights else "" for body, lights in cells}
        rows.append(row)
    foot: dict[str, object] = {"section": "合计", "all": table.all.words}
    rows.append(foot | {str(body.pk): lights.words for body, lights in table.columns})
    return Sheet("打表", tuple(columns)), rows


def export(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand the matrix out as a spreadsheet."""
    notice, actor = found(request, pk)
    sheet, rows = sheet_of(matrix(notice, actor))
    return spreadsheet(sheet, rows, f"打表 {notice.title[:60]}", guide=False)


def cell(request: HttpRequest, pk: int, section: int, body: int) -> HttpResponse:
    """List the tasks of one cell."""
    notice, actor = found(request, pk)
    context = {
        "notice": notice,
        "section": section_titles(notice).get(section, ""),
        "body": get_object_or_404(Body, pk=body),
        "rows": cell_entries(notice, section, body, actor),
    }
    return render(request, "notices/cell_entries.html", context)
