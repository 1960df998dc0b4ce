"""A year's assessment in the browser: from indicators to the ranking, an appeal, the report; the leader's sheet on one page of paper."""

import io
from collections.abc import Callable

import pdfplumber
import pytest
from docx import Document
from playwright.sync_api import Page, expect

from browser.conftest import PHONE, picture

pytestmark = pytest.mark.browser


@pytest.mark.slow
def test_last_years_assessment_from_indicators_to_appeal_and_report(visit: Callable[..., Page]) -> None:
    page = visit("/admin/assessment/schemes/", user="zwgk")
    page.click("a:text-is('云岭市政务公开工作考核（第1版）')")
    expect(page.get_by_role("button", name="起草新的一版")).to_be_visible()  # this one stays as it is
    picture(page, "assessment-scheme")
    page.click("a:text('年度云岭市政务公开工作考核') >> nth=-1")
    expect(page.locator(".ga-steps [aria-current]")).to_have_text("确定结果")
    picture(page, "assessment-round")
    page.click("a:text-matches('的申诉$')")
    expect(page.locator("body")).to_contain_text("已采纳")
    page.click("a:text-is('3.2 受理渠道畅通')")
    expect(page.locator("body")).to_contain_text("申诉采纳")
    picture(page, "assessment-leaf")
    page.click("nav a:text-is('市人力社保局')")
    with page.expect_download() as taken:
        page.click("a:text-is('报告（Word）')")
    words = "".join(one.text for one in Document(str(taken.value.path())).paragraphs)
    assert "考核结果报告" in words
    assert "列第4位" in words


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
