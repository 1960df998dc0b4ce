"""Where a name leads: to a public address, or into a network of ours."""

import http.client
import ipaddress
import socket
import ssl
from functools import cache
from typing import Any

from gongkai.outbound.reach import Inner

#: Addresses of IPv6 that stand for one of IPv4 (RFC 6052).
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def is_public(number: str) -> bool:
    """Whether an IP address is one that the whole world reaches; not where it stands for an inner one.

    Raises:
        ValueError: it is no address at all.
    """
    address = ipaddress.ip_address(number)
    inside = None
    if isinstance(address, ipaddress.IPv6Address):
        inside = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inside = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return all(
        one.is_global and not one.is_multicast for one in (inside or address, address) if one is not None
    )


def connect_outside(host: str, port: int, seconds: float) -> socket.socket:
    """Return a connection to a public address of a host.

    Connected by the number that was looked at, so that a name cannot point elsewhere a moment later.

    Raises:
        Inner: it has none.
        OSError: none of them answers.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    numbers = [number for number in dict.fromkeys(str(one[4][0]) for one in found) if is_public(number)]
    if not numbers:
        raise Inner("指向内部网络地址")
    failed: OSError | None = None
    for number in numbers:
        try:
            return socket.create_connection((number, port), timeout=seconds)
        except OSError as error:
            failed = failed or error
    assert failed is not None
    raise failed


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


class OutsideOnly(http.client.HTTPConnection):
    """A connection that is made to public addresses only."""

    def connect(self) -> None:
        """Look where the name leads, and connect there."""
        self.sock = connect_outside(self.host, self.port, float(self.timeout or 30))


class OutsideOnlyTls(http.client.HTTPSConnection):
    """The same, with TLS for the name (not for the number)."""

    def connect(self) -> None:
        """Look where the name leads, connect there, and have the name proved."""
        plain: Any = connect_outside(self.host, self.port, float(self.timeout or 30))
        try:
            self.sock = _trust().wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise
