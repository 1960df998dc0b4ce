"""Directory accounts with a real OpenLDAP server; skipped if `slapd` is not installed (`make identity`)."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from core.signin.conftest import PASSWORD as OWN
from core.signin.conftest import sign_in
from core.signin.servers.slapd import BASE, PASSWORD, PROGRAM, READER, Directory, free_port, running
from core.signin.shared import HOME, LOGIN, alert, configure, configured, last, register
from gongkai.core.signin.identity.protocols import find_provider_answer_faults
from gongkai.core.signin.identity.providers import list_providers
from gongkai.core.signin.models import Operation, OperationKind

pytestmark = [pytest.mark.django_db, pytest.mark.skipif(not PROGRAM, reason="slapd is not installed: make identity")]


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Directory]:
    with running(tmp_path_factory.mktemp("slapd")) as server:
        yield server


@pytest.fixture
def configure_directory(directory: Directory, settings: Any) -> Any:
    def configure_with(**given: str) -> None:
        base = {"kind": "ldap", "url": directory.tls, "ca": directory.ca, "base": BASE, "reader": READER}
        configure(
            settings, configured("city", **{**base, "password": PASSWORD, "identifier": "employeeNumber", **given})
        )

    configure_with()
    return configure_with


def attempt_sign_in(account: str, password: str) -> tuple[Client, Any]:
    client = Client()
    return client, client.post(LOGIN, {"username": account, "password": password})


def test_directory_account_signs_in_with_the_posts_of_its_person(people, configure_directory) -> None:
    register(people.clerk, "city")
    client, answer = attempt_sign_in("zhoumin", "own-secret-1")
    assert answer.status_code == 302
    assert client.get(HOME).status_code == 200
    assert "yl-0001" in Operation.objects.get(kind=OperationKind.SIGN_IN, person=people.clerk).words
    assert sign_in(people.auditor).get(HOME).status_code == 200, "passwords of ours count, too"
    assert not list_providers()[0].address.startswith("ldap:")


@pytest.mark.parametrize(
    ("account", "password"),
    [("zhoumin", "wrong"), ("zhoumin", ""), ("nobody", "x"), ("*", "own-secret-1"), ("zhoumin)(uid=*", "own-secret-1")],
)
def test_wrong_or_empty_password_or_filter_injection_is_refused(
    people, configure_directory, account: str, password: str
) -> None:
    register(people.clerk, "city")
    client, _ = attempt_sign_in(account, password)
    assert "_auth_user_id" not in client.session


def test_unregistered_or_ambiguous_account_gets_an_explanation(people, configure_directory) -> None:
    assert "没有登记标识“yl-0001”" in alert(attempt_sign_in("zhoumin", "own-secret-1")[1])
    assert last().kind == OperationKind.FAILED
    assert "yl-0001" in last().words
    assert "没有给出您的人员标识（employeeNumber）" in alert(attempt_sign_in("lifang", "own-secret-2")[1])
    configure_directory(filter="(mail={account})")
    assert "有不止一人" in alert(attempt_sign_in("same@yunling.example", "own-secret-1")[1])


def test_local_passwords_work_while_the_directory_is_unreachable(people, configure_directory) -> None:
    configure_directory(url=f"ldap://127.0.0.1:{free_port()}")
    assert "服务现在不能访问" in alert(attempt_sign_in("zhoumin", "own-secret-1")[1])
    assert "不能访问" in last().words
    client, answer = attempt_sign_in(people.clerk.user.username, OWN)
    assert answer.status_code == 302
    assert client.get(HOME).status_code == 200


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, ""),
        ({"password": "wrong"}, "不接受本系统查找人员的账号"),
        ({"base": "dc=elsewhere,dc=example"}, "没有 BASE 所说的"),
        ({"ca": ""}, "不能访问"),
        ({"reader": "", "password": ""}, "BASE 所说的"),
    ],
)
def test_check_reports_wrong_directory_settings(configure_directory, given: dict[str, str], words: str) -> None:
    configure_directory(**given)
    found = find_provider_answer_faults(list_providers()[0])
    assert [words in line for line in found] == ([True] if words else [])


def test_second_server_is_tried_and_starttls_is_used(people, configure_directory, directory) -> None:
    register(people.clerk, "city")
    configure_directory(url=f"ldap+tls://127.0.0.1:{free_port()} ldap+tls:{directory.plain.partition(':')[2]}")
    client, _ = attempt_sign_in("zhoumin", "own-secret-1")
    assert client.get(HOME).status_code == 200
