"""A decision from the catalogue to its table of adoptions, and an issue of the gazette from the library to its pages and its .pdf."""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import DESK, PHONE, picture
from browser.test_public import faults, sideways

pytestmark = pytest.mark.browser
KINDERGARTENS = "云岭市普惠性幼儿园管理办法"
PLAN = "云岭市“十五五”教育专项规划"
LATE = "云岭市中小学课后服务收费标准"


@pytest.mark.slow
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["360", "1280"])
def test_the_public_follows_a_decision_and_comments(visit: Callable[..., Page], size: dict[str, int]) -> None:
    page = visit("/decisions/", size=size)
    assert (faults(page), sideways(page)) == ([], 0)
    picture(page, f"decisions-{size['width']}")
    page.get_by_role("link", name=PLAN, exact=True).click()
    expect(page.get_by_role("heading", name="意见采纳情况")).to_be_visible()
    assert (faults(page), sideways(page)) == ([], 0)
    picture(page, f"decision-{size['width']}")
    page.get_by_role("link", name="逐项采纳情况和理由").click()
    expect(page.get_by_role("table")).to_contain_text("已写入第三条")
    page = visit("/decisions/", size=size)
    page.get_by_role("link", name=KINDERGARTENS, exact=True).first.click()
    page.get_by_role("link", name="我要提意见").click()
    page.get_by_label("意见和理由").fill(f"建议第三条写明听取家长意见的办法。{size['width']}")
    time.sleep(2)
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.locator(".pk-code--large")).to_have_text(re.compile(r"\d{4}( \d{4}){3}"))


@pytest.mark.slow
def test_the_office_answers_what_is_late_point_by_point(visit: Callable[..., Page]) -> None:
    page = visit("/admin/decisions/?tab=late", user="jiaoyu")
    page.locator("main").get_by_role("link", name=LATE).click()
    expect(page.get_by_text("下一步：")).to_be_visible()
    picture(page, "decision-office")
    page.get_by_role("link", name="归纳意见、填写采纳情况").click()
    page.get_by_role("link", name="逐条归纳").click()
    page.get_by_label("第1条").check()
    page.get_by_label("或者归为新的一项").fill("写明收费标准由谁核定。")
    page.get_by_role("button", name="新增并归入").click()
    page.get_by_role("link", name="归纳和采纳情况").first.click()
    page.get_by_role("link", name=re.compile("^填写")).click()
    page.get_by_label("采纳情况").select_option(label="采纳")
    page.get_by_role("button", name="填写采纳情况").click()
    page.get_by_role("button", name="生成采纳情况表").click()
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_role("cell", name="写明收费标准由谁核定。")).to_be_visible()
    page.goto(page.url)  # without the message that is fading in
    assert faults(page) == []
    picture(page, "adoption-office")


@pytest.mark.parametrize("size", [PHONE, pytest.param(DESK, marks=pytest.mark.slow)], ids=["360", "1280"])
def test_the_gazette_is_turned_searched_and_printed(visit: Callable[..., Page], size: dict[str, int]) -> None:
    page = visit("/gazette/", size=size)
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
    picture(page, f"gazette-pages-{size['width']}")
