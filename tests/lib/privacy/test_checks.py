"""Numbers are validated as in `gongkai.lib.chinese.identity`; bank cards with the Luhn check."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from gongkai.lib.chinese.identity import check_identity_number
from gongkai.lib.privacy import find
from gongkai.lib.privacy.digits import passes_luhn_check


def test_card_passes_luhn_check():
    assert passes_luhn_check("6222021234567890128")
    assert not passes_luhn_check("6222021234567890129")


@given(
    st.dates(date(1880, 1, 1), date(2026, 1, 1)),
    st.integers(0, 999),
    st.sampled_from(["110101", "659001", "820000"]),
)
def test_any_valid_identity_number_is_found(born, order, region):
    body = f"{region}{born:%Y%m%d}{order:03d}"
    number = next(body + char for char in "0123456789X" if check_identity_number(body + char).valid)
    assert [found.text for found in find(f"申请人证件{number}。")] == [number]
