"""Statistics of requests, and tables three and four of the annual report."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import median

from django.db.models import BooleanField, Case, Count, Q, QuerySet, Sum, When
from django.http import QueryDict
from django.utils import timezone

from gongkai.core.widgets.query_parameters import parse_day_filter, parse_year_filter
from gongkai.lib import matching
from gongkai.lib.chinese.days import end_of_day
from gongkai.lib.law import default_calendar
from gongkai.lib.law.annual_form import (
    CARRIED_IN,
    CARRIED_OUT,
    NEW,
    RESULTS_TOTAL,
    TABLE3_RESULTS,
    TABLE3_ROWS,
    TABLE4_COLUMNS,
    TABLE4_ROWS,
)
from gongkai.lib.typed_json import read_number
from gongkai.work.requests.models import Dispute, Fee, Request
from gongkai.work.requests.models.request import VOID_RESULT
from gongkai.work.requests.queries.request_list import DUE_SOON_DAYS, make_was_late_condition
from gongkai.work.requests.results import APPLICANT_KIND_BY_COLUMN, OTHERWISE_ENDED, REQUEST_RESULTS

# Maximum number of compared texts; the newest ones are taken.
MAX_COMPARED_REQUESTS = 3_000
_SIMILARITY_THRESHOLD = 0.6


def compute_percentile(values: Sequence[int], share: float) -> int | None:
    """Return the nearest-rank percentile of values for a share 0 to 1, or None.

    >>> compute_percentile([1, 2, 3, 4], 0.95), compute_percentile([7], 0.95)
    (4, 7)
    """
    if not values:
        return None
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * round(share * 100) // 100) - 1)]


@dataclass
class StatisticsRow:
    """Counts of requests of a month, unit or topic.

    `days` are working days from receipt to the first ending; `asked` holds the query parameters of the register
    that lists the counted requests.
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
        """Return the median duration in working days; None without ended requests."""
        return median(self.days) if self.days else None

    @property
    def p95(self) -> int | None:
        """Return the 95th percentile of the duration in working days; None without ended requests."""
        return compute_percentile(self.days, 0.95)


@dataclass(frozen=True)
class RequestStatistics:
    """The statistics of a set of requests: as a whole, and by month, unit, topic and result (key, label, count)."""

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


def list_received_between(
    requests: QuerySet[Request, Request], first_day: date, until: date
) -> QuerySet[Request, Request]:
    """Return the requests received in a period, void ones only if late."""
    received = requests.filter(received_on__gte=first_day, received_on__lte=until)
    return received.filter(~Q(ended_as=VOID_RESULT) | make_was_late_condition())


def compute_statistics(requests: QuerySet[Request, Request]) -> RequestStatistics:
    """Compute the statistics; void requests count only as answered late."""
    moment, calendar = timezone.now(), default_calendar()
    soon = moment + timedelta(days=DUE_SOON_DAYS)
    total_row = StatisticsRow("合计")
    tables: tuple[dict[object, StatisticsRow], ...] = ({}, {}, {})
    results: dict[str, int] = defaultdict(int)
    late = Case(When(make_was_late_condition(), then=True), default=False, output_field=BooleanField())
    rows = requests.order_by("-received_on").annotate(was_late=late).values_list(*_STATISTICS_FIELDS, "was_late")
    for received, ended, result, topic, unit, body, closed_at, due, paused, late_once in rows.iterator():
        has_running_clock = bool(closed_at is None and due and not paused)
        days = calendar.count_working_days(received, ended) if ended and ended >= received else None
        month = f"{received:%Y-%m}"
        groups = ((month, month, {"month": month}), (body, unit, {"body": body}), (topic, topic, {"topic": topic}))
        statistics_rows = [
            table.get(key) or table.setdefault(key, StatisticsRow(label, filters))
            for table, (key, label, filters) in zip(tables, groups, strict=True)
        ]
        for row in (total_row, *statistics_rows):
            row.answered_late += late_once
            if result == VOID_RESULT:
                continue
            row.received += 1
            row.ended += bool(ended)
            row.running += closed_at is None
            row.overdue += has_running_clock and due < moment
            row.due += has_running_clock and moment <= due < soon
            if days is not None:
                row.days.append(days)
        if result and result != VOID_RESULT:
            results[result] += 1
    months = sorted(tables[0].values(), key=lambda one: one.label)
    listed = [(key, REQUEST_RESULTS[key].name, results[key]) for key in REQUEST_RESULTS if results[key]]
    return RequestStatistics(total_row, months, _sort_by_volume(tables[1]), _sort_by_volume(tables[2]), listed)


def _sort_by_volume(table: dict[object, StatisticsRow]) -> list[StatisticsRow]:
    return sorted(table.values(), key=lambda one: (-one.received, one.label))


def make_late_condition(first_day: date, until: date) -> Q:
    """Return the condition for requests that ended late in a period or are overdue at its end.

    Paused clocks are not late.
    """
    moment = end_of_day(min(until, timezone.localdate()))  # anything due later today is not late yet
    query = Q(ended_on__range=(first_day, until))
    not_ended = Q(ended_on=None) | Q(ended_on__gt=until)
    paused = Q(entry__closed_at=None, entry__paused=True)
    reopened = query & Q(entry__closed_at=None)
    overdue = ((not_ended & Q(counted_on__lte=until)) | reopened) & Q(entry__due_at__lt=moment) & ~paused
    return (overdue & ~Q(ended_as=VOID_RESULT)) | (query & make_was_late_condition())


def find_diverging_results(requests: QuerySet[Request, Request]) -> list[tuple[Request, Request, float]]:
    """Return (request, similar one, similarity) of different results (同案不同判, R-09).

    Compared are the latest MAX_COMPARED_REQUESTS ended requests, without void ones and results of 3.6.
    """
    decided = (
        requests.filter(ended_on__isnull=False)
        .exclude(ended_as__in=["", VOID_RESULT])
        .exclude(ended_as__startswith="3.6")
    )
    rows = {str(request.pk): request for request in decided.order_by("-received_on")[:MAX_COMPARED_REQUESTS]}
    in_order = sorted(rows.values(), key=lambda one: (one.received_on, one.pk))
    near_duplicates = matching.find_near_duplicates(
        ((str(request.pk), request.content.reveal()) for request in in_order), at_least=_SIMILARITY_THRESHOLD
    )
    pairs = [(rows[pair.id], rows[pair.of], pair.similarity) for pair in near_duplicates]
    return [(request, other, alike) for request, other, alike in pairs if request.ended_as != other.ended_as]


TOTAL_COLUMN, PENDING_COLUMN = "total", "pending"


@dataclass(frozen=True)
class ReportPeriod:
    """The period of an annual report: the year up to its cut-off day (`until`)."""

    year: int
    until: date

    @classmethod
    def of(cls, year: int, until: date | None = None) -> "ReportPeriod":
        """Return the year up to `until`, moved into the year if outside, or the whole year."""
        first_day, last_day = date(year, 1, 1), date(year, 12, 31)
        return cls(year, min(max(until or last_day, first_day), last_day))

    @property
    def first(self) -> date:
        """Return 1 January of the year."""
        return date(self.year, 1, 1)


def parse_report_period(parameters: QueryDict) -> ReportPeriod:
    """Return year and cut-off day of a query string, by default this year up to today."""
    today = timezone.localdate()
    until = parse_day_filter(parameters.get("until", "")).value
    year = parse_year_filter(parameters.get("year", "")).value or (until or today).year
    return ReportPeriod.of(year, until or (today if year == today.year else None))


def make_table3_row_condition(row: str, span: ReportPeriod) -> Q:
    """Return the condition of a row of table three; void requests only if carried in.

    Raises:
        KeyError: there is no such row.
    """
    first_day, until = span.first, span.until
    query = Q(ended_on__gte=first_day, ended_on__lte=until)
    counted_before = Q(counted_on__lt=first_day)
    if row == NEW:
        not_void = ~Q(ended_as=VOID_RESULT) | Q(ended_on__gt=until)
        return Q(counted_on__gte=first_day, counted_on__lte=until) & not_void
    if row == CARRIED_IN:
        return counted_before & (Q(ended_on=None) | Q(ended_on__gte=first_day))
    if row == CARRIED_OUT:
        return Q(counted_on__lte=until) & (Q(ended_on=None) | Q(ended_on__gt=until))
    if row == RESULTS_TOTAL:
        return query & (~Q(ended_as=VOID_RESULT) | counted_before)
    if row == OTHERWISE_ENDED:
        return query & (Q(ended_as=OTHERWISE_ENDED) | (Q(ended_as=VOID_RESULT) & counted_before))
    return query & Q(ended_as={key: key for key in TABLE3_RESULTS}[row])


def make_table3_column_condition(column: str) -> Q:
    """Return the condition of a column of table three.

    Raises:
        KeyError: there is no such column.
    """
    return Q() if column == TOTAL_COLUMN else Q(applicant_kind=APPLICANT_KIND_BY_COLUMN[column])


def make_table4_cell_condition(row: str, column: str, span: ReportPeriod) -> Q:
    """Return the condition of a cell of table four.

    Raises:
        KeyError: there is no such cell.
    """
    kind = Q(kind={key: key for key in TABLE4_ROWS}[row])
    decided = Q(decided_on__gte=span.first, decided_on__lte=span.until)
    pending = Q(accepted_on__lte=span.until) & (Q(decided_on=None) | Q(decided_on__gt=span.until))
    if column == TOTAL_COLUMN:
        return kind & (decided | pending)
    if column == PENDING_COLUMN:
        return kind & pending
    return kind & decided & Q(result={key: key for key in TABLE4_COLUMNS}[column])


def compute_table3(requests: QuerySet[Request, Request], span: ReportPeriod) -> dict[str, list[int]]:
    """Return table three: row → its seven columns."""
    return _compute_tables3(requests, span, None).get(None, _make_empty_table3())


def compute_tables3(
    requests: QuerySet[Request, Request], span: ReportPeriod, by: str
) -> dict[int, dict[str, list[int]]]:
    """Return table three by the values of a field; values without requests are missing.

    Args:
        span: the year up to its cut-off.
        by: the path of the field, for example the unit.
    """
    return {value: table for value, table in _compute_tables3(requests, span, by).items() if value is not None}


def _compute_tables3(
    requests: QuerySet[Request, Request], span: ReportPeriod, by: str | None
) -> dict[int | None, dict[str, list[int]]]:
    """Return table three by value of the field `by`, or under None for all."""
    tables: dict[int | None, dict[str, list[int]]] = {}
    for row in (NEW, CARRIED_IN, CARRIED_OUT):
        _add_counts(tables, requests.filter(make_table3_row_condition(row, span)), row, by)
    _add_counts(tables, requests.filter(make_table3_row_condition(RESULTS_TOTAL, span)), None, by)
    for table in tables.values():
        for cells in table.values():
            cells[6] = sum(cells[:6])
    return tables


def _make_empty_table3() -> dict[str, list[int]]:
    return {row: [0] * 7 for row in TABLE3_ROWS}


def _add_counts(
    tables: dict[int | None, dict[str, list[int]]],
    requests: QuerySet[Request, Request],
    row: str | None,
    by: str | None,
) -> None:
    """Add the counts by kind of applicant to `row`, by default to result and total."""
    column_index = {kind.value: number for number, kind in enumerate(APPLICANT_KIND_BY_COLUMN.values())}
    fields = ["applicant_kind", "ended_as", *([by] if by else [])]
    for kind, result, *group, count in (
        requests.order_by().values_list(*fields).annotate(count=Count("pk")).values_list(*fields, "count")
    ):
        rows = tables.setdefault(group[0] if group else None, _make_empty_table3())
        targets = [row] if row else [OTHERWISE_ENDED if result == VOID_RESULT else result, RESULTS_TOTAL]
        for target in targets:
            rows[target][column_index[kind]] += count


def compute_table4(disputes: QuerySet[Dispute, Dispute], span: ReportPeriod) -> dict[str, list[int]]:
    """Return table four: group → its five columns."""
    return _make_table4_rows(disputes.order_by().aggregate(**_make_table4_aggregates(span)))


def compute_tables4(
    disputes: QuerySet[Dispute, Dispute], span: ReportPeriod, by: str
) -> dict[int, dict[str, list[int]]]:
    """Return table four by the values of a field; values without disputes are missing."""
    dispute_counts = disputes.order_by().values(by).annotate(**_make_table4_aggregates(span))
    return {row[by]: _make_table4_rows(row) for row in dispute_counts}


def _make_table4_aggregates(span: ReportPeriod) -> dict[str, Count]:
    """Return the count of each cell of table four, named row__column."""
    return {
        f"{row}__{column}": Count("pk", filter=make_table4_cell_condition(row, column, span))
        for row in TABLE4_ROWS
        for column in TABLE4_COLUMNS
        if column != TOTAL_COLUMN
    }


def _make_table4_rows(cell_counts: Mapping[str, object]) -> dict[str, list[int]]:
    columns = [column for column in TABLE4_COLUMNS if column != TOTAL_COLUMN]
    rows = {row: [read_number(cell_counts, f"{row}__{column}") for column in columns] for row in TABLE4_ROWS}
    return {row: [*four, sum(four)] for row, four in rows.items()}


def sum_paid_fees(requests: QuerySet[Request, Request], span: ReportPeriod) -> int:
    """Return the fees paid in the year, in yuan (第六部分)."""
    paid = Fee.objects.filter(request__in=requests, paid_on__gte=span.first, paid_on__lte=span.until)
    return int(paid.aggregate(sum=Sum("yuan"))["sum"] or 0)
