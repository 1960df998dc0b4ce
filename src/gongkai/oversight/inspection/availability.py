"""How often a site could be opened, from visits spread over days: a pure rule (国办秘函〔2019〕19号，站点无法访问)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

#: Days that are watched, and visits of a day that the indicator asks for.
WATCHED, A_DAY = 7, 20


@dataclass(frozen=True)
class Visits:
    """Visits of one day: how many, how many of them did not open in time, and the slowest in seconds."""

    day: date
    count: int
    failed: int
    slowest: float = 0.0


@dataclass(frozen=True)
class Availability:
    """Visits of a span together."""

    count: int
    failed: int
    whole: bool = True

    @property
    def percent(self) -> float | None:
        """Opened of a hundred, two decimals, 100 only where every visit opened; None where nobody asked."""
        if not self.count:
            return None
        opened = self.count - self.failed
        hundredths = (20_000 * opened + self.count) // (2 * self.count)
        return min(hundredths, 9_999 if self.failed else 10_000) / 100

    @property
    def share(self) -> float:
        """Which share did not open."""
        return self.failed / self.count if self.count else 0.0

    def fails(self, most: float) -> bool:
        """Whether so many visits did not open that the site fails; never before a whole week was watched."""
        return self.whole and self.share >= most


def week_of(rows: Iterable[Visits], today: date) -> Availability:
    """Return the seven days before a day, together.

    Args:
        rows: visits by day, in any order.
        today: not counted, as it is not over.

    Returns:
        `whole` says whether every day had as many visits as the indicator asks for.
    """
    first = today - timedelta(days=WATCHED)
    own = [visits for visits in rows if first <= visits.day < today]
    enough = len({visits.day for visits in own if visits.count >= A_DAY}) == WATCHED
    return Availability(sum(visits.count for visits in own), sum(visits.failed for visits in own), enough)


@dataclass(frozen=True)
class Quarter:
    """A quarter: its days that are over, how many of them had the visits that the indicator asks for, and its visits together."""

    label: str
    days: int
    watched: int
    visits: Availability

    @property
    def missing(self) -> int:
        """Days of which too little is known."""
        return self.days - self.watched


def quarters_of(rows: Iterable[Visits], today: date) -> list[Quarter]:
    """Return the quarters with visits, the newest first; today is not over and not counted."""
    found: dict[tuple[int, int], list[Visits]] = {}
    for visits in rows:
        if visits.day < today:
            found.setdefault((visits.day.year, (visits.day.month + 2) // 3), []).append(visits)
    made = []
    for (year, number), own in sorted(found.items(), reverse=True):
        first = date(year, 3 * number - 2, 1)
        after = date(year + number // 4, 3 * number % 12 + 1, 1)
        watched = len({visits.day for visits in own if visits.count >= A_DAY})
        days = (min(after, today) - first).days
        together = Availability(
            sum(visits.count for visits in own), sum(visits.failed for visits in own), watched == days
        )
        made.append(Quarter(f"{year}年第{number}季度", days, watched, together))
    return made


def months_of(rows: Iterable[Visits]) -> list[tuple[str, Availability]]:
    """Return months (`2026-11`), the newest first, each with its visits together."""
    found: dict[str, list[Visits]] = {}
    for visits in rows:
        found.setdefault(f"{visits.day:%Y-%m}", []).append(visits)
    return [
        (month, Availability(sum(visits.count for visits in own), sum(visits.failed for visits in own)))
        for month, own in sorted(found.items(), reverse=True)
    ]
