"""The working-day table, day by day against an independent one, and its arithmetic."""

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.law import LawError, default_calendar

CALENDAR = default_calendar()
DAYS = st.dates(date(2019, 1, 1), date(2026, 12, 31))
ANY_DAY = st.dates(date(1990, 1, 1), date(2060, 12, 31))
COUNTS = st.integers(1, 400)


def test_every_day_agrees_with_an_independent_table():
    day = date(2019, 1, 1)
    while day <= date(2026, 12, 31):
        assert CALENDAR.is_workday(day) == chinese_calendar.is_workday(day), day
        day += timedelta(days=1)


def test_every_year_names_its_notice():
    assert [notice.year for notice in CALENDAR.notices] == list(range(2019, 2027))
    for notice in CALENDAR.notices:
        assert f"{notice.year}年部分节假日安排" in notice.title
        assert notice.number
        assert notice.source
        assert notice.issued_on.year == notice.year - 1


@pytest.mark.parametrize(
    ("day", "reason", "name"),
    [
        (date(2024, 2, 4), "makeup", None),
        (date(2024, 2, 9), "weekday", None),
        (date(2024, 2, 10), "holiday", "春节"),
        (date(2024, 2, 17), "holiday", "春节"),
        (date(2024, 6, 8), "weekend", None),  # adjoins the holiday, is not in the notice
        (date(2024, 6, 10), "holiday", "端午节"),
        (date(2025, 5, 31), "holiday", "端午节"),
        (date(2022, 12, 31), "holiday", "元旦"),  # named by the notice for 2023
        (date(2026, 10, 10), "makeup", None),
        (date(2027, 1, 1), "weekday", None),  # no notice: Monday to Friday, and `covers` says so
    ],
)
def test_reason(day, reason, name):
    assert CALENDAR.reason(day) == reason
    assert CALENDAR.holiday_name(day) == name


def test_a_year_without_notice_is_not_covered():
    assert CALENDAR.covers(date(2019, 1, 1), date(2026, 12, 31))
    assert not CALENDAR.covers(date(2026, 12, 31), date(2027, 1, 1))
    assert not CALENDAR.covers(date(2018, 12, 31), date(2019, 1, 1))


@given(ANY_DAY, COUNTS)
def test_add_then_count_is_the_identity(day, count):
    due = CALENDAR.add(day, count)
    assert CALENDAR.between(day, due) == count
    assert CALENDAR.is_workday(due)


@given(ANY_DAY, COUNTS)
def test_subtract_then_count_is_the_identity(day, count):
    start = CALENDAR.subtract(day, count)
    assert CALENDAR.is_workday(start)
    assert CALENDAR.between(start - timedelta(days=1), day - timedelta(days=1)) == count


@given(DAYS, st.integers(1, 60))
def test_add_agrees_with_walking_day_by_day(day, count):
    at, left = day, count
    while left:
        at += timedelta(days=1)
        left -= CALENDAR.is_workday(at)
    assert CALENDAR.add(day, count) == at


@given(ANY_DAY, ANY_DAY, COUNTS)
def test_a_later_start_never_ends_earlier(one, other, count):
    first, second = sorted((one, other))
    assert CALENDAR.add(first, count) <= CALENDAR.add(second, count)


@given(DAYS, st.integers(0, 400))
def test_reasons_add_up(day, length):
    last = day + timedelta(days=length)
    off, makeup = CALENDAR.count_reasons(day, last)
    days = [day + timedelta(days=n) for n in range(1, length + 1)]
    assert off == sum(not CALENDAR.is_workday(d) for d in days)
    assert makeup == sum(CALENDAR.reason(d) == "makeup" for d in days)


@pytest.mark.parametrize("count", [10**7, 10**30])
def test_a_date_beyond_the_calendar_is_refused(count):
    with pytest.raises(LawError, match="超出"):
        CALENDAR.add(date(2024, 1, 1), count)
    with pytest.raises(LawError, match="超出"):
        CALENDAR.subtract(date(2024, 1, 1), count)


def test_rolling():
    assert CALENDAR.on_or_after(date(2024, 2, 10)) == date(2024, 2, 18)
    assert CALENDAR.on_or_before(date(2024, 2, 17)) == date(2024, 2, 9)
    assert CALENDAR.on_or_after(date(2024, 2, 18)) == date(2024, 2, 18)
