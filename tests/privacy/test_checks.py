"""Check digits of the identifiers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.privacy.checks import credit_ok, id15_ok, id18_ok, id18_shape, luhn_ok


def test_known_identifiers():
    assert id18_ok("360426199101010071")
    assert credit_ok("91110000600037341L")
    assert luhn_ok("6222021234567890128")


@pytest.mark.parametrize(
    "number",
    [
        "360426199101010072",  # check digit
        "360426199113010071",  # month
        "990426199102300071",  # 30 February
        "36042619910101007",  # too short
        "36042619910101007x",  # small letter
        "003426199101010071",  # no such province
    ],
)
def test_wrong_id_numbers(number):
    assert not id18_ok(number)


@given(st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_seen(place, shift):
    right = "360426199101010071"
    digit = str((int(right[place]) + shift) % 10)
    assert not id18_ok(right[:place] + digit + right[place + 1 :])


def test_old_number_has_a_date_and_a_province():
    assert id15_ok("530102640315123")
    assert not id15_ok("530102641315123")
    assert not id15_ok("530102643315123")
    assert not id15_ok("810102640315123")


def test_shape_needs_no_check_digit():
    assert id18_shape("360426199101010072")
    assert not id18_shape("360426299101010072")
