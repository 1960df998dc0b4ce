"""Internal network addresses in every notation."""

import socket

import pytest

from gongkai.lib.outbound.permitted_hosts import InternalHost, connect_to_public_address, is_public_ip_address


@pytest.mark.parametrize(
    ("number", "public"),
    [
        ("114.114.114.114", True),
        ("2400:3200::1", True),
        ("10.0.0.1", False),
        ("172.16.3.4", False),
        ("192.168.1.1", False),
        ("127.0.0.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fd00::1", False),
        ("fe80::1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::a00:1", False),
        ("64:ff9b::7272:7272", True),
        ("2002:a00:1::", False),
        ("::127.0.0.1", False),
        ("::ffff:0:127.0.0.1", False),
        ("::ffff:114.114.114.114", True),
        ("64:ff9b:1::7f00:1", False),
        ("2001:0:7f00:1::", False),
        ("2400:3200::5efe:10.0.0.1", False),
        ("fec0::1", False),
        ("3fff::1", False),
        ("5f00::1", False),
        ("fe80::1%1", False),
        ("192.0.0.9", False),
        ("192.0.0.170", False),
        ("192.88.99.1", False),
        ("198.18.0.1", False),
        ("203.0.113.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
    ],
)
def test_only_public_addresses_are_public(number, public):
    assert is_public_ip_address(number) is public


def resolving(monkeypatch, *numbers):
    rows = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, 80)) for number in numbers]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: rows)


def test_name_resolving_to_internal_addresses_is_not_connected(monkeypatch):
    resolving(monkeypatch, "10.0.0.1", "127.0.0.1")
    monkeypatch.setattr(socket, "create_connection", lambda *args, **kwargs: pytest.fail("called"))
    with pytest.raises(InternalHost):
        connect_to_public_address("inner.example", 80, 1)


def test_connection_uses_checked_address_and_falls_back_to_next(monkeypatch):
    resolving(monkeypatch, "10.0.0.1", "114.114.114.114", "114.114.115.115")
    called = []

    def create(address, timeout):
        called.append(address)
        if len(called) == 1:
            raise ConnectionRefusedError
        return "connection"

    monkeypatch.setattr(socket, "create_connection", create)
    assert connect_to_public_address("www.example", 80, 1) == "connection"
    assert called == [("114.114.114.114", 80), ("114.114.115.115", 80)]


def test_first_error_is_raised_if_no_address_answers(monkeypatch):
    resolving(monkeypatch, "114.114.114.114")

    def create(address, timeout):
        raise TimeoutError

    monkeypatch.setattr(socket, "create_connection", create)
    with pytest.raises(TimeoutError):
        connect_to_public_address("www.example", 80, 1)


def test_many_dead_addresses_share_one_timeout(monkeypatch):
    resolving(monkeypatch, *(f"114.114.114.{n}" for n in range(1, 21)))
    clock = [0.0]
    monkeypatch.setattr("gongkai.lib.outbound.permitted_hosts.time.monotonic", lambda: clock[0])

    def create(address, timeout):
        clock[0] += timeout
        raise TimeoutError

    monkeypatch.setattr(socket, "create_connection", create)
    with pytest.raises(TimeoutError):
        connect_to_public_address("www.example", 80, 5)
    assert clock[0] == pytest.approx(5)
