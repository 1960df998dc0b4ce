"""A year's assessment in the browser: from indicators to the ranking, an appeal, the report; the leader's sheet on one page of paper."""

import io
from collections.abc import Callable

import pdfplumber
import pytest
from playwright.sync_api import Page, expect

from browser.conftest import PHONE, picture

pytestmark = pytest.mark.browser


def test_a_unit_reads_its_sheet_and_what_moves_it(visit: Callable[..., Page]) -> None:
    page = visit("/admin/board/", user="jiaoyu", size=PHONE)
    expect(page.locator("h1")).to_have_text("云岭市教育局")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    picture(page, "standing-phone")


def test_the_leaders_sheet_is_one_page_of_paper(visit: Callable[..., Page]) -> None:
    page = visit("/admin/board/leader/", user="zwgk")
    picture(page, "leader")
    with pdfplumber.open(io.BytesIO(page.pdf(prefer_css_page_size=True, print_background=True))) as paper:
        assert len(paper.pages) == 1
        words = paper.pages[0].extract_text()
    for part in ("谁逾期", "趋势", "逾期最久的", "各类台账", "考核"):
        assert part in words
