"""Throttling by account and address (axes), by account alone, and by address across accounts."""

from collections.abc import Mapping
from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address

from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username, get_cool_off
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Count, QuerySet, Sum
from django.http import HttpRequest
from django.utils import timezone

from gongkai.core.signin.operations import get_client_address


class SignInThrottle(AxesDatabaseHandler):  # type: ignore[misc]
    """axes handler with two further limits: failures of an account from all addresses, and of an address with many accounts.

    The cool-off time is that of axes.
    """

    def is_locked(self, request: HttpRequest, credentials: Mapping[str, object] | None = None) -> bool:
        """Return true if sign-in is blocked now: by axes, for this account from any address, or for this address after
        failures with many accounts."""
        if super().is_locked(request, credentials):
            return True
        since = timezone.now() - (get_cool_off(request) or timedelta(minutes=15))
        attempts = AccessAttempt.objects.filter(attempt_time__gte=since)
        account = get_client_username(request, credentials)
        if account and _count_failures(attempts.filter(username=account)) >= settings.GONGKAI_ACCOUNT_FAILURES:
            return True
        address = get_client_address(request)
        if not address:
            return False
        from_here = attempts.filter(ip_address=address).aggregate(
            failures=Sum("failures_since_start"), accounts=Count("username", distinct=True)
        )
        is_spraying = from_here["accounts"] >= settings.GONGKAI_SPRAY_ACCOUNTS
        return is_spraying and (from_here["failures"] or 0) >= settings.GONGKAI_SPRAY_FAILURES


def _count_failures(tries: "QuerySet[AccessAttempt]") -> int:
    return tries.aggregate(Sum("failures_since_start"))["failures_since_start__sum"] or 0


def address_in_request(request: HttpRequest) -> str:
    """Return the client address as written in the request.

    With proxies it is the entry written by the outermost one; the client could forge earlier entries.
    """
    proxies = settings.AXES_IPWARE_PROXY_COUNT or 0
    forwarded_addresses = [
        address.strip() for address in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if address.strip()
    ]
    written_address = (
        forwarded_addresses[-proxies]
        if proxies and len(forwarded_addresses) >= proxies
        else request.META.get("REMOTE_ADDR", "")
    )
    return str(written_address)


def parse_address(written: str) -> IPv4Address | IPv6Address | None:
    """Parse an IP address with or without port (`[address]:port`, `1.2.3.4:port`), or return None.

    An IPv4-mapped IPv6 address becomes IPv4; otherwise all clients would share one network.

    >>> parse_address("[2001:db8::1]:443")
    IPv6Address('2001:db8::1')
    >>> parse_address("::ffff:192.0.2.1"), parse_address("192.0.2.1:443")
    (IPv4Address('192.0.2.1'), IPv4Address('192.0.2.1'))
    """
    address = written.rpartition("]:")[0].lstrip("[") or written
    try:
        ip = ip_address(address.partition(":")[0] if address.count(":") == 1 else address)
    except ValueError:
        return None
    return (ip.ipv4_mapped if isinstance(ip, IPv6Address) else None) or ip


def client_ip(request: HttpRequest) -> str | None:
    """Return the address by which sign-in attempts are counted (`AXES_CLIENT_IP_CALLABLE`), or None."""
    client_address = parse_address(address_in_request(request)) or parse_address(
        str(request.META.get("REMOTE_ADDR", ""))
    )
    return str(client_address) if client_address else None
