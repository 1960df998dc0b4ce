"""CAS with a real server (django-mama-cas); skipped if `make identity` did not install it."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.signin.servers.browsing import SERVERS, Browser
from core.signin.servers.slapd import free_port, wait_for
from core.signin.shared import HOME, configure, configured, last, register
from gongkai.core.signin.identity.protocols import find_provider_answer_faults
from gongkai.core.signin.identity.providers import list_providers
from gongkai.core.signin.models import Operation, OperationKind, Session

PYTHON = SERVERS / "cas" / "bin" / "python"
START = "/admin/identity/city/"
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not PYTHON.exists(), reason="no CAS server is set up: make identity"),
]


@pytest.fixture(scope="module")
def cas_server() -> Iterator[str]:
    port = free_port()
    program = str(Path(__file__).with_name("cas_server.py"))
    running = subprocess.Popen([str(PYTHON), program, str(port), r"http://localhost:\d+/.*"], stderr=subprocess.DEVNULL)
    try:
        wait_for(port, 400)
        yield f"http://127.0.0.1:{port}"
    finally:
        running.terminate()
        running.wait(10)


def test_sign_in_by_ticket_and_single_logout(served, people, settings, cas_server: str) -> None:
    given = {"kind": "cas", "url": cas_server, "identifier": "employeeNumber", "factor": "credentialType=otp"}
    configure(settings, configured("city", **given))
    settings.GONGKAI_SECOND_FACTOR = True
    assert find_provider_answer_faults(list_providers()[0]) == []
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
    assert f"{cas_server}/logout" in page.text
    assert Session.objects.filter(user=people.signer.user).count() == 0
    browser.visit(served.url + START)
    assert Session.objects.filter(user=people.signer.user).count() == 1, "still signed in there"
    browser.visit(f"{cas_server}/logout")
    assert Session.objects.filter(user=people.signer.user).count() == 0, "its message ended the session"
    assert last().kind == OperationKind.ENDED_THERE
    browser.visit(served.url + START)
    assert "/login" in browser.page.url
