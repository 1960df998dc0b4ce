"""Polite, bounded, resumable crawler for one site.

Who crawls reads pages himself and hands back what they link to (`Crawl.note`); everything is asked through `ask`. It obeys robots.txt, keeps
to a rate and to hours, reads no more of anything than was said, follows no redirect by itself, never into inner networks besides the site it was
given, and leaves endless calendars, folders within folders and answers that drip. The way it stands lies in one SQLite file.

Names are imported on first access, so that callers of one function do not load the crawler.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gongkai.lib.outbound.crawling.addresses import UrlKind, get_url_kind, normalise_url
    from gongkai.lib.outbound.crawling.crawl import Crawl
    from gongkai.lib.outbound.crawling.fetching import FetchResult, RobotsRules, fetch_robots
    from gongkai.lib.outbound.crawling.frontier import CrawlTarget, Frontier
    from gongkai.lib.outbound.crawling.links import PageLink, find_links
    from gongkai.lib.outbound.crawling.traps import CrawlHours, CrawlLimits

__all__ = [
    "Crawl",
    "CrawlHours",
    "CrawlLimits",
    "CrawlTarget",
    "FetchResult",
    "Frontier",
    "PageLink",
    "RobotsRules",
    "UrlKind",
    "fetch_robots",
    "find_links",
    "get_url_kind",
    "normalise_url",
]  # fmt: skip

_MODULES_BY_NAME = {
    "Crawl": "crawl",
    "CrawlHours": "traps",
    "CrawlLimits": "traps",
    "CrawlTarget": "frontier",
    "FetchResult": "fetching",
    "Frontier": "frontier",
    "PageLink": "links",
    "RobotsRules": "fetching",
    "UrlKind": "addresses",
    "fetch_robots": "fetching",
    "find_links": "links",
    "get_url_kind": "addresses",
    "normalise_url": "addresses",
}


def __getattr__(name: str) -> object:
    """Import the module of a public name on first access."""
    if name not in _MODULES_BY_NAME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES_BY_NAME[name]}"), name)
