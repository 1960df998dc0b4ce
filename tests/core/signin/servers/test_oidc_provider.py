"""OpenID Connect with a real server, the certified `oidc-provider`; skipped if `make identity` did not install it."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.signin.servers.browsing import SERVERS, Browser
from core.signin.servers.slapd import free_port, wait_for
from core.signin.shared import HOME, configure, configured, last, register
from gongkai.core.signin.identity import oidc
from gongkai.core.signin.identity.protocols import find_provider_answer_faults
from gongkai.core.signin.identity.providers import list_providers
from gongkai.core.signin.models import Operation, OperationKind, Session

MODULE = SERVERS / "node_modules" / "oidc-provider" / "lib" / "index.js"
START = "/admin/identity/city/"
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        not MODULE.exists() or not shutil.which("node"), reason="no oidc-provider is set up: make identity"
    ),
]


@pytest.fixture
def server(served: Any) -> Iterator[str]:
    port = free_port()
    program = Path(__file__).with_name("oidc_provider.mjs")
    running = subprocess.Popen(["node", str(program), str(MODULE), str(port), served.url], stdout=subprocess.DEVNULL)
    try:
        wait_for(port, 400)
        yield f"http://127.0.0.1:{port}"
    finally:
        running.terminate()
        running.wait(10)


def sign_in_there(browser: Browser, address: str) -> Any:
    browser.visit(address + START)
    while "/interaction/" in browser.page.url:
        browser.fill_in(login="yl-0001", password="anything")
    return browser.page


def test_sign_in_and_logout_end_both_sessions(served, people, settings, server: str) -> None:
    oidc._CLIENT_CACHE.clear()
    given = {"kind": "oidc", "issuer": server, "client": "gongkai", "identifier": "employee"}
    configure(settings, configured("city", **given, secret="s1-s1-s1-s1-s1-s1"))
    assert find_provider_answer_faults(list_providers()[0]) == []
    register(people.clerk, "city", "staff-yl-0001")
    browser = Browser()
    page = sign_in_there(browser, served.url)
    assert (page.status_code, page.url) == (200, served.url + HOME)
    row = Operation.objects.get(kind=OperationKind.SIGN_IN)
    assert (row.person_id, "staff-yl-0001" in row.words) == (people.clerk.pk, True), "the claim came by userinfo"
    kept = Session.objects.get(user=people.clerk.user)
    assert (kept.subject, bool(kept.sid)) == ("yl-0001", True)
    answered = next(step.url for step in page.history if "code=" in step.url)
    browser.visit(answered)
    assert "已经用过（state）" in last().words
    page = browser.post_here(f"{served.url}/admin/logout/")
    assert not Session.objects.filter(user=people.clerk.user)
    address = page.text.split("url=", 1)[1].split('"', 1)[0].replace("&amp;", "&")
    browser.visit(address)
    page = browser.fill_in(logout="yes")
    assert page.url.startswith(f"{served.url}/admin/login/")


def test_backchannel_logout_ends_the_session(served, people, settings, server: str) -> None:
    oidc._CLIENT_CACHE.clear()
    given = {"kind": "oidc", "issuer": server, "client": "gongkai", "secret": "s1-s1-s1-s1-s1-s1"}
    configure(settings, configured("city", **given))
    register(people.clerk, "city")
    browser = Browser()
    sign_in_there(browser, served.url)
    assert Session.objects.filter(user=people.clerk.user).count() == 1
    browser.visit(f"{server}/session/end")
    browser.fill_in(logout="yes")
    assert Session.objects.filter(user=people.clerk.user).count() == 0
    assert last().kind == OperationKind.ENDED_THERE


def test_wrong_client_secret_is_reported_in_one_line(served, people, settings, server: str) -> None:
    oidc._CLIENT_CACHE.clear()
    given = {"kind": "oidc", "issuer": server, "client": "gongkai", "secret": "wrong"}
    configure(settings, configured("city", **given))
    page = sign_in_there(Browser(), served.url)
    assert "没有同意这次登录" in page.text
    assert "invalid_client" in last().words
