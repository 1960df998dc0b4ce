"""HTTP client for all outgoing requests; the caller states the permitted hosts and limits.

Each caller (links, sources, old sites, caches, hooks) builds its `RequestLimits` from its own setting: permitted hosts,
internal networks or not, timeouts, redirects, maximum size. `send_request` enforces them for the first URL and each redirect.
`tests/architecture/test_mechanisms.py` ensures that nothing else opens a connection. Django sends the mail (`outbox.mailing`).
"""

from gongkai.lib.outbound.http_requests import OutboundResponse, send_request
from gongkai.lib.outbound.permitted_hosts import (
    HostNotPermitted,
    InternalHost,
    NoAnswer,
    RequestLimits,
    ResponseTooLarge,
    TooManyRedirects,
    is_public_ip_address,
)
from gongkai.lib.outbound.reachability import find_opening_fault, is_busy_server_status, is_dead_link_status

__all__ = [
    "HostNotPermitted",
    "InternalHost",
    "NoAnswer",
    "OutboundResponse",
    "RequestLimits",
    "ResponseTooLarge",
    "TooManyRedirects",
    "find_opening_fault",
    "is_busy_server_status",
    "is_dead_link_status",
    "is_public_ip_address",
    "send_request",
]
