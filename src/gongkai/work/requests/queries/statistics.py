"""Statistics of requests: volumes, durations and results by month, unit and topic."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import median

from django.db.models import BooleanField, Case, Q, QuerySet, When
from django.utils import timezone

from gongkai.lib import matching
from gongkai.lib.chinese.days import end_of_day
from gongkai.lib.law import default_calendar
from gongkai.work.requests.models import Request
from gongkai.work.requests.models.request import VOID_RESULT
from gongkai.work.requests.queries.listing import DUE_SOON_DAYS, was_late_condition
from gongkai.work.requests.results import REQUEST_RESULTS

# Maximum number of compared texts; the newest ones are taken.
MAX_COMPARED_REQUESTS = 3_000
_SIMILARITY_THRESHOLD = 0.6


def percentile(values: Sequence[int], share: float) -> int | None:
    """Return the nearest-rank percentile of values, or None without values.

    >>> percentile([1, 2, 3, 4], 0.95), percentile([7], 0.95)
    (4, 7)
    """
    if not values:
        return None
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * round(share * 100) // 100) - 1)]


@dataclass
class StatisticsRow:
    """Counts of a month, unit or topic; `days` are working days from receipt to the first ending.

    `asked` filters the register to the counted requests.
    """

    label: str
    asked: dict[str, object] = field(default_factory=dict)
    received: int = 0
    ended: int = 0
    running: int = 0
    overdue: int = 0
    due: int = 0
    answered_late: int = 0
    days: list[int] = field(default_factory=list)

    @property
    def median(self) -> float | None:
        """The median duration in working days."""
        return median(self.days) if self.days else None

    @property
    def p95(self) -> int | None:
        """The 95th percentile of the duration in working days."""
        return percentile(self.days, 0.95)


@dataclass(frozen=True)
class RequestStatistics:
    """All statistics of some requests."""

    whole: StatisticsRow
    months: list[StatisticsRow]
    units: list[StatisticsRow]
    topics: list[StatisticsRow]
    results: list[tuple[str, str, int]]


_STATISTICS_FIELDS = (
    "received_on",
    "ended_on",
    "ended_as",
    "topic",
    "entry__body__name",
    "entry__body_id",
    "entry__closed_at",
    "entry__due_at",
    "entry__paused",
)


def list_received_between(requests: QuerySet[Request, Request], first: date, until: date) -> QuerySet[Request, Request]:
    """Return the requests received in a period; void ones only if they were late."""
    received = requests.filter(received_on__gte=first, received_on__lte=until)
    return received.filter(~Q(ended_as=VOID_RESULT) | was_late_condition())


def compute_statistics(requests: QuerySet[Request, Request]) -> RequestStatistics:
    """Compute the statistics in one query. Transferred requests count only if they were late."""
    now, calendar = timezone.now(), default_calendar()
    soon = now + timedelta(days=DUE_SOON_DAYS)
    whole = StatisticsRow("合计")
    tables: tuple[dict[object, StatisticsRow], ...] = ({}, {}, {})
    results: dict[str, int] = defaultdict(int)
    late = Case(When(was_late_condition(), then=True), default=False, output_field=BooleanField())
    rows = requests.order_by("-received_on").annotate(was_late=late).values_list(*_STATISTICS_FIELDS, "was_late")
    for received, ended, result, topic, unit, body, closed, due, paused, late_once in rows.iterator():
        waits = bool(closed is None and due and not paused)
        days = calendar.between(received, ended) if ended and ended >= received else None
        month = f"{received:%Y-%m}"
        places = (
            (month, month, {"month": month}),
            (body, unit, {"body": body}),
            (topic, topic, {"topic": topic}),
        )
        counted = [
            table.get(key) or table.setdefault(key, StatisticsRow(label, asked))
            for table, (key, label, asked) in zip(tables, places, strict=True)
        ]
        for one in (whole, *counted):
            one.answered_late += late_once
            if result == VOID_RESULT:
                continue
            one.received += 1
            one.ended += bool(ended)
            one.running += closed is None
            one.overdue += waits and due < now
            one.due += waits and now <= due < soon
            if days is not None:
                one.days.append(days)
        if result and result != VOID_RESULT:
            results[result] += 1
    months = sorted(tables[0].values(), key=lambda one: one.label)
    listed = [(key, REQUEST_RESULTS[key].name, results[key]) for key in REQUEST_RESULTS if results[key]]
    return RequestStatistics(whole, months, _sort_by_volume(tables[1]), _sort_by_volume(tables[2]), listed)


def _sort_by_volume(table: dict[object, StatisticsRow]) -> list[StatisticsRow]:
    return sorted(table.values(), key=lambda one: (-one.received, one.label))


def late_condition(first: date, until: date) -> Q:
    """Return the condition for requests that were late in a period.

    They ended after their due date, or were open and overdue at its end. Paused clocks are not
    late.
    """
    moment = end_of_day(min(until, timezone.localdate()))  # anything due later today is not late yet
    ended = Q(ended_on__range=(first, until))
    still = Q(ended_on=None) | Q(ended_on__gt=until)
    waits = Q(entry__closed_at=None, entry__paused=True)
    reopened = ended & Q(entry__closed_at=None)
    stood = ((still & Q(counted_on__lte=until)) | reopened) & Q(entry__due_at__lt=moment) & ~waits
    return (stood & ~Q(ended_as=VOID_RESULT)) | (ended & was_late_condition())


def find_diverging_results(requests: QuerySet[Request, Request]) -> list[tuple[Request, Request, float]]:
    """Return pairs of similar requests with different results (同案不同判, R-09) and their similarity."""
    decided = (
        requests.filter(ended_on__isnull=False)
        .exclude(ended_as__in=["", VOID_RESULT])
        .exclude(ended_as__startswith="3.6")
    )
    rows = {str(request.pk): request for request in decided.order_by("-received_on")[:MAX_COMPARED_REQUESTS]}
    in_order = sorted(rows.values(), key=lambda one: (one.received_on, one.pk))
    found = matching.near_duplicates(
        ((str(request.pk), request.content.reveal()) for request in in_order), at_least=_SIMILARITY_THRESHOLD
    )
    pairs = [(rows[pair.id], rows[pair.of], pair.similarity) for pair in found]
    return [(one, other, alike) for one, other, alike in pairs if one.ended_as != other.ended_as]
