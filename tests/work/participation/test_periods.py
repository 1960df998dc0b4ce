"""Comment periods and feedback deadlines as the law requires, without a database."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.lib.law import default_calendar
from gongkai.work.participation.rules import (
    count_period_days,
    get_feedback_deadline,
    get_minimum_period,
    is_shorter_than_required,
    list_comment_period_faults,
    list_hearing_notice_faults,
)
from gongkai.work.participation.texts import make_announcement_html, make_announcement_title

START = date(2026, 3, 2)
KINDS = ("decision_draft", "rule_draft", "business_draft")
DAYS = st.dates(date(2019, 1, 1), date(2026, 6, 1))


@pytest.mark.parametrize(
    ("ends_on", "reason", "said"),
    [
        (date(2026, 4, 1), "", ""),
        (date(2026, 5, 1), "", ""),
        (date(2026, 3, 31), "", "只有29日，少于30日"),
        (date(2026, 3, 31), "防汛期将至，须在4月1日前施行", ""),
        (date(2026, 3, 2), "情况紧急", "须晚于公布之日"),
        (date(2026, 3, 1), "", "须晚于公布之日"),
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_period_needs_thirty_days_or_reason(kind: str, ends_on: date, reason: str, said: str) -> None:
    spoken = "".join(list_comment_period_faults(kind, START, ends_on, reason))
    assert said in spoken
    assert bool(spoken) == bool(said)
    if "少于" in said:
        assert get_minimum_period(kind).source in spoken


@given(starts=DAYS, days=st.integers(1, 400), kind=st.sampled_from(KINDS))
def test_period_is_short_if_below_legal_minimum(starts: date, days: int, kind: str) -> None:
    ends = starts + timedelta(days=days)
    assert count_period_days(starts, ends) == days
    assert is_shorter_than_required(kind, starts, ends) == (days < 30)
    assert bool(list_comment_period_faults(kind, starts, ends, "")) == (days < 30)
    assert list_comment_period_faults(kind, starts, ends, "情况紧急") == []


@given(ends=DAYS)
def test_feedback_is_due_on_twentieth_working_day(ends: date) -> None:
    due, calendar = get_feedback_deadline(ends, ends).date, default_calendar()
    assert due is not None
    assert calendar.is_workday(due)
    assert calendar.count_working_days(ends, due) == 20


@pytest.mark.parametrize(("days", "fits"), [(7, True), (30, True), (6, False), (0, False)])
def test_hearing_materials_are_due_seven_days_before(days: int, fits: bool) -> None:
    spoken = list_hearing_notice_faults(START, START + timedelta(days=days))
    assert not spoken if fits else "第十七条" in spoken[0]


def test_nested_quotation_marks_become_inner_ones() -> None:
    assert make_announcement_title("result", "云岭市“十五五”规划", {}) == "关于“云岭市‘十五五’规划”的决策结果"
    assert make_announcement_title("draft", "关于《章程》的修改", {}) == "关于《关于〈章程〉的修改》公开征求意见的公告"


def test_hearing_announcement_contains_time_once() -> None:
    terms = {"held_at": "2026-12-05T09:00:00", "place": "三楼会议室", "form": "hearing"}
    assert "<p>2026年12月5日9时00分，三楼会议室。</p>" in make_announcement_html("hearing", terms)
