"""Whoever read an older version of a row comes second."""

from collections.abc import Collection

from django.db import models


def save_if(row: models.Model, *, but: Collection[str] = (), **still: object) -> bool:
    """Write all columns of a stored row but some, where the database still has these values; return whether it did. No signal is sent."""
    assert not row._meta.parents, "a row of one table only"
    fields = [field for field in row._meta.concrete_fields if not field.primary_key and field.name not in but]
    values = {field.attname: field.pre_save(row, add=False) for field in fields}
    return bool(type(row)._base_manager.filter(pk=row.pk, **still).update(**values))
