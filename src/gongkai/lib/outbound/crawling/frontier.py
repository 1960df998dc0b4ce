"""URLs of a crawl and their results in a SQLite file, so that a killed crawl can resume."""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from gongkai.lib.outbound.crawling.addresses import UrlKind

_SCHEMA = """
CREATE TABLE IF NOT EXISTS target (
    id INTEGER PRIMARY KEY,
    address TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    found_on INTEGER,
    tag TEXT NOT NULL DEFAULT '',
    words TEXT NOT NULL DEFAULT '',
    barren INTEGER NOT NULL DEFAULT 0,
    done INTEGER NOT NULL DEFAULT 0,
    status INTEGER,
    reason TEXT NOT NULL DEFAULT '',
    onward TEXT NOT NULL DEFAULT '',
    type TEXT NOT NULL DEFAULT '',
    size INTEGER NOT NULL DEFAULT -1,
    seconds REAL NOT NULL DEFAULT 0,
    at TEXT NOT NULL DEFAULT '',
    inner INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS waiting ON target (id) WHERE done = 0;
CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class CrawlTarget:
    """A URL to crawl; `found_on` (row ID), `tag` and `words` of its first link; `barren`: that page had no new text."""

    id: int
    address: str
    kind: UrlKind
    found_on: int | None = None
    tag: str = ""
    words: str = ""
    barren: bool = False


class Frontier:
    """The URLs of a crawl with their results, in a SQLite file; rows are committed in batches (`commit`)."""

    #: Maximum number of URLs; a site that names more is endless.
    MOST = 1_000_000

    def __init__(self, path: Path | str) -> None:
        self.db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self.db.executescript(f"PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; {_SCHEMA}")
        self.db.execute("BEGIN")
        self._known = {hash(address) for (address,) in self.db.execute("SELECT address FROM target")}

    def add(
        self, address: str, kind: UrlKind, *, found_on: int | None, tag: str = "", words: str = "", barren: bool = False
    ) -> bool:
        """Add a URL; return false if it is known or the list is full."""
        mark = hash(address)
        if mark in self._known or len(self._known) >= self.MOST:
            return False
        self._known.add(mark)
        cursor = self.db.execute(
            "INSERT OR IGNORE INTO target (address, kind, found_on, tag, words, barren) VALUES (?, ?, ?, ?, ?, ?)",
            (address, kind.value, found_on, tag, words[:80], int(barren)),
        )
        return cursor.rowcount > 0

    def list_unfetched(self, after: int, limit: int = 200) -> list[CrawlTarget]:
        """Return up to `limit` unfetched URLs with ids above `after`, oldest first."""
        rows = self.db.execute(
            "SELECT id, address, kind, found_on, tag, words, barren FROM target WHERE done = 0 AND id > ? ORDER BY id LIMIT ?",
            (after, limit),
        )
        return [
            CrawlTarget(number, address, UrlKind(kind), found_on, tag, words, bool(barren))
            for number, address, kind, found_on, tag, words, barren in rows
        ]

    def record_result(self, number: int, **facts: str | int | float) -> None:
        """Record the result of a crawled URL; `facts`: values by column of the table `target`."""
        names = ", ".join(f"{name} = ?" for name in facts)
        self.db.execute(f"UPDATE target SET done = 1, {names} WHERE id = ?", (*facts.values(), number))  # noqa: S608 - names of ours

    def count_requested_by_kind(self) -> dict[str, int]:
        """Return the number of requested URLs by kind; skipped ones are left out."""
        return dict(
            self.db.execute("SELECT kind, count(*) FROM target WHERE done = 1 AND status IS NOT NULL GROUP BY kind")
        )

    def get_or_set_value(self, name: str, value: str | None = None) -> str:
        """Return a named value of the crawl, after setting it if `value` is given."""
        if value is not None:
            self.db.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (name, value))
        row = self.db.execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()
        return row[0] if row else ""

    def rows(self, where: str, values: Iterable[object] = ()) -> Iterator[sqlite3.Row]:
        """Yield the rows of the table `target` (URLs with results) that match an SQL condition (`where`)."""
        cursor = self.db.cursor()
        cursor.row_factory = sqlite3.Row
        yield from cursor.execute(f"SELECT * FROM target WHERE {where}", tuple(values))  # noqa: S608 - conditions of ours

    def commit(self) -> None:
        """Commit and begin a new transaction."""
        self.db.execute("COMMIT")
        self.db.execute("BEGIN")

    def close(self) -> None:
        """Commit and close the file."""
        self.db.execute("COMMIT")
        self.db.close()
