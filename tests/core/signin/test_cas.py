"""Answers of a CAS server to a ticket, also invalid ones, and its logout message; real server: `servers/test_cas_server.py`."""

from typing import Any

import pytest
from django.test import Client

from core.signin.shared import HOME, configure, configured, last, register, said
from gongkai.core.signin.models import OperationKind

START, CALLBACK = "/admin/identity/city/", "/admin/identity/city/callback/"
NAMESPACE = 'xmlns:cas="http://www.yale.edu/tp/cas"'
GOOD = f"<cas:serviceResponse {NAMESPACE}><cas:authenticationSuccess><cas:user>yl-0001</cas:user></cas:authenticationSuccess></cas:serviceResponse>"
BAD = f'<cas:serviceResponse {NAMESPACE}><cas:authenticationFailure code="INVALID_TICKET">no</cas:authenticationFailure></cas:serviceResponse>'
BOMB = f'<!DOCTYPE x [<!ENTITY e "yl-0001">]>{GOOD.replace("yl-0001", "&e;")}'


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("answer", "words"),
    [(GOOD, ""), (BAD, "已经用过、已经过期"), (BOMB, "不能识别"), ("<html>", "不能识别"), ("", "不能识别")],
)
def test_answer_to_a_ticket_decides_the_sign_in(
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
    for message, status in (("<x/>", 400), (BOMB, 400), (_make_logout_request("ST-2"), 200)):
        assert Client().post(CALLBACK, {"logoutRequest": message}).status_code == status
    assert client.get(HOME).status_code == 200
    assert Client().post(CALLBACK, {"logoutRequest": _make_logout_request("ST-1")}).status_code == 200
    assert client.get(HOME).status_code == 302


def _make_logout_request(ticket: str) -> str:
    names = 'xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"'
    return f"<samlp:LogoutRequest {names}><samlp:SessionIndex>{ticket}</samlp:SessionIndex></samlp:LogoutRequest>"
