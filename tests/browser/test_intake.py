"""网站找错 in a real browser: from a page's footer to the progress page, on a phone, offline, without scripts; accessibility."""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from browser.conftest import PHONE, save_screenshot
from browser.test_public import find_accessibility_faults, get_horizontal_overflow

pytestmark = pytest.mark.browser
TEXT = "页脚的联系电话少了一位。"


def fill(page: Page, text: str) -> None:
    page.get_by_label("链接、附件打不开").check()
    page.get_by_label("问题描述").fill(text)


def read_query_code(page: Page) -> str:
    return page.locator(".pk-code--large").inner_text()


def test_fault_report_from_footer_to_progress_page(visit: Callable[..., Page]) -> None:
    page = visit("/about/", size=PHONE)
    page.get_by_role("contentinfo").get_by_role("link", name="我为政府网站找错").click()
    expect(page.get_by_label("网页地址")).to_have_value(re.compile("/about/$"))
    expect(page.locator("[data-question]")).to_be_hidden()
    assert (find_accessibility_faults(page), get_horizontal_overflow(page)) == ([], 0)
    save_screenshot(page, "intake-form-360")
    fill(page, "短")
    page.get_by_label("您的称呼").fill("王女士")
    page.get_by_label("联系电话").fill("13800138000")
    time.sleep(2)
    page.get_by_role("button", name="提交").click()
    expect(page.locator("#errors")).to_be_focused()
    assert (find_accessibility_faults(page), get_horizontal_overflow(page)) == ([], 0)
    save_screenshot(page, "intake-wrong-360")
    page.locator("#errors").get_by_role("link").first.click()
    expect(page.get_by_label("问题描述")).to_be_focused()
    page.get_by_label("问题描述").fill(f"{TEXT}360")
    expect(page.get_by_label("您的称呼")).to_have_value("王女士")
    page.get_by_role("button", name="提交").click()
    code = read_query_code(page)
    assert re.fullmatch(r"\d{4}( \d{4}){3}", code)
    assert (find_accessibility_faults(page), get_horizontal_overflow(page)) == ([], 0)
    save_screenshot(page, "intake-done-360")
    page.get_by_role("main").get_by_role("link", name="查办理情况").click()
    page.get_by_label("查询码", exact=True).fill(code)
    page.get_by_role("button", name="查询", exact=True).click()
    expect(page.get_by_role("heading", name="没有查到")).to_be_visible()
    assert (find_accessibility_faults(page), get_horizontal_overflow(page)) == ([], 0)
    page.get_by_label(re.compile("后四位")).fill("8000")
    page.get_by_role("button", name="查询", exact=True).click()
    expect(page.get_by_text("办理中")).to_be_visible()
    assert "王女士" not in page.content()
    assert code.replace(" ", "") not in page.url
    assert (find_accessibility_faults(page), get_horizontal_overflow(page)) == ([], 0)
    save_screenshot(page, "intake-progress-360")


def test_draft_is_restored_without_name(visit: Callable[..., Page]) -> None:
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


def test_offline_form_keeps_its_text_and_is_sent_later(visit: Callable[..., Page]) -> None:
    page = visit("/forms/fault/", size=PHONE)
    fill(page, "断网时写的一段话。")
    page.context.set_offline(True)
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("网络断开了")).to_be_visible()
    page.context.set_offline(False)
    time.sleep(2)
    page.get_by_role("button", name="提交").click()
    assert read_query_code(page)


def test_form_works_without_scripts(browser: Browser, city: str) -> None:
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
    assert read_query_code(page)
    context.close()
