"""Polite, bounded, resumable crawler for one site.

Who crawls reads pages himself and hands back what they link to (`Crawl.note`); everything is asked through `ask`. It obeys robots.txt, keeps
to a rate and to hours, reads no more of anything than was said, follows no redirect by itself, never into inner networks besides the site it was
given, and leaves endless calendars, folders within folders and answers that drip. The way it stands lies in one SQLite file.
"""

from gongkai.lib.outbound.crawling.addresses import Kind, kind_of, normal
from gongkai.lib.outbound.crawling.crawl import Crawl
from gongkai.lib.outbound.crawling.fetching import Fetched, Robots, robots_of
from gongkai.lib.outbound.crawling.frontier import Frontier, Target
from gongkai.lib.outbound.crawling.links import Link, links_of
from gongkai.lib.outbound.crawling.traps import Bounds, Hours

__all__ = [
    "Bounds", "Crawl", "Fetched", "Frontier", "Hours", "Kind", "Link", "Robots", "Target", "kind_of", "links_of", "normal", "robots_of",
]  # fmt: skip
