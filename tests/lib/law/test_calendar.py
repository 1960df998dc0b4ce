"""The working-day calendar, compared with an independent table, and its arithmetic."""

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.lib.law import LawError, default_calendar
from gongkai.lib.law.calendar import Calendar
from gongkai.lib.law.statutory import get_fixed_holidays

CALENDAR = default_calendar()
DAYS = st.dates(date(2008, 1, 1), date(2035, 12, 31))
ANY_DAY = st.dates(date(1990, 1, 1), date(2085, 12, 31))
COUNTS = st.integers(1, 400)


def test_every_day_agrees_with_independent_table():
    day = date(2008, 1, 1)
    while day <= date(2026, 12, 31):
        assert CALENDAR.is_workday(day) == chinese_calendar.is_workday(day), day
        day += timedelta(days=1)


def test_every_year_cites_its_notice():
    assert [notice.year for notice in CALENDAR.notices] == list(range(2008, 2027))
    for notice in CALENDAR.notices:
        assert f"{notice.year}年部分节假日安排" in notice.title
        assert notice.source
        if notice.year > 2009:
            assert notice.number
            assert notice.issued_on.year == notice.year - 1


def test_each_notice_has_as_many_free_weekdays_as_regulation():
    for notice in CALENDAR.notices:
        spans = [(one.first, (one.last - one.first).days + 1) for one in notice.off]
        off = {first + timedelta(days=n) for first, count in spans for n in range(count)}
        free = sum(1 for day in off if day.weekday() < 5) - len(notice.work)
        assert free == (13 if notice.year >= 2025 else 11), notice.year


@pytest.mark.parametrize(
    ("announced", "day", "before", "after"),
    [
        (date(2015, 5, 13), date(2015, 9, 3), "weekday", "holiday"),
        (date(2015, 5, 13), date(2015, 9, 6), "weekend", "makeup"),
        (date(2019, 3, 22), date(2019, 5, 2), "weekday", "holiday"),
        (date(2019, 3, 22), date(2019, 4, 28), "weekend", "makeup"),
        (date(2020, 1, 26), date(2020, 1, 31), "weekday", "holiday"),
        (date(2020, 1, 26), date(2020, 2, 1), "makeup", "holiday"),
    ],
)
def test_change_during_year_applies_from_its_announcement(announced, day, before, after):
    assert CALENDAR.known_on(announced - timedelta(days=1)).get_kind(day) == before
    assert CALENDAR.known_on(announced).get_kind(day) == CALENDAR.get_kind(day) == after


@pytest.mark.parametrize(
    ("day", "reason", "name"),
    [
        (date(2024, 2, 4), "makeup", None),
        (date(2024, 2, 10), "holiday", "春节"),
        (date(2024, 2, 17), "holiday", "春节"),
        (date(2024, 6, 8), "weekend", None),  # adjoins the holiday, is not in the notice
        (date(2024, 6, 10), "holiday", "端午节"),
        (date(2025, 5, 31), "holiday", "端午节"),
        (date(2022, 12, 31), "holiday", "元旦"),  # named by the notice for 2023
        (date(2026, 10, 10), "makeup", None),
        (
            date(2027, 1, 1),
            "holiday",
            "元旦",
        ),  # no notice: the holidays of the regulation, and `covers` says so
        (date(2027, 1, 4), "weekday", None),
        (date(2027, 2, 5), "holiday", "春节"),  # 除夕, since the revision of 2024
        (date(2024, 2, 9), "weekday", None),  # 除夕 before it
        (date(2014, 1, 30), "weekday", None),
        (date(2015, 9, 5), "holiday", "抗日战争胜利纪念日"),
        (date(2014, 4, 6), "weekend", None),  # between 清明节 on Saturday and the day off for it on Monday
        (date(2013, 2, 9), "holiday", "春节"),  # 除夕 by the revision of 2007
    ],
)
def test_kind_and_holiday_name_of_day(day, reason, name):
    assert CALENDAR.get_kind(day) == reason
    assert CALENDAR.holiday_name(day) == name


def test_year_without_notice_is_not_covered():
    assert CALENDAR.covers(date(2008, 1, 1), date(2026, 12, 31))
    assert not CALENDAR.covers(date(2026, 12, 31), date(2027, 1, 1))
    assert not CALENDAR.covers(date(2007, 12, 31), date(2008, 1, 1))


#: Holidays fixed by the regulation, as in the notices of these years; 2027 and later are calculated.
FIXED_HOLIDAYS = {
    2025: "01-01 01-28 01-29 01-30 01-31 04-04 05-01 05-02 05-31 10-01 10-02 10-03 10-06",
    2026: "01-01 02-16 02-17 02-18 02-19 04-05 05-01 05-02 06-19 09-25 10-01 10-02 10-03",
    2027: "01-01 02-05 02-06 02-07 02-08 04-05 05-01 05-02 06-09 09-15 10-01 10-02 10-03",
    2028: "01-01 01-25 01-26 01-27 01-28 04-04 05-01 05-02 05-28 10-01 10-02 10-03",  # 中秋 is 3 October
}


@pytest.mark.parametrize("year", FIXED_HOLIDAYS)
def test_fixed_holidays_are_those_of_regulation(year):
    days = sorted(date.fromordinal(one) for one in get_fixed_holidays())
    assert " ".join(f"{day:%m-%d}" for day in days if day.year == year) == FIXED_HOLIDAYS[year]


def test_published_notices_include_fixed_holidays():
    """So the years 2019 to 2026 are unchanged: no day is added to a year with a published notice."""
    off = {
        day
        for notice in CALENDAR.notices
        for span in notice.off
        for day in range(span.first.toordinal(), span.last.toordinal() + 1)
    }
    assert {day for day in get_fixed_holidays() if 2019 <= date.fromordinal(day).year <= 2026} <= off


@given(st.dates(date(2024, 1, 1), date(2035, 12, 31)))
def test_fixed_holiday_is_no_working_day_without_notice(day):
    for calendar in (CALENDAR, Calendar([])):
        assert not (day.toordinal() in get_fixed_holidays() and calendar.is_workday(day))
    bare = Calendar([])
    assert bare.is_workday(day) == (day.weekday() < 5 and day.toordinal() not in get_fixed_holidays())
    assert not bare.covers(day, day)


@given(ANY_DAY, COUNTS)
def test_adding_then_counting_returns_same_number(day, count):
    due = CALENDAR.add_working_days(day, count)
    assert CALENDAR.count_working_days(day, due) == count
    assert CALENDAR.is_workday(due)


@given(ANY_DAY, COUNTS)
def test_subtracting_then_counting_returns_same_number(day, count):
    start = CALENDAR.subtract_working_days(day, count)
    assert CALENDAR.is_workday(start)
    assert CALENDAR.count_working_days(start - timedelta(days=1), day - timedelta(days=1)) == count


@given(DAYS, st.integers(1, 60))
def test_addition_agrees_with_day_by_day_count(day, count):
    at, left = day, count
    while left:
        at += timedelta(days=1)
        left -= CALENDAR.is_workday(at)
    assert CALENDAR.add_working_days(day, count) == at


@given(DAYS, st.integers(0, 400))
def test_days_off_and_makeup_days_are_counted(day, length):
    last = day + timedelta(days=length)
    off, makeup = CALENDAR.count_days_off_and_makeup(day, last)
    days = [day + timedelta(days=n) for n in range(1, length + 1)]
    assert off == sum(not CALENDAR.is_workday(d) for d in days)
    assert makeup == sum(CALENDAR.get_kind(d) == "makeup" for d in days)


@pytest.mark.parametrize("count", [10**7, 10**30])
def test_date_beyond_calendar_is_refused(count):
    with pytest.raises(LawError, match="超出"):
        CALENDAR.add_working_days(date(2024, 1, 1), count)
    with pytest.raises(LawError, match="超出"):
        CALENDAR.subtract_working_days(date(2024, 1, 1), count)


def test_rolling_to_next_or_previous_working_day():
    assert CALENDAR.on_or_after(date(2024, 2, 10)) == date(2024, 2, 18)
    assert CALENDAR.on_or_before(date(2024, 2, 17)) == date(2024, 2, 9)
    assert CALENDAR.on_or_after(date(2024, 2, 18)) == date(2024, 2, 18)
