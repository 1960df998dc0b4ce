"""Bounds of a crawl, and pages that never end: calendars, filters, nested folders."""

import hashlib
from collections import Counter, OrderedDict, deque
from dataclasses import dataclass
from datetime import datetime, time

from gongkai.lib.chinese import lazy_re as re

#: Numbers of days, months and years say nothing new; a longer or another number does.
_DAYS = re.compile(r"(?<!\d)(?:\d{1,2}|19\d\d|20[0-4]\d)(?!\d)")
_NUMBERS = re.compile(r"\d+")
_BLANKS = re.compile(r"\s+")

#: Why pages of a shape are left that go on for ever.
ENDLESS, ALL_ALIKE = "同类网页没有尽头", "同类网页几乎都相同"


class TrapDetector:
    """Statistics by URL pattern, to detect patterns without new content.

    A page is barren where its words, days and years aside, were read before. A shape (`make_url_shape`) is left after so many barren pages in a
    row that were found on barren pages: a list that goes on is fruitful, because its entries are new. Pages that differ by numbers alone (who
    is online now, a picture's number) are one kind: of each so many are new, the next ones are not.
    """

    PATIENCE = 200
    #: Folders within folders are of one kind from this depth on, whatever their names: each would be a shape of its own.
    DEEP = 4
    #: The same where pages are asked for by parameters: a list that repeats its last page, a calendar, filters.
    ASKED = 6
    #: Of the last pages of a shape so many are looked at, and left where fewer than this share brought something new.
    WINDOW, SHARE = 60, 0.1
    REMEMBERED = 300_000
    #: Of pages that differ by numbers alone so many are worth reading.
    ALIKE = 20
    #: Of one shape whose answers did not come in a row: the rest is not asked for.
    SILENT = 5

    def __init__(self) -> None:
        self._read: OrderedDict[bytes, None] = OrderedDict()
        self._alike: Counter[bytes] = Counter()
        self._barren: Counter[str] = Counter()
        self._silent: Counter[str] = Counter()
        self._worth: dict[str, deque[bool]] = {}

    def new(self, words: str) -> bool:
        """Return true if a page's text is new, also apart from its numbers; remembers it."""
        mark = _mark(_DAYS.sub("", words))
        if mark in self._read:
            return False
        self._read[mark] = None
        if len(self._read) > self.REMEMBERED:
            self._read.popitem(last=False)
        bare = _mark(_NUMBERS.sub("", words))
        if len(self._alike) < self.REMEMBERED or bare in self._alike:
            self._alike[bare] += 1
        return self._alike[bare] <= self.ALIKE

    def note(self, shape: str, *, barren: bool, new: bool = True) -> None:
        """Record a page: `barren` if neither it nor its referrer had new text, `new` if it had."""
        for kind in {shape, self._kind(shape)}:
            self._barren[kind] = self._barren[kind] + 1 if barren else 0
        self._worth.setdefault(shape, deque(maxlen=self.WINDOW)).append(new)

    def _kind(self, shape: str) -> str:
        """Return the broader pattern of a deep URL: its first folder."""
        host, *pieces = shape.partition("?")[0].split("/")
        return f"{host}/{pieces[0]}/…" if len(pieces) > self.DEEP else shape

    def note_answer(self, shape: str, *, came: bool) -> None:
        """Record whether the server responded."""
        self._silent[shape] = 0 if came else self._silent[shape] + 1

    def left(self, shape: str) -> str:
        """Return why URLs of a pattern are skipped, or ""."""
        if self._barren[shape] > (self.ASKED if "?" in shape else self.PATIENCE):
            return ENDLESS
        if self._barren[self._kind(shape)] > self.PATIENCE:
            return ENDLESS
        worth = self._worth.get(shape)
        if worth is not None and len(worth) == self.WINDOW and sum(worth) < self.SHARE * self.WINDOW:
            return ALL_ALIKE
        return "同类网页没有应答" if self._silent[shape] >= self.SILENT else ""


def _mark(words: str) -> bytes:
    """Return the digest of a text without blanks."""
    return hashlib.blake2b(_BLANKS.sub("", words).encode(), digest_size=8).digest()


@dataclass(frozen=True)
class CrawlHours:
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
class CrawlLimits:
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
    hours: CrawlHours | None = None
    silent: int = 25
