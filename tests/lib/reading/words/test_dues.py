"""Deadline phrases are read as the contract specifies."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.lib.reading.words.dues import ReferenceYears, find_dues, find_unread_times, read_limit

WHEN = ReferenceYears(2021, 5)


def read(text: str) -> list[dict[str, Any]]:
    found = [one.due.to_json() for one in find_dues(text, WHEN)]
    return [{key: value for key, value in due.items() if key != "text"} for due in found]


def by(day: str) -> dict[str, Any]:
    return {"kind": "by_date", "date": day}


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("在2021年6月底前更新", by("2021-06-30")),
        ("于2021年7月31日前报送", by("2021-07-31")),
        ("于 2021年 5月 31日前报送", by("2021-05-31")),
        ("于2022年1月中旬报市政府办公厅", by("2022-01-20")),
        ("2022年2月下旬完成", by("2022-02-28")),
        ("2024年2月底前", by("2024-02-29")),
        ("3月上旬前完成", by("2021-03-10")),
        ("5月31日前，公开文件", by("2021-05-31")),
        ("1月15日前报送总结", by("2022-01-15")),  # a notice of May means the January to come
        ("2022年底前全部入库", by("2022-12-31")),
        ("年底前完成", by("2021-12-31")),
        ("今年年底前完成", by("2021-12-31")),
        ("明年3月底前完成", by("2022-03-31")),
        ("10月前完成", by("2021-09-30")),
        ("第三季度末前完成", by("2021-09-30")),
        ("上半年完成清理", by("2021-06-30")),
        ("二〇二一年九月底前", by("2021-09-30")),
        ("于次年1月底前报送", {"kind": "yearly_by", "month_day": "01-31", "of_year": "following"}),
        (
            "每年6月、12月底前报送",
            {"kind": "recurring", "period": "half_year", "month": 6, "day": 31, "of_period": "same"},
        ),
        (
            "每年6月30日前、12月31日前报送",
            {"kind": "recurring", "period": "half_year", "month": 6, "day": 31, "of_period": "same"},
        ),
        (
            "每年3月10日、9月10日前报送",
            {"kind": "recurring", "period": "half_year", "month": 3, "day": 10, "of_period": "same"},
        ),
        (
            "每年3月、6月、9月、12月底前报送",
            {"kind": "recurring", "period": "quarter", "month": 3, "day": 31, "of_period": "same"},
        ),
        ("每年1-6月底前报送", {"kind": "recurring", "period": "year"}),
        ("每年3月0日前报送", {"kind": "recurring", "period": "year"}),
        ("每年11月、3月底前报送", {"kind": "recurring", "period": "year"}),
        ("每年1月31日前公布", {"kind": "yearly_by", "month_day": "01-31", "of_year": "same"}),
        ("每年3月底前公开", {"kind": "yearly_by", "month_day": "03-31", "of_year": "same"}),
        ("在5个工作日内主动回复", {"kind": "working_days", "count": 5}),
        ("十五个工作日内办结", {"kind": "working_days", "count": 15}),
        ("自形成或者变更之日起20个工作日内公开", {"kind": "working_days", "count": 20, "after": "形成或者变更"}),
        ("期限一般不少于30日", {"kind": "calendar_days", "count": 30, "least": True}),
        ("7日内答复", {"kind": "calendar_days", "count": 7, "least": False}),
        (
            "要自市政府有关部门印发标准指引后3个月内编制",
            {"kind": "months", "count": 3, "after": "市政府有关部门印发标准指引"},
        ),
        ("在教育部出台规定后三个月内，制订细则", {"kind": "months", "count": 3, "after": "教育部出台规定"}),
        ("每年至少开展1次培训", {"kind": "times", "count": 1, "period": "year", "least": True}),
        ("每年对乡镇政府开展1次考核", {"kind": "times", "count": 1, "period": "year", "least": False}),
        ("每季度不少于两次", {"kind": "times", "count": 2, "period": "quarter", "least": True}),
        ("每半年召开一次会议", {"kind": "times", "count": 1, "period": "half_year", "least": False}),
        ("每年进行全面清理", {"kind": "recurring", "period": "year"}),
        ("每季度公开", {"kind": "recurring", "period": "quarter"}),
        ("按月通报", {"kind": "recurring", "period": "month"}),
        ("每周更新", {"kind": "recurring", "period": "week"}),
        ("定期梳理", {"kind": "recurring", "period": "unspecified"}),
        ("及时公开", {"kind": "ongoing", "mode": "及时"}),
        ("并保持动态更新", {"kind": "ongoing", "mode": "动态更新"}),
        ("持续改进工作", {"kind": "ongoing", "mode": "持续"}),
        ("6月1日起，建立台账", {"kind": "ongoing", "mode": "起", "starts": "2021-06-01"}),
        ("一周内公开办理情况", {"kind": "calendar_days", "count": 7, "least": False}),
        ("半年内完成", {"kind": "months", "count": 6, "after": ""}),
        ("7月中下旬公布", by("2021-07-31")),
        ("第四季度前完成改版", by("2021-09-30")),
        ("每年2月份更新目录", {"kind": "yearly_by", "month_day": "02-28", "of_year": "same"}),
        (
            "每季度第一个月10日前公开",
            {"kind": "recurring", "period": "quarter", "day": 10, "month": 1, "of_period": "same"},
        ),
        ("在村务公开栏公示7个工作日", {"kind": "working_days", "count": 7, "least": True}),
        ("公示期为5天", {"kind": "calendar_days", "count": 5, "least": True}),
        ("提前5个工作日公告", {"kind": "working_days", "count": 5, "least": True}),
        ("期限届满前5个工作日提醒", {"kind": "working_days", "count": 5, "least": True}),
        ("实施前15日公示", {"kind": "calendar_days", "count": 15, "least": True}),
        ("年内不少于两次", {"kind": "times", "count": 2, "period": "year", "least": True}),
        ("原则上自形成之日起不超过20个工作日", {"kind": "working_days", "count": 20, "after": "形成"}),
    ],
)
def test_deadline_phrases_are_read(text: str, due: dict[str, Any]) -> None:
    assert read(text) == [due]


def test_part_of_count_is_read_with_its_performer() -> None:
    text = "每年通过新闻发布形式开展政策解读不少于4次，其中，有关负责同志带头开展政策解读应不少于2次。"
    assert read(text) == [
        {
            "kind": "times",
            "count": 4,
            "period": "year",
            "least": True,
            "of_which": [{"who": "有关负责同志带头", "count": 2}],
        }
    ]


@pytest.mark.parametrize(
    "text",
    [
        "不定期开展研讨",
        "在法定期限内编制年度报告",
        "增强及时性针对性",
        "信息更新不及时",
        "保持宏观政策连续性稳定性可持续性",
        "做好常态化疫情防控信息公开",
        "24小时不打烊",
        "2020年度法治政府建设年度报告",
        "市场准入负面清单（2020年版）",
        "分值权重不低于4%",
        "助力营商环境持续改善",
        "支持互联网协议第6版",
        "以动态更新的制度体系提供依据",
        "12345热线设立专席",
    ],
)
def test_text_without_deadline_gives_none(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    ("cell", "due"),
    [
        ("7月31日", by("2021-07-31")),
        ("２０２２年１月１５日", by("2022-01-15")),
        ("20211231前", by("2021-12-31")),
        ("二零二一年十二月三十一日", by("2021-12-31")),
        ("12月底", by("2021-12-31")),
        ("2021年底", by("2021-12-31")),
        ("9月", by("2021-09-30")),
        ("5个工作日", {"kind": "working_days", "count": 5}),
        ("每年度", {"kind": "recurring", "period": "year"}),
        ("季度", {"kind": "recurring", "period": "quarter"}),
        ("每月公开", {"kind": "recurring", "period": "month"}),
        ("定期", {"kind": "recurring", "period": "unspecified"}),
        ("及时公开", {"kind": "ongoing", "mode": "及时"}),
        ("长期坚持", {"kind": "ongoing", "mode": "长期坚持"}),
        ("全年", {"kind": "ongoing", "mode": "全年"}),
    ],
)
def test_deadline_column_needs_no_preposition(cell: str, due: dict[str, Any]) -> None:
    found = [one.to_json() for one in read_limit(cell, WHEN)]
    assert [{key: value for key, value in one.items() if key != "text"} for one in found] == [due]


@pytest.mark.parametrize(("text", "year"), [("5月31日前报送", None), ("二零一万年元旦前", 2026)])
def test_date_is_not_guessed_without_year(text: str, year: int | None) -> None:
    """A year beyond the calendar is no year."""
    assert find_dues(text, ReferenceYears(year)) == []


@given(st.text(alphabet="每年月日前底至少不于次个工作日内其中及时定期持续0123456789，。（）自起后印发", max_size=60))
def test_any_text_is_read_without_error_and_in_order(text: str) -> None:
    found = find_dues(text, WHEN)
    assert all(one.due.text.strip() in text for one in found)
    assert [one.start for one in found] == sorted(one.start for one in found)


@pytest.mark.parametrize(
    ("cell", "days"),
    [
        ("2021.9.30前", ["2021-09-30"]),
        ("2021-9-30", ["2021-09-30"]),
        ("9.30", ["2021-09-30"]),
        ("9月前", ["2021-08-31"]),
        ("1月31日", ["2022-01-31"]),  # well before the notice's month: the next year's
        ("8-10月", ["2021-10-31"]),
        ("2021.12—2022.01", ["2022-01-31"]),
        ("2021年8月至11月", ["2021-11-30"]),
        ("7月上旬至8月中旬", ["2021-08-20"]),
        ("第三季度—第四季度", ["2021-12-31"]),
        ("2021—2023年", ["2023-12-31"]),
        ("2021.08", ["2021-08-31"]),
        ("7-9", []),
    ],
)
def test_date_formats_in_column_are_read(cell: str, days: list[str]) -> None:
    when = ReferenceYears(2021, 7)
    assert [due.date for due in read_limit(cell, when)] == days


@pytest.mark.parametrize(
    "text",
    ["24小时内回应", "最迟于次日完成", "当日公布结果", "公告30天"],
)
def test_unsupported_time_phrases_are_reported(text: str) -> None:
    assert read(text) == []
    assert find_unread_times(text, WHEN)


@pytest.mark.parametrize(
    "text", ["情况复杂的可延长20个工作日", "编制2021年度报告", "在工作时间保持畅通", "保存期限不少于2年"]
)
def test_phrases_without_deadline_are_not_reported(text: str) -> None:
    assert read(text) == []
    assert not find_unread_times(text, WHEN)


@pytest.mark.parametrize(
    ("text", "days", "doubt"),
    [
        ("每年3月、7月、11月底前报送", ["03-31", "07-31", "11-30"], ""),
        ("每年3月底前、6月底前公开", ["03-31", "06-30"], ""),
        ("每年1月10日、5月20日前公布", ["01-10", "05-20"], ""),
        ("每年3月、7月、11月10日前公布", ["03-10", "07-10", "11-10"], "按每年3月10日、7月10日、11月10日前读取"),
        ("每年3月、7月、11月公布", ["03-31", "07-31", "11-30"], "按每年3月底、7月底、11月底前读取"),
        ("每年3月、7月、11月前公布", ["02-28", "06-30", "10-31"], ""),
    ],
)
def test_irregular_dates_of_year_are_separate_deadlines(text: str, days: list[str], doubt: str) -> None:
    found = find_dues(text, WHEN)
    assert [one.due.month_day for one in found] == days
    assert {(one.due.kind, one.due.of_year) for one in found} == {("yearly_by", "same")}
    assert doubt in found[0].due.doubt
    assert bool(doubt) == any(one.due.doubt for one in found)
    assert [due.month_day for due in read_limit(text.rstrip("报送公开布"), WHEN)] == days


@pytest.mark.parametrize("text", ["每年1-6月底前报送", "每年3月0日前报送", "每年11月、3月底前报送"])
def test_phrase_without_yearly_date_is_flagged(text: str) -> None:
    assert "请核对" in find_dues(text, WHEN)[0].due.doubt
