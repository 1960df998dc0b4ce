"""Figures of the sample city's pages and their recount from rows (`recount.toml`). Working days alone come from the calendar of the law."""

import re
import sqlite3
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from gongkai.lib.law import default_calendar

TABLE = Path(__file__).with_suffix(".toml")
#: What stands for a figure in a place: a number with one decimal, a share, a whole number.
MARKS = (("#.#", r"([\d.]+)"), ("#%", r"(—|\d+%)"), ("#", r"([\d,]+)"))


@dataclass(frozen=True)
class Figure:
    """Figures at one place of a page, and their recount."""

    page: str
    place: str
    recount: str
    who: str
    slow: bool

    def read(self, words: str) -> list[tuple[str, ...]]:
        """Return the figures that a page says here, sorted."""
        found = re.finditer(self.place, words)
        return sorted(tuple(group.replace(",", "") for group in match.groups(default="")) for match in found)

    def counted(self, link: sqlite3.Connection) -> list[tuple[str, ...]]:
        """Return the figures that its rows give, as a page writes them."""
        rows = link.execute(self.recount)
        return sorted(tuple("" if value is None else str(value) for value in row) for row in rows)


def figures() -> Iterator[Figure]:
    """Read the table."""
    for row in tomllib.loads(TABLE.read_text())["figure"]:
        place = row["place"]
        for mark, pattern in MARKS:
            place = place.replace(mark, pattern)
        for values in row.get("each", [None]):
            names = [values] if isinstance(values, str) else values or []
            filled = [_filled(text, names) for text in (row["page"], place, row["recount"])]
            yield Figure(*filled, row.get("who", ""), row.get("slow", False))


def _filled(text: str, names: list[str]) -> str:
    for number, name in enumerate(names):
        text = text.replace("{}" if len(names) == 1 else f"{{{number}}}", name)
    return text


def connected(file: Path) -> sqlite3.Connection:
    """Open the city's database for reading, with the views and what SQL lacks."""
    link = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    today = link.execute("SELECT date('now', '+8 hours')").fetchone()[0]
    link.create_function("this_year", 0, lambda: today[:4])
    link.create_function("this_month", 0, lambda: today[:7])
    first_month = (int(today[5:7]) - 1) // 3 * 3 + 1
    link.create_function("this_quarter", 0, lambda: f"{today[:4]}-{first_month:02}-01")
    link.create_function("percent", 2, _percent)
    link.create_function("average", 2, _average)
    link.create_function("working", 2, _working)
    link.create_function("gaps", 2, _gaps)
    link.create_function("lines", 1, lambda html: html.count('<tr><th scope="row">'))
    link.executescript(tomllib.loads(TABLE.read_text())["views"])
    return link


def _percent(part: int | None, whole: int | None) -> str | None:
    """The share that a page must say: half up, 100 for all alone, 0 for none alone."""
    if not whole:
        return None
    exact = Decimal(100 * (part or 0)) / whole
    rounded = int(exact.quantize(Decimal(1), ROUND_HALF_UP))
    return f"{min(99, max(1, rounded)) if 0 < exact < 100 else rounded}%"


def _average(total: float | None, count: float) -> str | None:
    """With one decimal, half up; a total of seconds is exact to the second."""
    if total is None or not count:
        return None
    return str((Decimal(round(total)) / Decimal(str(count))).quantize(Decimal("0.1"), ROUND_HALF_UP))


def _working(first: str | None, last: str | None) -> int | None:
    if not first or not last:
        return None
    return default_calendar().between(date.fromisoformat(first), date.fromisoformat(last))


def _gaps(html: str, rows: int) -> int:
    lines = [line.count("<td>暂未公开</td>") for line in html.split("<tr>")]
    return sum(map(bool, lines)) if rows else sum(lines)
