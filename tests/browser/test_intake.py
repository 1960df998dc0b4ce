"""找错 in a real browser: from a page's footer to the answer, on a phone; without scripts; accessible, no sideways scrolling."""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from browser.conftest import PHONE, picture
from browser.test_public import faults, sideways

pytestmark = pytest.mark.browser
TEXT = "页脚的联系电话少了一位。"


def fill(page: Page, text: str) -> None:
    page.get_by_label("链接、附件打不开").check()
    page.get_by_label("问题描述").fill(text)


def code_on(page: Page) -> str:
    return page.locator(".pk-code--large").inner_text()


def test_from_the_footer_to_the_answer(visit: Callable[..., Page]) -> None:
    page = visit("/about/", size=PHONE)
    page.get_by_role("contentinfo").get_by_role("link", name="我为政府网站找错").click()
    expect(page.get_by_label("网页地址")).to_have_value(re.compile("/about/$"))
    expect(page.locator("[data-question]")).to_be_hidden()
    assert (faults(page), sideways(page)) == ([], 0)
    picture(page, "intake-form-360")
    fill(page, "短")
    page.get_by_label("您的称呼").fill("王女士")
    page.get_by_label("联系电话").fill("13800138000")
    time.sleep(2)
    page.get_by_role("button", name="提交").click()
    expect(page.locator("#errors")).to_be_focused()
    assert (faults(page), sideways(page)) == ([], 0)
    picture(page, "intake-wrong-360")
    page.locator("#errors").get_by_role("link").first.click()
    expect(page.get_by_label("问题描述")).to_be_focused()
    page.get_by_label("问题描述").fill(f"{TEXT}360")
    expect(page.get_by_label("您的称呼")).to_have_value("王女士")
    page.get_by_role("button", name="提交").click()
    code = code_on(page)
    assert re.fullmatch(r"\d{4}( \d{4}){3}", code)
    assert (faults(page), sideways(page)) == ([], 0)
    picture(page, "intake-done-360")
    page.get_by_role("main").get_by_role("link", name="查办理情况").click()
    page.get_by_label("查询码", exact=True).fill(code)
    page.get_by_role("button", name="查询", exact=True).click()
    expect(page.get_by_role("heading", name="没有查到")).to_be_visible()
    assert (faults(page), sideways(page)) == ([], 0)
    page.get_by_label(re.compile("后四位")).fill("8000")
    page.get_by_role("button", name="查询", exact=True).click()
    expect(page.get_by_text("办理中")).to_be_visible()
    assert "王女士" not in page.content()
    assert code.replace(" ", "") not in page.url
    assert (faults(page), sideways(page)) == ([], 0)
    picture(page, "intake-progress-360")


def test_what_was_typed_is_there_after_a_lost_page_but_not_who_typed_it(visit: Callable[..., Page]) -> None:
    page = visit("/forms/fault/", size=PHONE)
    fill(page, "写到一半，浏览器关了。")
    page.get_by_label("您的称呼").fill("王女士")
    page.wait_for_function("() => Object.values(localStorage).some(kept => kept.includes('写到一半'))")
    page.goto(page.url)
    expect(page.get_by_label("问题描述")).to_have_value("写到一半，浏览器关了。")
    expect(page.get_by_label("您的称呼")).to_have_value("")
    page.get_by_role("button", name="清空重填").click()
    page.goto(page.url)
    expect(page.get_by_label("问题描述")).to_have_value("")


def test_without_a_network_nothing_is_sent_and_nothing_lost(visit: Callable[..., Page]) -> None:
    page = visit("/forms/fault/", size=PHONE)
    fill(page, "断网时写的一段话。")
    page.context.set_offline(True)
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("网络断开了")).to_be_visible()
    page.context.set_offline(False)
    time.sleep(2)
    page.get_by_role("button", name="提交").click()
    assert code_on(page)


def test_without_scripts(browser: Browser, city: str) -> None:
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{city}/forms/fault/")
    fill(page, "没有脚本的手机也能交。")
    label = page.locator("[data-question] label").inner_text()
    first, second = re.search("(.)加(.)等于", label).groups()  # type: ignore[union-attr]
    words = "零一二三四五六七八九"
    page.get_by_label(re.compile("防止机器")).fill(str(words.index(first) + words.index(second)))
    time.sleep(2)
    page.get_by_role("button", name="提交").click()
    assert code_on(page)
    context.close()
