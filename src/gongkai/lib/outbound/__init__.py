"""HTTP client for all outgoing requests; the caller states the permitted hosts and limits.

An installation calls nobody by itself. Each caller (links, sources, old sites, caches, hooks) reads its own setting and makes a `RequestLimits` of
it: which hosts, whether inner networks, how long, how far along redirects, how many bytes. `send_request` holds all of it, for every hop alike.
`tests/architecture/test_one_way.py` holds that nothing else opens a connection. Mail goes through Django's mail (`outbox.mailing`).
"""

from gongkai.lib.outbound.http_requests import OutboundResponse, send_request
from gongkai.lib.outbound.permitted_hosts import (
    HostNotPermitted,
    InternalHost,
    NoAnswer,
    RequestLimits,
    ResponseTooLarge,
    TooManyRedirects,
    is_public,
)
from gongkai.lib.outbound.probing import find_opening_fault, is_dead, is_temporary

__all__ = [
    "HostNotPermitted",
    "InternalHost",
    "NoAnswer",
    "OutboundResponse",
    "RequestLimits",
    "ResponseTooLarge",
    "TooManyRedirects",
    "find_opening_fault",
    "is_dead",
    "is_public",
    "is_temporary",
    "send_request",
]
