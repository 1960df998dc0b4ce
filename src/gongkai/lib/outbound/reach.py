"""How far a caller may go, and what is said where it cannot."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

_USUAL = {"http": 80, "https": 443}


class NoAnswer(Exception):
    """Nothing came that can be used. The text says why in a few Chinese words."""


class NotNamed(NoAnswer):
    """The address is none that this caller may ask: no web address, or a host that nobody named."""


class Inner(NoAnswer):
    """The address leads into an inner network."""


class TooFar(NoAnswer):
    """It redirects more often than is followed."""


class TooMuch(NoAnswer):
    """The answer is longer than is read."""


@dataclass(frozen=True)
class Reach:
    """Whom a caller may ask, and how much of everything.

    Attributes:
        seconds: to connect, and between two pieces of an answer.
        hosts: the only hosts asked, as somebody named them: `www.gov.cn`, `www.gov.cn:8080` where the port is not the usual one. None: any.
        inner: whether addresses of inner networks may be asked; where not, the connection goes to the very number that was looked at.
        inside: hosts (written like `hosts`) that may be asked though they are inner, where `inner` is off: one's own site.
        hops: redirects that are followed (of a GET without a body); each address is looked at like the first. Where 0, a redirect is an answer.
        most: bytes that are read.
        proxy: whether the proxy that the environment names is used. Not where inner networks are shut: a proxy looks up names itself.
        whole: seconds for a whole answer with all redirects on the way, however steadily it drips.
        agent: what the caller calls itself.
        family: `socket.AF_INET6`: over IPv6 alone (of hosts on the open net). 0: whichever answers.
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
        """Return true if an address is a web address of a host that was named."""
        named = named_as(address)
        return bool(named) and (self.hosts is None or named in {host.lower() for host in self.hosts})

    def may_go_inside(self, address: str) -> bool:
        """Return true if an address may be asked where it leads into an inner network."""
        return self.inner or named_as(address) in self.inside


#: Who knows hosts of inner networks that two officers opened, as `Reach.inside` names them; filled by the room that keeps their register.
INNER_HOSTS: list[Callable[[], Collection[str]]] = []


def opened_inside() -> set[str]:
    """Return the hosts of inner networks that two officers opened."""
    return {host for named in INNER_HOSTS for host in named()}


def named_as(address: str) -> str:
    """Return the host of a web address as `hosts` names it; empty where it is none, or names a user."""
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return ""
    if parts.scheme not in _USUAL or not host or parts.username is not None:
        return ""
    return host if port in (None, _USUAL[parts.scheme]) else f"{host}:{port}"
