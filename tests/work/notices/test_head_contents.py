"""Nonstandard heads are recognised by their words and the cells below, and flagged once."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest
from openpyxl import Workbook

from gongkai.lib.reading.document import Grid, GridLine, NoticeDocument, make_cell
from gongkai.work.notices.actions.imports import build_draft_rows, complete_rows
from gongkai.work.notices.importing.head_contents import find_meaning_by_cells, guess_heads, join_split_columns
from gongkai.work.notices.importing.source import NoticeSource, read_source
from gongkai.work.notices.planning.draft_rows import build_drafts, is_about_heads
from gongkai.work.notices.planning.paths import SiteColumnPaths
from gongkai.work.notices.planning.roles import PrintedNotice


def read_sheet(*rows: tuple[str, ...]) -> NoticeSource:
    """Return the parsed workbook with these rows."""
    book = Workbook()
    for row in (("澜江市2027年政务公开工作任务分工",), *rows):
        book.active.append(row)
    stream = BytesIO()
    book.save(stream)
    return read_source(stream.getvalue(), "任务.xlsx")


@pytest.mark.parametrize(
    ("head", "cells", "meaning"),
    [
        ("谁来办", ["市发改委", "市教育局、市财政局", "—"], "responsible"),
        ("会办", ["市发改委", "各部门"], "helper"),
        ("办结日", ["3月31日", "受理后3个工作日"], "limit"),
        ("发布在哪", ["县政府网>清单", "门牌二维码"], "path"),
        ("牵头领导", ["张建国", "李敏"], ""),
        ("数量", ["12次", "每季度2条"], ""),
        ("承办", ["按要求做", "尽快"], ""),
        ("考核单位", ["市政府办公室"], ""),
        ("载体", [], ""),
    ],
)
def test_head_meaning_needs_matching_words_and_cells(head: str, cells: list[str], meaning: str) -> None:
    assert find_meaning_by_cells(head, cells) == meaning


def test_guess_picks_one_unit_column_and_longest_text_as_measure() -> None:
    named = [
        ("承办", ["市教育局"], False),
        ("经办", ["市财政局"], False),
        ("市级落实举措", ["公开预算"], False),
    ]
    assert guess_heads(named, ()) == {"承办": "responsible", "市级落实举措": "measure"}
    assert guess_heads(named, ("responsible", "measure")) == {}


def test_sheet_with_colloquial_heads_is_read_and_flagged_once() -> None:
    source = read_sheet(
        ("干什么", "谁来办", "谁帮忙", "啥时候办完", "一级栏目", "二级栏目", "其他渠道"),
        ("公开项目结果", "市发改委", "市住建局", "4月底", "重大项目", "批准结果", "公示栏"),
        ("公开补助标准", "市农业农村局", "市财政局", "7月15日前", "惠农政策", "", "广播"),
    )
    drafts = build_drafts(
        source.parsed, PrintedNotice([(head.printed, head.meaning) for head in source.heads], source.text)
    )
    assert [[(unit.part, unit.printed) for unit in draft.units] for draft in drafts] == [
        [("lead", "市发改委"), ("partner", "市住建局")],
        [("lead", "市农业农村局"), ("partner", "市财政局")],
    ]
    assert drafts[0].duties[0].paths[0][-2:] == ("重大项目", "批准结果")
    asked = [[str(flag["message"]) for flag in draft.flags if is_about_heads(flag)] for draft in drafts]
    assert "表头“谁来办”按“责任单位”读取，请核对" in asked[0]
    assert asked[1] == []


def test_split_path_and_frequency_columns_are_joined() -> None:
    rows = (
        ("工作任务", "频次", "时间", "市政府网站（一级栏目）", "市政府网站（二级栏目）"),
        ("公布热点问答", "每月", "15日前", "纳税服务", "热点问答"),
        ("公布办税地图", "每半年", "末月20日前", "纳税服务", "—"),
        ("通报进展", "每周", "周三前", "—", "—"),
        ("公布招生方案", "一次", "5月15日前", "招生", "方案"),
    )
    document = NoticeDocument([Grid([GridLine([make_cell(text) for text in row]) for row in rows])])
    join_split_columns(document)
    (grid,) = (block for block in document.blocks if isinstance(block, Grid))
    assert [(line.cells[1].text, line.cells[2].text, line.cells[3].text) for line in grid.lines[1:]] == [
        ("", "每月15日前", "市政府网站 > 纳税服务 > 热点问答"),
        ("", "每半年末月20日前", "市政府网站 > 纳税服务"),
        ("", "每周三前", ""),
        ("", "5月15日前", "市政府网站 > 招生 > 方案"),
    ]


# Two rows of heads, the second with columns of ticks: neither is a task, and each tick is a channel.


HEADS = ("序号", "公开任务", "责任分工", None, None, "完成时限", "公开渠道（打√）", None)
HEADS_BELOW = (None, None, "牵头单位", "责任单位", "配合单位", None, "区政府网站", "村（社区）公开栏")
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


def _make_file() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ("2027年任务清单",),
        HEADS,
        HEADS_BELOW,
        *ROWS,
        (4, "公开指南。", "区府办", "区府办"),
        *((note,) for note in NOTES),
    ):
        sheet.append(row)
    for row in (1, 8, 9, 10, 11):
        sheet.merge_cells(f"A{row}:H{row}")
    for merged in ("A2:A3", "B2:B3", "C2:E2", "F2:F3", "G2:H2"):
        sheet.merge_cells(merged)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def test_ticked_channels_below_head_with_remark_are_read() -> None:
    source = read_source(_make_file(), "任务清单.xlsx")
    rows = complete_rows(
        build_draft_rows(source, {}),
        source.parsed,
        source.text,
        {},
        lambda unit: frozenset({unit.printed}),
        SiteColumnPaths(),
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
    # One frequency given twice is one deadline; a note that cites a row by number is a flag of that row.
    assert [duty.due["kind"] for duty in rows[1].duties] == ["recurring"]
    assert any("其中写到第2项" in flag["message"] for flag in rows[1].flags)
    assert any("按适用于没有写公开渠道的1行读取" in flag["message"] for flag in rows[3].flags)
