"""Accounts of a directory, asked of a real OpenLDAP server; left out where `slapd` is not installed (`make identity`)."""

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
def asked(directory: Directory, settings: Any) -> Any:
    def configure_with(**given: str) -> None:
        base = {"kind": "ldap", "url": directory.tls, "ca": directory.ca, "base": BASE, "reader": READER}
        configure(
            settings, configured("city", **{**base, "password": PASSWORD, "identifier": "employeeNumber", **given})
        )

    configure_with()
    return configure_with


def come(account: str, password: str) -> tuple[Client, Any]:
    client = Client()
    return client, client.post(LOGIN, {"username": account, "password": password})


def test_an_account_of_the_directory_comes_in_with_the_posts_of_its_person(people, asked) -> None:
    register(people.clerk, "city")
    client, answer = come("zhoumin", "own-secret-1")
    assert answer.status_code == 302
    assert client.get(HOME).status_code == 200
    assert "yl-0001" in Operation.objects.get(kind=OperationKind.SIGN_IN, person=people.clerk).words
    assert sign_in(people.auditor).get(HOME).status_code == 200, "passwords of ours count, too"
    assert not list_providers()[0].address.startswith("ldap:")


@pytest.mark.parametrize(
    ("account", "password"),
    [("zhoumin", "wrong"), ("zhoumin", ""), ("nobody", "x"), ("*", "own-secret-1"), ("zhoumin)(uid=*", "own-secret-1")],
)
def test_a_wrong_password_an_empty_one_and_a_filter_typed_as_a_name_open_nothing(
    people, asked, account: str, password: str
) -> None:
    register(people.clerk, "city")
    client, _ = come(account, password)
    assert "_auth_user_id" not in client.session


def test_who_is_not_registered_has_no_identifier_or_is_there_twice_is_told_so(people, asked) -> None:
    assert "没有登记标识“yl-0001”" in alert(come("zhoumin", "own-secret-1")[1])
    assert last().kind == OperationKind.FAILED
    assert "yl-0001" in last().words
    assert "没有给出您的人员标识（employeeNumber）" in alert(come("lifang", "own-secret-2")[1])
    asked(filter="(mail={account})")
    assert "有不止一人" in alert(come("same@yunling.example", "own-secret-1")[1])


def test_a_directory_that_is_away_lets_passwords_of_ours_in_and_says_what_is_wrong(people, asked) -> None:
    asked(url=f"ldap://127.0.0.1:{free_port()}")
    assert "服务现在不能访问" in alert(come("zhoumin", "own-secret-1")[1])
    assert "不能访问" in last().words
    client, answer = come(people.clerk.user.username, OWN)
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
def test_the_check_says_what_is_wrong(asked, given: dict[str, str], words: str) -> None:
    asked(**given)
    found = find_provider_answer_faults(list_providers()[0])
    assert [words in line for line in found] == ([True] if words else [])


def test_one_of_two_servers_is_enough_and_starttls_is_used(people, asked, directory) -> None:
    register(people.clerk, "city")
    asked(url=f"ldap+tls://127.0.0.1:{free_port()} ldap+tls:{directory.plain.partition(':')[2]}")
    client, _ = come("zhoumin", "own-secret-1")
    assert client.get(HOME).status_code == 200
