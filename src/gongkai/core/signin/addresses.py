"""Where a request comes from, behind the proxies that the installation names (`GONGKAI_PROXIES`)."""

from ipaddress import IPv4Address, IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest


def sender(request: HttpRequest) -> str:
    """Return where a request comes from, as it was written.

    Behind proxies it is the entry that the outermost of them wrote; entries before that are the client's own words.
    """
    proxies = settings.AXES_IPWARE_PROXY_COUNT or 0
    line = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    written = line[-proxies] if proxies and len(line) >= proxies else request.META.get("REMOTE_ADDR", "")
    return str(written)


def parsed(written: str) -> IPv4Address | IPv6Address | None:
    """Return an address that was written alone, or with a port (`[address]:port`, `1.2.3.4:port`); None where it is none.

    Over one socket for both, an IPv4 address comes as one of IPv6 (`::ffff:1.2.3.4`), of which all would share one network.

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
    """Return the address that tries to sign in are counted by and that the operation log holds (`AXES_CLIENT_IP_CALLABLE`)."""
    found = parsed(sender(request)) or parsed(str(request.META.get("REMOTE_ADDR", "")))
    return str(found) if found else None
