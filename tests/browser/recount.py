"""Figures of the sample city's pages and their recount from rows (`recount.toml`). Working days alone come from the calendar of the law."""

import re
import sqlite3
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from gongkai.lib.law import default_calendar

TABLE = Path(__file__).with_suffix(".toml")
#: What stands for a figure in a place: a number with one decimal, a share, a whole number.
MARKS = (("#.#", r"([\d.]+)"), ("#%", r"(—|\d+%)"), ("#", r"([\d,]+)"))
#: What a page says of a share of nothing, if anything.
NO_SHARE = "—"
#: Values that a page may leave out.
NOTHING = {"", "0", "没有"}


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
        return sorted(tuple(_written(group.replace(",", "")) for group in match.groups(default="")) for match in found)

    def counted(self, link: sqlite3.Connection) -> list[tuple[str, ...]]:
        """Return the figures that its rows give, as a page writes them."""
        rows = link.execute(self.recount)
        return sorted(tuple(_written(value) for value in row) for row in rows)

    def disagreement(self, words: str, link: sqlite3.Connection) -> str:
        """Return how a page differs from its rows, or "".

        A page that omits the figures agrees with rows that give nothing.
        """
        shown, counted = self.read(words), self.counted(link)
        nothing = not shown and all(value in NOTHING for row in counted for value in row)
        return "" if nothing or shown == counted else f"{self.page} {self.place}: says {shown}, its rows give {counted}"


def figures() -> Iterator[Figure]:
    """Read the table."""
    for row in tomllib.loads(TABLE.read_text())["figure"]:
        place = row["place"]
        for mark, pattern in MARKS:
            place = place.replace(mark, pattern)
        for values in row.get("each", [None]):
            names = [values] if isinstance(values, str) else values or []
            recount = SUM.sub("total(", row["recount"])
            filled = [_filled(text, names) for text in (row["page"], place, recount)]
            yield Figure(*filled, row.get("who", ""), row.get("slow", False))


def _written(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value in {None, NO_SHARE} else str(value)


#: SQL's `sum` is NULL without rows, where a page shows 0.
SUM = re.compile(r"\bsum\(")


def _filled(text: str, names: list[str]) -> str:
    for number, name in enumerate(names):
        text = text.replace("{}" if len(names) == 1 else f"{{{number}}}", name)
    return text


def connected(file: Path) -> sqlite3.Connection:
    """Open the city's database for reading, with the views and what SQL lacks."""
    link = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    now = datetime.now(UTC)
    today = (now + timedelta(hours=8)).date().isoformat()
    link.create_function("moment", 0, lambda: f"{now:%Y-%m-%d %H:%M:%S.%f}")
    link.create_function("today", 0, lambda: today)
    link.create_function("this_year", 0, lambda: today[:4])
    link.create_function("this_month", 0, lambda: today[:7])
    first_month = (int(today[5:7]) - 1) // 3 * 3 + 1
    link.create_function("this_quarter", 0, lambda: f"{today[:4]}-{first_month:02}-01")
    link.create_function("percent", 2, _percent)
    link.create_function("average", 2, _average)
    link.create_function("yearly", 1, lambda words: any(word in words for word in YEARLY))
    link.create_function("owed_year", 2, _owed_year)
    link.create_function("working", 2, _working)
    link.create_function("gaps", 2, _gaps)
    link.create_function("lines", 1, lambda html: html.count('<tr><th scope="row">'))
    link.executescript(tomllib.loads(TABLE.read_text())["views"])
    return link


def _percent(part: float | None, whole: float | None) -> str:
    """The share that a page must say: half up, 100 for all alone, 0 for none alone."""
    if not whole:
        return NO_SHARE
    exact = Decimal(100 * int(part or 0)) / int(whole)
    rounded = int(exact.quantize(Decimal(1), ROUND_HALF_UP))
    return f"{min(99, max(1, rounded)) if 0 < exact < 100 else rounded}%"


def _average(total: float | None, count: float) -> str | None:
    """With one decimal, half up; a total of seconds is exact to the second."""
    if total is None or not count:
        return None
    return str((Decimal(round(total)) / Decimal(str(count))).quantize(Decimal("0.1"), ROUND_HALF_UP))


#: Words of matters that return every year, and the last day of a year until which last year's text of them suffices.
YEARLY = ("预算", "决算", "年报", "年度", "年末", "每年", "按年", "当年", "逐年", "招生", "总结")
UNTIL = {"决算": "10-31", "总结": "10-31", "预算": "04-30"}


def _owed_year(moment: str, name: str) -> int:
    """The year whose text suffices on the day of a moment (UTC)."""
    day = (datetime.fromisoformat(moment) + timedelta(hours=8)).date()
    until = next((last for word, last in UNTIL.items() if word in name), "06-30")
    return day.year - (f"{day:%m-%d}" <= until)


def _working(first: str | None, last: str | None) -> int | None:
    if not first or not last:
        return None
    return default_calendar().count_working_days(date.fromisoformat(first), date.fromisoformat(last))


def _gaps(html: str, rows: int) -> int:
    lines = [line.count("<td>暂未公开</td>") for line in html.split("<tr>")]
    return sum(map(bool, lines)) if rows else sum(lines)
