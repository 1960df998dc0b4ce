"""Keyset pagination: each page costs the same, however deep."""

from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, datetime

from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime

from gongkai.core.ledger.models import Entry
from gongkai.core.widgets.asked import parse_whole_number

#: By due date, nearest first, entries without date last (ties by id).
ORDER_BY_DUE_DATE = "due"
#: By opening time, newest first.
ORDER_BY_OPENING = "opened"


@dataclass(frozen=True)
class EntryPage:
    """Rows of one page, and the mark of the next page ("" if there is none)."""

    rows: list[Entry]
    next: str = ""


def page_of_entries(
    entries: QuerySet[Entry],
    after: str = "",
    size: int = 50,
    order: str = ORDER_BY_DUE_DATE,
    since: datetime | None = None,
) -> EntryPage:
    """Return one page of entries after a mark, with at most two queries; an invalid mark gives page one.

    `since`: no entry is due before that moment, so the index scan starts there.
    """
    at, number = _parse_mark(after)
    rows = (
        _list_by_due(entries, at, number, size + 1, since)
        if order == ORDER_BY_DUE_DATE
        else _list_by_opened(entries, at, number, size + 1)
    )
    if len(rows) <= size:
        return EntryPage(rows)
    rows = rows[:size]
    last = rows[-1]
    return EntryPage(rows, _format_mark(last.due_at if order == ORDER_BY_DUE_DATE else last.opened_at, last.pk))


def _list_by_due(
    entries: QuerySet[Entry], at: datetime | None, number: int, size: int, since: datetime | None
) -> list[Entry]:
    rows: list[Entry] = []
    if at or not number:
        dated = entries.filter(due_at__isnull=False)
        if at:
            dated = dated.filter(due_at__gte=at).filter(Q(due_at__gt=at) | Q(pk__gt=number))
        elif since:
            dated = dated.filter(due_at__gte=since)
        # Select ids first: the index contains what the light needs, so only shown rows
        # are read.
        numbers = dated.order_by("due_at", "pk").values("pk")[:size]
        rows = list(entries.filter(pk__in=numbers).order_by("due_at", "pk"))
    if len(rows) < size:
        undated = entries.filter(due_at=None)
        if number and not at:
            undated = undated.filter(pk__gt=number)
        rows += undated.order_by("pk")[: size - len(rows)]
    return rows


def _list_by_opened(entries: QuerySet[Entry], at: datetime | None, number: int, size: int) -> list[Entry]:
    if at:
        entries = entries.filter(opened_at__lte=at).filter(Q(opened_at__lt=at) | Q(pk__lt=number))
    return list(entries.order_by("-opened_at", "-pk")[:size])


def _format_mark(at: datetime | None, number: int) -> str:
    return f"{at.isoformat() if at else ''}~{number}"


def _parse_mark(mark: str) -> tuple[datetime | None, int]:
    text, _, number = mark.replace(" ", "+").partition("~")
    pk = parse_whole_number(number)
    if pk is None:
        return None, 0
    try:
        at = parse_datetime(text) if text else None
    except ValueError:
        return None, 0
    # Times in the first and last year cannot be converted to the database's time zone.
    if text and (at is None or at.tzinfo is None or not MINYEAR < at.year < MAXYEAR):
        return None, 0
    return at, pk
