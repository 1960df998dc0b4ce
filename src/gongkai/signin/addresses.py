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
    """Return an address that was written alone, or as `[address]:port`; None where it is none.

    >>> parsed("[2001:db8::1]:443")
    IPv6Address('2001:db8::1')
    """
    try:
        return ip_address(written.rpartition("]:")[0].lstrip("[") or written)
    except ValueError:
        return None


def client_ip(request: HttpRequest) -> str | None:
    """Return the address that tries to sign in are counted by and that the operation log holds (`AXES_CLIENT_IP_CALLABLE`)."""
    found = parsed(sender(request)) or parsed(str(request.META.get("REMOTE_ADDR", "")))
    return str(found) if found else None
