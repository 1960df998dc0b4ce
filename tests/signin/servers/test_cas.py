"""CAS against a real server (django-mama-cas), left out where `make identity` did not set it up; and what a server says wrongly."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from gongkai.signin.identity.protocols import answer_of
from gongkai.signin.identity.providers import providers
from gongkai.signin.models import Operation, OperationKind, Session
from signin.servers.browsing import SERVERS, Browser
from signin.servers.slapd import free_port, wait_for
from signin.shared import HOME, configure, configured, last, register, said

PYTHON = SERVERS / "cas" / "bin" / "python"
START, CALLBACK = "/admin/identity/city/", "/admin/identity/city/callback/"
real = pytest.mark.skipif(not PYTHON.exists(), reason="no CAS server is set up: make identity")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    port = free_port()
    program = str(Path(__file__).with_name("cas_server.py"))
    running = subprocess.Popen(
        [str(PYTHON), program, str(port), r"http://localhost:\d+/.*"], stderr=subprocess.DEVNULL
    )
    try:
        wait_for(port, 400)
        yield f"http://127.0.0.1:{port}"
    finally:
        running.terminate()
        running.wait(10)


@real
@pytest.mark.django_db(transaction=True)
def test_a_person_comes_in_by_a_ticket_and_signing_out_there_ends_the_session_here(
    served, people, settings, server: str
) -> None:
    given = {"kind": "cas", "url": server, "identifier": "employeeNumber", "factor": "credentialType=otp"}
    configure(settings, configured("city", **given))
    settings.GONGKAI_SECOND_FACTOR = True
    assert answer_of(providers()[0]) == []
    register(people.signer, "city")
    browser = Browser()
    browser.visit(served.url + START)
    page = browser.fill_in(username="zhoumin", password="own-secret-1")
    assert (page.status_code, page.url) == (200, served.url + HOME), "its second factor counts"
    row = Operation.objects.get(kind=OperationKind.SIGN_IN)
    assert (row.person_id, "yl-0001" in row.words) == (people.signer.pk, True)
    replayed = browser.visit(next(step.url for step in page.history if "ticket=" in step.url))
    assert "已经用过（state）" in last().words, replayed.url
    assert Session.objects.filter(user=people.signer.user).count() == 1
    page = browser.post_here(f"{served.url}/admin/logout/")
    assert f"{server}/logout" in page.text
    assert Session.objects.filter(user=people.signer.user).count() == 0
    browser.visit(served.url + START)
    assert Session.objects.filter(user=people.signer.user).count() == 1, "still signed in there"
    browser.visit(f"{server}/logout")
    assert Session.objects.filter(user=people.signer.user).count() == 0, "its message ended the session"
    assert last().kind == OperationKind.ENDED_THERE
    browser.visit(served.url + START)
    assert "/login" in browser.page.url


NAMESPACE = 'xmlns:cas="http://www.yale.edu/tp/cas"'
GOOD = f"<cas:serviceResponse {NAMESPACE}><cas:authenticationSuccess><cas:user>yl-0001</cas:user></cas:authenticationSuccess></cas:serviceResponse>"
BAD = f'<cas:serviceResponse {NAMESPACE}><cas:authenticationFailure code="INVALID_TICKET">no</cas:authenticationFailure></cas:serviceResponse>'
BOMB = f'<!DOCTYPE x [<!ENTITY e "yl-0001">]>{GOOD.replace("yl-0001", "&e;")}'


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("answer", "words"),
    [(GOOD, ""), (BAD, "已经用过、已经过期"), (BOMB, "不能识别"), ("<html>", "不能识别"), ("", "不能识别")],
)
def test_what_the_server_says_of_a_ticket_counts(
    people, settings, monkeypatch: pytest.MonkeyPatch, answer: str, words: str
) -> None:
    configure(settings, configured("city", kind="cas", url="https://cas.yunling.example"))
    register(people.clerk, "city")
    asked = []

    def verify(client: Any, ticket: str) -> bytes:
        asked.append((client.service_url, ticket))
        return answer.encode()

    monkeypatch.setattr("cas.CASClientV2.get_verification_response", verify)
    client, other = Client(), Client()
    back = client.get(START).headers["Location"]
    assert back.startswith("https://cas.yunling.example/login?service=http%3A%2F%2Ftestserver%2Fadmin")
    state = back.rpartition("state%3D")[2]
    assert "不是从本浏览器发起的" in said(other, other.get(CALLBACK, {"state": state, "ticket": "ST-1"}))
    there = client.get(CALLBACK, {"state": state, "ticket": "ST-1"})
    assert asked == [(f"http://testserver{CALLBACK}?state={state}", "ST-1")]
    if words:
        assert words in said(client, there)
        assert last().kind == OperationKind.FAILED
        return
    assert there.headers["Location"] == HOME
    assert client.get(HOME).status_code == 200
    for message, status in (("<x/>", 400), (BOMB, 400), (_logout("ST-2"), 200)):
        assert Client().post(CALLBACK, {"logoutRequest": message}).status_code == status
    assert client.get(HOME).status_code == 200
    assert Client().post(CALLBACK, {"logoutRequest": _logout("ST-1")}).status_code == 200
    assert client.get(HOME).status_code == 302


def _logout(ticket: str) -> str:
    names = 'xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"'
    return f"<samlp:LogoutRequest {names}><samlp:SessionIndex>{ticket}</samlp:SessionIndex></samlp:LogoutRequest>"
