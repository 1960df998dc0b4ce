"""Permitted hosts and limits of outgoing requests (SSRF protection)."""

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}


class NoAnswer(Exception):
    """Raised when a request yields no usable response; the text is a short Chinese reason."""


class HostNotPermitted(NoAnswer):
    """Raised for a URL that is invalid or whose host is not permitted."""


class InternalHost(NoAnswer):
    """Raised for a host in an internal network."""


class TooManyRedirects(NoAnswer):
    """Raised after too many redirects."""


class ResponseTooLarge(NoAnswer):
    """Raised when the response exceeds the size limit."""


@dataclass(frozen=True)
class RequestLimits:
    """The permitted hosts and limits of a caller.

    Attributes:
        seconds: timeout of connecting, and between two parts of a response.
        hosts: the only permitted hosts: `www.gov.cn`, or `www.gov.cn:8080` with an unusual port. None: any.
        inner: internal addresses are permitted; else the connection uses the very IP address that was checked.
        inside: hosts (written like `hosts`) permitted although internal: one's own site.
        hops: maximum number of redirects (of a GET without body), each checked like the first URL. 0: a redirect is returned.
        most: maximum size of a response, in bytes.
        proxy: use the proxy of the environment; not without `inner`, because a proxy resolves names itself.
        whole: timeout of a whole response with all its redirects, in seconds.
        agent: the User-Agent.
        family: `socket.AF_INET6`: IPv6 only; 0: any.
    """

    seconds: float
    hosts: Collection[str] | None = None
    inner: bool = False
    hops: int = 0
    most: int = 0
    proxy: bool = False
    whole: float = 300.0
    agent: str = "Gongkai"
    inside: Collection[str] = ()
    family: int = 0

    def may_ask(self, address: str) -> bool:
        """Return true if the URL's host is permitted."""
        host_name = get_host_name(address)
        return bool(host_name) and (self.hosts is None or host_name in {host.lower() for host in self.hosts})

    def may_go_inside(self, address: str) -> bool:
        """Return true if the URL may be requested even in an internal network."""
        return self.inner or get_host_name(address) in self.inside


#: Functions that return the permitted internal hosts (for `RequestLimits.inside`); the app with their register adds one.
INTERNAL_HOST_SOURCES: list[Callable[[], Collection[str]]] = []


def get_permitted_internal_hosts() -> set[str]:
    """Return the internal hosts permitted by two officers."""
    return {host for inner_host in INTERNAL_HOST_SOURCES for host in inner_host()}


def get_host_name(address: str) -> str:
    """Return a URL's host in the form used by `hosts`; "" if invalid or with user information."""
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return ""
    if parts.scheme not in _DEFAULT_PORTS or not host or parts.username is not None:
        return ""
    return host if port in (None, _DEFAULT_PORTS[parts.scheme]) else f"{host}:{port}"


#: Addresses of IPv6 that stand for one of IPv4, whose last 32 bits it is (RFC 6052).
_NAT64_NETWORK = ipaddress.IPv6Network("64:ff9b::/96")
#: The only addresses of IPv6 that are given out to the world (RFC 4291, 2.4; IANA's registry). What lies outside is refused whatever it is called:
#: `::127.0.0.1`, `::ffff:0:10.0.0.1`, 64:ff9b:1::/48 (translation inside one network), site-local and future ranges.
_PUBLIC_IPV6_NETWORK = ipaddress.IPv6Network("2000::/3")
#: Ranges that Python calls global, and that lead into a network of one's own or nowhere: protocol assignments (RFC 6890), the way to a 6to4 relay
#: (RFC 7526), examples (RFC 9637).
_NON_PUBLIC_NETWORKS = (
    ipaddress.IPv4Network("192.0.0.0/24"),
    ipaddress.IPv4Network("192.88.99.0/24"),
    ipaddress.IPv6Network("3fff::/20"),
)
#: The middle of an address of IPv6 whose last 32 bits are one of IPv4 (ISATAP, RFC 5214, 6.1).
_ISATAP_MIDDLES = (0x00005EFE, 0x02005EFE)

#: Socket option for immediate acknowledgement (Linux): servers that send head and body separately wait 40 ms for the
#: first acknowledgement on a reused connection. The kernel resets it, so it is set before each read.
_QUICK_ACK_OPTION: int | None = getattr(socket, "TCP_QUICKACK", None)

#: A resolved address of a host, as `socket.getaddrinfo` returns it.
AddressInfo = tuple[
    socket.AddressFamily, socket.SocketKind, int, str, tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]
]


def is_public_ip_address(number: str) -> bool:
    """Return true for a globally routable IP address that embeds no internal address.

    Raises:
        ValueError: it is no address at all.
    """
    address = ipaddress.ip_address(number)
    if isinstance(address, ipaddress.IPv4Address):
        return _is_public_address(address)
    if address.ipv4_mapped is not None:
        return _is_public_address(address.ipv4_mapped)
    embedded = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if address in _NAT64_NETWORK:
        return _is_public_address(embedded)
    inside = [address.sixtofour, *(address.teredo or ())]
    if int(address) >> 32 & 0xFFFFFFFF in _ISATAP_MIDDLES:
        inside.append(embedded)
    return (
        address in _PUBLIC_IPV6_NETWORK
        and _is_public_address(address)
        and all(_is_public_address(candidate) for candidate in inside if candidate is not None)
    )


def _is_public_address(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    return (
        address.is_global and not address.is_multicast and not any(address in known for known in _NON_PUBLIC_NETWORKS)
    )


def connect_to_public_address(host: str, port: int, seconds: float, family: int = 0) -> socket.socket:
    """Connect to a public address of a host.

    The connection uses the checked IP address, so that the name cannot resolve differently a moment later. All addresses
    of a host share the timeout.

    Raises:
        InternalHost: it has none.
        OSError: none of them answers.
    """
    address_infos = socket.getaddrinfo(host, port, family, socket.SOCK_STREAM)
    numbers = [
        number for number in dict.fromkeys(str(info[4][0]) for info in address_infos) if is_public_ip_address(number)
    ]
    if not numbers:
        raise InternalHost("指向内部网络地址")
    failed: OSError | None = None
    end = time.monotonic() + seconds
    for place, number in enumerate(numbers):
        time_share = (end - time.monotonic()) / (len(numbers) - place)
        if time_share <= 0:
            break
        try:
            return socket.create_connection((number, port), timeout=time_share)
        except OSError as error:
            failed = failed or error
    raise failed or TimeoutError


class _DeadlineMixin:
    """Socket mixin with a total deadline, against servers that send slowly."""

    deadline = float("inf")
    pause = 30.0

    def recv_into(self, *args: object, **facts: object) -> int:
        """Receive within the time that is left (TimeoutError: none is left)."""
        remaining = self.deadline - time.monotonic()
        if remaining <= 0:
            raise TimeoutError
        self.settimeout(min(self.pause, remaining))  # type: ignore[attr-defined]
        if _QUICK_ACK_OPTION is not None:
            self.setsockopt(socket.IPPROTO_TCP, _QUICK_ACK_OPTION, 1)  # type: ignore[attr-defined]
        return super().recv_into(*args, **facts)  # type: ignore[misc, no-any-return]


class TimedSocket(_DeadlineMixin, socket.socket):
    """Plain socket with a deadline."""


class TimedTlsSocket(_DeadlineMixin, ssl.SSLSocket):
    """TLS socket with a deadline."""


@cache
def _make_tls_context() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.sslsocket_class = TimedTlsSocket
    return context


def is_internal_host(host: str, port: int = 80) -> bool:
    """Return true if a host resolves to internal addresses only; false if it does not resolve."""
    try:
        address_infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return False
    return bool(address_infos) and not any(is_public_ip_address(str(info[4][0])) for info in address_infos)


class Connection(http.client.HTTPConnection):
    """An HTTP connection; with `outside`, to public addresses only."""

    outside = True
    family = 0
    secure = False

    def connect(self) -> None:
        """Resolve the host and connect."""
        seconds = float(self.timeout or 30)
        if self.outside:
            plain = connect_to_public_address(self.host, self.port, seconds, self.family)
        else:
            plain = socket.create_connection((self.host, self.port), timeout=seconds)
        made = TimedSocket(plain.family, plain.type, plain.proto, fileno=plain.detach())
        made.settimeout(seconds)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock = made
        try:
            if self._tunnel_host:  # type: ignore[attr-defined]
                self._tunnel()  # type: ignore[attr-defined]
            if self.secure:
                name = self._tunnel_host or self.host  # type: ignore[attr-defined]
                self.sock = _make_tls_context().wrap_socket(made, server_hostname=name)
        except BaseException:
            made.close()
            raise

    def set_deadline(self, deadline: float, pause: float) -> None:
        """Set the deadline of the next request and the maximum pause between bytes."""
        self.timeout = pause
        if self.sock is None:
            self.connect()
        assert isinstance(self.sock, _DeadlineMixin)
        self.sock.deadline, self.sock.pause = deadline, pause


class TlsConnection(Connection):
    """An HTTP connection with TLS and host name verification."""

    default_port = 443
    secure = True


@contextmanager
def resolve_to_local_port(host: str, port: int) -> Iterator[None]:
    """Context manager that resolves a host name to a local port; for the sample city."""
    real = socket.getaddrinfo

    def found(
        name: bytes | str | None, wanted: bytes | str | int | None, *given: int, **facts: int
    ) -> Sequence[AddressInfo]:
        """Resolve the host to the local port, other names as usual."""
        if name != host:
            return real(name, wanted, *given, **facts)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    socket.getaddrinfo = found  # type: ignore[assignment]
    try:
        yield
    finally:
        socket.getaddrinfo = real


def reaches_ipv6() -> bool:
    """Return true if this machine has a public IPv6 route; sends nothing."""
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
            probe.connect(("2400:3200::1", 53))
            return is_public_ip_address(str(probe.getsockname()[0]))
    except OSError:
        return False


def has_ipv6(host: str) -> bool:
    """Return true if a host has a public IPv6 address."""
    try:
        address_infos = socket.getaddrinfo(host, 80, socket.AF_INET6, socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return False
    return any(is_public_ip_address(str(info[4][0])) for info in address_infos)
