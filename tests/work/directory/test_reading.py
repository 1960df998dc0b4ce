"""Reading the usual catalogue spreadsheet: cells, layouts, names of domains; mostly without a database."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories.directory import CHANNEL_BOXES, HEADER_ROW_1, HEADER_ROW_2, ITEMS, domain_catalogue, workbook_of
from gongkai.core.spreadsheets import UnreadableFile, read_table
from gongkai.core.spreadsheets.errors import BadCell
from gongkai.lib.fileformats.workbooks.merged_ranges import MergedRange, SheetPage, fill_merged_cells
from gongkai.lib.fileformats.workbooks.rows import read_workbook
from gongkai.work.directory import sheet_rows
from gongkai.work.directory.catalogue_sheet import CATALOGUE_SHEET
from gongkai.work.directory.sheet_rows import DOMAINS, arrange_rows, find_domain, parse_page_domain


def test_there_are_26_domains() -> None:
    assert len(DOMAINS) == 26


@pytest.mark.parametrize(
    ("title", "domain"),
    [
        ("云岭市社会救助领域基层政务公开标准目录", "社会救助"),
        ("（五）就业领域政务公开标准目录", "就业创业"),
        ("青溪县卫生健康领域基层政务公开标准目录", "医疗卫生"),
        ("云岭市旅游领域基层政务公开标准目录", "旅游"),
        ("云岭市城乡居民基本养老保险标准目录", "社会保险"),
        ("二十六个领域汇总", ""),
    ],
)
def test_title_names_its_domain(title: str, domain: str) -> None:
    assert find_domain(title) == domain


def test_default_sheet_name_names_no_domain() -> None:
    assert (parse_page_domain("Sheet1"), parse_page_domain("财政预决算"), parse_page_domain("统计")) == (
        "",
        "财政预决算",
        "统计",
    )


@pytest.mark.parametrize(
    ("words", "read_as"),
    [
        (CHANNEL_BOXES, ["政府网站", "公开查阅点"]),
        ("■政府网站　□政府公报 ■发布会/听证会", ["政府网站", "发布会/听证会"]),
        ("政府网站、政务服务中心", ["政府网站", "政务服务中心"]),
        ("√政府网站", ["政府网站"]),
    ],
)
def test_channels_are_parsed(words: str, read_as: list[str]) -> None:
    assert sheet_rows.parse_channels(words) == read_as


@pytest.mark.parametrize("words", ["□政府网站\n□政府公报", "", None])
def test_cell_without_channel_is_an_error(words: Any) -> None:
    with pytest.raises(BadCell):
        sheet_rows.parse_channels(words)


@pytest.mark.parametrize(
    ("value", "ticked"), [("√", True), ("☑", True), ("是", True), (1, True), (None, False), ("□", False), ("/", False)]
)
def test_ticks_are_parsed(value: Any, ticked: bool) -> None:
    assert sheet_rows.parse_tick(value) is ticked


def test_other_word_is_no_tick() -> None:
    with pytest.raises(BadCell, match="不是勾选"):
        sheet_rows.parse_tick("有时")
    assert (sheet_rows.parse_audience("√"), sheet_rows.parse_audience("救助对象"), sheet_rows.parse_audience(None)) == (
        "特定群体",
        "救助对象",
        "",
    )


@pytest.mark.parametrize(
    ("limit", "days"), [("每季度更新", 92), ("信息形成之日起20个工作日内", 0), ("实时公开，每年汇总", 366)]
)
def test_deadlines_give_cycle_days(limit: str, days: int) -> None:
    assert sheet_rows.parse_cycle_days(limit) == days


def test_two_head_rows_merged_cells_and_boxes_are_read() -> None:
    table = read_table(domain_catalogue(), CATALOGUE_SHEET)
    assert table.errors == []
    assert [(row["first"], row["second"]) for row in table.rows] == [(one[0], one[1]) for one in ITEMS]
    row = table.rows[1]
    assert (row["domain"], row["channels"], row.number) == ("社会救助", ["政府网站", "公开查阅点"], 5)
    assert (row["everybody"], row["group"], row["proactive"], row["on_request"]) == (True, "", True, False)
    assert (row["county"], row["township"]) == (True, False)


def test_sheets_by_domain_are_read_and_errors_name_sheet_and_cell() -> None:
    bad = [list(ITEMS[0]), list(ITEMS[1])]
    bad[1][5] = ""
    table = read_table(
        workbook_of(
            ("封面", "填报说明", []),
            ("社会救助", "云岭市社会救助领域基层政务公开标准目录", ITEMS),
            ("养老服务", "标准目录", bad),
        ),
        CATALOGUE_SHEET,
    )
    assert {row["domain"] for row in table.rows} == {"社会救助", "养老服务"}
    [error] = table.errors
    assert error.place == "“养老服务”第5行 G列（公开主体）"


def test_file_without_catalogue_heads_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="找不到表头"):
        read_table("甲,乙\n1,2\n".encode(), CATALOGUE_SHEET)


def test_notes_titles_and_repeated_heads_are_no_items() -> None:
    rows = [
        (1, [*HEADER_ROW_1]),
        (2, [*HEADER_ROW_2]),
        (3, [1, "一", "二", "内容", "依据", "时限", "主体", "政府网站", "√", None, "√", None, "√", None]),
        (4, [*HEADER_ROW_1]),
        (5, [*HEADER_ROW_2]),
        (6, ["注：本目录由各单位填报", *[None] * 13]),
    ]
    found = arrange_rows(SheetPage("社会救助", rows, [MergedRange(1, 1, 1, 2)]))
    assert [number for number, _ in found] == [1, 3]


@pytest.mark.parametrize(
    ("county", "township"),
    [("县、区级", "乡镇、村级"), ("县（市、区）级", "乡镇（街道）级"), ("市县级", "乡、村级"), ("区级", "街镇级")],
)
def test_levels_and_heads_with_remarks_are_recognised(county: str, township: str) -> None:
    remark = "公开渠道和载体\n（在标注范围内至少选择其一公开，法律法规规章另有规定的从其规定）"
    one = [remark if head and head.startswith("公开渠道") else head for head in HEADER_ROW_1]
    two = [*HEADER_ROW_2[:12], county, township]
    item = [1, "一", "二", "内容", "依据", "时限", "主体", "政府网站", "√", None, "√", None, "√", "√"]
    [(_, found), (_, cells_)] = arrange_rows(SheetPage("养老服务", [(1, one), (2, two), (3, item)], []))
    assert (found[7], found[12:14]) == ("公开渠道和载体", ["县级", "乡级"])
    assert cells_[12:14] == ["√", "√"]


def test_two_columns_of_one_level_are_joined_in_place() -> None:
    heads = [*HEADER_ROW_2[:12], "市级", "县级", "乡、村级"]
    item = [1, "一", "二", "内容", "依据", "时限", "主体", "政府网站", "√", None, "√", None, None, "√", "√"]
    [(_, found), (_, cells_)] = arrange_rows(
        SheetPage("养老服务", [(1, [*HEADER_ROW_1, None]), (2, heads), (3, item)], [])
    )
    assert (found[12:15], cells_[12:15]) == (["县级", "", "乡级"], ["√", None, "√"])


def test_names_are_filled_down_without_merged_cells() -> None:
    rows = [
        (1, [*HEADER_ROW_1]),
        (2, [*HEADER_ROW_2]),
        (3, [1, "救助", "政策", *["x"] * 5, "√", None, "√", None, "√", None]),
        (4, [2, None, "指南", *["x"] * 5, "√", None, "√", None, "√", None]),
        (5, [3, "低保", None, *["x"] * 5, "√", None, "√", None, "√", None]),
    ]
    found = arrange_rows(SheetPage("社会救助", rows))
    assert [(cells_[1], cells_[2]) for _, cells_ in found[1:]] == [("救助", "政策"), ("救助", "指南"), ("低保", None)]


def test_merged_ranges_are_read_from_file() -> None:
    [page] = read_workbook(domain_catalogue()).pages
    assert MergedRange(4, 1, 5, 1) in page.merged
    assert dict(fill_merged_cells(page))[5][1] == "综合业务"


@given(st.lists(st.tuples(st.integers(1, 6), st.integers(0, 4), st.integers(1, 8), st.integers(0, 6)), max_size=5))
def test_filling_merged_cells_adds_no_rows_and_overwrites_nothing(ranges: list[tuple[int, int, int, int]]) -> None:
    rows = [(n, [f"{n}{c}" if (n + c) % 2 else None for c in range(4)]) for n in (1, 2, 4, 6)]
    done = dict(fill_merged_cells(SheetPage("", rows, [MergedRange(*one) for one in ranges])))
    assert list(done) == [1, 2, 4, 6]
    assert all(done[n][c] == value for n, row in rows for c, value in enumerate(row) if value)
