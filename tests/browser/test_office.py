"""Main tasks of the office in a real browser: submission by a clerk, reports, the leader's sheet on paper, the editor of an item."""

import io
import re
import time
from collections.abc import Callable

import pdfplumber
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from browser.conftest import DESKTOP, OFFICE_RULES, PASSWORD, PHONE, save_screenshot

#: One worker process runs all browser tests: they share one server.
pytestmark = pytest.mark.browser
OWN_ELEMENTS = {"include": [[".gk"]]}


def find_accessibility_faults(page: Page) -> list[str]:
    found = Axe().run(page, context=OWN_ELEMENTS, options=OFFICE_RULES).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:140]}" for v in found]


class ClickCounter:
    """Click elements and count the clicks."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def __call__(self, *args: object, **kwargs: object) -> None:
        self.page.locator(*args, **kwargs).first.click()
        self.count += 1


def test_clerk_submits_task_in_five_clicks_and_a_minute(visit: Callable[..., Page], city: str) -> None:
    page = visit("/admin/login/", size=DESKTOP)
    click, started = ClickCounter(page), time.monotonic()
    page.fill("input[name=username]", "jiaoyu")
    page.fill("input[name=password]", PASSWORD)
    click("button[type=submit]")
    page.wait_for_url(f"{city}/admin/")
    save_screenshot(page, "clerk-home")
    click(".gk-todo a:has-text('提交')")
    save_screenshot(page, "clerk-submit")
    address = page.locator("textarea[name=urls], input[name=urls], input[name=url]").first
    address.fill("https://www.yunling.gov.example/gk/1.html")
    words = page.locator("textarea[name=statement]")
    if words.count():
        words.fill("已公开，咨询电话已同步更新。")
    click("form button.gk-btn--main:has-text('提交')")
    expect(page.locator("body")).to_contain_text(re.compile("待审核|已提交"))
    assert click.count <= 5
    assert time.monotonic() - started < 60
    save_screenshot(page, "clerk-submitted")


def test_report_totals_update_while_typing(visit: Callable[..., Page]) -> None:
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


#: Office pages; units and the timeline consist of the same tables and bars.
OFFICE_PAGES = ["/admin/", "/admin/ledger/", "/admin/statistics/", "/admin/inquiries/hotline/"]


def test_office_pages_are_accessible_and_fit_a_phone(visit: Callable[..., Page], city: str) -> None:
    wrong = {}
    page = visit("/admin/", size=PHONE, user="zwgk")
    for number, path in enumerate(OFFICE_PAGES):
        page.goto(city + path)
        if path == "/admin/":  # blocks below the first screen are loaded on scrolling; axe checks them, too
            page.locator("#below[hx-get]").scroll_into_view_if_needed()
            expect(page.locator("#below[hx-get]")).to_have_count(0)
        found = find_accessibility_faults(page)
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            found.append(f"scrolls sideways by {over} px")
        if found:
            wrong[path] = found
        save_screenshot(page, f"office-phone-{number}")
    assert wrong == {}


def test_unit_sheet_fits_a_phone(visit: Callable[..., Page]) -> None:
    page = visit("/admin/board/", user="jiaoyu", size=PHONE)
    expect(page.locator("h1")).to_have_text("云岭市教育局")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    save_screenshot(page, "standing-phone")


def test_leaders_sheet_prints_on_one_page(visit: Callable[..., Page]) -> None:
    page = visit("/admin/board/leader/", user="zwgk")
    save_screenshot(page, "leader")
    with pdfplumber.open(io.BytesIO(page.pdf(prefer_css_page_size=True, print_background=True))) as paper:
        assert len(paper.pages) == 1
        words = paper.pages[0].extract_text()
    for part in ("谁逾期", "趋势", "逾期最久的", "各类台账", "考核"):
        assert part in words


TITLE = f"云岭市教育局关于自动保存的说明（{time.monotonic_ns()}）"
AUTOSAVE_MILLISECONDS = 2500  # the editor saves half a second after a change


def test_autosave_creates_no_duplicates(visit: Callable[..., Page], city: str) -> None:
    page = visit("/admin/publishing/", user="jiaoyu")
    page.click("text=起草信息 >> nth=-1")
    page.fill("#id_title", TITLE)
    page.wait_for_timeout(AUTOSAVE_MILLISECONDS)
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
    page.wait_for_timeout(AUTOSAVE_MILLISECONDS)
    page.fill("#id_title", TITLE + "（第二次修订）")
    page.wait_for_timeout(AUTOSAVE_MILLISECONDS)
    page.click("button[name=action-gongkai-submit]")
    page.wait_for_url("**/admin/publishing/items/*/", timeout=60_000)
    page.goto(f"{city}/admin/pages/{number}/edit/")
    names = page.locator("input[name^=attachments-][name$=-name]").evaluate_all("all => all.map(one => one.value)")
    assert [name for name in names if name] == ["说明.txt", "表格.txt"]
    expect(page.locator("#id_title")).to_have_value(TITLE + "（第二次修订）")
