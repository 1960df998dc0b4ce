"""Test if a URL is reachable, also over IPv6; the shared definition of dead links."""

import socket
from dataclasses import replace
from urllib.parse import urlsplit

from gongkai.lib.outbound.http_requests import send_request
from gongkai.lib.outbound.permitted_hosts import HostNotPermitted, NoAnswer, RequestLimits, get_host_name, has_ipv6

#: Answers above 499 that only say that a robot is not wanted.
_ROBOT_REFUSAL_STATUSES = frozenset({521, 999})
#: Answers that ask to come again later (RFC 9110, 15.6.4; RFC 6585, 4).
_TEMPORARY_STATUSES = frozenset({408, 425, 429, 503})


def is_dead_link_status(status: int) -> bool:
    """Return true for a status of a missing page or failing server, but not for a refusal or a busy
    server."""
    return status in {404, 410} or (
        status >= 500 and status not in _ROBOT_REFUSAL_STATUSES and not is_busy_server_status(status)
    )


def is_busy_server_status(status: int) -> bool:
    """Return true for a status of a busy server."""
    return status in _TEMPORARY_STATUSES


def find_opening_fault(address: str, limits: RequestLimits) -> str:
    """Return the reason in Chinese why a URL cannot be opened, or "".

    Follows redirects within the limits; reads no body.
    """
    try:
        with send_request(address, limits) as answer:
            status = answer.status
    except HostNotPermitted:
        return "连接不上"
    except NoAnswer as error:
        return str(error)
    return f"网站应答 {status}" if is_dead_link_status(status) else ""


def find_ipv6_fault(address: str, limits: RequestLimits, *, connected: bool) -> str:
    """Return the reason in Chinese why the host of a URL does not serve over IPv6, or "".

    Args:
        address: the URL.
        limits: the limits of the request.
        connected: true if this machine has IPv6; otherwise only the DNS is queried.
    """
    if not get_host_name(address) or not has_ipv6(urlsplit(address).hostname or ""):
        return "没有 IPv6 地址"
    if not connected:
        return ""
    try:
        with send_request(address, replace(limits, family=socket.AF_INET6)):
            return ""
    except NoAnswer as error:
        return f"有 IPv6 地址，但通过 IPv6 打不开：{error}"
