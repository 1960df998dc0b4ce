"""Compare figures on the sample city's pages with a recount from rows (`recount.toml`). Only working days come from the program."""

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
#: Placeholders for a figure: a number with one decimal, a percentage, a whole number.
PLACEHOLDERS = (("#.#", r"([\d.]+)"), ("#%", r"(—|\d+%)"), ("#", r"([\d,]+)"))
#: Shown instead of a percentage of nothing.
NO_SHARE = "—"
#: Values that a page may leave out.
EMPTY_VALUES = {"", "0", "没有"}


@dataclass(frozen=True)
class Figure:
    """Figures at one place of a page, and the SQL that recounts them."""

    page: str
    place: str
    recount: str
    who: str
    slow: bool

    def read(self, words: str) -> list[tuple[str, ...]]:
        """Return the figures that a page shows at this place, sorted."""
        found = re.finditer(self.place, words)
        return sorted(
            tuple(_format_value(group.replace(",", "")) for group in match.groups(default="")) for match in found
        )

    def compute(self, link: sqlite3.Connection) -> list[tuple[str, ...]]:
        """Return the recounted figures, in the format of the page."""
        rows = link.execute(self.recount)
        return sorted(tuple(_format_value(value) for value in row) for row in rows)

    def find_difference(self, words: str, link: sqlite3.Connection) -> str:
        """Return the difference between a page and its rows, or "".

        A page that omits the figures agrees with rows that give nothing.
        """
        shown, compute = self.read(words), self.compute(link)
        nothing = not shown and all(value in EMPTY_VALUES for row in compute for value in row)
        return "" if nothing or shown == compute else f"{self.page} {self.place}: says {shown}, its rows give {compute}"


def load_figures() -> Iterator[Figure]:
    """Read the table."""
    for row in tomllib.loads(TABLE.read_text())["figure"]:
        place = row["place"]
        for mark, pattern in PLACEHOLDERS:
            place = place.replace(mark, pattern)
        for values in row.get("each", [None]):
            names = [values] if isinstance(values, str) else values or []
            recount = SQL_SUM.sub("total(", row["recount"])
            filled = [_fill_in(text, names) for text in (row["page"], place, recount)]
            yield Figure(*filled, row.get("who", ""), row.get("slow", False))


def _format_value(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value in {None, NO_SHARE} else str(value)


#: SQL's `sum` is NULL without rows, where a page shows 0.
SQL_SUM = re.compile(r"\bsum\(")


def _fill_in(text: str, names: list[str]) -> str:
    for number, name in enumerate(names):
        text = text.replace("{}" if len(names) == 1 else f"{{{number}}}", name)
    return text


def open_database(file: Path) -> sqlite3.Connection:
    """Open the city's database read-only, with the views of the table and functions that SQL lacks."""
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
    link.create_function("yearly", 1, lambda words: any(word in words for word in YEARLY_WORDS))
    link.create_function("owed_year", 2, _owed_year)
    link.create_function("working", 2, _count_working_days)
    link.create_function("gaps", 2, _count_gaps)
    link.create_function("lines", 1, lambda html: html.count('<tr><th scope="row">'))
    link.executescript(tomllib.loads(TABLE.read_text())["views"])
    return link


def _percent(part: float | None, whole: float | None) -> str:
    """Return a share as a page shows it: rounded half up, 100 only for all, 0 only for none."""
    if not whole:
        return NO_SHARE
    exact = Decimal(100 * int(part or 0)) / int(whole)
    rounded = int(exact.quantize(Decimal(1), ROUND_HALF_UP))
    return f"{min(99, max(1, rounded)) if 0 < exact < 100 else rounded}%"


def _average(total: float | None, count: float) -> str | None:
    """Return an average with one decimal, rounded half up; a total of seconds is rounded to the second."""
    if total is None or not count:
        return None
    return str((Decimal(round(total)) / Decimal(str(count))).quantize(Decimal("0.1"), ROUND_HALF_UP))


#: Words for yearly matters, and the last day of a year until which last year's text is sufficient.
YEARLY_WORDS = ("预算", "决算", "年报", "年度", "年末", "每年", "按年", "当年", "逐年", "招生", "总结")
LAST_DAYS = {"决算": "10-31", "总结": "10-31", "预算": "04-30"}


def _owed_year(moment: str, name: str) -> int:
    """Return the year whose text is due on the day of a moment (UTC)."""
    day = (datetime.fromisoformat(moment) + timedelta(hours=8)).date()
    until = next((last for word, last in LAST_DAYS.items() if word in name), "06-30")
    return day.year - (f"{day:%m-%d}" <= until)


def _count_working_days(first: str | None, last: str | None) -> int | None:
    if not first or not last:
        return None
    return default_calendar().count_working_days(date.fromisoformat(first), date.fromisoformat(last))


def _count_gaps(html: str, rows: int) -> int:
    lines = [line.count("<td>暂未公开</td>") for line in html.split("<tr>")]
    return sum(map(bool, lines)) if rows else sum(lines)
