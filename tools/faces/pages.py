"""Select the pages to check by following links of the served city: some for each URL pattern, for the public and for logins."""

import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import Browser, BrowserContext

#: First pages of the crawl. The public has more of them, because no link leads to results of a search or a form.
PUBLIC_START_PAGES = [
    "/",
    "/sitemap/",
    "/units/",
    "/search/?q=改造",
    "/search/?q=火星登陆",
    "/requests/",
    "/subscribe/",
    "/没有这一页/",
]
OFFICE_START_PAGES = ["/admin/"]
#: Logins whose pages are checked, and the number of pages for each URL pattern.
LOGINS = ["zwgk", "jiaoyu", "jiaoyu-sh", "caizheng", "admin", "baomi"]
MAX_PUBLIC_PER_ROUTE, MAX_OFFICE_PER_ROUTE = 3, 1
PASSWORD = "Yunling-2026"
EXCLUDED = re.compile(r"^/(static/|files?/|media/|easy/|admin/(logout|password_reset|pages/|login))")
#: Addresses of tables exported as files.
FILE = re.compile(r"\.(xlsx|csv)$|[?&](export=1|table=(xlsx|csv))")


@dataclass(frozen=True)
class Page:
    """One page: its login ("" for the public), its path, its answer."""

    login: str
    path: str
    html: str
    files: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.login} {self.path}".strip()


@cache
def find_route(path: str) -> str:
    """Return the URL pattern that matches a path; the path itself if none does."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.ops.config.settings")
    import django
    from django.apps import apps
    from django.urls import Resolver404, resolve

    if not apps.ready:
        django.setup()
    try:
        return str(resolve(path).route)
    except Resolver404:
        return path


def sign_in(context: BrowserContext, city: str, login: str) -> None:
    """Sign in as a user of the sample city."""
    page = context.new_page()
    page.goto(f"{city}/admin/login/")
    page.fill("input[name=username]", login)
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url(f"{city}/admin/", timeout=120_000)
    page.close()


def crawl(context: BrowserContext, city: str, login: str, known: Counter[str], most: int) -> Iterator[Page]:
    """Follow links from the first pages; yield pages whose URL pattern was not yet met often enough."""
    waiting = [*(OFFICE_START_PAGES if login else PUBLIC_START_PAGES)]
    seen, each, found = set(waiting), MAX_OFFICE_PER_ROUTE if login else MAX_PUBLIC_PER_ROUTE, 0
    while waiting and found < most:
        path = waiting.pop(0)
        route = find_route(urlsplit(path).path)
        # Pages of known URL patterns are also followed, a few of each, to find links behind them.
        if known[route] >= each and route not in OFFICE_START_PAGES:
            continue
        answer = context.request.get(city + path, timeout=120_000)
        if "html" not in answer.headers.get("content-type", "") or not answer.url.startswith(city):
            continue
        html, at = answer.text(), answer.url.removeprefix(city)
        route = find_route(urlsplit(at).path)
        links = [urljoin(at, link.replace("&amp;", "&")) for link in re.findall(r'<a\b[^>]*\bhref="([^"#]+)', html)]
        if known[route] < each:
            known[route] += 1
            found += 1
            yield Page(login, at, html, tuple(to for to in links if FILE.search(to)))
        for to in links:
            ours = to.startswith("/admin/") if login else to.startswith("/") and not to.startswith("/admin/")
            if ours and not FILE.search(to) and to not in seen and not EXCLUDED.match(to):
                seen.add(to)
                waiting.append(to)


def open_contexts(browser: Browser, city: str) -> dict[str, BrowserContext]:
    """Return a browser context for the public ("") and one for each login, signed in."""
    made = {"": browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai")}
    for login in LOGINS:
        made[login] = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai")
        sign_in(made[login], city, login)
    return made


def find_pages(people: dict[str, BrowserContext], city: str, most: int) -> list[Page]:
    """Return the pages to check; at most `most` of the public's and of the office's."""
    public = list(crawl(people[""], city, "", Counter(), most))
    known, office = Counter[str](), list[Page]()
    for login in LOGINS:
        office += crawl(people[login], city, login, known, most - len(office))
    return [*public, *office]


def list_tables(looked: list[Page]) -> list[tuple[str, str]]:
    """Return the exported tables that these pages link to, each once, with a login that sees the link."""
    each: dict[str, str] = {}
    for page in looked:
        for path in page.files:
            each.setdefault(path, page.login)
    return [(login, path) for path, login in each.items()]
