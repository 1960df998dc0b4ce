"""Bounds of a crawl, and pages that never end: calendars, filters, nested folders."""

import hashlib
from collections import Counter, OrderedDict, deque
from dataclasses import dataclass
from datetime import datetime, time

from gongkai.lib.chinese import lazy_re as re

#: Numbers that may be days, months or years: a text that differs only by them is not new; by other numbers it is.
_DATE_NUMBER_RE = re.compile(r"(?<!\d)(?:\d{1,2}|19\d\d|20[0-4]\d)(?!\d)")
_NUMBERS_RE = re.compile(r"\d+")
_BLANKS_RE = re.compile(r"\s+")

#: Reasons for which URLs of a pattern are skipped: an endless series; pages that are nearly all alike.
ENDLESS_REASON, ALL_ALIKE_REASON = "同类网页没有尽头", "同类网页几乎都相同"


class TrapDetector:
    """Detector of endless parts of a site: URL patterns whose pages have no new text.

    A page is barren if its text, without days and years, was seen before. A URL pattern
    (`make_url_shape`) is skipped after `MAX_BARREN_PAGES` barren pages in a row that were found on
    barren pages. A list goes on as long as its entries are new. Of pages that differ only by
    numbers, such as a visitor count, only the first `MAX_ALIKE_PAGES` count as new.
    """

    #: Barren pages of a pattern in a row after which the pattern is skipped.
    MAX_BARREN_PAGES = 200
    #: From this depth on, folders share the pattern of their first folder, whatever their names.
    MAX_SEPARATE_FOLDERS = 4
    #: As `MAX_BARREN_PAGES`, for pages selected by parameters: a list that repeats its last page, a
    #: calendar, filters.
    MAX_BARREN_PARAMETER_PAGES = 6
    #: A pattern is skipped if less than `MIN_NEW_SHARE` of its last `WINDOW_PAGES` pages had something new.
    WINDOW_PAGES, MIN_NEW_SHARE = 60, 0.1
    #: Maximum number of remembered texts.
    MAX_REMEMBERED_TEXTS = 300_000
    #: Number of pages that differ only by numbers and are still read.
    MAX_ALIKE_PAGES = 20
    #: Failed responses of a pattern in a row after which the pattern is skipped.
    MAX_UNANSWERED_REQUESTS = 5

    def __init__(self) -> None:
        self._read: OrderedDict[bytes, None] = OrderedDict()
        self._alike: Counter[bytes] = Counter()
        self._barren: Counter[str] = Counter()
        self._silent: Counter[str] = Counter()
        self._worth: dict[str, deque[bool]] = {}

    def is_new_text(self, words: str) -> bool:
        """Return true if a page's text is new, and remember it.

        Days and years are ignored. Of texts that differ only by other numbers, the first `MAX_ALIKE_PAGES` are new.
        """
        mark = _digest_text(_DATE_NUMBER_RE.sub("", words))
        if mark in self._read:
            return False
        self._read[mark] = None
        if len(self._read) > self.MAX_REMEMBERED_TEXTS:
            self._read.popitem(last=False)
        bare = _digest_text(_NUMBERS_RE.sub("", words))
        if len(self._alike) < self.MAX_REMEMBERED_TEXTS or bare in self._alike:
            self._alike[bare] += 1
        return self._alike[bare] <= self.MAX_ALIKE_PAGES

    def record_page(self, shape: str, *, barren: bool, new: bool = True) -> None:
        """Record a crawled page; `barren`: no new text, here and on its referrer; `new`: the page had new text."""
        for kind in {shape, self._get_broader_pattern(shape)}:
            self._barren[kind] = self._barren[kind] + 1 if barren else 0
        self._worth.setdefault(shape, deque(maxlen=self.WINDOW_PAGES)).append(new)

    def _get_broader_pattern(self, shape: str) -> str:
        """Return the pattern of the first folder of a deep URL pattern, else the pattern."""
        host, *pieces = shape.partition("?")[0].split("/")
        return f"{host}/{pieces[0]}/…" if len(pieces) > self.MAX_SEPARATE_FOLDERS else shape

    def record_response(self, shape: str, *, came: bool) -> None:
        """Count the requests in a row, to URLs of one shape, that the server did not answer."""
        self._silent[shape] = 0 if came else self._silent[shape] + 1

    def find_skip_reason(self, shape: str) -> str:
        """Return the Chinese reason why URLs of a pattern are skipped, or ""."""
        if self._barren[shape] > (self.MAX_BARREN_PARAMETER_PAGES if "?" in shape else self.MAX_BARREN_PAGES):
            return ENDLESS_REASON
        if self._barren[self._get_broader_pattern(shape)] > self.MAX_BARREN_PAGES:
            return ENDLESS_REASON
        worth = self._worth.get(shape)
        if (
            worth is not None
            and len(worth) == self.WINDOW_PAGES
            and sum(worth) < self.MIN_NEW_SHARE * self.WINDOW_PAGES
        ):
            return ALL_ALIKE_REASON
        return "同类网页没有应答" if self._silent[shape] >= self.MAX_UNANSWERED_REQUESTS else ""


def _digest_text(text: str) -> bytes:
    """Return the digest of a text without blanks."""
    return hashlib.blake2b(_BLANKS_RE.sub("", text).encode(), digest_size=8).digest()


@dataclass(frozen=True)
class CrawlHours:
    """Hours of the day in which a crawl may run; past midnight if `end` is earlier than `begin`."""

    begin: time
    end: time

    def includes(self, now: datetime) -> bool:
        """Return true if a moment is within these hours."""
        moment = now.time()
        if self.begin <= self.end:
            return self.begin <= moment < self.end
        return moment >= self.begin or moment < self.end


@dataclass(frozen=True)
class CrawlLimits:
    """Limits and request rate of a crawl.

    Attributes:
        pages: maximum number of pages of the site.
        ends: maximum number of files and links to other sites.
        rate: requests per second to all hosts together; 0: no limit, for one's own site.
        workers: maximum number of simultaneous requests.
        seconds: timeout of connecting, and between two parts of a response.
        whole: timeout of a whole response, in seconds.
        page_bytes: maximum size of a page; the rest is not read.
        file_bytes: bytes read from the beginning of a file.
        document_bytes: maximum size of a document, which is read whole.
        run: time limit of the crawl, in seconds.
        hours: permitted hours of the day; None: always.
        silent: failed responses in a row after which the crawl stops.
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
    hours: CrawlHours | None = None
    silent: int = 25
