"""A small sample city, served by the real command, and a real browser. Left out where there is no browser."""

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

GONGKAI = [sys.executable, "-c", "from gongkai.ops.cli import main; main()"]
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}
PASSWORD = "Yunling-2026"
#: Rules of axe. Of what it may fetch first only sound and film are: no rule that is asked here reads style sheets.
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
AXE = {"resultTypes": ["violations"], "preload": {"assets": ["media"]}}
OFFICE_RULES: dict[str, Any] = {**AXE, "runOnly": {"type": "tag", "values": WCAG}}
PUBLIC_RULES: dict[str, Any] = {**AXE, "runOnly": {"type": "tag", "values": [*WCAG, "wcag22aa"]}}
#: What a page must come to show may take its time where others work, too.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def city_built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Build the small sample city by the real command; return its folder and what the command said."""
    folder = tmp_path_factory.mktemp("city")
    env = installation(folder)
    env["PYTHONPATH"] = os.pathsep.join([env["PYTHONPATH"], str(Path(__file__).parent.parent)])
    done = subprocess.run([*GONGKAI, "demo", "--no-serve"], env=env, check=True, capture_output=True, text=True)
    return folder, done.stdout


def installation(folder: Path) -> dict[str, str]:
    """Return the environment of an installation in a folder."""
    env = {**os.environ, "GONGKAI_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "gongkai.ops.config.settings"}
    env.pop("DATABASE_URL", None)
    return env


@pytest.fixture(autouse=True)
def _clock_of_the_city() -> Iterator[None]:
    """Set the machine's clock, which the served city has, too."""
    with time_machine.travel(time_machine.escape_hatch.time.time(), tick=True):
        yield


#: What stands open while the pages are walked: the served city, the browser.
OPEN = ExitStack()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """Close it behind the last of these tests: while a browser is open, its loop runs in this thread, and Django refuses the database."""
    try:
        return (yield)
    finally:
        if nextitem is None or nextitem.path.parent != item.path.parent:
            OPEN.close()


@pytest.fixture(scope="session")
def city(chromium: str, request: pytest.FixtureRequest) -> str:
    """Serve the small sample city, return its address; GONGKAI_CITY names one that is served already."""
    if os.environ.get("GONGKAI_CITY"):
        return os.environ["GONGKAI_CITY"]
    folder, _ = request.getfixturevalue("city_built")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    serve = [*GONGKAI, "serve", "--port", str(port), "--no-jobs"]
    named = {"GONGKAI_BASE_URL": f"http://localhost:{port}"}  # passkeys are bound to a name
    server = subprocess.Popen(serve, env=installation(folder) | named)
    OPEN.callback(server.wait, 20)
    OPEN.callback(server.terminate)
    address = f"http://127.0.0.1:{port}"
    _wait(address, server)
    return address


def _wait(address: str, server: subprocess.Popen[bytes]) -> None:
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
    return OPEN.enter_context(sync_playwright()).chromium.launch(
        executable_path=chromium,
        args=[
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            # One process draws the pages of a user's browser; none is started in advance for a page that may never come.
            "--process-per-site",
            "--renderer-process-limit=1",
        ],
    )


@pytest.fixture(scope="session")
def signed_in() -> dict[str, Any]:
    """Who signed in already, with what their browser keeps of it: checking a password is dear, as it shall be."""
    return {}


@dataclass
class Desk:
    """The browser of somebody, kept from test to test with the styles and scripts that it fetched: to load them anew is most of a page's cost."""

    context: BrowserContext
    #: Stays open, and a test's first visit is made in it: a new page starts a program that draws it, which takes longer than most pages.
    open: Page
    #: An address of the city without styles and scripts, where the page waits between two tests.
    quiet: str
    taken: bool = False

    def page(self) -> Page:
        """Return the open page to the first who asks in a test, to the next ones another one."""
        first, self.taken = not self.taken, True
        return self.open if first else self.context.new_page()

    def leave(self) -> None:
        """Put the open page back."""
        if self.taken:
            self.open.goto(self.quiet)
            self.taken = False

    def forget(self) -> None:
        """Forget who was here."""
        self.context.clear_cookies()
        self.open.evaluate("() => { localStorage.clear(); sessionStorage.clear() }")


@pytest.fixture(scope="session")
def desks() -> dict[tuple[str, int], Desk]:
    """Whose browsers are open, by user (nobody: the public) and width."""
    return {}


@pytest.fixture
def visit(
    browser: Browser, city: str, signed_in: dict[str, Any], desks: dict[tuple[str, int], Desk]
) -> Iterator[Callable[..., Page]]:
    """Open an address at a size; sign in first where a user is named who did not yet. What the public left in its browser goes with the test."""
    pages: list[Page] = []

    def opened(size: dict[str, int], user: str) -> Desk:
        if (user, size["width"]) not in desks:
            context = browser.new_context(
                viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai", storage_state=signed_in.get(user)
            )
            kept = desks[user, size["width"]] = Desk(context, context.new_page(), f"{city}/robots.txt")
            kept.open.goto(kept.quiet)
        return desks[user, size["width"]]

    def go(path: str, *, size: dict[str, int] = DESK, user: str = "") -> Page:
        desk = opened(size, user)
        page = desk.page()
        if page is not desk.open:
            pages.append(page)
        page.set_default_timeout(30_000)
        if user and user not in signed_in:
            sign_in(page, city, user)
            signed_in[user] = desk.context.storage_state()
        page.goto(city + path)
        return page

    yield go
    for page in pages:
        page.close()
    for (user, _), desk in desks.items():
        desk.leave()
        if not user:
            desk.forget()


def sign_in(page: Page, city: str, user: str) -> None:
    page.goto(f"{city}/admin/login/")
    page.fill("input[name=username]", user)
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url(lambda url: "/admin/" in url and "/login/" not in url)  # leaders start on their board


STAGES = ("jiaoyu-sh", "jiaoyu-qf", "jiaoyu-ld")


def sign(visit: Callable[..., Page], title: str, stages: tuple[str, ...] = STAGES) -> None:
    """Let the three stages of the education bureau sign a text from the queue, each by one key."""
    for who in stages:
        page = visit("/admin/publishing/reviews/", user=who)
        page.click(f"a:text-is('{title}')")
        expect(page.locator(".gp-quick__title")).to_contain_text(title)
        expect(page.locator("[data-sign]")).to_be_enabled()
        page.locator("h1").first.click()
        # Attachments, and masked copies beside their originals, are to be seen first: f goes to the next that was not.
        for _ in range(40):
            if not page.locator("[data-unseen]").count():
                break
            page.keyboard.press("f")
            page.wait_for_timeout(700)
        expect(page.locator("[data-unseen]")).to_have_count(0)
        # The first signer answers the sheet's lines and its conclusion, the later ones confirm it: all by keyboard.
        for _ in range(page.locator(".gp-line").count() or 1):
            page.keyboard.press("1")
        page.keyboard.press("s")
        expect(page.locator("body")).to_contain_text("已审签", timeout=30_000)


def picture(page: Page, name: str) -> None:
    """Keep a picture where GONGKAI_SHOTS names a folder, for whoever wants to look."""
    folder = os.environ.get("GONGKAI_SHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
