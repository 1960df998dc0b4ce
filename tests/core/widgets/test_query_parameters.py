"""Invalid query parameters are ignored, not errors."""

from datetime import date

import pytest
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from gongkai.core.widgets.middleware import SentTextMiddleware
from gongkai.core.widgets.query_parameters import (
    MAX_ROW_ID,
    content_length,
    parse_day,
    parse_selected,
    parse_whole_number,
    parse_year,
)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", 7),
        ("007", 7),
        ("0", 0),
        (str(MAX_ROW_ID), MAX_ROW_ID),
        (str(MAX_ROW_ID + 1), None),
        ("", None),
        ("-1", None),
        ("1.0", None),
        (" 1", None),
        ("٣", None),
        ("７", None),
        ("²", None),
        ("9" * 5000, None),
    ],
)
def test_parse_whole_number(text, number):
    assert parse_whole_number(text) == number


def test_number_bound_and_order_of_selected_values():
    assert parse_whole_number("60", 60) == 60
    assert parse_whole_number("61", 60) is None
    assert parse_selected(["3", "x", "1", "", "2"]) == [3, 1, 2]


@pytest.mark.parametrize(
    ("text", "year"), [("2026", 2026), ("26", None), ("0000", None), ("02026", None), ("二〇二六", None)]
)
def test_parse_year(text, year):
    assert parse_year(text) == year


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-20", date(2026, 11, 20)),
        ("2026-02-30", None),
        ("2026-1-5", date(2026, 1, 5)),
        ("0001-01-01", None),
        ("9999-12-31", None),
        ("昨天", None),
    ],
)
def test_parse_day(text, day):
    assert parse_day(text) == day


@pytest.mark.parametrize(
    ("said", "length"), [("7", 7), ("", 0), ("-5", 0), ("many", 0), ("٣", 0), ("9" * 5000, MAX_ROW_ID)]
)
def test_invalid_content_length_is_zero(said, length):
    assert content_length(RequestFactory().post("/", CONTENT_LENGTH=said)) == length


@given(st.text())
def test_no_input_raises_an_error(text):
    parse_whole_number(text), parse_year(text), parse_day(text), parse_selected([text])


@pytest.mark.parametrize(("exempt", "reason"), [(False, "印发有误"), (True, "印发\0有误")])
def test_null_characters_are_removed_or_refused(rf: RequestFactory, exempt: bool, reason: str) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(f"{request.GET['q']}|{request.POST['reason']}")

    view.csrf_exempt = exempt  # such a view may read the body itself
    middleware = SentTextMiddleware(view)
    request = rf.post("/?q=%E9%A2%84%00%E7%AE%97&q=", {"reason": "印发\0有误"})
    middleware.process_view(request, view)
    assert middleware(request).content.decode() == f"|{reason}"
    assert request.GET.getlist("q") == ["预算", ""]
    with pytest.raises(BadRequest):
        middleware(rf.get("/zwgk/a%00b.html"))
