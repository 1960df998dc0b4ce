"""Limits and request rate of a crawl."""

from dataclasses import dataclass
from datetime import datetime, time


@dataclass(frozen=True)
class Hours:
    """Hours of the day in which a crawl may run; past midnight if `until` is earlier."""

    begin: time
    end: time

    def hold(self, now: datetime) -> bool:
        """Return true if a moment is within these hours."""
        at = now.time()
        if self.begin <= self.end:
            return self.begin <= at < self.end
        return at >= self.begin or at < self.end


@dataclass(frozen=True)
class Bounds:
    """Limits and request rate of a crawl.

    Attributes:
        pages: pages of the site that are asked for.
        ends: files and outer links that are asked for.
        rate: requests a second, all hosts together; 0: no limit, for one's own site.
        workers: requests under way at once.
        seconds: to connect, and between two pieces of an answer.
        whole: seconds for a whole answer.
        page_bytes: of a page; what is longer is read so far.
        file_bytes: of the beginning of a file.
        document_bytes: of a document or of data, which are read whole.
        run: seconds for the whole crawl.
        hours: when it may ask; always where there are none.
        silent: so many answers in a row that did not come, and the site is left.
    """

    pages: int = 50_000
    ends: int = 50_000
    rate: float = 2.0
    workers: int = 4
    seconds: float = 15.0
    whole: float = 30.0
    page_bytes: int = 5_000_000
    file_bytes: int = 4_096
    document_bytes: int = 5_000_000
    run: float = 86_400.0
    hours: Hours | None = None
    silent: int = 25
