"""Find which new entries repeat older ones or each other."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar, cast

from django.db.models import Q

from gongkai.content.editions.erasure import ERASED_TEXT
from gongkai.oversight.gathering.duplicate_rules import (
    MIN_IDENTIFYING_TITLE_CHARACTERS,
    ComparedEntry,
    is_duplicate,
)
from gongkai.oversight.gathering.erasure import ERASED_ENTRY_VALUES
from gongkai.oversight.gathering.models import Gathered, GatheredState
from gongkai.oversight.gathering.near_duplicates import MINHASH_COLUMNS, strip_punctuation

T = TypeVar("T")
_CACHED_RESULTS: ContextVar[dict[tuple[Hashable, ...], object] | None] = ContextVar("results", default=None)


@contextmanager
def cache_comparisons() -> Iterator[None]:
    """Context manager in which `call_cached` stores its results, which are dropped at its end.

    Fetched entries are compared before the transaction, which blocks other writers on SQLite, and again within it.
    """
    token = _CACHED_RESULTS.set({})
    try:
        yield
    finally:
        _CACHED_RESULTS.reset(token)


def call_cached(function: Callable[..., T], *arguments: Hashable) -> T:
    """Return the result of a pure function, cached within `cache_comparisons`."""
    results = _CACHED_RESULTS.get()
    if results is None:
        return function(*arguments)
    key = (function, *arguments)
    if key not in results:
        results[key] = function(*arguments)
    return cast(T, results[key])


def pair_duplicates(new_rows: Sequence[Gathered]) -> list[tuple[Gathered, Gathered]]:
    """Return the new rows, stored or not, that repeat an older or another new row, each with that row; nothing is written."""
    condition = Q(key__in=[row.key for row in new_rows]) | Q(title_key__in=[row.title_key for row in new_rows])
    for name in MINHASH_COLUMNS:
        condition |= Q(**{f"{name}__in": {getattr(row, name) for row in new_rows if getattr(row, name) is not None}})
    fields = ("pk", "key", "title_key", "digest", "state", "title", "text", *MINHASH_COLUMNS)
    older = (
        Gathered.objects.filter(condition)
        .exclude(pk__in=[row.pk for row in new_rows if row.pk])
        .filter(Q(double_of=None) | Q(state=GatheredState.ERASED))
        .select_related("source")
        .only(*fields, "written_at", "source__unit_name", "source__laws")
        .order_by("pk")
    )
    index, pairs = _DuplicateIndex(list(older), get_distinct_sources(new_rows)), []
    for row in new_rows:
        original = index.find_duplicate(row)
        if original is None:
            index.add(row)
        else:
            pairs.append((row, original))
    return pairs


def mark_duplicates(new_rows: Sequence[Gathered]) -> int:
    """Save new rows that repeat another row as its duplicates (blanked if that was erased); return their number."""
    pairs = pair_duplicates(new_rows)
    for row, original in pairs:
        row.double_of, row.state = original, GatheredState.DOUBLE
        if original.state == GatheredState.ERASED:
            _set_erased_values(row)
    doubles = [row for row, _ in pairs]
    Gathered.objects.bulk_update([row for row in doubles if row.title != ERASED_TEXT], ["double_of", "state"])
    erased = [row for row in doubles if row.title == ERASED_TEXT]
    Gathered.objects.bulk_update(erased, ["double_of", *ERASED_ENTRY_VALUES])
    return len(doubles)


def _set_erased_values(row: Gathered) -> None:
    for name, value in ERASED_ENTRY_VALUES.items():
        setattr(row, name, value)


class _DuplicateIndex:
    """Index of entries by the keys under which their duplicates are found."""

    def __init__(self, rows: Sequence[Gathered], apart: frozenset[int]) -> None:
        self.by: dict[tuple[str, object], list[Gathered]] = {}
        #: Sources with which those of the new entries share nothing but words, as a person decided.
        self.apart = apart
        for row in rows:
            self.add(row)

    def add(self, row: Gathered) -> None:
        for mark in self._list_index_keys(row):
            self.by.setdefault(mark, []).append(row)

    def find_duplicate(self, row: Gathered) -> Gathered | None:
        """Return an earlier entry that is the same, or None."""
        for index_key in self._list_index_keys(row):
            for candidate in self.by.get(index_key, []):
                if self._is_same_text(index_key[0], row, candidate):
                    return candidate
        return None

    @staticmethod
    def _list_index_keys(row: Gathered) -> list[tuple[str, object]]:
        """Return (kind of key, key) under which equal or similar entries are found."""
        band_keys = [(f"band{index}", mark) for index, mark in enumerate(_list_bands(row)) if mark is not None]
        return [("key", row.key), ("digest", row.digest), ("title", row.title_key), *band_keys]

    def _is_same_text(self, key_kind: str, row: Gathered, other: Gathered) -> bool:
        """Return True if rows with a common key (`key_kind`: "key", "digest", "title" or a band) are one text."""
        if key_kind == "key":
            return True
        if other.source_id in self.apart:
            return False
        if key_kind == "digest":
            return bool(row.text) or len(strip_punctuation(row.title)) >= MIN_IDENTIFYING_TITLE_CHARACTERS
        if other.state == GatheredState.ERASED and key_kind == "title":
            return False  # no data left for comparison
        return call_cached(is_duplicate, ComparedEntry.from_row(row), ComparedEntry.from_row(other))


def get_distinct_sources(rows: Sequence[Gathered]) -> frozenset[int]:
    """Return the keys of sources declared to have no duplicates of the source of these rows (all of one source)."""
    source = rows[0].source if rows else None
    return frozenset(source.apart.values_list("pk", flat=True)) if source else frozenset()


def _list_bands(row: Gathered) -> list[int | None]:
    return [getattr(row, name) for name in MINHASH_COLUMNS]
