"""The main ways through the office, in a real browser: a clerk's minute, reports, the leader's sheet on paper, the editor of an item."""

import io
import re
import time
from collections.abc import Callable

import pdfplumber
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
