"""Vague time phrases are read as their last day and flagged."""

from datetime import date

import pytest

from gongkai.lib.reading.words.dues import ReferenceYears, find_dues, find_unread_times, read_limit
from gongkai.lib.reading.words.numbering import find_number

#: A notice issued in November 2026 for 2027.
WHEN = ReferenceYears(2026, 11, 2027, date(2026, 11, 20))


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("上半年公开目录", ["2027-06-30"]),
        ("第一季度公开计划", ["2027-03-31"]),
        ("2027年7月公开录取结果", ["2027-07-31"]),
        ("7月公开录取结果", ["2027-07-31"]),
        ("12月初公开", ["2027-12-10"]),
        ("9月中旬前公开", ["2027-09-20"]),
        ("年中公开", ["2027-06-30"]),
        ("本月底前公开", ["2026-11-30"]),
        ("6.30前公开目录", ["2027-06-30"]),
        ("2026.12.31前完成", ["2026-12-31"]),
        ("2月、8月各公开一次", ["2027-02-28", "2027-08-31"]),
        ("第一季度、第三季度公开检查计划", ["2027-03-31", "2027-09-30"]),
        ("2027年上半年、下半年各公开一次", ["2027-06-30", "2027-12-31"]),
        ("一季度、半年、三季度、年终分别公开", ["2027-03-31", "2027-06-30", "2027-09-30", "2027-12-31"]),
        ("自2027年3月1日起20个工作日内公布清单", ["2027-03-29"]),
    ],
)
def test_vague_periods_end_on_last_day_and_are_flagged(text: str, days: list[str]) -> None:
    dues = [one.due for one in find_dues(text, WHEN)]
    assert [due.date for due in dues] == days
    assert all(due.doubt for due in dues if due.text != "年终")


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("上半年完成栏目整改；第一季度制定年度培训计划。", ["2027-06-30", "2027-03-31"]),
        ("4月底前制定计划，下半年组织培训。", ["2027-04-30", "2027-12-31"]),
        ("一季度制定方案，年底前完成。", ["2027-03-31", "2027-12-31"]),
    ],
)
def test_second_time_in_sentence_is_read(text: str, days: list[str]) -> None:
    dues = [one.due for one in find_dues(text, WHEN)]
    assert [due.date for due in dues] == days
    assert any(due.doubt for due in dues)


def test_days_and_months_are_counted_from_printed_date() -> None:
    (days,) = find_dues("自2027年3月1日起15日内公布", WHEN)
    (months,) = find_dues("自2027年1月31日起1个月内公布", WHEN)
    assert [days.due.date, months.due.date] == ["2027-03-16", "2027-02-28"]
    assert not days.due.doubt


@pytest.mark.parametrize(
    ("text", "period", "month", "day"),
    [
        ("每季度首月公布财政收支", "quarter", 1, 31),
        ("每季度第一周公布", "quarter", 1, 7),
        ("每月第一周公布", "month", 1, 7),
    ],
)
def test_partial_recurrence_is_read_and_flagged(text: str, period: str, month: int, day: int) -> None:
    (found,) = find_dues(text, WHEN)
    assert (found.due.period, found.due.month, found.due.day) == (period, month, day)
    assert found.due.doubt


def test_即日起_is_ongoing_duty_from_issue_date() -> None:
    (found,) = find_dues("即日起公开", WHEN)
    assert (found.due.kind, found.due.starts) == ("ongoing", "2026-11-20")


@pytest.mark.parametrize(
    "text",
    [
        "年初公开",
        "两会前公开预算",
        "开学前公布收费",
        "汛期前公布",
        "立即整改",
        "当天反馈",
        "下月初公布",
        "暑期完成",
        "招生前公布",
        "年度内完成",
    ],
)
def test_phrases_without_date_are_reported(text: str) -> None:
    assert not find_dues(text, WHEN)
    assert find_unread_times(text, WHEN)


@pytest.mark.parametrize("text", ["公布第一季度财政收支情况", "开展2026年上半年公开情况检查", "解读上半年经济形势"])
def test_time_as_topic_is_not_deadline(text: str) -> None:
    assert not find_dues(text, WHEN)


def test_date_with_dot_is_not_list_number() -> None:
    assert find_number("6.30前公开目录") is None
    assert find_number("6.公开目录") is not None


@pytest.mark.parametrize(
    ("cell", "kind", "value"),
    [
        ("4月20日 9:00-11:00", "by_date", "2027-04-20"),
        ("每年1月-2月", "yearly_by", "02-28"),
        ("按季度推进", "recurring", "quarter"),
        ("变动即更", "ongoing", "变动即更"),
    ],
)
def test_deadlines_of_plans_and_catalogues_are_read(cell: str, kind: str, value: str) -> None:
    (due,) = read_limit(cell, WHEN)
    assert (due.kind, due.date or due.month_day or due.period or due.mode) == (kind, value)


@pytest.mark.parametrize("cell", ["按时间节点", "按时间节点推进", "按时序进度"])
def test_deadline_set_by_other_document_is_not_ongoing_duty(cell: str) -> None:
    assert read_limit(cell, WHEN) == []


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("请于12月20日（周五）下班前报送清单", "2027-12-20"),
        ("12月20日下午5时前公布", "2027-12-20"),
        ("不晚于12月20日报送材料", "2027-12-20"),
        ("最迟12月20日公布", "2027-12-20"),
    ],
)
def test_hour_and_weekday_belong_to_date(text: str, day: str) -> None:
    (found,) = find_dues(text, ReferenceYears(2027, 3, None, date(2027, 3, 10)))
    assert (found.due.date, found.due.doubt) == (day, "")


@pytest.mark.parametrize(
    "text",
    [
        "于12月20日报送材料",
        "12月20日完成编制",
        "截至12月20日完成编制",
        "12月5日至20日开展自查",
        "12月5日—12月20日开展自查",
    ],
)
def test_bare_date_before_verb_is_deadline_and_flagged(text: str) -> None:
    """Earlier these deadlines were missed without a warning."""
    (found,) = find_dues(text, WHEN)
    assert found.due.date == "2027-12-20"
    assert found.due.doubt


@pytest.mark.parametrize("text", ["落实2026年3月5日印发的要点", "2026年3月5日印发的要点", "12月20日的通报"])
def test_past_dates_and_document_dates_are_not_deadlines(text: str) -> None:
    assert not find_dues(text, WHEN)


@pytest.mark.parametrize(
    ("text", "period"), [("实行周调度", "week"), ("季通报、年考核", "quarter"), ("按月调度", "month")]
)
def test_recurrence_in_two_words_is_read(text: str, period: str) -> None:
    assert find_dues(text, WHEN)[0].due.period == period


def test_last_working_day_is_recurrence_not_count() -> None:
    (found,) = find_dues("每月最后一个工作日前更新", WHEN)
    assert found.due.kind == "recurring"


@pytest.mark.parametrize(
    ("cell", "dues"),
    [
        ("不晚于12月20日", ["by_date"]),
        ("12月底前制定方案，全年推进", ["by_date", "ongoing"]),
        ("12月20日（周五）前", ["by_date"]),
    ],
)
def test_cells_with_latest_date_or_whole_year_are_read(cell: str, dues: list[str]) -> None:
    assert [due.kind for due in read_limit(cell, WHEN)] == dues


@pytest.mark.parametrize("text", ["一年内三次查实违规的，列入名单公布", "将年内拟印发的文件列入目录"])
def test_conditions_and_plans_are_not_deadlines(text: str) -> None:
    assert not [one.due.text for one in find_dues(text, WHEN)]
