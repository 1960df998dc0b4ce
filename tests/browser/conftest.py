"""Serve a small sample city with the real command, and open it in a real browser. The tests are skipped without a browser."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

GONGKAI_COMMAND = [sys.executable, "-c", "from gongkai.ops.cli import main; main()"]
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 900}
PASSWORD = "Yunling-2026"
#: Rules of axe. It may load only media: none of these rules reads style sheets.
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
AXE = {"resultTypes": ["violations"], "preload": {"assets": ["media"]}}
OFFICE_RULES: dict[str, Any] = {**AXE, "runOnly": {"type": "tag", "values": WCAG}}
PUBLIC_RULES: dict[str, Any] = {**AXE, "runOnly": {"type": "tag", "values": [*WCAG, "wcag22aa"]}}
#: Generous timeout for expectations: the machine may be busy.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def city_built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Build the small sample city with the real command; return its folder and the command's output."""
    folder = tmp_path_factory.mktemp("city")
    env = get_city_environment(folder)
    env["PYTHONPATH"] = os.pathsep.join([env["PYTHONPATH"], str(Path(__file__).parent.parent)])
    done = subprocess.run([*GONGKAI_COMMAND, "demo", "--no-serve"], env=env, check=True, capture_output=True, text=True)
    return folder, done.stdout


def get_city_environment(folder: Path) -> dict[str, str]:
    """Return the environment variables of an installation in a folder."""
    env = {**os.environ, "GONGKAI_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "gongkai.ops.config.settings"}
    env.pop("DATABASE_URL", None)
    return env


@pytest.fixture(autouse=True)
def _clock_of_the_city() -> Iterator[None]:
    """Use the machine's clock, as the served city does."""
    with time_machine.travel(time_machine.escape_hatch.time.time(), tick=True):
        yield


#: Resources that stay open for all browser tests: the served city, the browser.
OPEN_RESOURCES = ExitStack()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """Close the browser after the last of these tests: its event loop runs in this thread, and Django would refuse the database."""
    try:
        return (yield)
    finally:
        if nextitem is None or nextitem.path.parent != item.path.parent:
            OPEN_RESOURCES.close()


@pytest.fixture(scope="session")
def city(chromium: str, request: pytest.FixtureRequest) -> str:
    """Serve the small sample city and return its URL; GONGKAI_CITY names one that is served already."""
    if os.environ.get("GONGKAI_CITY"):
        return os.environ["GONGKAI_CITY"]
    folder, _ = request.getfixturevalue("city_built")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    serve = [*GONGKAI_COMMAND, "serve", "--port", str(port), "--no-jobs"]
    named = {"GONGKAI_BASE_URL": f"http://localhost:{port}"}  # passkeys are bound to a name
    server = subprocess.Popen(serve, env=get_city_environment(folder) | named)
    OPEN_RESOURCES.callback(server.wait, 20)
    OPEN_RESOURCES.callback(server.terminate)
    address = f"http://127.0.0.1:{port}"
    _wait_for_server(address, server)
    return address


def _wait_for_server(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(720):
        assert server.poll() is None, "the server ended"
        try:
            urllib.request.urlopen(address, timeout=5)
            return
        except OSError:
            time.sleep(0.25)
    raise AssertionError("the server did not start")


@pytest.fixture(scope="session")
def browser(chromium: str) -> Browser:
    return OPEN_RESOURCES.enter_context(sync_playwright()).chromium.launch(
        executable_path=chromium,
        args=[
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            # One renderer process for each browser session; none is started in advance.
            "--process-per-site",
            "--renderer-process-limit=1",
        ],
    )


@pytest.fixture(scope="session")
def login_states() -> dict[str, Any]:
    """Return the browser storage of each user who has signed in: checking a password is slow on purpose."""
    return {}


@dataclass
class BrowserSession:
    """Browser context of a user. It is reused by all tests with its cached styles and scripts: loading them takes most of a page's time."""

    context: BrowserContext
    #: Stays open and serves a test's first visit: a new page starts a renderer process, which takes longer than most pages.
    first_page: Page
    #: URL without styles and scripts where the page waits between two tests.
    idle_url: str
    is_used: bool = False

    def page(self) -> Page:
        """Return the open page to the first caller in a test, and new pages to the next ones."""
        first, self.is_used = not self.is_used, True
        return self.first_page if first else self.context.new_page()

    def release(self) -> None:
        """Reset the open page."""
        if self.is_used:
            self.first_page.goto(self.idle_url)
            self.is_used = False

    def clear_storage(self) -> None:
        """Delete cookies and storage."""
        self.context.clear_cookies()
        self.first_page.evaluate("() => { localStorage.clear(); sessionStorage.clear() }")


@pytest.fixture(scope="session")
def browser_sessions() -> dict[tuple[str, int], BrowserSession]:
    """Return the open sessions by user (empty for the public) and width."""
    return {}


@pytest.fixture
def visit(
    browser: Browser, city: str, login_states: dict[str, Any], browser_sessions: dict[tuple[str, int], BrowserSession]
) -> Iterator[Callable[..., Page]]:
    """Open a URL at a size, signed in as a user if one is given. Storage of the public's browser is cleared after each test."""
    pages: list[Page] = []

    def get_session(size: dict[str, int], user: str) -> BrowserSession:
        if (user, size["width"]) not in browser_sessions:
            context = browser.new_context(
                viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai", storage_state=login_states.get(user)
            )
            kept = browser_sessions[user, size["width"]] = BrowserSession(
                context, context.new_page(), f"{city}/robots.txt"
            )
            kept.first_page.goto(kept.idle_url)
        return browser_sessions[user, size["width"]]

    def go(path: str, *, size: dict[str, int] = DESKTOP, user: str = "") -> Page:
        session = get_session(size, user)
        page = session.page()
        if page is not session.first_page:
            pages.append(page)
        page.set_default_timeout(30_000)
        if user and user not in login_states:
            sign_in(page, city, user)
            login_states[user] = session.context.storage_state()
        page.goto(city + path)
        return page

    yield go
    for page in pages:
        page.close()
    for (user, _), session in browser_sessions.items():
        session.release()
        if not user:
            session.clear_storage()


def sign_in(page: Page, city: str, user: str) -> None:
    page.goto(f"{city}/admin/login/")
    page.fill("input[name=username]", user)
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url(lambda url: "/admin/" in url and "/login/" not in url)  # leaders start on their board


SIGNER_LOGINS = ("jiaoyu-sh", "jiaoyu-qf", "jiaoyu-ld")


def sign_text(visit: Callable[..., Page], title: str, stages: tuple[str, ...] = SIGNER_LOGINS) -> None:
    """Let the three signers of the education bureau sign a text in the queue by keyboard."""
    for who in stages:
        page = visit("/admin/publishing/reviews/", user=who)
        page.click(f"a:text-is('{title}')")
        expect(page.locator(".gp-quick__title")).to_contain_text(title)
        expect(page.locator("[data-sign]")).to_be_enabled()
        page.locator("h1").first.click()
        # Attachments, and masked copies next to their originals, must be seen first: f opens the next unseen one.
        for _ in range(40):
            if not page.locator("[data-unseen]").count():
                break
            page.keyboard.press("f")
            page.wait_for_timeout(700)
        expect(page.locator("[data-unseen]")).to_have_count(0)
        # The first signer answers the sheet's lines and its conclusion, the later ones confirm it.
        for _ in range(page.locator(".gp-line").count() or 1):
            page.keyboard.press("1")
        page.keyboard.press("s")
        expect(page.locator("body")).to_contain_text("已审签", timeout=30_000)


def save_screenshot(page: Page, name: str) -> None:
    """Save a screenshot if GONGKAI_SHOTS names a folder."""
    folder = os.environ.get("GONGKAI_SHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
