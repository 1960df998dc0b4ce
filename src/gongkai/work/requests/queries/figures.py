"""Figures of tables three and four of the annual report (国办公开办函〔2021〕30号), for any date.

Each cell is a query condition, which counts its rows and lists them. A request is new in the year
of `counted_on`, has its result in the year of its first ending, and is pending until then. Void
requests (merged, split, transferred) are not counted in their first year; in a later year they
leave as 3.6.3.

Therefore 一 + 二 = 三（七） + 四 holds in every column, for every unit and date, since no request ends
before it counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet, Sum
from django.http import QueryDict
from django.utils import timezone

from gongkai.core.widgets.asked import typed_day, typed_year
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
from gongkai.lib.typed_json import number
from gongkai.work.requests.models import Dispute, Fee, Request
from gongkai.work.requests.models.request import VOID_RESULT
from gongkai.work.requests.results import APPLICANT_KIND_BY_COLUMN, OTHERWISE_ENDED

TOTAL_COLUMN, PENDING_COLUMN = "total", "pending"


@dataclass(frozen=True)
class ReportPeriod:
    """The year of a report up to its cut-off day."""

    year: int
    until: date

    @classmethod
    def of(cls, year: int, until: date | None = None) -> "ReportPeriod":
        """Return a year up to a day within it, or the whole year."""
        first, last = date(year, 1, 1), date(year, 12, 31)
        return cls(year, min(max(until or last, first), last))

    @property
    def first(self) -> date:
        """1 January."""
        return date(self.year, 1, 1)


def parse_report_period(asked: QueryDict) -> ReportPeriod:
    """Return the year and cut-off day of a query string (default: this year up to today)."""
    today = timezone.localdate()
    until = typed_day(asked.get("until", "")).value
    year = typed_year(asked.get("year", "")).value or (until or today).year
    return ReportPeriod.of(year, until or (today if year == today.year else None))


def table3_row_condition(row: str, span: ReportPeriod) -> Q:
    """Return the condition of a row of table three.

    Raises:
        KeyError: there is no such row.
    """
    first, until = span.first, span.until
    ended = Q(ended_on__gte=first, ended_on__lte=until)
    before = Q(counted_on__lt=first)
    if row == NEW:
        gone = ~Q(ended_as=VOID_RESULT) | Q(ended_on__gt=until)
        return Q(counted_on__gte=first, counted_on__lte=until) & gone
    if row == CARRIED_IN:
        return before & (Q(ended_on=None) | Q(ended_on__gte=first))
    if row == CARRIED_OUT:
        return Q(counted_on__lte=until) & (Q(ended_on=None) | Q(ended_on__gt=until))
    if row == RESULTS_TOTAL:
        return ended & (~Q(ended_as=VOID_RESULT) | before)
    if row == OTHERWISE_ENDED:
        return ended & (Q(ended_as=OTHERWISE_ENDED) | (Q(ended_as=VOID_RESULT) & before))
    return ended & Q(ended_as={key: key for key in TABLE3_RESULTS}[row])


def table3_column_condition(column: str) -> Q:
    """Return the condition of a column of table three.

    Raises:
        KeyError: there is no such column.
    """
    return Q() if column == TOTAL_COLUMN else Q(applicant_kind=APPLICANT_KIND_BY_COLUMN[column])


def table4_cell_condition(row: str, column: str, span: ReportPeriod) -> Q:
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
    return _compute_tables3(requests, span, None).get(None, _empty_table3())


def compute_tables3(
    requests: QuerySet[Request, Request], span: ReportPeriod, by: str
) -> dict[int, dict[str, list[int]]]:
    """Return table three by the values of a field; values without requests are missing.

    Args:
        requests: the counted requests.
        span: the year up to its cut-off.
        by: the path of the field, for example the unit.
    """
    return {value: table for value, table in _compute_tables3(requests, span, by).items() if value is not None}


def _compute_tables3(
    requests: QuerySet[Request, Request], span: ReportPeriod, by: str | None
) -> dict[int | None, dict[str, list[int]]]:
    tables: dict[int | None, dict[str, list[int]]] = {}
    for row in (NEW, CARRIED_IN, CARRIED_OUT):
        _add_counts(tables, requests.filter(table3_row_condition(row, span)), row, by)
    _add_counts(tables, requests.filter(table3_row_condition(RESULTS_TOTAL, span)), None, by)
    for table in tables.values():
        for cells in table.values():
            cells[6] = sum(cells[:6])
    return tables


def _empty_table3() -> dict[str, list[int]]:
    return {row: [0] * 7 for row in TABLE3_ROWS}


def _add_counts(
    tables: dict[int | None, dict[str, list[int]]],
    requests: QuerySet[Request, Request],
    row: str | None,
    by: str | None,
) -> None:
    place = {kind.value: number for number, kind in enumerate(APPLICANT_KIND_BY_COLUMN.values())}
    fields = ["applicant_kind", "ended_as", *([by] if by else [])]
    for kind, result, *group, count in (
        requests.order_by().values_list(*fields).annotate(count=Count("pk")).values_list(*fields, "count")
    ):
        rows = tables.setdefault(group[0] if group else None, _empty_table3())
        targets = [row] if row else [OTHERWISE_ENDED if result == VOID_RESULT else result, RESULTS_TOTAL]
        for target in targets:
            rows[target][place[kind]] += count


def compute_table4(disputes: QuerySet[Dispute, Dispute], span: ReportPeriod) -> dict[str, list[int]]:
    """Return table four: group → its five columns."""
    return _table4_rows(disputes.order_by().aggregate(**_table4_aggregates(span)))


def compute_tables4(
    disputes: QuerySet[Dispute, Dispute], span: ReportPeriod, by: str
) -> dict[int, dict[str, list[int]]]:
    """Return table four by the values of a field; values without disputes are missing."""
    found = disputes.order_by().values(by).annotate(**_table4_aggregates(span))
    return {row[by]: _table4_rows(row) for row in found}


def _table4_aggregates(span: ReportPeriod) -> dict[str, Count]:
    return {
        f"{row}__{column}": Count("pk", filter=table4_cell_condition(row, column, span))
        for row in TABLE4_ROWS
        for column in TABLE4_COLUMNS
        if column != TOTAL_COLUMN
    }


def _table4_rows(found: Mapping[str, object]) -> dict[str, list[int]]:
    columns = [column for column in TABLE4_COLUMNS if column != TOTAL_COLUMN]
    rows = {row: [number(found, f"{row}__{column}") for column in columns] for row in TABLE4_ROWS}
    return {row: [*four, sum(four)] for row, four in rows.items()}


def sum_paid_fees(requests: QuerySet[Request, Request], span: ReportPeriod) -> int:
    """Return the fees paid in the year, in yuan (第六部分)."""
    paid = Fee.objects.filter(request__in=requests, paid_on__gte=span.first, paid_on__lte=span.until)
    return int(paid.aggregate(sum=Sum("yuan"))["sum"] or 0)
