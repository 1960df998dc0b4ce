"""What a crawl knows of addresses: found, asked for, what came. One SQLite file, so that a crawl that was killed goes on where it was."""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from gongkai.lib.outbound.crawling.addresses import Kind

_TABLES = """
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
class Target:
    """An address of a crawl: its number, what it is, the page it was first found on, the element and its words, and whether that page was barren."""

    id: int
    address: str
    kind: Kind
    found_on: int | None = None
    tag: str = ""
    words: str = ""
    barren: bool = False


class Frontier:
    """The file. Rows are committed together (`commit`); what was not is asked for again after a kill."""

    #: Addresses that are kept at most; a site that names more is endless.
    MOST = 1_000_000

    def __init__(self, path: Path | str) -> None:
        self.db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self.db.executescript(f"PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; {_TABLES}")
        self.db.execute("BEGIN")
        self._known = {hash(one) for (one,) in self.db.execute("SELECT address FROM target")}

    def add(
        self,
        address: str,
        kind: Kind,
        *,
        found_on: int | None,
        tag: str = "",
        words: str = "",
        barren: bool = False,
    ) -> bool:
        """Note an address; False where it was known."""
        mark = hash(address)
        if mark in self._known or len(self._known) >= self.MOST:
            return False
        self._known.add(mark)
        cursor = self.db.execute(
            "INSERT OR IGNORE INTO target (address, kind, found_on, tag, words, barren) VALUES (?, ?, ?, ?, ?, ?)",
            (address, kind.value, found_on, tag, words[:80], int(barren)),
        )
        return cursor.rowcount > 0

    def waiting(self, after: int, most: int = 200) -> list[Target]:
        """Return addresses that were not asked for, behind a number, in the order they were found."""
        rows = self.db.execute(
            "SELECT id, address, kind, found_on, tag, words, barren FROM target WHERE done = 0 AND id > ? ORDER BY id LIMIT ?",
            (after, most),
        )
        return [
            Target(number, address, Kind(kind), found_on, tag, words, bool(barren))
            for number, address, kind, found_on, tag, words, barren in rows
        ]

    def done(self, number: int, **facts: str | int | float) -> None:
        """Note what came of an address."""
        names = ", ".join(f"{name} = ?" for name in facts)
        self.db.execute(f"UPDATE target SET done = 1, {names} WHERE id = ?", (*facts.values(), number))  # noqa: S608 - names of ours

    def counts(self) -> dict[str, int]:
        """Return how many addresses of each kind were asked for."""
        return dict(
            self.db.execute("SELECT kind, count(*) FROM target WHERE done = 1 AND status IS NOT NULL GROUP BY kind")
        )

    def fact(self, name: str, value: str | None = None) -> str:
        """Return what was noted under a name, after noting a value where one is given."""
        if value is not None:
            self.db.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (name, value))
        row = self.db.execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()
        return row[0] if row else ""

    def rows(self, where: str, values: Iterable[object] = ()) -> Iterator[sqlite3.Row]:
        """Yield rows of the table of addresses that meet a condition."""
        cursor = self.db.cursor()
        cursor.row_factory = sqlite3.Row
        yield from cursor.execute(f"SELECT * FROM target WHERE {where}", tuple(values))  # noqa: S608 - conditions of ours

    def commit(self) -> None:
        """Make sure of what was noted."""
        self.db.execute("COMMIT")
        self.db.execute("BEGIN")

    def close(self) -> None:
        """Make sure of everything and let go of the file."""
        self.db.execute("COMMIT")
        self.db.close()
