"""Client addresses from trusted proxies, used by the sign-in log and lockout."""

import pytest
from django.test import Client, RequestFactory

from core.signin.conftest import PASSWORD
from gongkai.core.signin.models import Operation, OperationKind
from gongkai.core.signin.throttle import client_ip


@pytest.mark.parametrize(
    ("proxies", "line", "seen"),
    [
        (0, "203.0.113.9", "10.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "127.0.0.1, 203.0.113.9", "203.0.113.9"),
        (2, "127.0.0.1, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (2, "203.0.113.9", "10.0.0.1"),
        (1, "[2001:db8::1]:443", "2001:db8::1"),
        (1, "203.0.113.9:51234", "203.0.113.9"),
        (1, "::ffff:203.0.113.9", "203.0.113.9"),
        (1, "no address", "10.0.0.1"),
        (1, "", "10.0.0.1"),
    ],
)
def test_client_ip_uses_the_trusted_proxies(settings, proxies: int, line: str, seen: str) -> None:
    settings.AXES_IPWARE_PROXY_COUNT = proxies or None
    assert client_ip(RequestFactory().get("/", HTTP_X_FORWARDED_FOR=line, REMOTE_ADDR="10.0.0.1")) == seen


@pytest.mark.django_db
def test_failed_sign_in_behind_a_proxy_logs_the_client_address(people, settings) -> None:
    settings.AXES_IPWARE_PROXY_COUNT = 1
    there = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "127.0.0.1, 203.0.113.9"}
    said = {"username": people.auditor.user.username, "password": f"{PASSWORD}x"}
    Client().post("/admin/login/", said, **there)
    assert Operation.objects.get(kind=OperationKind.FAILED).address == "203.0.113.9"
