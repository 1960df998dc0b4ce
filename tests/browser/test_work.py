"""The main ways through the office, in a real browser: a clerk's minute, a lead's acceptance, a notice from file to work."""

import re
import time
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from browser.conftest import DESK, OFFICE_RULES, PASSWORD, PHONE, picture

#: One worker walks all browser tests: they share one server.
pytestmark = pytest.mark.browser
OURS = {"include": [[".gk"]]}


def faults(page: Page) -> list[str]:
    found = Axe().run(page, context=OURS, options=OFFICE_RULES).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:140]}" for v in found]


class Clicks:
    """Counts a person's clicks."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def __call__(self, *args: object, **kwargs: object) -> None:
        self.page.locator(*args, **kwargs).first.click()
        self.count += 1


def test_a_clerk_submits_in_five_clicks_and_a_minute(visit: Callable[..., Page], city: str) -> None:
    page = visit("/admin/login/", size=DESK)
    click, started = Clicks(page), time.monotonic()
    page.fill("input[name=username]", "jiaoyu")
    page.fill("input[name=password]", PASSWORD)
    click("button[type=submit]")
    page.wait_for_url(f"{city}/admin/")
    picture(page, "clerk-home")
    click(".gk-todo a:has-text('提交')")
    picture(page, "clerk-submit")
    address = page.locator("textarea[name=urls], input[name=urls], input[name=url]").first
    address.fill("https://www.yunling.gov.example/gk/1.html")
    words = page.locator("textarea[name=statement]")
    if words.count():
        words.fill("已公开，咨询电话已同步更新。")
    click("form button.gk-btn--main:has-text('提交')")
    expect(page.locator("body")).to_contain_text(re.compile("待审核|已提交"))
    assert click.count <= 5
    assert time.monotonic() - started < 60
    picture(page, "clerk-submitted")


def test_a_report_adds_up_while_it_is_typed(visit: Callable[..., Page]) -> None:
    page = visit("/admin/annual/", user="jiaoyu")
    page.locator(".gk-table a[href*='/admin/annual/']").first.click()
    page.goto(f"{page.url.partition('?')[0]}?edit=table3")
    judged, total = page.locator("#judged"), page.locator("#v-table3-1-total")
    expect(judged).to_have_text(re.compile("勾稽|须|差异|填报"))
    before = int(total.inner_text() or 0)
    field = page.locator("input[name='table3/1/company']")
    field.fill(str(int(field.input_value() or 0) + 7))
    expect(total).to_have_text(str(before + 7))
    expect(judged).to_contain_text("须更正")


#: Pages of the shell that are wider than a phone first; units and the timeline are tables and bars as these have them.
PATHS = ["/admin/", "/admin/ledger/", "/admin/statistics/", "/admin/inquiries/hotline/"]


def test_office_pages_are_accessible_and_fit(visit: Callable[..., Page], city: str) -> None:
    wrong = {}
    page = visit("/admin/", size=PHONE, user="zwgk")
    for number, path in enumerate(PATHS):
        page.goto(city + path)
        if path == "/admin/":  # blocks below the first screen come when a reader scrolls there; axe judges them, too
            page.locator("#below[hx-get]").scroll_into_view_if_needed()
            expect(page.locator("#below[hx-get]")).to_have_count(0)
        found = faults(page)
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            found.append(f"scrolls sideways by {over} px")
        if found:
            wrong[path] = found
        picture(page, f"office-phone-{number}")
    assert wrong == {}
