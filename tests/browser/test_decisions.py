"""A decision from the catalogue to its table of adoptions, and an issue of the gazette from the library to its pages and its .pdf."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import PHONE, picture
from browser.test_public import faults, sideways

pytestmark = pytest.mark.browser


def test_the_gazette_is_turned_searched_and_printed(visit: Callable[..., Page]) -> None:
    page = visit("/gazette/", size=PHONE)
    assert (faults(page), sideways(page)) == ([], 0)
    page.get_by_role("link", name=re.compile(r"第10期")).click()
    expect(page.get_by_text("已废止或者失效")).to_be_visible()
    assert (faults(page), sideways(page)) == ([], 0)
    with page.expect_download() as kept:
        page.get_by_role("link", name="下载PDF").click()
    assert kept.value.suggested_filename.endswith(".pdf")
    page.get_by_role("link", name="翻页阅读").click()
    expect(page.locator("[data-page]")).to_contain_text("第 1 页")
    page.get_by_role("button", name="下一页").click()
    expect(page.locator("[data-page]")).to_contain_text("第 2 页")
    page.locator("[data-book]").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("[data-page]")).to_contain_text("第 1 页")
    assert (faults(page), sideways(page)) == ([], 0)
    picture(page, "gazette-pages-360")
