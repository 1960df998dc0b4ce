"""Query codes: check digit, second factor, rate limits, and no information for guessers."""

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from factories.intake import issue_query_code
from gongkai.core.acts.actors import ANONYMOUS, SYSTEM
from gongkai.core.acts.models import Cover
from gongkai.core.intake.actions import issue_code, revoke_code
from gongkai.core.intake.matter_access import (
    CODE_DIGITS,
    CODE_NOT_FOUND_ERROR,
    MALFORMED_CODE_ERROR,
    TOO_MANY_FAILURES_ERROR,
    check_digit,
    derive_code,
    digest_code,
    format_code,
    make_pass,
    new_code,
    open_matter,
    read_code,
    read_pass,
)
from gongkai.core.intake.models import QueryCode

DIGITS = st.text("0123456789", min_size=CODE_DIGITS - 1, max_size=CODE_DIGITS - 1)


@given(DIGITS, st.integers(0, CODE_DIGITS - 1), st.integers(1, 9))
def test_check_digit_detects_a_wrong_digit(body: str, place: int, off: int) -> None:
    whole = body + check_digit(body)
    wrong = whole[:place] + str((int(whole[place]) + off) % 10) + whole[place + 1 :]
    assert read_code(whole) == whole
    assert read_code(wrong) is None


@given(DIGITS, st.integers(0, CODE_DIGITS - 2))
def test_check_digit_detects_swapped_neighbours(body: str, place: int) -> None:
    whole = body + check_digit(body)
    first, second = whole[place], whole[place + 1]
    if first != second:
        assert read_code(whole[:place] + second + first + whole[place + 2 :]) is None


@pytest.mark.parametrize("way", ["{}", " {} ", "查询码：{}", "{}。"])
def test_read_code_accepts_common_spellings(way: str) -> None:
    made = new_code()
    wide = made.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    for written in (made, format_code(made), wide, "-".join(format_code(made).split())):
        assert read_code(way.format(written)) == made


@pytest.mark.parametrize("text", ["", "1234", "x" * 5000, "1" * 17, "\x00", "一二三四"])
def test_read_code_returns_none_for_other_text(text: str) -> None:
    assert read_code(text) is None


@pytest.mark.django_db
class TestOpenMatter:
    def test_code_opens_its_matter_and_is_covered_by_the_log(self) -> None:
        first, second = issue_query_code("fault/1"), issue_query_code("fault/2")
        assert open_matter(first, "", "1.1.1.1").matter == "fault/1"
        assert open_matter(second, "", "1.1.1.1").matter == "fault/2"
        stored = QueryCode.objects.get(digest=digest_code(first))
        assert Cover.objects.get(table="intake_querycode", row=stored.pk).movement.action == "intake.issue_code"

    def test_stored_rows_do_not_reveal_codes(self) -> None:
        made = issue_query_code("fault/1", "8000")
        stored = str(list(QueryCode.objects.values()))
        assert made not in stored
        issue_query_code("fault/2", "8000")
        assert len(set(QueryCode.objects.values_list("second_digest", flat=True))) == 2, "equal ones look different"

    @pytest.mark.parametrize(
        ("stored", "second", "opens"),
        [
            ("8000", "8000", True),
            ("8000", "８０００", True),
            ("8000", "138 0013 8000", True),
            ("8000", "8001", False),
            ("8000", "", False),
            ("002X", "002x", True),
        ],
    )
    def test_last_four_characters_are_required_if_given(self, stored: str, second: str, opens: bool) -> None:
        made = issue_query_code("fault/1", stored)
        assert bool(open_matter(made, second, "1.1.1.1").matter) is opens

    def test_unknown_wrong_and_revoked_codes_get_the_same_answer(self) -> None:
        locked, gone, other = (
            issue_query_code("fault/1", "8000"),
            issue_query_code("fault/2"),
            issue_query_code("fault/3", "8000"),
        )
        revoke_code(QueryCode.objects.get(matter="fault/2"), by=SYSTEM)
        asked = [(new_code(), ""), (new_code(), "8000"), (locked, ""), (other, "1234"), (gone, "")]
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        shapes = set()
        for number, (text, second) in enumerate(asked):
            with CaptureQueriesContext(connection) as queries:
                answer = open_matter(text, second, f"10.0.0.{number}")
            assert (answer.matter, answer.reason) == ("", CODE_NOT_FOUND_ERROR)
            shapes.add(tuple(one["sql"].split(" ")[0] for one in queries))
        assert len(shapes) == 1, "the same work, whatever is known"

    def test_guesses_from_one_address_are_limited_except_malformed_codes(self) -> None:
        made = issue_query_code("fault/1")
        for _ in range(10):
            assert open_matter(new_code(), "", "2.2.2.2").reason == CODE_NOT_FOUND_ERROR
        assert open_matter(made, "", "2.2.2.2").reason == TOO_MANY_FAILURES_ERROR
        assert open_matter(made, "", "3.3.3.3").matter
        for _ in range(30):
            assert open_matter("1234 5678", "", "4.4.4.4").reason == MALFORMED_CODE_ERROR
        assert open_matter(made, "", "4.4.4.4").matter

    def test_guesses_of_the_last_four_are_limited_for_a_code(self) -> None:
        made, unknown = issue_query_code("fault/1", "8000"), new_code()
        for text in (made, unknown):
            for number in range(5):
                assert open_matter(text, f"000{number}", f"10.1.0.{number}").reason == CODE_NOT_FOUND_ERROR
            assert open_matter(text, "8000", "10.2.0.1").reason == TOO_MANY_FAILURES_ERROR, (
                "an unknown code is no different"
            )

    def test_retry_gets_the_same_code_and_another_form_a_new_one(self) -> None:
        made, turn = issue_code(None, by=ANONYMOUS, matter="fault/1", token="nonce")
        assert made == derive_code("nonce", turn)
        other, turn = issue_code(None, by=ANONYMOUS, matter="fault/2", token="nonce")
        assert turn == 1
        assert other != made

    def test_pass_is_valid_for_one_matter_and_expires(self) -> None:
        import time_machine

        token = make_pass("fault/1")
        assert read_pass(token) == "fault/1"
        assert read_pass(token.replace("fault/1", "fault/2")) == ""
        with time_machine.travel(2_000_000_000):
            assert read_pass(token) == ""
        issue_code(None, by=ANONYMOUS, matter="fault/1")
        token = make_pass("fault/1")
        assert read_pass(token) == "fault/1"
        QueryCode.objects.update(digest="f" * 64)  # as a new code is issued
        assert read_pass(token) == ""
        token = make_pass("fault/1")
        QueryCode.objects.update(revoked_at=timezone.now())
        assert read_pass(token) == ""
