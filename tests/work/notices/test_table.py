"""打表 as a spreadsheet: cell types, lights as fill and word, and sums equal to the page."""

from datetime import datetime
from io import BytesIO

import pytest
from django.utils import timezone
from docx import Document as read
from openpyxl import load_workbook

from factories.notices import City, accepted, live, parsed, row, submitted
from factories.units import actor, signed_in
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Role
from gongkai.lib.writing.progress_table import (
    FIGURE_COLUMNS,
    LIGHT_LABELS_AND_FILLS,
    render_progress_xlsx,
    summarise_progress,
)
from gongkai.work.notices.models import Notice
from gongkai.work.notices.queries.matrix import load_matrix
from gongkai.work.notices.queries.progress import build_progress_table, count_lights


@pytest.fixture
def notice(town: City) -> Notice:
    rows = [
        row("1．公开专项规划（公开路径：政府网站>规划）。", ["市发展改革委"], ["市教育局", "市财政局"]),
        row("每季度公开。", ["市财政局"], ["市教育局"]),
    ]
    made = live(town, parsed(rows=rows))
    entry = made.assignments.filter(body=town.education).order_by("pk")[0].entry
    submitted(entry, actor(Role.CLERK, town.education))
    accepted(entry, actor(Role.CLERK, town.planning))
    return made


def test_spreadsheet_has_row_for_each_measure_and_each_unit(town: City, notice: Notice) -> None:
    book = load_workbook(BytesIO(render_progress_xlsx(build_progress_table(notice, town.chief))))
    first, second = book["按举措"], book["举措与单位"]
    assert [cell.value for cell in first[3]][:7] == [
        1,
        "一、深化重点领域信息公开",
        "（一）规划信息",
        "公开专项规划。",
        "市发展改革委",
        "市教育局、市财政局",
        2,
    ]
    assert isinstance(first["H3"].value, datetime)
    assert first["H3"].number_format == "yyyy-mm-dd"
    assert (first["K3"].value, first["L3"].value) == (2, 1)
    assert first.max_row == 2 + 2 + 1
    assert second.max_row == 2 + 3 + 1
    assert first.print_title_rows == "$1:$2"
    assert second.cell(second.max_row, 5).value == first.cell(first.max_row, 11).value == 3
    assert {cell.value for cell in second["C"][2:-1]} == {"市教育局", "市财政局"}


def test_inapplicable_task_is_listed_but_not_summed(town: City, notice: Notice) -> None:
    gone = notice.assignments.filter(body=town.finance).get().entry
    type(gone).objects.filter(pk=gone.pk).update(outcome="not_applicable", closed_at=timezone.now())
    book = load_workbook(BytesIO(render_progress_xlsx(build_progress_table(notice, town.chief))))
    first, second = book["按举措"], book["举措与单位"]
    assert second.max_row == 2 + 3 + 1
    assert second.cell(second.max_row, 5).value == first.cell(first.max_row, 11).value == 2
    assert second.cell(second.max_row, 6).value == "另有1件不再承担，不计入"


def test_sums_equal_the_matrix_and_lights_have_fill_and_word(town: City, notice: Notice) -> None:
    made = build_progress_table(notice, town.chief)
    lights = load_matrix(notice, town.chief).all
    for name, _ in FIGURE_COLUMNS:
        assert sum(line.figures[name] for line in made.measures) == getattr(lights, name)
    assert count_lights(list(notice.assignments.select_related("entry")), datetime.now().astimezone()) == lights
    book = load_workbook(BytesIO(render_progress_xlsx(made)))
    page = book["举措与单位"]
    shown = {page.cell(at, 7).value: page.cell(at, 7).fill.fgColor.rgb for at in range(3, page.max_row)}
    assert shown.items() <= {(word, f"00{fill}") for word, fill in LIGHT_LABELS_AND_FILLS.values()}
    page = book["按举措"]
    last = [cell.value for cell in page[page.max_row]]
    assert last[10:17] == [getattr(lights, name) for name, _ in FIGURE_COLUMNS], (
        "figures, no formulas: previews compute none"
    )
    assert last[17] == pytest.approx(lights.percent / 100)
    for line in made.measures:
        assert line.figures["total"] == sum(line.figures[name] for name, _ in FIGURE_COLUMNS[1:])
    assert "举措2项，任务3项：按期办结1项" in summarise_progress(made)
    answer = signed_in(Role.CHIEF, town.office).get(f"/admin/notices/{notice.pk}/matrix/export/?as=docx")
    assert len(read(BytesIO(answer.content)).tables[0].rows) == 3
    own = build_progress_table(notice, actor(Role.CLERK, town.education))
    assert {line.unit for line in own.units} == {"市教育局"}


def test_notice_without_visible_tasks_gives_empty_table(town: City) -> None:
    made = build_progress_table(
        live(town, parsed(rows=[row("公开。", ["市财政局"], [])])), actor(Role.CLERK, town.health)
    )
    assert load_workbook(BytesIO(render_progress_xlsx(made)))["按举措"]["K3"].value == 0


def test_progress_table_uses_constant_number_of_queries(
    town: City, notice: Notice, django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(4):  # type: ignore[operator]
        build_progress_table(notice, SYSTEM)
