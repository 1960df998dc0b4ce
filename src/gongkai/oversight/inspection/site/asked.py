"""Parameters of an inspection, and the exceptions that end it without a report."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from gongkai.lib.outbound.crawling import Bounds
from gongkai.oversight.inspection.availability import Availability
from gongkai.oversight.inspection.site.indicators import Indicators, read_indicators
from gongkai.oversight.inspection.site.lists import Layout

#: Default number of requests per second.
DEFAULT_REQUESTS_PER_SECOND = 2.0


class InspectionError(ValueError):
    """The inspection cannot start; the message is one line in Chinese."""


class Unfinished(Exception):
    """The time limit passed before the site was read; the next call resumes the crawl."""

    def __init__(self, pages: int, ends: int) -> None:
        self.pages, self.ends = pages, ends
        super().__init__(f"{pages} pages")


@dataclass
class Inspection:
    """Parameters of an inspection.

    Attributes:
        address: URL of the home page.
        folder: stores state, pages and the report, so that a stopped inspection can resume; without
            one nothing is stored.
        bounds: limits of the crawl and its request rate.
        today: reference day for freshness checks.
        indicators: the indicator table.
        layouts: list layouts learnt for the site.
        progress: callback that receives the numbers of requested and queued addresses.
        pictures: take screenshots of pages as evidence.
        week: visits of the last week, if counted.
        aside: marks of known false positives, which are not reported.
        inside: internal hosts that may be requested; None allows all (command line only).
        whole: at the time limit (`bounds.run`), judge by the pages read so far instead of raising
            `Unfinished`.
    """

    address: str
    folder: Path | None = None
    bounds: Bounds = field(default_factory=lambda: Bounds(rate=DEFAULT_REQUESTS_PER_SECOND))
    today: date = field(default_factory=date.today)
    indicators: Indicators = field(default_factory=read_indicators)
    layouts: list[Layout] = field(default_factory=list)
    progress: Callable[[int, int], None] = lambda pages, ends: None
    pictures: bool = True
    whole: bool = True
    inside: frozenset[str] | None = None
    week: Availability | None = None
    aside: frozenset[str] = frozenset()
