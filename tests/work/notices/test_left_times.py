"""What clerks mark, shorten and list: several days in one limit, marks under quarters, short names and codes of channels, a title line's day."""

import pytest

from factories.clerks import xlsx
from gongkai.work.notices.actions.imports import build_draft_rows
from gongkai.work.notices.importing.source import NoticeSource, read_source
from gongkai.work.notices.planning.channels import find_channel_columns, is_channel_list, split_channels
from gongkai.work.notices.planning.drafting import DraftMeasure
from gongkai.work.notices.planning.paths import ExistingColumns, split_paths

HEAD = ["序号", "工作任务", "牵头单位"]
TITLE = [["云岭市2027年政务公开任务清单"], ["云岭市人民政府办公室  云政办〔2027〕3号  2027年3月2日"]]


def read(heads: list[str], *rows: list[str], note: str = "", below: list[str] | None = None) -> NoticeSource:
    lines = [[str(place), f"公开第{place}类事项的结果", "市财政局", *row] for place, row in enumerate(rows, start=1)]
    over = [["", "", "", *below]] if below else []
    merged = [f"D3:{chr(67 + len(below))}3", "A3:A4", "B3:B4", "C3:C4"] if below else []
    first = [*heads, *[""] * (len(below) - len(heads) if below else 0)]
    width = 3 + len(first)
    sheet = [[*line, *[""] * (width - len(line))] for line in TITLE]
    notes = [[note, *[""] * (width - 1)]] if note else []
    return read_source(xlsx([*sheet, [*HEAD, *first], *over, *lines, *notes], merged=merged), "清单.xlsx")


def drafts(source: NoticeSource) -> list[DraftMeasure]:
    rows = build_draft_rows(source, {})
    columns = find_channel_columns(rows, source.text)
    return [split_paths(row, ExistingColumns(), columns) for row in rows]


@pytest.mark.parametrize(
    ("cell", "days"),
    [
        ("双月25日前", ["04-25", "06-25", "08-25", "10-25", "12-25"]),
        ("6、9、12月20日前", ["06-20", "09-20", "12-20"]),
        ("4月15日、7月15日、10月15日前", ["04-15", "07-15", "10-15"]),
        ("一、三季度末", ["03-31", "09-30"]),
        ("全年2次（6月、11月）", ["06-30", "11-30"]),
        ("6月30号前", ["06-30"]),
    ],
)
def test_a_limit_that_names_several_days_has_a_line_for_each(cell: str, days: list[str]) -> None:
    (row,) = drafts(read(["完成时限"], [cell]))
    assert [str(duty.due.get("date"))[5:] for duty in row.duties] == days
    assert not [flag for flag in row.flags if "没有读出" in str(flag["message"])]


def test_marks_under_quarters_are_days_and_what_is_not_understood_is_asked() -> None:
    first, second = drafts(read(["一季度", "三季度"], ["√", "√"], ["", "√"]))
    assert [[str(duty.due["date"])[5:] for duty in row.duties] for row in (first, second)] == [
        ["03-31", "09-30"],
        ["09-30"],
    ]
    (row,) = drafts(read(["完成时限"], ["每月5日前，首批7月底前、逢集"]))
    assert row.duties
    (strange,) = drafts(read(["完成时限"], ["中秋节前"]))
    assert any("中秋节前" in str(flag["message"]) for flag in strange.flags)


def asked(cell: str) -> str:
    (row,) = drafts(read(["完成时限"], [cell]))
    return "；".join(str(flag["message"]) for flag in row.flags)


def test_what_a_cell_of_limits_says_beside_what_was_read_is_asked() -> None:
    said = {
        "年中、年末": "“年中”没有读出",
        "5月起每月": "只在“5月起”",
        "30日内": "没有写明从哪一天起算",
        "招生前15个工作日（最迟6月20日）": "“前15个工作日”没有读出",
    }
    words = ["1", "半年一次开展调查，结果7月公布。", "市财政局", "12月10日前"]
    (row,) = drafts(read_source(xlsx([*([*line, "", ""] for line in TITLE), [*HEAD, "完成时限"], words]), "清单.xlsx"))
    assert [duty.due["kind"] for duty in row.duties] == ["recurring", "by_date"]
    assert any("“7月”没有读出" in str(flag["message"]) for flag in row.flags)
    assert {cell: words in asked(cell) for cell, words in said.items()} == dict.fromkeys(said, True)
    words = ["1", "开展评查，结果于11月底前通报。", "市财政局", "11月30日"]
    (row,) = drafts(read_source(xlsx([*([*line, "", ""] for line in TITLE), [*HEAD, "完成时限"], words]), "清单.xlsx"))
    assert row.flags == ()  # the cell repeats the day of the text
    assert not any(
        asked(cell)
        for cell in ("6月底前", "每季度末月25日前", "预算批复后20日内", "每月最后一个工作日", "长期", "—", "无")
    )


def test_short_heads_of_channels_and_codes_with_a_legend_are_channels() -> None:
    rows = drafts(read(["公开渠道"], ["√", "√", ""], ["", "", "V"], below=["网", "微", "栏"]))
    assert [row.duties[0].channels for row in rows] == [("门户网站", "政务新媒体"), ("公示栏",)]
    rows = drafts(read(["公开渠道"], ["A、B"], ["A/C"], note="注：A为门户网站，B为政务新媒体，C为村务公开栏。"))
    assert [row.duties[0].channels for row in rows[:2]] == [
        ("门户网站", "政务新媒体"),
        ("门户网站", "村务公开栏"),
    ]
    (row,) = drafts(read(["公开渠道"], ["A、B"]))
    assert any("是代号，没有找到说明" in str(flag["message"]) for flag in row.flags)
    (row,) = drafts(read(["公开渠道"], ["■政府网站 ■公告栏 □政务新媒体"]))
    assert (row.duties[0].channels, [str(flag["message"]) for flag in row.flags]) == (("政府网站", "公告栏"), [])
    rows = drafts(read(["门户网站", "村口"], ["√", "√"], ["√", ""]))
    assert any("“村口”栏打了勾，没有用上" in str(flag["message"]) for flag in rows[0].flags)


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("网站+公众号", ["网站", "公众号"]),
        ("线上：网站、公众号；线下：公示栏", ["网站", "公众号", "公示栏"]),
        ("通过网站和广播", ["网站", "广播"]),
        ("除网站外，通过公示栏公开", ["公示栏"]),
        ("微、网", ["政务新媒体", "门户网站"]),
    ],
)
def test_names_of_channels_are_taken_apart(cell: str, names: list[str]) -> None:
    assert split_channels(cell) == names
    assert is_channel_list(cell)


def test_a_title_line_says_who_when_and_what_number() -> None:
    parsed = read(["完成时限"], ["6月底前"]).parsed
    assert (parsed["issued_on"], parsed["doc_number"]) == ("2027-03-02", "云政办〔2027〕3号")
    assert parsed["issuer"] == "云岭市人民政府办公室"
