"""Deadlines as notices word them, read, expanded to the due date of the entry, or flagged."""

from datetime import date

import pytest

from factories.clerks import xlsx
from factories.notices import City
from gongkai.lib.reading.words.due_table import ReferenceYears
from gongkai.work.notices.actions import import_notice
from gongkai.work.notices.actions.imports import build_draft_rows
from gongkai.work.notices.entries.expansion import expand_notice
from gongkai.work.notices.importing.source import NoticeSource, read_source
from gongkai.work.notices.models import Notice
from gongkai.work.notices.planning.channels import find_channel_columns, is_channel_list, split_channels
from gongkai.work.notices.planning.deadline_lists import find_deadline_lists
from gongkai.work.notices.planning.draft_rows import DraftMeasure
from gongkai.work.notices.planning.paths import SiteColumnPaths, split_paths

Case = tuple[str, str, str, str]  # measure, limit column, last days of its entries, words of the doubt

NOVEMBER: list[Case] = [  # of 20 November 2026, for the year 2027
    ("编制公开目录。", "印发后1个月内", "2026-12-20", ""),
    ("印发后1个月内编制公开目录。", "", "2026-12-20", ""),
    ("本通知印发后3个月内完成清理。", "", "2027-02-20", ""),
    ("自印发之日起20个工作日内建立台账。", "", "2026-12-18", ""),
    ("自本方案印发之日起10个工作日内报送联络员名单。", "", "2026-12-04", ""),
    ("建立台账。", "自印发之日起20个工作日", "2026-12-18", ""),
    ("报送实施方案。", "自印发之日起60个工作日内", "2027-02-17", "放假安排"),
    ("于本通知印发之日起15日内报送方案。", "", "2026-12-05", ""),
    ("自即日起一个月内完成自查。", "", "2026-12-20", ""),
    ("收到本通知后5个工作日内报送名单。", "", "2026-11-27", "收到之日"),
    ("制定公开指引，自印发之日起20个工作日内公开。", "", "2026-12-18", "也可能指前文"),
    ("规范性文件自印发之日起20个工作日内主动公开。", "", "2027-12-31", ""),
    ("自政府信息形成或者变更之日起20个工作日内予以公开。", "", "2027-12-31", ""),
    ("2027年6月底前完成清单编制，12月底前全部公开。", "", "2027-06-30", "2个时限"),
    ("2026年12月底前完成试点，3月底前全面推开。", "", "2026-12-31", "2个时限"),
    ("12月底前完成集中清理。", "", "2027-12-31", "也可能是2026-12-31"),
    ("6月底前完成集中清理。", "", "2027-06-30", ""),
    ("完成集中清理。", "年底前", "2027-12-31", "也可能是2026-12-31"),
    ("10月底前完成归集。", "", "2027-10-31", ""),
    ("2027年一季度末前完成。", "", "2027-03-31", ""),
    ("每月10日前报送上月情况。", "", "2027-01-10", ""),
    ("报送上月情况。", "每月10日前", "2027-01-10", ""),
    ("每月25日前报送信息。", "", "2027-01-25", ""),
    ("每月底前更新一次公开台账。", "", "2027-01-31", ""),
    ("每月上旬公布财政收支。", "", "2027-01-10", ""),
    ("次月5日前公布空气质量状况。", "", "2027-02-05", ""),
    ("每季度末月25日前报送工作进展。", "", "2027-03-25", ""),
    ("每季度末25日前报送工作进展。", "", "2027-03-25", ""),
    ("上下半年各1次组织开放日。", "", "2027-06-30", ""),
    ("开展宣讲不少于2次，其中上半年不少于1次。", "", "2027-06-30", ""),
    ("每季度首月10日前报送上季度总结。", "", "2027-01-10", ""),
    ("每季度最后一个月20日前报送。", "", "2027-03-20", ""),
    ("每季度结束后10日内通报。", "", "2027-04-10", ""),
    ("每季度结束后10个工作日内通报。", "", "2027-04-15", ""),
    ("按季度公开补贴发放情况。", "每季度结束后10个工作日内", "2027-04-15", ""),
    ("公开部门预算。", "预算批复后20日内", "2027-12-31", ""),
    ("公开医疗服务价格。", "春节前", "2027-02-05", "按春节前一天"),
    ("组织宣讲，10月底前不少于3场。", "", "2027-10-31", ""),
    ("组织宣讲不少于3场。", "10月底前", "2027-10-31", ""),
    ("每季度末前开展自查。", "", "2027-03-31", ""),
    ("每周五前报送舆情。", "", "2027-01-08", ""),
    ("每年1月31日前公布年度报告。", "", "2027-01-31", ""),
    ("每年3月底前公开上一年度情况。", "", "2027-03-31", ""),
    ("2026年10月底前完成整改。", "", "2026-10-31", "早于印发日期"),
    ("公开征求意见期限一般不少于30日。", "", "2027-12-31", ""),
    ("重大决策草案公开征求意见，期限一般不少于30日。", "2027年9月底前", "2027-09-30", ""),
    ("公开专项规划。公开路径：政府网站>政府信息公开>规划信息；其他渠道。", "2027年6月底前", "2027-06-30", ""),
]
MAY: list[Case] = [  # of 7 May 2021, for that year
    ("6月底前更新公开指南。", "", "2021-06-30", ""),
    ("2021年6月底前，将规章集中公开。", "", "2021-06-30", ""),
    ("于2021年5月31日前报送联系人。", "", "2021-05-31", ""),
    ("在2022年1月中旬报送落实情况。", "", "2022-01-20", ""),
    ("5月5日前报送名单。", "", "2021-05-05", "早于印发日期"),
    ("3月底前公开采购意向。", "", "2021-03-31", "早于印发日期"),
    ("1月15日前报送总结。", "", "2022-01-15", ""),
    ("年底前实现全覆盖。", "", "2021-12-31", ""),
    ("今年年底前完成。", "", "2021-12-31", ""),
    ("上半年完成清理。", "", "2021-06-30", ""),
    ("完成清理。", "三季度前", "2021-06-30", "也可能指2021-09-30"),
    ("完成清理。", "三季度末", "2021-09-30", ""),
    ("完成清理。", "9月", "2021-09-30", ""),
    ("完成清理。", "2021年10月31日", "2021-10-31", ""),
    ("完成清理。", "2021.10.31", "2021-10-31", ""),
    ("完成清理。", "全年", "2021-12-31", ""),
    ("完成清理。", "持续推进", "2021-12-31", ""),
    ("完成清理。", "长期坚持", "2021-12-31", ""),
    ("二〇二一年九月底前完成。", "", "2021-09-30", ""),
    ("10月前完成对照检查。", "", "2021-09-30", "也可能指2021-10-31"),
    ("于次年1月底前报送年度总结。", "", "2022-01-31", ""),
    ("每年1月31日前公布年度报告。", "", "2022-01-31", ""),
    ("自市级部门印发指引后3个月内编制标准。", "", "2021-12-31", ""),
    ("文件印发后3个工作日内发布解读材料。", "", "2021-12-31", ""),
    ("政策文件公布后5个工作日内发布解读材料。", "", "2021-12-31", ""),
    ("不能立即答复的，在5个工作日内答复。", "", "2021-12-31", ""),
    ("每季度至少召开1次新闻发布会。", "", "2021-06-30", ""),
    ("每年不少于4次，其中主要负责同志出席不少于1次。", "", "2021-12-31", ""),
    ("每半年开展一次检查。", "", "2021-06-30", ""),
    ("按月公开财政收支。", "", "2021-05-31", ""),
    ("每月5日前公开财政收支。", "", "2021-06-05", ""),
    ("定期梳理问题。", "", "2021-12-31", ""),
    ("及时公开预决算。", "", "2021-12-31", ""),
    ("6月1日起实行新格式。", "", "2021-12-31", ""),
    ("重要信息24小时内发布。", "", "2021-12-31", "小时"),
    ("前15日公布议题。", "", "2021-12-31", "前15日"),
    ("2021年年底前完成。", "", "2021-12-31", ""),
    ("明年年底前完成。", "", "2022-12-31", ""),
    ("清理文件。", "2021年年底前", "2021-12-31", ""),
    ("清理文件。", "每年12月", "2021-12-31", ""),
    ("报送情况。", "每年6月、12月底前", "2021-06-30", ""),
    ("报送情况。", "每年5月、12月底前", "2021-05-31", ""),
    ("报送情况。", "每月前5个工作日内", "2021-05-11", ""),
    ("公开价格。", "春节前", "2022-01-31", "按春节前一天"),
    ("公开价格。", "元旦前", "2021-12-31", "按元旦前一天"),
    ("报送情况。", "每季度前10日内", "2021-07-10", ""),
    ("报送情况。", "5月至10月", "2021-10-31", "其间每期"),
    ("对2020年底前未公开的文件进行清理。", "", "2020-12-31", "早于印发日期"),
]
DAYS = {date(2026, 11, 20): (2027, NOVEMBER), date(2021, 5, 7): (2021, MAY)}


@pytest.mark.parametrize("issued", DAYS)
def test_every_deadline_gives_its_due_date_or_is_flagged(town: City, issued: date) -> None:
    year, cases = DAYS[issued]
    notice = _import(town, issued, year, cases)
    expansion = expand_notice(notice)
    entries = expansion.entries(year=notice.year, today=issued, started=notice.issued_on)
    wrong = []
    rows = [row for row in expansion.measures.values() if not row.preamble]
    assert len(rows) == len(cases)
    for row, (measure, limit, day, asked) in zip(rows, cases, strict=True):
        due = min(entry.due for entry in entries if entry.measure == row.pk)
        doubts = [str(flag["message"]) for flag in row.flags if flag["field"] == "duties"]
        if due.isoformat() != day or bool(asked) != bool(doubts) or asked not in "；".join(doubts):
            wrong.append((measure, limit, f"{due}, not {day}", doubts, asked))
    assert wrong == []


def _import(town: City, issued: date, year: int, cases: list[Case]) -> Notice:
    rows = "\n".join(f"一、公开事项\t{measure}\t市财政局\t市教育局\t{limit or '—'}" for measure, limit, *_ in cases)
    text = f"""云岭市人民政府办公室关于印发{year}年政务公开工作任务分工的通知
云府办发〔{issued.year}〕3号

市政府各部门：
现将任务分工印发给你们，请认真贯彻执行。

云岭市人民政府办公室
{issued.year}年{issued.month}月{issued.day}日

工作任务\t贯彻举措\t牵头单位\t责任单位\t完成时限
{rows}
"""
    source = read_source(text.encode(), "通知.txt")
    return import_notice(None, by=town.chief, source=source, government=town.government)


# Shorthand of clerks: several days in one deadline, abbreviations and codes of channels


HEAD = ["序号", "工作任务", "牵头单位"]
TITLE = [["云岭市2027年政务公开任务清单"], ["云岭市人民政府办公室  云政办〔2027〕3号  2027年3月2日"]]


def read_sheet(heads: list[str], *rows: list[str], note: str = "", below: list[str] | None = None) -> NoticeSource:
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
    return [split_paths(row, SiteColumnPaths(), columns) for row in rows]


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
def test_deadline_with_several_days_gives_duty_for_each(cell: str, days: list[str]) -> None:
    (row,) = drafts(read_sheet(["完成时限"], [cell]))
    assert [str(duty.due.get("date"))[5:] for duty in row.duties] == days
    assert not [flag for flag in row.flags if "没有读出" in str(flag["message"])]


def test_months_with_a_day_zero_give_no_deadline() -> None:
    assert not any(found.rules for found in find_deadline_lists("6、9、12月0日前", ReferenceYears(2027)))


def test_ticks_below_quarters_are_dates_and_unknown_words_are_flagged() -> None:
    first, second = drafts(read_sheet(["一季度", "三季度"], ["√", "√"], ["", "√"]))
    assert [[str(duty.due["date"])[5:] for duty in row.duties] for row in (first, second)] == [
        ["03-31", "09-30"],
        ["09-30"],
    ]
    (row,) = drafts(read_sheet(["完成时限"], ["每月5日前，首批7月底前、逢集"]))
    assert row.duties
    (strange,) = drafts(read_sheet(["完成时限"], ["中秋节前"]))
    assert any("中秋节前" in str(flag["message"]) for flag in strange.flags)


def flag_messages(cell: str) -> str:
    (row,) = drafts(read_sheet(["完成时限"], [cell]))
    return "；".join(str(flag["message"]) for flag in row.flags)


def test_unread_words_of_deadline_cell_are_flagged() -> None:
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
    assert {cell: words in flag_messages(cell) for cell, words in said.items()} == dict.fromkeys(said, True)
    words = ["1", "开展评查，结果于11月底前通报。", "市财政局", "11月30日"]
    (row,) = drafts(read_source(xlsx([*([*line, "", ""] for line in TITLE), [*HEAD, "完成时限"], words]), "清单.xlsx"))
    assert row.flags == ()  # the cell repeats the day of the text
    assert not any(
        flag_messages(cell)
        for cell in ("6月底前", "每季度末月25日前", "预算批复后20日内", "每月最后一个工作日", "长期", "—", "无")
    )


def test_channel_abbreviations_and_codes_with_legend_are_read() -> None:
    rows = drafts(read_sheet(["公开渠道"], ["√", "√", ""], ["", "", "V"], below=["网", "微", "栏"]))
    assert [row.duties[0].channels for row in rows] == [("门户网站", "政务新媒体"), ("公示栏",)]
    rows = drafts(read_sheet(["公开渠道"], ["A、B"], ["A/C"], note="注：A为门户网站，B为政务新媒体，C为村务公开栏。"))
    assert [row.duties[0].channels for row in rows[:2]] == [
        ("门户网站", "政务新媒体"),
        ("门户网站", "村务公开栏"),
    ]
    (row,) = drafts(read_sheet(["公开渠道"], ["A、B"]))
    assert any("是代号，没有找到说明" in str(flag["message"]) for flag in row.flags)
    (row,) = drafts(read_sheet(["公开渠道"], ["■政府网站 ■公告栏 □政务新媒体"]))
    assert (row.duties[0].channels, [str(flag["message"]) for flag in row.flags]) == (("政府网站", "公告栏"), [])
    rows = drafts(read_sheet(["门户网站", "村口"], ["√", "√"], ["√", ""]))
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
def test_list_of_channels_is_split(cell: str, names: list[str]) -> None:
    assert split_channels(cell) == names
    assert is_channel_list(cell)


def test_title_line_gives_issuer_date_and_number() -> None:
    parsed = read_sheet(["完成时限"], ["6月底前"]).parsed
    assert (parsed["issued_on"], parsed["doc_number"]) == ("2027-03-02", "云政办〔2027〕3号")
    assert parsed["issuer"] == "云岭市人民政府办公室"
