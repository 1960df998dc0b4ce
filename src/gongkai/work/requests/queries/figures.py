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
from gongkai.work.requests.applicants import COLUMNS
from gongkai.work.requests.models import Dispute, Fee, Request
from gongkai.work.requests.models.request import VOID
from gongkai.work.requests.results import OTHERWISE

TOTAL, PENDING = "total", "pending"


@dataclass(frozen=True)
class Span:
    """The year of a report up to its cut-off day."""

    year: int
    until: date

    @classmethod
    def of(cls, year: int, until: date | None = None) -> "Span":
        """Return a year up to a day within it, or the whole year."""
        first, last = date(year, 1, 1), date(year, 12, 31)
        return cls(year, min(max(until or last, first), last))

    @property
    def first(self) -> date:
        """1 January."""
        return date(self.year, 1, 1)


def span_in(asked: QueryDict) -> Span:
    """Return the year and cut-off day of a query string (default: this year up to today)."""
    today = timezone.localdate()
    until = typed_day(asked.get("until", "")).value
    year = typed_year(asked.get("year", "")).value or (until or today).year
    return Span.of(year, until or (today if year == today.year else None))


def row_of_table3(row: str, span: Span) -> Q:
    """Return the condition of a row of table three.

    Raises:
        KeyError: there is no such row.
    """
    first, until = span.first, span.until
    ended = Q(ended_on__gte=first, ended_on__lte=until)
    before = Q(counted_on__lt=first)
    if row == NEW:
        gone = ~Q(ended_as=VOID) | Q(ended_on__gt=until)
        return Q(counted_on__gte=first, counted_on__lte=until) & gone
    if row == CARRIED_IN:
        return before & (Q(ended_on=None) | Q(ended_on__gte=first))
    if row == CARRIED_OUT:
        return Q(counted_on__lte=until) & (Q(ended_on=None) | Q(ended_on__gt=until))
    if row == RESULTS_TOTAL:
        return ended & (~Q(ended_as=VOID) | before)
    if row == OTHERWISE:
        return ended & (Q(ended_as=OTHERWISE) | (Q(ended_as=VOID) & before))
    return ended & Q(ended_as={key: key for key in TABLE3_RESULTS}[row])


def column_of_table3(column: str) -> Q:
    """Return the condition of a column of table three.

    Raises:
        KeyError: there is no such column.
    """
    return Q() if column == TOTAL else Q(applicant_kind=COLUMNS[column])


def cell_of_table4(row: str, column: str, span: Span) -> Q:
    """Return the condition of a cell of table four.

    Raises:
        KeyError: there is no such cell.
    """
    kind = Q(kind={key: key for key in TABLE4_ROWS}[row])
    decided = Q(decided_on__gte=span.first, decided_on__lte=span.until)
    pending = Q(accepted_on__lte=span.until) & (Q(decided_on=None) | Q(decided_on__gt=span.until))
    if column == TOTAL:
        return kind & (decided | pending)
    if column == PENDING:
        return kind & pending
    return kind & decided & Q(result={key: key for key in TABLE4_COLUMNS}[column])


def table3(requests: QuerySet[Request, Request], span: Span) -> dict[str, list[int]]:
    """Return table three: row → its seven columns."""
    return _tables3(requests, span, None).get(None, _empty3())


def tables3(requests: QuerySet[Request, Request], span: Span, by: str) -> dict[int, dict[str, list[int]]]:
    """Return table three by the values of a field; values without requests are missing.

    Args:
        requests: the counted requests.
        span: the year up to its cut-off.
        by: the path of the field, for example the unit.
    """
    return {value: table for value, table in _tables3(requests, span, by).items() if value is not None}


def _tables3(
    requests: QuerySet[Request, Request], span: Span, by: str | None
) -> dict[int | None, dict[str, list[int]]]:
    tables: dict[int | None, dict[str, list[int]]] = {}
    for row in (NEW, CARRIED_IN, CARRIED_OUT):
        _count(tables, requests.filter(row_of_table3(row, span)), row, by)
    _count(tables, requests.filter(row_of_table3(RESULTS_TOTAL, span)), None, by)
    for table in tables.values():
        for cells in table.values():
            cells[6] = sum(cells[:6])
    return tables


def _empty3() -> dict[str, list[int]]:
    return {row: [0] * 7 for row in TABLE3_ROWS}


def _count(
    tables: dict[int | None, dict[str, list[int]]],
    requests: QuerySet[Request, Request],
    row: str | None,
    by: str | None,
) -> None:
    place = {kind.value: number for number, kind in enumerate(COLUMNS.values())}
    fields = ["applicant_kind", "ended_as", *([by] if by else [])]
    for kind, result, *group, count in (
        requests.order_by().values_list(*fields).annotate(count=Count("pk")).values_list(*fields, "count")
    ):
        rows = tables.setdefault(group[0] if group else None, _empty3())
        targets = [row] if row else [OTHERWISE if result == VOID else result, RESULTS_TOTAL]
        for target in targets:
            rows[target][place[kind]] += count


def table4(disputes: QuerySet[Dispute, Dispute], span: Span) -> dict[str, list[int]]:
    """Return table four: group → its five columns."""
    return _rows4(disputes.order_by().aggregate(**_cells4(span)))


def tables4(disputes: QuerySet[Dispute, Dispute], span: Span, by: str) -> dict[int, dict[str, list[int]]]:
    """Return table four by the values of a field; values without disputes are missing."""
    found = disputes.order_by().values(by).annotate(**_cells4(span))
    return {row[by]: _rows4(row) for row in found}


def _cells4(span: Span) -> dict[str, Count]:
    return {
        f"{row}__{column}": Count("pk", filter=cell_of_table4(row, column, span))
        for row in TABLE4_ROWS
        for column in TABLE4_COLUMNS
        if column != TOTAL
    }


def _rows4(found: Mapping[str, object]) -> dict[str, list[int]]:
    columns = [column for column in TABLE4_COLUMNS if column != TOTAL]
    rows = {row: [number(found, f"{row}__{column}") for column in columns] for row in TABLE4_ROWS}
    return {row: [*four, sum(four)] for row, four in rows.items()}


def fees_of(requests: QuerySet[Request, Request], span: Span) -> int:
    """Return the fees paid in the year, in yuan (第六部分)."""
    paid = Fee.objects.filter(request__in=requests, paid_on__gte=span.first, paid_on__lte=span.until)
    return int(paid.aggregate(sum=Sum("yuan"))["sum"] or 0)
