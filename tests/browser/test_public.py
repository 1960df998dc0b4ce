"""The public pages: accessible, no sideways scrolling, readable without scripts."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from browser.conftest import DESK, PHONE, picture

#: One worker walks all browser tests: they share one server.
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
PAGES = [
    "/",
    "/search/?q=预算",
    "/disclosure/",
    "/sitemap/",
    "/units/",
    "/about/",
    "/progress/",
    "/没有这一页/",
]


def faults(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in found]


def sideways(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def addresses(page: Page) -> list[str]:
    """Beside the fixed pages: a column, an item and a unit, as a reader finds them."""
    found = []
    for pattern in (r"^/columns/\d+/$", r"\.html$", r"^/units/\d+/$"):
        for start in ("/", "/sitemap/", "/units/"):
            page.goto(re.match(r"https?://[^/]+", page.url)[0] + start)
            links = page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")
            hit = next((link for link in links if re.search(pattern, link)), None)
            if hit:
                found.append(hit)
                break
    return found


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_public_pages_are_accessible_and_fit(visit: Callable[..., Page], size: dict[str, int]) -> None:
    page = visit("/", size=size)
    root = page.url.rstrip("/")
    more = addresses(page)
    assert len(more) == 3
    wrong = {}
    for number, path in enumerate([*PAGES, *more]):
        page.goto(root + path)
        found = faults(page)
        if sideways(page) > 0:
            found.append(f"scrolls sideways by {sideways(page)} px")
        if found:
            wrong[path] = found
        picture(page, f"public-{size['width']}-{number}")
    assert wrong == {}


def test_larger_type_changes_nothing_else(visit: Callable[..., Page]) -> None:
    page = visit("/", size=PHONE)
    page.click("[data-easy]")
    assert page.locator("[data-easy]").get_attribute("aria-pressed") == "true"
    assert sideways(page) <= 0
    assert faults(page) == []
    page.reload()
    assert page.locator("html.pk-big").count() == 1


def test_reading_and_searching_need_no_script(browser: Browser, city: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(city)
    title = page.locator(".pk-list a").first.inner_text()
    page.fill("input[name=q]", title[2:8])
    page.click("form[role=search] button")
    page.locator("main a", has_text=title[2:8]).first.click()
    assert title[2:8] in page.locator("h1").inner_text()
    context.close()


def test_the_first_tab_leads_to_the_text(visit: Callable[..., Page]) -> None:
    page = visit("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
