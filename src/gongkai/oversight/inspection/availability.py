"""Compute a site's availability from visits spread over days (国办秘函〔2019〕19号, 站点无法访问). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

#: Days in the observed period, and visits a day that the indicator requires.
WATCHED_DAYS, MIN_VISITS_PER_DAY = 7, 20


@dataclass(frozen=True)
class DailyVisits:
    """The test visits to a site on one day: number, failures, and slowest response in seconds."""

    day: date
    count: int
    failed: int
    slowest: float = 0.0


@dataclass(frozen=True)
class Availability:
    """The numbers of test visits of a period; `whole`: each day has at least the required number."""

    count: int
    failed: int
    whole: bool = True

    @property
    def percent(self) -> float | None:
        """Return the successful visits in percent (two decimals), None without visits.

        The result is 100 only if every visit succeeded.
        """
        if not self.count:
            return None
        opened = self.count - self.failed
        hundredths = (20_000 * opened + self.count) // (2 * self.count)
        return min(hundredths, 9_999 if self.failed else 10_000) / 100

    @property
    def failure_share(self) -> float:
        """Return the share of failed visits, 0 to 1."""
        return self.failed / self.count if self.count else 0.0

    def fails(self, max_share: float) -> bool:
        """Return True if the failures reach the limit (share, 0 to 1); needs a full week of visits."""
        return self.whole and self.failure_share >= max_share


def sum_last_week(rows: Iterable[DailyVisits], today: date) -> Availability:
    """Return the sums of the seven days before today.

    Args:
        rows: visits by day, in any order.
        today: excluded, as the day is not over.

    Returns:
        The sum; `whole` is true if every day has the number of visits that the indicator requires.
    """
    first_day = today - timedelta(days=WATCHED_DAYS)
    week_visits = [visits for visits in rows if first_day <= visits.day < today]
    enough = len({visits.day for visits in week_visits if visits.count >= MIN_VISITS_PER_DAY}) == WATCHED_DAYS
    return Availability(
        sum(visits.count for visits in week_visits), sum(visits.failed for visits in week_visits), enough
    )


@dataclass(frozen=True)
class AvailabilityQuarter:
    """The test visits of a quarter: completed days, days with enough visits, and their sums."""

    label: str
    days: int
    watched: int
    visits: Availability

    @property
    def missing(self) -> int:
        """Return the number of days with too few visits."""
        return self.days - self.watched


def list_quarters(rows: Iterable[DailyVisits], today: date) -> list[AvailabilityQuarter]:
    """Return the quarters with visits, newest first, without today."""
    quarters: dict[tuple[int, int], list[DailyVisits]] = {}
    for visits in rows:
        if visits.day < today:
            quarters.setdefault((visits.day.year, (visits.day.month + 2) // 3), []).append(visits)
    statistics = []
    for (year, number), daily_visits in sorted(quarters.items(), reverse=True):
        first_day = date(year, 3 * number - 2, 1)
        next_quarter = date(year + number // 4, 3 * number % 12 + 1, 1)
        watched = len({visits.day for visits in daily_visits if visits.count >= MIN_VISITS_PER_DAY})
        days = (min(next_quarter, today) - first_day).days
        together = Availability(
            sum(visits.count for visits in daily_visits), sum(visits.failed for visits in daily_visits), watched == days
        )
        statistics.append(AvailabilityQuarter(f"{year}年第{number}季度", days, watched, together))
    return statistics


def list_months(rows: Iterable[DailyVisits]) -> list[tuple[str, Availability]]:
    """Return the months with visits (`2026-11`), newest first, each with its sum."""
    months: dict[str, list[DailyVisits]] = {}
    for visits in rows:
        months.setdefault(f"{visits.day:%Y-%m}", []).append(visits)
    return [
        (month, Availability(sum(visits.count for visits in own), sum(visits.failed for visits in own)))
        for month, own in sorted(months.items(), reverse=True)
    ]
