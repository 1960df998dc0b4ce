"""Workbooks and web tables with other layouts: a sheet for each unit, months as columns."""

import io

from openpyxl import Workbook

from gongkai.lib.reading import Notice
from gongkai.lib.reading.notice import read_notice


def read_sheets(sheets: dict[str, list[list[str | int | None]]]) -> Notice:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return read_notice(stream.getvalue())


def rows_of(notice: Notice) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    return [(row.measure, row.lead, row.responsible) for row in notice.rows]


HEADS: list[str | int | None] = ["序号", "工作任务", "完成时限", "备注"]


def test_sheet_name_is_responsible_unit_and_flagged() -> None:
    notice = read_sheets(
        {
            "县财政局": [
                ["2027年政务公开任务清单"],
                HEADS,
                [1, "公开部门预算", "批复后20日内", ""],
                [2, "公开政府采购", "按季度", ""],
            ],
            "各乡镇": [["2027年政务公开任务清单"], HEADS, [1, "公开惠民补贴", "每月10日前", ""]],
        }
    )
    assert rows_of(notice) == [
        ("公开部门预算", (), ("县财政局",)),
        ("公开政府采购", (), ("县财政局",)),
        ("公开惠民补贴", (), ("各乡镇",)),
    ]
    assert {one.row for one in notice.warnings if one.field == "responsible"} == {1, 2, 3}


def test_form_fields_below_table_are_not_tasks() -> None:
    heads: list[str | int | None] = ["序号", "工作任务", "牵头单位", "责任单位"]
    notice = read_sheets(
        {
            "Sheet1": [
                heads,
                [1, "公开预算", "县财政局", "各部门"],
                ["填表人：张某", None, None, "联系电话：12345"],
            ]
        }
    )
    assert rows_of(notice) == [("公开预算", ("县财政局",), ("各部门",))]


def test_points_of_one_unit_with_own_deadlines_are_rows() -> None:
    notice = read_notice(
        "责任单位 | 任务 | 时限\n市财政局 | 公开预算 | 3月底\n | 公开决算 | 9月底\n合计 | 2项 |".encode()
    )
    assert rows_of(notice) == [("公开预算", (), ("市财政局",)), ("公开决算", (), ("市财政局",))]


def test_name_broken_within_cell_is_joined() -> None:
    page = (
        "<table><tr><td>任务</td><td>措施</td><td>责任单位</td></tr>"
        "<tr><td>解读</td><td>公开解读</td><td>市政府<br>办公室</td></tr>"
        "<tr><td>预算</td><td>公开预算</td><td>市财政局<br>各部门</td></tr></table>"
    )
    assert [row.responsible for row in read_notice(page.encode()).rows] == [
        ("市政府办公室",),
        ("市财政局", "各部门"),
    ]


def test_combined_unit_and_deadline_column_is_split() -> None:
    notice = read_sheets(
        {
            "Sheet1": [
                ["工作任务", "责任单位及完成时限"],
                ["一、政策公开", ""],
                ["1.改版政策文件库", "县政府办公室，2027年6月底"],
                ["2.集中公开规范性文件", "县司法局牵头，各部门配合，每季度末"],
                ["二、政策解读", ""],
                ["3.组织政策宣讲", "县教育局（5月）、县医保局（9月）"],
            ]
        }
    )
    assert rows_of(notice) == [
        ("1.改版政策文件库", (), ("县政府办公室",)),
        ("2.集中公开规范性文件", ("县司法局",), ("各部门",)),
        ("3.组织政策宣讲", (), ("县教育局", "县医保局")),
    ]
    assert [row.section for row in notice.rows] == ["一、政策公开", "一、政策公开", "二、政策解读"]
    assert [row.duties[0].due and row.duties[0].due.kind for row in notice.rows] == [
        "by_date",
        "recurring",
        None,
    ]
    assert {one.row for one in notice.warnings} == {3, None}


def test_two_header_rows_serial_dates_and_sum_rows_are_read() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["序号", "工作任务", "贯彻举措", "责任", None, "完成时限"],
        [None, None, None, "牵头", "配合", None],
        [1, "政策公开", "改版政策文件库", "县政府办公室", "县融媒体中心", 46203],
        [2, "政策解读", "组织宣讲", "县教育局", "—", "2026年Q3"],
        [None, None, "小计：2项", None, None, None],
    ):
        sheet.append(row)
    sheet.merge_cells("D1:E1")
    stream = io.BytesIO()
    book.save(stream)
    notice = read_notice(stream.getvalue())
    assert rows_of(notice) == [
        ("改版政策文件库", ("县政府办公室",), ("县融媒体中心",)),
        ("组织宣讲", ("县教育局",), ()),
    ]
    first, second = (row.duties[0].due for row in notice.rows)
    assert first is not None
    assert second is not None
    assert (first.date, second.date) == ("2026-06-30", "2026-09-30")
    assert "46203" in first.doubt


def test_month_columns_and_periods_are_deadlines() -> None:
    notice = read_sheets(
        {
            "Sheet1": [
                ["2027年政务公开任务安排", None, None, None, None],
                ["具体任务", "责任单位", "5月", "6月", "7-9月"],
                ["改版政策文件库", "县政府办公室", "制定方案", "上线", "—"],
                ["集中公开规范性文件", "县司法局", "—", "—", "更新"],
            ]
        }
    )
    days = [[duty.due.date[5:] for duty in row.duties if duty.due and duty.due.date] for row in notice.rows]
    assert days == [["05-31", "06-30"], ["09-30"]]


def test_ticks_below_units_name_responsible_units() -> None:
    heads: list[str | int | None] = ["工作任务", "市财政局", "市教育局", "市民政局"]
    notice = read_sheets({"Sheet1": [heads, ["公开部门预算。", "√", "✓", None], ["公开救助标准。", None, None, "☑"]]})
    assert rows_of(notice) == [
        ("公开部门预算。", (), ("市财政局", "市教育局")),
        ("公开救助标准。", (), ("市民政局",)),
    ]
    assert {one.row for one in notice.warnings if one.field == "responsible"} == {1, 2}
    signed = [["公开部门预算。", "★", "○", "●"], ["注：★为牵头单位，●为责任单位，○为配合单位。", None, None, None]]
    assert rows_of(read_sheets({"Sheet1": [heads, *signed]}))[0] == ("公开部门预算。", ("市财政局",), ("市民政局",))
