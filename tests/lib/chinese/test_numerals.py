"""Chinese numerals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.lib.chinese.numerals import to_int, to_words


@given(st.integers(0, 99_999_999))
def test_numerals_are_read_back(value):
    assert to_int(to_words(value)) == value == to_int(str(value))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("二〇二六", 2026),
        ("二○二六", 2026),
        ("两百", 200),
        ("一百二", 102),
        ("一百二十", 120),
        ("三亿五千万", 350_000_000),
        ("十五万", 150_000),
        ("１２", 12),
        ("零", 0),
        ("", None),
        ("三三十", None),
        ("十百", None),
        ("零十", None),
        ("万", None),
        ("几", None),
        ("3.5", None),
        ("-3", None),
    ],
)
def test_numerals_are_parsed(text, value):
    assert to_int(text) == value


@given(st.text("零〇一二三十百千万亿两〇", max_size=12))
def test_any_sequence_of_numerals_is_parsed_or_none(text):
    assert to_int(text) is None or to_int(text) >= 0
