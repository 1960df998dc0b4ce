"""Lock, save conditionally and version stored rows."""

from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import TypeVar

from django.db import models
from django.db.models import F

from gongkai.core.acts.batches import current_batch, take_ahead, write_inserts

T = TypeVar("T")

#: Rows in one list of `split_into_batches`.
BATCH_SIZE = 500


def split_into_batches(rows: Iterable[T], size: int = BATCH_SIZE) -> Iterator[list[T]]:
    """Yield rows in lists of at most `size`.

    Pass `queryset.iterator(size)` to avoid reading ahead.
    """
    walk = iter(rows)
    while batch := list(islice(walk, size)):
        yield batch


M = TypeVar("M", bound=models.Model)


def update_if_unchanged(row: models.Model, *, but: Collection[str] = (), **still: object) -> bool:
    """Update a row's columns (except `but`) if the stored row still has the values `still`; return false otherwise.

    Return true if it was updated. Sends no signals.
    """
    assert not row._meta.parents, "a row of one table only"
    fields = [field for field in row._meta.concrete_fields if not field.primary_key and field.name not in but]
    values = {field.attname: field.pre_save(row, add=False) for field in fields}
    return bool(type(row)._base_manager.filter(pk=row.pk, **still).update(**values))


def increment_version(target: object) -> None:
    """Increase the version of a stored row, if its model has one."""
    if isinstance(target, models.Model) and target.pk and hasattr(target, "version"):
        now = current_batch()
        if now and target is now.changed[type(target)].get(target.pk):
            pass  # its row is saved with the new version
        elif now:
            now.versions[type(target), target.pk] += 1
        else:
            type(target)._base_manager.filter(pk=target.pk).update(version=F("version") + 1)
        target.version += 1


def find_row(rows: "models.QuerySet[M]") -> M | None:
    """Return the row of a query that finds at most one, or None.

    Unlike `first` it asks for no order: for that Django compares every selected column, a third of the cost.
    """
    return next(iter(rows.order_by()), None)


def lock_row(model: type[M], number: int) -> M | None:
    """Read a row with a lock until the end of the transaction; return None if it was deleted."""
    if row := take_ahead(model, number):
        return row
    write_inserts()
    # Without the model's own order: PostgreSQL locks no row that it joins to others.
    return find_row(model._base_manager.select_for_update().filter(pk=number))
