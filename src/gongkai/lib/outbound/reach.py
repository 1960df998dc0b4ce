"""Permitted hosts and limits of outgoing requests, and their errors."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

_USUAL = {"http": 80, "https": 443}


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
        hosts: the only permitted hosts: `www.gov.cn`, or `www.gov.cn:8080` if the port is not the usual one. None: any.
        inner: whether addresses of inner networks may be asked; where not, the connection goes to the very number that was looked at.
        inside: hosts (written like `hosts`) that may be asked though they are inner, where `inner` is off: one's own site.
        hops: redirects that are followed (of a GET without a body); each address is looked at like the first. Where 0, a redirect is an answer.
        most: maximum size of a response, in bytes.
        proxy: whether the proxy that the environment names is used. Not where inner networks are shut: a proxy looks up names itself.
        whole: timeout of a whole response with all its redirects, in seconds.
        agent: the User-Agent.
        family: `socket.AF_INET6`: over IPv6 only; 0: any.
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
        named = get_host_name(address)
        return bool(named) and (self.hosts is None or named in {host.lower() for host in self.hosts})

    def may_go_inside(self, address: str) -> bool:
        """Return true if the URL may be requested even in an internal network."""
        return self.inner or get_host_name(address) in self.inside


#: Functions that return the permitted internal hosts (for `RequestLimits.inside`); the app with their register adds one.
INNER_HOSTS: list[Callable[[], Collection[str]]] = []


def get_permitted_internal_hosts() -> set[str]:
    """Return the internal hosts permitted by two officers."""
    return {host for named in INNER_HOSTS for host in named()}


def get_host_name(address: str) -> str:
    """Return a URL's host in the form used by `hosts`; "" if invalid or with user information."""
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return ""
    if parts.scheme not in _USUAL or not host or parts.username is not None:
        return ""
    return host if port in (None, _USUAL[parts.scheme]) else f"{host}:{port}"
