"""The editor of an item in a real browser: what saves by itself makes nothing twice."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

#: One worker walks all browser tests: they share one server.
pytestmark = pytest.mark.browser
TITLE = f"云岭市教育局关于自动保存的说明（{time.monotonic_ns()}）"
LONG_ENOUGH = 2500  # milliseconds; the editor saves half a second behind a change


def test_what_saves_by_itself_makes_nothing_twice(visit: Callable[..., Page], city: str) -> None:
    page = visit("/admin/publishing/", user="jiaoyu")
    page.click("text=起草信息 >> nth=-1")
    page.fill("#id_title", TITLE)
    page.wait_for_timeout(LONG_ENOUGH)
    assert "/pages/add/" in page.url
    page.set_input_files(
        "input[name=uploads]", {"name": "说明.txt", "mimeType": "text/plain", "buffer": "说明。".encode()}
    )
    page.click("button[name=action-gongkai-submit]")
    page.wait_for_url("**/admin/publishing/items/*/", timeout=60_000)
    number = page.url.rstrip("/").rsplit("/", 1)[-1]
    page.goto(f"{city}/admin/publishing/")
    expect(page.locator(f"a:has-text('{TITLE}')").first).to_be_visible()
    assert page.locator(f"tr:has-text('{TITLE}')").count() == 1

    page.goto(f"{city}/admin/pages/{number}/edit/")
    page.set_input_files(
        "input[name=uploads]", {"name": "表格.txt", "mimeType": "text/plain", "buffer": "表格。".encode()}
    )
    page.fill("#id_title", TITLE + "（修订）")
    page.wait_for_timeout(LONG_ENOUGH)
    page.fill("#id_title", TITLE + "（第二次修订）")
    page.wait_for_timeout(LONG_ENOUGH)
    page.click("button[name=action-gongkai-submit]")
    page.wait_for_url("**/admin/publishing/items/*/", timeout=60_000)
    page.goto(f"{city}/admin/pages/{number}/edit/")
    names = page.locator("input[name^=attachments-][name$=-name]").evaluate_all("all => all.map(one => one.value)")
    assert [name for name in names if name] == ["说明.txt", "表格.txt"]
    expect(page.locator("#id_title")).to_have_value(TITLE + "（第二次修订）")
