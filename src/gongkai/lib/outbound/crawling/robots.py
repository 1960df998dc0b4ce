"""Fetch and evaluate robots.txt (RFC 9309), with Protego."""

from dataclasses import dataclass

from protego import Protego

from gongkai.lib.outbound.asking import ask
from gongkai.lib.outbound.connections import Connections
from gongkai.lib.outbound.decoding import decode
from gongkai.lib.outbound.reach import NoAnswer, Reach

MAX_ROBOTS_BYTES = 500_000
#: A longer pause than this between two requests is not kept: it would mean never.
LONGEST_PAUSE = 30.0


@dataclass(frozen=True)
class Robots:
    """The rules of a host for one crawler; `rules` is None if robots.txt is unreachable."""

    agent: str
    rules: Protego | None

    def allow(self, address: str) -> bool:
        """Return true if a URL may be fetched."""
        return self.rules is not None and bool(self.rules.can_fetch(address, self.agent))

    @property
    def pause(self) -> float:
        """Seconds between requests that the host demands."""
        wanted = self.rules.crawl_delay(self.agent) if self.rules is not None else None
        return min(float(wanted or 0.0), LONGEST_PAUSE)


def robots_of(root: str, reach: Reach, through: Connections | None = None) -> Robots:
    """Fetch a host's robots.txt.

    None there (4xx) allows everything; a host that fails (5xx) or does not answer allows nothing.

    Args:
        root: `https://host`, without a path.
        reach: how far the caller may go; its agent is the name that is looked up.
        through: the crawl's connections.
    """
    try:
        with ask(f"{root}/robots.txt", reach, through=through) as answer:
            if answer.status >= 500:
                return Robots(reach.agent, None)
            page = "html" in answer.headers.get_content_type()
            words = "" if answer.status >= 300 or page else decode(answer.begin(MAX_ROBOTS_BYTES))[0]
    except NoAnswer:
        return Robots(reach.agent, None)
    return Robots(reach.agent, Protego.parse(words))
