"""Identity numbers (GB 11643) and credit codes (GB 32100): validity and the first error."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.lib.chinese.identity import (
    check_credit_code,
    check_identity_number,
    is_old_identity_number,
    looks_like_identity_number,
)
from gongkai.lib.law import LawError
from gongkai.lib.law.commands import run_law_command

TODAY = date(2026, 6, 1)
WEIGHTS = [2 ** (17 - n) % 11 for n in range(17)]  # GB 11643: 2 to the power of the place, modulo 11


def with_check(body):
    """Append the check digit to 17 digits."""
    rest = (12 - sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True)) % 11) % 11
    return body + "0123456789X"[rest]


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("360426199101010071", "ok"),
        ("11010519491231002X", "ok"),
        ("11010519491231002x", "ok"),
        ("110105194912310020", "check"),
        ("", "form"),
        ("110105491231002", "form"),  # fifteen digits
        ("1101051949123100２X", "form"),
        (" 11010519491231002X", "form"),
        ("11010519491231002X\n", "form"),
        ("1101051949123100-2X", "form"),
        ("X1010519491231002X", "form"),
        ("11010519491231002Ⅹ", "form"),  # a Roman numeral, not the letter
        (with_check("16010119900101001"), "region"),
        (with_check("83010119900101001"), "region"),
        ("00010119900101001X", "region"),
        (with_check("71010119900101001"), "ok"),
        (with_check("81010119900101001"), "ok"),
        (with_check("82010119900101001"), "ok"),
        (with_check("11010119900230001"), "birth_date"),
        (with_check("11010100000101001"), "birth_date"),
        (with_check("11010119001301001"), "birth_date"),
        (with_check("11010120260602001"), "birth_date"),
        (with_check("11010120260601001"), "ok"),
        (with_check("11010100010101001"), "ok"),  # no lower bound
    ],
)
def test_identity_number_is_valid_or_has_reason(number, why):
    verdict = check_identity_number(number, TODAY)
    assert (verdict.valid, verdict.why) == (why == "ok", why)


@given(st.dates(date(1900, 1, 1), TODAY), st.integers(0, 999), st.sampled_from(["110101", "440305", "659001"]))
def test_exactly_one_check_character_is_valid(born, order, region):
    body = f"{region}{born:%Y%m%d}{order:03d}".replace(" ", "0")
    right = [c for c in "0123456789X" if check_identity_number(body + c, TODAY).valid]
    assert right == [with_check(body)[-1]]


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("91110000600037341L", "ok"),
        ("91110000600037341l", "ok"),
        ("91110000600037341M", "check"),
        ("91110000600037341", "form"),
        ("91110000600037341LL", "form"),
        ("9111000060003734IL", "form"),  # I is not in the alphabet
        ("91110A00600037341L", "form"),  # positions 3-8 are digits
        ("91110000600037341L\n", "form"),
        (" 91110000600037341L", "form"),
        ("９1110000600037341L", "form"),
        ("911100006000373４1L", "form"),
        ("", "form"),
    ],
)
def test_credit_code_is_valid_or_has_reason(code, why):
    verdict = check_credit_code(code)
    assert (verdict.valid, verdict.why) == (why == "ok", why)


def test_first_two_positions_of_credit_code_may_be_letters():
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    valid = [c for c in alphabet if check_credit_code(f"NY1100006000373{'41'}{c}").valid]
    assert len(valid) == 1


def test_any_single_wrong_character_is_detected():
    code = "91110000600037341L"
    for place in range(18):
        for letter in "0123456789ABCDEFGHJKLMNPQRTUWXY":
            if letter != code[place]:
                assert not check_credit_code(code[:place] + letter + code[place + 1 :]).valid


def test_commands_answer_invalid_numbers_and_refuse_wrong_types():
    assert run_law_command("check-id", {"id": 360426199101010071}) == {"valid": True, "why": "ok"}
    for bad in (None, 1.5, True, ["x"], {}):
        with pytest.raises(LawError):
            run_law_command("check-id", {"id": bad})
        with pytest.raises(LawError):
            run_law_command("check-credit-code", {"code": bad})


@pytest.mark.parametrize(
    ("number", "looks"),
    [
        ("360426199101010072", True),  # only the check character is wrong
        ("360426299101010072", False),  # born tomorrow
        (with_check("83010119900101001"), True),  # a residence permit
        (with_check("91010119900101001"), True),  # a permanent residence card
        ("990426199102300071", False),  # 30 February
        ("003426199101010071", False),
        ("36042619910101007", False),
    ],
)
def test_looks_like_identity_number_despite_errors(number, looks):
    assert looks_like_identity_number(number) is looks


def test_old_identity_number_needs_valid_date_and_province():
    assert is_old_identity_number("530102640315123")
    assert not is_old_identity_number("530102641315123")
    assert not is_old_identity_number("530102643315123")
    assert not is_old_identity_number("810102640315123")


@given(st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_detected(place, shift):
    right = "360426199101010071"
    digit = str((int(right[place]) + shift) % 10)
    assert not check_identity_number(right[:place] + digit + right[place + 1 :]).valid
