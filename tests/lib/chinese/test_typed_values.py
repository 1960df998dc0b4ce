"""Typed dates, times and numbers: usual spellings are read, ambiguous ones are refused."""

from datetime import date, time

import pytest

from gongkai.lib.chinese.typed_values import (
    NO_SUCH_DATE_ERROR,
    NO_SUCH_TIME_ERROR,
    NOT_A_DATE_ERROR,
    NOT_A_MOMENT_ERROR,
    NOT_A_NUMBER_ERROR,
    NOT_A_TIME_ERROR,
    NOT_WHOLE_NUMBER_ERROR,
    OTHER_YEAR_ERROR,
    TOO_MANY_DIGITS_ERROR,
    TypedValueError,
    parse_date,
    parse_decimal,
    parse_moment,
    parse_time,
    parse_whole,
)

DAY = date(2026, 1, 5)


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-05",
        "2026-1-5",
        "20260105",
        "2026/1/5",
        "2026/01/05",
        "2026.1.5",
        "2026年1月5日",
        "2026年01月05日",
        "2026 年 1 月 5 日",
        "２０２６年１月５日",
        "２０２６０１０５",
        "２０２６－０１－０５",
        "２０２６／１／５",
        " 2026-01-05 ",
        "\u30002026-01-05\xa0",
        "\ufeff2026-01-05\u200b",
        "2026-01-05 00:00:00",
        "2026-01-05T00:00",
        "二零二六年一月五日",
        "二O二六年⼀月五日（星期一）",
        "2026\u201101\u201105",
    ],
)
def test_usual_spellings_of_date_are_read(text: str) -> None:
    assert parse_date(text) == DAY


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2026-13-40", NO_SUCH_DATE_ERROR),
        ("2026-02-29", NO_SUCH_DATE_ERROR),
        ("2026-00-10", NO_SUCH_DATE_ERROR),
        ("20261340", NO_SUCH_DATE_ERROR),
        ("2026年2月30日", NO_SUCH_DATE_ERROR),
        ("1026-01-05", OTHER_YEAR_ERROR),
        ("2206-01-05", OTHER_YEAR_ERROR),
        ("明天", NOT_A_DATE_ERROR),
        ("26-1-5", NOT_A_DATE_ERROR),
        ("2026", NOT_A_DATE_ERROR),
        ("2026-01", NOT_A_DATE_ERROR),
        ("2026年1月", NOT_A_DATE_ERROR),
        ("2026-1/5", NOT_A_DATE_ERROR),
        ("202615", NOT_A_DATE_ERROR),
        ("2026115", NOT_A_DATE_ERROR),
        ("1/5/2026", NOT_A_DATE_ERROR),
        ("05-01-2026", NOT_A_DATE_ERROR),
        ("2026-01-05 09:30", NOT_A_DATE_ERROR),
        ("2026-01-05起", NOT_A_DATE_ERROR),
        ("2024-W01-1", NOT_A_DATE_ERROR),
        ("٢٠٢٦-٠١-٠٥", NOT_A_DATE_ERROR),
        ("46081", NOT_A_DATE_ERROR),
        ("2026-01-05" * 1000, NOT_A_DATE_ERROR),
    ],
)
def test_invalid_date_is_refused_with_reason(text: str, reason: str) -> None:
    with pytest.raises(TypedValueError, match=f"^{reason}$"):
        parse_date(text)


@pytest.mark.parametrize("parse", [parse_date, parse_time, parse_moment, parse_decimal, parse_whole])
@pytest.mark.parametrize("text", ["", "  ", "\u3000", "\u200b", " " * 500])
def test_blank_text_is_none(parse, text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9:30", time(9, 30)),
        ("09：30", time(9, 30)),
        ("０９：３０", time(9, 30)),
        ("0930", time(9, 30)),
        ("9时30分", time(9, 30)),
        ("9点", time(9, 0)),
        ("09:30:15", time(9, 30, 15)),
        ("24:00", NO_SUCH_TIME_ERROR),
        ("9:75", NO_SUCH_TIME_ERROR),
        ("9", NOT_A_TIME_ERROR),
        ("9:3", NOT_A_TIME_ERROR),
        ("下午3点", NOT_A_TIME_ERROR),
    ],
)
def test_times_are_read_or_refused(text: str, expected: time | str) -> None:
    if isinstance(expected, time):
        assert parse_time(text) == expected
    else:
        with pytest.raises(TypedValueError, match=expected):
            parse_time(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-05 09:30", "2026-01-05 09:30:00"),
        ("2026-01-05T09:30", "2026-01-05 09:30:00"),
        ("2026-01-05 09:30:15", "2026-01-05 09:30:15"),
        ("20260105 0930", "2026-01-05 09:30:00"),
        ("2026年1月5日 9时30分", "2026-01-05 09:30:00"),
        ("２０２６年１月５日９：３０", "2026-01-05 09:30:00"),
        ("2026-01-05 00:00:00", "2026-01-05 00:00:00"),
        ("2026-02-30 09:30", NO_SUCH_DATE_ERROR),
        ("2026-01-05 25:00", NO_SUCH_TIME_ERROR),
        ("2026-01-05", NOT_A_MOMENT_ERROR),
        ("09:30", NOT_A_MOMENT_ERROR),
        ("明天上午", NOT_A_MOMENT_ERROR),
        ("明天明天明天1 09:30", NOT_A_MOMENT_ERROR),
    ],
)
def test_dates_with_time_are_read_or_refused(text: str, expected: str) -> None:
    if expected[0].isdigit():
        assert str(parse_moment(text)) == expected
    else:
        with pytest.raises(TypedValueError, match=expected):
            parse_moment(text)


@pytest.mark.parametrize(
    ("text", "whole", "decimal"),
    [
        ("12", 12, "12"),
        ("１２", 12, "12"),
        (" 1,200 ", 1200, "1200"),
        ("1，200", 1200, "1200"),
        ("1 200", 1200, "1200"),
        ("-3", -3, "-3"),
        ("－３", -3, "-3"),
        ("12.0", 12, "12.0"),
        ("007", 7, "7"),
        ("1,200.5", NOT_WHOLE_NUMBER_ERROR, "1200.5"),
        ("１，２００．５０", NOT_WHOLE_NUMBER_ERROR, "1200.50"),
        ("0.1", NOT_WHOLE_NUMBER_ERROR, "0.1"),
        ("12345.67890123456789", TOO_MANY_DIGITS_ERROR, TOO_MANY_DIGITS_ERROR),
        ("123456789012345678", 123456789012345678, "123456789012345678"),
        ("1234567890123456789", TOO_MANY_DIGITS_ERROR, TOO_MANY_DIGITS_ERROR),
        ("1,20", NOT_WHOLE_NUMBER_ERROR, NOT_A_NUMBER_ERROR),
        ("1,2000", NOT_WHOLE_NUMBER_ERROR, NOT_A_NUMBER_ERROR),
        ("1.200,5", NOT_WHOLE_NUMBER_ERROR, NOT_A_NUMBER_ERROR),
        ("1e3", NOT_WHOLE_NUMBER_ERROR, NOT_A_NUMBER_ERROR),
        ("12万", NOT_WHOLE_NUMBER_ERROR, NOT_A_NUMBER_ERROR),
        ("12%", NOT_WHOLE_NUMBER_ERROR, NOT_A_NUMBER_ERROR),
        ("NaN", NOT_WHOLE_NUMBER_ERROR, NOT_A_NUMBER_ERROR),
        ("十二", NOT_WHOLE_NUMBER_ERROR, NOT_A_NUMBER_ERROR),
        (".5", NOT_WHOLE_NUMBER_ERROR, NOT_A_NUMBER_ERROR),
        ("٣", NOT_WHOLE_NUMBER_ERROR, NOT_A_NUMBER_ERROR),
    ],
)
def test_numbers_are_read_completely_or_refused(text: str, whole: int | str, decimal: str) -> None:
    for parse, expected in ((parse_whole, whole), (parse_decimal, decimal)):
        if isinstance(expected, str) and not expected[-1].isdigit():
            with pytest.raises(TypedValueError, match=expected):
                parse(text)
        else:
            assert str(parse(text)) == str(expected)


NON_DIGITS = ["3²", "10⁶", "⑤", "½", "1½", "㈤", "𝟏𝟐", "１²", "3₂", "⒌", "٣", "Ⅴ", "五", "1㎡"]


@pytest.mark.parametrize("text", NON_DIGITS)
def test_other_number_characters_are_refused(text: str) -> None:
    with pytest.raises(TypedValueError, match=NOT_WHOLE_NUMBER_ERROR[:4]):
        parse_whole(text)
    with pytest.raises(TypedValueError, match=NOT_A_NUMBER_ERROR[:4]):
        parse_decimal(text)
    with pytest.raises(TypedValueError):
        parse_date(f"2026-1-{text}")
    with pytest.raises(TypedValueError):
        parse_time(f"{text}:30")


def test_full_width_and_compatibility_characters_are_read() -> None:
    assert parse_decimal("－１，２００．５") == parse_decimal("﹣1﹐200.5") == parse_decimal("−1\u2009200.5")
    assert parse_date("2026年1⽉5⽇") == DAY
