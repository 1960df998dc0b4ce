"""Processing fees: 国办函〔2020〕109号."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.lib.law import LawError
from gongkai.lib.law.commands import run_law_command
from gongkai.lib.law.fees import compute_item_fee, compute_page_fee, get_fee_schedule

COUNTS = st.integers(0, 500)


@pytest.mark.parametrize(
    ("count", "yuan"),
    [
        (0, 0),
        (10, 0),
        (11, 100),
        (30, 2000),
        (31, 2200),
        (40, 4000),
        (41, 4300),
        (50, 7000),
        (51, 7400),
        (60, 11000),
    ],
)
def test_fee_by_item_within_month(count, yuan):
    assert compute_item_fee(0, count).yuan == yuan


@pytest.mark.parametrize(
    ("pages", "yuan"),
    [(0, 0), (30, 0), (31, 10), (100, 700), (101, 720), (200, 2700), (201, 2740), (300, 6700)],
)
def test_fee_by_page(pages, yuan):
    assert compute_page_fee(pages).yuan == yuan


def price_of(item):
    """Return the price of one item according to the rule."""
    return 0 if item <= 10 else 100 if item <= 30 else 200 + (item - 31) // 10 * 100


@given(COUNTS, COUNTS)
def test_item_fee_is_sum_of_prices(before, new):
    fee = compute_item_fee(before, new)
    assert fee.yuan == sum(price_of(item) for item in range(before + 1, before + new + 1))
    assert fee.yuan == sum(line.yuan for line in fee.lines)
    assert sum(line.last - line.first + 1 for line in fee.lines) == new


@given(COUNTS)
def test_page_fee_is_sum_of_prices(pages):
    price = [0 if p <= 30 else 10 if p <= 100 else 20 if p <= 200 else 40 for p in range(1, pages + 1)]
    fee = compute_page_fee(pages)
    assert fee.yuan == sum(price) == sum(line.yuan for line in fee.lines)


def test_huge_count_has_few_lines():
    fee = compute_item_fee(7, 10**50)
    assert fee.yuan == sum(line.yuan for line in fee.lines)
    assert len(fee.lines) < 60


@pytest.mark.parametrize(
    "bad",
    [
        "-1",
        "0.5",
        "7_000",
        "３",
        "",
        " 1",
        "1 ",
        "1\n",
        "+1",
        "1e3",
        "٣",
        "9" * 101,
        -1,
        3.0,
        True,
        None,
        [1],
        -0.0,
    ],
)
def test_counts_must_be_ascii_digits(bad):
    for command, args in [("fee-pages", {"pages": bad}), ("fee-items", {"before": bad, "new": 1})]:
        with pytest.raises(LawError):
            run_law_command(command, args)


def test_whole_number_may_be_json_number_or_text():
    assert run_law_command("fee-items", {"before": 10, "new": "1"})["yuan"] == 100
    assert run_law_command("fee-pages", {"pages": "0031"})["yuan"] == 10


def test_fee_schedule_in_words():
    said = get_fee_schedule()
    assert said["by_page"] == (
        ("1至30页", "不收费"),
        ("31至100页", "每页10元"),
        ("101至200页", "每页20元"),
        ("201页以上", "每页40元"),
    )
    assert said["by_item"][1:3] == (("11至30件", "每件100元"), ("31至40件", "每件200元"))
