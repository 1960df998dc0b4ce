"""Public pages in a real browser: accessibility, size, no horizontal scrolling, use with and without scripts; answers and the gazette."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Response, expect

from browser.conftest import DESKTOP, PHONE, PUBLIC_RULES, save_screenshot

#: One worker process runs all browser tests: they share one server.
pytestmark = pytest.mark.browser
#: One URL of each template; other tests check `/requests/` and `/messages/figures/`.
FIXED_PAGES = [
    "/",
    "/search/?q=改造",
    "/search/?q=火星登陆",
    "/policies/",
    "/disclosure/",
    "/units/",
    "/progress/",
    "/messages/",
    "/catalogue/",
    "/promises/",
    "/decisions/",
    "/tables/school/",
    "/subscribe/",
    "/没有这一页/",
]
#: Linked pages (`find_addresses`) with templates that none of the above uses.
LINKED_PAGES = ("column", "item", "unit", "topic", "comparison", "policy")
#: Limit of a first visit in bytes, without pictures.
MAX_BYTES = 200_000


def find_accessibility_faults(page: Page) -> list[str]:
    found = Axe().run(page, options=PUBLIC_RULES).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in found]


def get_horizontal_overflow(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def list_links(page: Page, root: str, path: str, selector: str = "a[href]") -> list[str]:
    page.goto(root + path)
    return list(page.eval_on_selector_all(selector, "all => all.map(a => a.getAttribute('href'))"))


def find_addresses(page: Page, root: str, names: tuple[str, ...] = ()) -> list[str]:
    """Return one URL of each template that is linked from fixed pages; only the named ones if names are given. They are searched once."""
    found = FOUND_ADDRESSES.get(root) or FOUND_ADDRESSES.setdefault(root, search_addresses(page, root))
    return [found[name] for name in names or found]


#: Results of `search_addresses` by site.
FOUND_ADDRESSES: dict[str, dict[str, str]] = {}


def search_addresses(page: Page, root: str) -> dict[str, str]:
    """Follow the links that lead to one page of each template."""
    front = list_links(page, root, "/") + list_links(page, root, "/sitemap/") + list_links(page, root, "/units/")
    found = {
        name: next((link for link in front if re.search(pattern, link)), "")
        for name, pattern in (
            ("column", r"^/columns/\d+/$"),
            ("item", r"\.html$"),
            ("unit", r"^/units/\d+/$"),
        )
    }
    found["topic"] = list_links(page, root, "/", ".pk-tiles--topics a")[0]
    found["narrowed"] = found["topic"] + "?kind=policies"
    guides = list_links(page, root, "/search/?q=加装电梯", ".pk-hits a")
    found["of two versions"] = guides[0]
    found["old version"] = guides[0] + "?version=1"
    found["comparison"] = guides[0] + "?compare=1"
    policies = list_links(page, root, "/policies/?tab=all", ".pk-policy-table a")
    if policies:
        found["policy"] = policies[0]
    assert all(found.values()), found
    return found


def test_public_pages_are_accessible_and_fit_a_phone(visit: Callable[..., Page]) -> None:
    page = visit("/", size=PHONE)
    root = page.url.rstrip("/")
    wrong = {}
    for number, path in enumerate([*FIXED_PAGES, *find_addresses(page, root, LINKED_PAGES)]):
        page.goto(root + path)
        seen = find_accessibility_faults(page)
        if get_horizontal_overflow(page) > 0:
            seen.append(f"scrolls sideways by {get_horizontal_overflow(page)} px")
        if seen:
            wrong[path] = seen
        save_screenshot(page, f"public-phone-{number}")
    assert wrong == {}


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desk"])
def test_navigation_stays_on_one_line(visit: Callable[..., Page], size: dict[str, int]) -> None:
    page = visit("/", size=size)
    assert page.locator(".pk-nav").bounding_box()["height"] < 60  # type: ignore[index]


def test_first_visit_loads_at_most_200_kb(visit: Callable[..., Page], browser: Browser, city: str) -> None:
    page = visit("/")
    visits = {}
    for path in ["/", "/search/?q=改造", *find_addresses(page, city, ("item",))]:
        fresh = browser.new_context(locale="zh-CN").new_page()
        asked: list[Response] = []
        fresh.on("response", lambda response, asked=asked: asked.append(response))
        fresh.goto(city + path, wait_until="load")
        visits[path] = fresh, asked
    for path, (fresh, asked) in visits.items():  # each page finishes loading while the next ones load
        fresh.wait_for_load_state("networkidle")
        sizes = {one.url: len(one.body()) for one in asked if one.request.resource_type != "image"}
        assert 0 < sum(sizes.values()) < MAX_BYTES, (path, sizes)
        assert all(url.startswith(city) for url in sizes), sizes  # no other host is called
        fresh.context.close()


def test_larger_type_works_without_scripts(browser: Browser, city: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)
    page = context.new_page()
    page.goto(city + "/units/")
    before = page.locator("body").evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
    page.click(".pk-easy--on")
    assert page.url == city + "/units/"
    for path in ("/units/", "/", "/search/?q=改造"):
        page.goto(city + path)
        assert page.locator("body").evaluate("e => parseFloat(getComputedStyle(e).fontSize)") > before * 1.2
        assert get_horizontal_overflow(page) <= 0, path
    page.click(".pk-easy--off")
    assert page.locator("body").evaluate("e => parseFloat(getComputedStyle(e).fontSize)") == before
    context.close()


def test_reading_and_searching_work_without_scripts(browser: Browser, city: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(city)
    title = page.locator(".pk-list a").first.inner_text()
    page.fill("input[name=q]", title[2:8])
    page.click("form[role=search] button")
    page.locator("main a", has_text=title[2:8]).first.click()
    assert title[2:8] in page.locator("h1").inner_text()
    expect(page.locator("[data-print]")).to_be_hidden()  # features that need a script are hidden without one
    context.close()


def test_search_suggestions_work_by_keyboard(visit: Callable[..., Page]) -> None:
    page = visit("/")
    box = page.locator("#q")
    box.press_sequentially("加装", delay=30)
    options = page.locator(".pk-suggest [role=option]")
    expect(options.first).to_be_visible()
    assert box.get_attribute("aria-expanded") == "true"
    assert find_accessibility_faults(page) == []
    box.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    box.press("Escape")
    expect(page.locator(".pk-suggest")).to_be_hidden()
    box.press_sequentially("电梯", delay=30)
    expect(options.first).to_be_visible()
    box.press("ArrowDown")
    box.press("Enter")
    expect(page.locator("h1")).to_contain_text("加装电梯")


def test_facets_are_collapsed_on_a_phone_and_open(visit: Callable[..., Page]) -> None:
    page = visit("/search/?q=改造", size=PHONE)
    first = page.locator(".pk-facet").first
    assert first.get_attribute("open") is None
    first.locator("summary").click()
    first.locator("a").first.click()
    expect(page.locator(".pk-facet[open] a[aria-current]")).to_have_count(1)


def test_first_tab_stop_skips_to_content(visit: Callable[..., Page]) -> None:
    page = visit("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_known_answer_is_found_on_a_phone(visit: Callable[..., Page]) -> None:
    page = visit("/answers/", size=PHONE)
    page.get_by_label("您想问什么").fill("没有本地户口孩子上学")
    page.get_by_role("button", name="查找").click()
    page.get_by_role("link", name="外地户口的孩子怎样在云岭市上小学").click()
    expect(page.locator("main")).to_contain_text("不收取借读费")
    assert (find_accessibility_faults(page), get_horizontal_overflow(page)) == ([], 0)
    expect(page.get_by_role("link", name="提问", exact=True).first).to_be_visible()
    page.locator("main").get_by_role("link", name="云岭市义务教育阶段学校招生入学办法").click()
    expect(page.locator(".pk-policy")).to_contain_text("外地户口的孩子怎样在云岭市上小学")
    assert (find_accessibility_faults(page), get_horizontal_overflow(page)) == ([], 0)
    page.goto(page.url.split("/columns/")[0] + "/messages/figures/")
    expect(page.locator("main")).to_contain_text("答复率")
    assert (find_accessibility_faults(page), get_horizontal_overflow(page)) == ([], 0)


def test_gazette_is_downloaded_and_paged_on_a_phone(visit: Callable[..., Page]) -> None:
    page = visit("/gazette/", size=PHONE)
    assert (find_accessibility_faults(page), get_horizontal_overflow(page)) == ([], 0)
    page.get_by_role("link", name=re.compile(r"第10期")).click()
    expect(page.get_by_text("已废止或者失效")).to_be_visible()
    assert (find_accessibility_faults(page), get_horizontal_overflow(page)) == ([], 0)
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
    assert (find_accessibility_faults(page), get_horizontal_overflow(page)) == ([], 0)
    save_screenshot(page, "gazette-pages-360")
