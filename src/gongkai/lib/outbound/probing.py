"""Whether an address answers: the one judgement of dead links, whoever asks."""

from gongkai.lib.outbound.asking import ask
from gongkai.lib.outbound.connections import Connections
from gongkai.lib.outbound.reach import NoAnswer, NotNamed, Reach

#: Answers above 499 that only say that a robot is not wanted.
_SHY = frozenset({521, 999})
#: Answers that ask to come again later (RFC 9110, 15.6.4; RFC 6585, 4).
_TEMPORARY = frozenset({408, 425, 429, 503})


def is_dead(status: int) -> bool:
    """Return whether a status says that an address is gone or its server fails; refused robots and busy servers are no death."""
    return status in {404, 410} or (status >= 500 and status not in _SHY and not is_temporary(status))


def is_temporary(status: int) -> bool:
    """Return whether a status only says that the server is busy now."""
    return status in _TEMPORARY


def probe(address: str, reach: Reach, through: Connections | None = None) -> str:
    """Return why an address cannot be opened, in a few Chinese words; empty where it answers. Follows what the reach says, reads nothing."""
    try:
        with ask(address, reach, through=through) as answer:
            status = answer.status
    except NotNamed:
        return "连接不上"
    except NoAnswer as error:
        return str(error)
    return f"网站应答 {status}" if is_dead(status) else ""
