"""Comparison of imported rows with stored requests.

A request is identified by its number, or by unit, external number and year of receipt (many
registers restart at 1 each year). An import never changes a stored request; differences are
reported.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TypeVar

from gongkai.core.acts.actors import SYSTEM
from gongkai.core.ledger.models import Entry
from gongkai.core.spreadsheets.errors import Bad
from gongkai.core.spreadsheets.sheet import Row
from gongkai.core.spreadsheets.writing import cell
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.lib.typed_json import number, text
from gongkai.work.requests.matter import ERASED_TEXT
from gongkai.work.requests.models import Request
from gongkai.work.requests.queries.listing import requests_visible_to
from gongkai.work.requests.register_sheet import APPLICANT_COLUMNS, REQUEST_SHEET, export_requests
from gongkai.work.requests.results import DECIDABLE_RESULTS

_BATCH_SIZE = 500
# Columns that identify a request: a row that differs in one is another request or wrong.
_IDENTIFYING_COLUMNS = ("received_on", "applicant_kind", "channel", "wanted")
# Columns that are not exported, or compared separately.
_UNCOMPARED_COLUMNS = {*(column.key for column in APPLICANT_COLUMNS), "number", "body"}
# Columns that only decided requests have.
_DECISION_COLUMNS = {"ground", "delivered_on", "proof"}

BatchItem = TypeVar("BatchItem")
ExternalKey = tuple[int, str, int]


def external_key(row: Row, body: Body, ref: str) -> ExternalKey | None:
    """Return the key of a row (unit, external number, year), or None without an external number."""
    return (body.pk, ref, row["received_on"].year) if ref else None


class StoredRequests:
    """The stored requests that the rows of a file may refer to."""

    def __init__(self, rows: Sequence[Row], by: Actor) -> None:
        numbers = _distinct_values(rows, "number")
        refs = {*_distinct_values(rows, "external_ref"), *numbers}
        self._by_number: dict[str, dict[str, object]] = {}
        self._by_key: dict[ExternalKey, dict[str, object]] = {}
        self.foreign: set[str] = set()
        for some in _batches(numbers):
            for one in export_requests(requests_visible_to(by).filter(entry__number__in=some), SYSTEM):
                self._by_number[text(one, "number")] = one
            kept = Entry.objects.filter(kind="request", number__in=some).values_list("number", flat=True)
            self.foreign |= set(kept) - self._by_number.keys()
        for some in _batches(refs):
            found = Request.objects.select_related("entry__body").filter(entry__external_ref__in=some)
            for one in export_requests(found.order_by("pk"), SYSTEM):
                received = one["received_on"]
                assert isinstance(received, date)
                key = (number(one, "body_id"), text(one, "external_ref"), received.year)
                self._by_key.setdefault(key, one)
        self._contents = _index_by_content([row for row in rows if not row["external_ref"] and not row["number"]])

    def numbered(self, number: str) -> dict[str, object] | None:
        """Return the visible stored request with this number."""
        return self._by_number.get(number)

    def registered(self, key: ExternalKey | None) -> dict[str, object] | None:
        """Return the stored request that was imported under this external number."""
        return self._by_key.get(key) if key else None

    def alike(self, row: Row, body: Body) -> str:
        """Return the number of a request with the same text and day of receipt, or ""."""
        return self._contents.get((body.pk, row["received_on"], _remove_spaces(row["wanted"])), "")


def find_differences(row: Row, stored: Mapping[str, object], body: Body | None) -> tuple[list[str], list[str]]:
    """Return the differing columns of a row and a stored request: identifying ones, others.

    Empty cells and erased values are ignored.
    """
    differs = [
        column.key
        for column in REQUEST_SHEET.columns
        if column.key not in _UNCOMPARED_COLUMNS
        and row[column.key] not in (None, "")
        and _is_different(row, stored, column.key)
    ]
    named = row["body"] == stored["body"] or (body is not None and body.pk == stored["body_id"])
    identity = [key for key in differs if key in _IDENTIFYING_COLUMNS] + ([] if named else ["body"])
    return identity, [key for key in differs if key not in _IDENTIFYING_COLUMNS]


def row_values(row: Row) -> tuple[object, ...]:
    """Return all values of a row, to detect duplicate rows."""
    return tuple(_normalise_value(row[column.key]) for column in REQUEST_SHEET.columns)


def _is_different(row: Row, stored: Mapping[str, object], key: str) -> bool:
    kept = stored[key]
    if kept == ERASED_TEXT or (key in _DECISION_COLUMNS and stored["result_key"] not in DECIDABLE_RESULTS):
        return False
    try:
        return _normalise_value(REQUEST_SHEET.column(key).read(cell(kept))) != _normalise_value(row[key])
    except Bad:  # older than the column's bounds: no comparison possible
        return False


def _normalise_value(value: object) -> object:
    return _remove_spaces(value) if isinstance(value, str) else value or ""


def _remove_spaces(words: str) -> str:
    return "".join(words.split())


def _index_by_content(rows: Iterable[Row]) -> dict[tuple[int, object, str], str]:
    found: dict[tuple[int, object, str], str] = {}
    for some in _batches({row["received_on"] for row in rows}):
        kept = Request.objects.filter(received_on__in=some)
        for body, day, wanted, known in kept.values_list("entry__body", "received_on", "wanted", "entry__number"):
            found[(body, day, _remove_spaces(wanted.reveal()))] = known
    return found


def _distinct_values(rows: Iterable[Row], key: str) -> list[str]:
    return list(dict.fromkeys(str(row[key]) for row in rows if row[key]))


def _batches(some: Iterable[BatchItem]) -> Iterator[list[BatchItem]]:
    every = list(some)
    for start in range(0, len(every), _BATCH_SIZE):
        yield every[start : start + _BATCH_SIZE]
