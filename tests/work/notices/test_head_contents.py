"""Heads in an office's own words are taken by their words and the cells below them, and asked about once."""

from io import BytesIO

import pytest
from openpyxl import Workbook

from gongkai.lib.reading.document import Document, Grid, GridLine, make_cell
from gongkai.work.notices.importing.head_contents import find_meaning_by_cells, guess_heads, join_split_columns
from gongkai.work.notices.importing.source import NoticeSource, read_source
from gongkai.work.notices.planning.drafting import build_drafts, is_about_heads
from gongkai.work.notices.planning.roles import PrintedNotice


def sheet(*rows: tuple[str, ...]) -> NoticeSource:
    """Return a workbook with these rows, read."""
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
def test_words_and_cells_have_to_agree(head: str, cells: list[str], meaning: str) -> None:
    assert find_meaning_by_cells(head, cells) == meaning


def test_there_is_one_column_of_those_who_do_it_and_the_longest_text_is_the_task() -> None:
    named = [
        ("承办", ["市教育局"], False),
        ("经办", ["市财政局"], False),
        ("市级落实举措", ["公开预算"], False),
    ]
    assert guess_heads(named, ()) == {"承办": "responsible", "市级落实举措": "measure"}
    assert guess_heads(named, ("responsible", "measure")) == {}


def test_a_sheet_in_the_clerks_own_words_is_read_and_asked_once() -> None:
    source = sheet(
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


def test_levels_of_columns_and_rhythms_in_columns_of_their_own_are_one() -> None:
    rows = (
        ("工作任务", "频次", "时间", "市政府网站（一级栏目）", "市政府网站（二级栏目）"),
        ("公布热点问答", "每月", "15日前", "纳税服务", "热点问答"),
        ("公布办税地图", "每半年", "末月20日前", "纳税服务", "—"),
        ("通报进展", "每周", "周三前", "—", "—"),
        ("公布招生方案", "一次", "5月15日前", "招生", "方案"),
    )
    document = Document([Grid([GridLine([make_cell(text) for text in row]) for row in rows])])
    join_split_columns(document)
    (grid,) = (block for block in document.blocks if isinstance(block, Grid))
    assert [(line.cells[1].text, line.cells[2].text, line.cells[3].text) for line in grid.lines[1:]] == [
        ("", "每月15日前", "市政府网站 > 纳税服务 > 热点问答"),
        ("", "每半年末月20日前", "市政府网站 > 纳税服务"),
        ("", "每周三前", ""),
        ("", "5月15日前", "市政府网站 > 招生 > 方案"),
    ]
