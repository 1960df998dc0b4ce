"""Client IP address of a request behind the configured proxies (`GONGKAI_PROXIES`)."""

from ipaddress import IPv4Address, IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest


def sender(request: HttpRequest) -> str:
    """Return the client address as written in the request.

    Behind proxies it is the entry written by the outermost one; earlier entries are the client's
    own claims.
    """
    proxies = settings.AXES_IPWARE_PROXY_COUNT or 0
    line = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    written = line[-proxies] if proxies and len(line) >= proxies else request.META.get("REMOTE_ADDR", "")
    return str(written)


def parsed(written: str) -> IPv4Address | IPv6Address | None:
    """Parse an IP address with or without port (`[address]:port`, `1.2.3.4:port`), or return None.

    An IPv4-mapped IPv6 address becomes IPv4; otherwise all clients would share one network.

    >>> parsed("[2001:db8::1]:443")
    IPv6Address('2001:db8::1')
    >>> parsed("::ffff:192.0.2.1"), parsed("192.0.2.1:443")
    (IPv4Address('192.0.2.1'), IPv4Address('192.0.2.1'))
    """
    bare = written.rpartition("]:")[0].lstrip("[") or written
    try:
        found = ip_address(bare.partition(":")[0] if bare.count(":") == 1 else bare)
    except ValueError:
        return None
    return (found.ipv4_mapped if isinstance(found, IPv6Address) else None) or found


def client_ip(request: HttpRequest) -> str | None:
    """Return the address by which sign-in attempts are counted (`AXES_CLIENT_IP_CALLABLE`)."""
    found = parsed(sender(request)) or parsed(str(request.META.get("REMOTE_ADDR", "")))
    return str(found) if found else None
