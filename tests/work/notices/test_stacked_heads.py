"""Two rows of heads, the second with marks to be ticked: neither is a task, and each tick is a channel."""

from datetime import date
from io import BytesIO

import openpyxl

from gongkai.work.notices.actions.imports import build_draft_rows, complete_rows
from gongkai.work.notices.importing.source import read_source
from gongkai.work.notices.planning.paths import ExistingColumns

HEADS = ("序号", "公开任务", "责任分工", None, None, "完成时限", "公开渠道（打√）", None)
BELOW = (None, None, "牵头单位", "责任单位", "配合单位", None, "区政府网站", "村（社区）公开栏")
ROWS = (
    (1, "公开决策目录。", "区府办", "区府办", "各镇（街道）", "4月底前", "√", None),
    (2, "目录每周更新一次。", "区人社局", "区人社局", None, "每周五前", "√", "√"),
    (3, "公开学区地图。", "区教育局", "区教育局", None, date(2027, 5, 31), None, "√"),
)
NOTES = (
    "注：没有注明公开渠道的，一律放区政府网站。",
    "第2项由区数据局提供接口。",
    "任务完成后3个工作日内，由责任单位登记销号。",
    "每月5号前各镇（街道）把进度发邮箱。",
)


def _file() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ("2027年任务清单",),
        HEADS,
        BELOW,
        *ROWS,
        (4, "公开指南。", "区府办", "区府办"),
        *((note,) for note in NOTES),
    ):
        sheet.append(row)
    for merged in (
        "A1:H1",
        "A2:A3",
        "B2:B3",
        "C2:E2",
        "F2:F3",
        "G2:H2",
        "A8:H8",
        "A9:H9",
        "A10:H10",
        "A11:H11",
    ):
        sheet.merge_cells(merged)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def test_ticked_channels_below_a_head_with_a_remark_are_read() -> None:
    source = read_source(_file(), "任务清单.xlsx")
    rows = complete_rows(
        build_draft_rows(source, {}),
        source.parsed,
        source.text,
        {},
        lambda unit: frozenset({unit.printed}),
        ExistingColumns(),
    )
    assert [[(unit.part, unit.printed) for unit in row.units] for row in rows[:2]] == [
        [("lead", "区府办"), ("responsible", "区府办"), ("partner", "各镇（街道）")],
        [("lead", "区人社局"), ("responsible", "区人社局")],
    ]
    assert [(row.preamble, row.duties[0].due["kind"]) for row in rows[4:]] == [
        (True, "working_days"),
        (True, "recurring"),
    ]
    assert [[duty.channels for duty in row.duties] for row in rows[:4]] == [
        [("区政府网站",)],
        [("区政府网站", "村（社区）公开栏")],
        [("村（社区）公开栏",)],
        [("区政府网站",)],
    ]
    # One rhythm said twice is one limit; what a note says of a row by its number is asked there.
    assert [duty.due["kind"] for duty in rows[1].duties] == ["recurring"]
    assert any("其中写到第2项" in flag["message"] for flag in rows[1].flags)
    assert any("按适用于没有写公开渠道的1行读取" in flag["message"] for flag in rows[3].flags)
