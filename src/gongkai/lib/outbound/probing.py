"""Test if a URL is reachable; the shared definition of dead links."""

from gongkai.lib.outbound.asking import ConnectionPool, send_request
from gongkai.lib.outbound.reach import HostNotPermitted, NoAnswer, RequestLimits

#: Answers above 499 that only say that a robot is not wanted.
_SHY = frozenset({521, 999})
#: Answers that ask to come again later (RFC 9110, 15.6.4; RFC 6585, 4).
_TEMPORARY = frozenset({408, 425, 429, 503})


def is_dead(status: int) -> bool:
    """Return true for a status of a missing page or failing server; not for refused or busy."""
    return status in {404, 410} or (status >= 500 and status not in _SHY and not is_temporary(status))


def is_temporary(status: int) -> bool:
    """Return true for a status of a busy server."""
    return status in _TEMPORARY


def find_opening_fault(address: str, reach: RequestLimits, through: ConnectionPool | None = None) -> str:
    """Return in Chinese why a URL cannot be opened, or "".

    Follows redirects within the reach; reads no body.
    """
    try:
        with send_request(address, reach, through=through) as answer:
            status = answer.status
    except HostNotPermitted:
        return "连接不上"
    except NoAnswer as error:
        return str(error)
    return f"网站应答 {status}" if is_dead(status) else ""
