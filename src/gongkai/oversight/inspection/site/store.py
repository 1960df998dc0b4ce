"""Store pages, facts and findings during an inspection, in the crawl's own database file."""

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from gongkai.lib.outbound.crawling import Frontier
from gongkai.lib.outbound.crawling.addresses import ENDLESS_CALENDAR_REASON, make_url_shape
from gongkai.lib.outbound.crawling.links import UrlCache
from gongkai.lib.outbound.crawling.traps import ALL_ALIKE_REASON, ENDLESS_REASON
from gongkai.oversight.inspection.site.checks.page_faults import PageFault
from gongkai.oversight.inspection.site.lists import ListEntry
from gongkai.oversight.inspection.site.page import WebPage, parse_page

_SCHEMA = """
CREATE TABLE IF NOT EXISTS page (
    id INTEGER PRIMARY KEY, title TEXT NOT NULL, day TEXT NOT NULL, article INTEGER NOT NULL, length INTEGER NOT NULL,
    digest TEXT NOT NULL, headers TEXT NOT NULL, body BLOB NOT NULL, marks INTEGER NOT NULL DEFAULT -1
);
CREATE TABLE IF NOT EXISTS seen (page INTEGER NOT NULL, indicator TEXT NOT NULL, what TEXT NOT NULL, mark TEXT NOT NULL, shown TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS listing (source INTEGER NOT NULL, address TEXT NOT NULL, title TEXT NOT NULL, day TEXT NOT NULL);
"""


@dataclass(frozen=True)
class PageFacts:
    """Facts on a page; `article`: a single text, not a list."""

    id: int
    address: str
    title: str
    day: date | None
    article: bool
    length: int


#: Endings of the addresses of attachments.
ATTACHMENT_SUFFIXES = (".pdf", ".doc", ".docx", ".xls", ".xlsx", ".wps", ".et", ".ofd", ".zip", ".rar", ".mp4")


def find_known_day(entry: ListEntry, facts: PageFacts | None) -> date | None:
    """Return the date of an entry, from its list or its own page (`facts`); None without one.

    If both agree on month and day, the page's year counts, as lists may omit the year.
    """
    page_day = facts.day if facts else None
    if entry.day and page_day and facts and facts.article:
        is_same_day = (page_day.month, page_day.day) == (entry.day.month, entry.day.day)
        return page_day if is_same_day else entry.day
    return entry.day or page_day


class InspectionStore:
    """Tables of an inspection in the crawl's database."""

    def __init__(self, frontier: Frontier) -> None:
        self.frontier = frontier
        frontier.db.execute("COMMIT")
        frontier.db.executescript(_SCHEMA)
        frontier.db.execute("BEGIN")

    def keep(self, page: WebPage, *, day: date | None, article: bool, marks: int = -1) -> None:
        """Store a page with its date, kind and footer parts.

        `marks` is the bit mask of its footer (`checks.site_marks`), -1 if unknown.
        """
        assert page.fetched is not None
        data = page.fetched.data
        self.frontier.db.execute(
            "INSERT OR REPLACE INTO page VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                page.id,
                page.heading[:200],
                day.isoformat() if day else "",
                int(article),
                len(page.text),
                hashlib.sha256(data).hexdigest(),
                json.dumps(page.fetched.headers),
                zlib.compress(data, 1),
                marks,
            ),
        )

    def store_faults(self, number: int, faults: Iterable[PageFault]) -> None:
        """Store the findings of a page by the page's number."""
        rows = [(number, match.indicator, match.what, match.key or match.what, match.shown[:300]) for match in faults]
        if rows:
            self.frontier.db.executemany("INSERT INTO seen VALUES (?, ?, ?, ?, ?)", rows)

    def iterate_faults(self) -> Iterator[tuple[int, str, PageFault]]:
        """Yield (page number, address, finding) in page order."""
        rows = self.frontier.db.execute(
            "SELECT page, address, indicator, what, mark, shown FROM seen JOIN target ON target.id = page ORDER BY page, seen.rowid"
        )
        for number, address, indicator, message, key, context in rows:
            yield number, address, PageFault(indicator, message, key, context)

    def note_list(self, number: int, entries: Iterable[ListEntry]) -> None:
        """Store the entries of a data address; an empty list is stored, too."""
        rows = [
            (number, entry.address, entry.title[:200], entry.day.isoformat() if entry.day else "") for entry in entries
        ]
        self.frontier.db.executemany("INSERT INTO listing VALUES (?, ?, ?, ?)", rows or [(number, "", "", "")])

    def get_listed_entries(self, address: str) -> list[ListEntry] | None:
        """Return the entries of a data address, or None if it was not read."""
        rows = self.frontier.db.execute(
            "SELECT listing.address, title, day FROM listing JOIN target ON target.id = source WHERE target.address = ? ORDER BY listing.rowid",
            (address,),
        ).fetchall()
        entries = [
            ListEntry(entry_address, title, date.fromisoformat(day) if day else None)
            for entry_address, title, day in rows
            if entry_address
        ]
        return entries if rows else None

    def iterate_page_facts(self, condition: str = "1", values: Iterable[object] = ()) -> Iterator[PageFacts]:
        """Yield the facts on pages that match a condition (SQL with placeholders for `values`)."""
        rows = self.frontier.db.execute(
            f"SELECT page.id, address, title, day, article, length FROM page JOIN target USING (id) WHERE {condition}",  # noqa: S608 - conditions of ours
            tuple(values),
        )
        for number, address, title, day, article, length in rows:
            yield PageFacts(number, address, title, date.fromisoformat(day) if day else None, bool(article), length)

    def iterate_resources(self, tags: Iterable[str]) -> Iterator[str]:
        """Yield the addresses of resources that pages load by these elements, and of attachments."""
        sorted_tags = sorted(tags)
        conditions = [
            f"tag IN ({', '.join('?' * len(sorted_tags))})",
            *("lower(address) LIKE ?" for _ in ATTACHMENT_SUFFIXES),
        ]
        rows = self.frontier.db.execute(
            f"SELECT address FROM target WHERE {' OR '.join(conditions)} ORDER BY id",  # noqa: S608 - placeholders only
            (*sorted_tags, *(f"%{ending}" for ending in ATTACHMENT_SUFFIXES)),
        )
        yield from (address for (address,) in rows)

    def list_endless_patterns(self) -> frozenset[str]:
        """Return the URL patterns that were skipped as endless; their pages are ignored."""
        rows = self.frontier.db.execute(
            "SELECT DISTINCT address FROM target WHERE reason IN (?, ?, ?)",
            (ENDLESS_REASON, ALL_ALIKE_REASON, ENDLESS_CALENDAR_REASON),
        )
        return frozenset(make_url_shape(address) for (address,) in rows)

    def forget_texts(self, shapes: frozenset[str]) -> None:
        """Mark pages of some URL patterns as no texts."""
        if shapes:
            numbers = [
                (one.id,) for one in self.iterate_page_facts("article = 1") if make_url_shape(one.address) in shapes
            ]
            self.frontier.db.executemany("UPDATE page SET article = 0 WHERE id = ?", numbers)

    def body(self, number: int) -> bytes:
        """Return the bytes of a page; empty if it was not stored."""
        row = self.frontier.db.execute("SELECT body FROM page WHERE id = ?", (number,)).fetchone()
        return zlib.decompress(row[0]) if row else b""

    def page(self, number: int, cache: UrlCache) -> WebPage | None:
        """Return a stored page, parsed again, or None."""
        row = self.frontier.db.execute("SELECT address FROM target WHERE id = ?", (number,)).fetchone()
        data = self.body(number)
        return parse_page(data, row[0], number, cache) if row and data else None

    def digest(self, address: str) -> tuple[int, str, str]:
        """Return (number, digest, time) of a page; (0, "", "") if it was not stored."""
        row = self.frontier.db.execute(
            "SELECT page.id, digest, at FROM page JOIN target USING (id) WHERE address = ?", (address,)
        ).fetchone()
        return row or (0, "", "")

    def headers(self, number: int) -> dict[str, str]:
        """Return the stored response headers of a page, {} if none are stored."""
        row = self.frontier.db.execute("SELECT headers FROM page WHERE id = ?", (number,)).fetchone()
        return dict(json.loads(row[0])) if row else {}
