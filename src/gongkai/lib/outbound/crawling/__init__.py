"""Polite, bounded, resumable crawler for one site.

Iterate over a `Crawl`, and pass the links of each page back with `Crawl.record_result`. The crawler obeys robots.txt, a request rate and
permitted hours, limits the size of responses, queues a redirect as a URL of its own, enters no internal network but the
site's, and skips endless calendars, nested folders and slow responses. Its state is in one SQLite file.

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
