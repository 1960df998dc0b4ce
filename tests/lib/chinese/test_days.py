"""Dates in official Chinese notation."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.lib.chinese.days import day_in_words, read_day, weekday_in_words
from gongkai.lib.chinese.numerals import to_words


@given(st.dates(date(1000, 1, 1)))
def test_day_is_read_back_in_digits_and_characters(day):
    year = "".join("〇一二三四五六七八九"[int(digit)] for digit in str(day.year))
    assert read_day(day_in_words(day)) == day
    assert read_day(f"{year}年{to_words(day.month)}月{to_words(day.day)}日") == day


@pytest.mark.parametrize("text", ["", "2026年2月30日", "2026年13月1日", "26年1月1日", "2026-01-01", "2026年1月1日起"])
def test_read_day_returns_none_without_valid_date(text):
    assert read_day(text) is None


def test_moments_are_shown_in_beijing_time():
    assert day_in_words(datetime(2026, 5, 7, 17, 5, tzinfo=UTC)) == "2026年5月8日1时05分"
    assert weekday_in_words(date(2026, 5, 7)) == "星期四"
