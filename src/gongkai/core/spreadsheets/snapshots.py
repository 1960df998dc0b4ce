"""Snapshots of stored rows as JSON data."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model

from gongkai.core.vault.fields import EncryptedTextField
from gongkai.core.vault.sealing import EncryptedSecret

#: Fields that do not count as changes.
_IGNORED_FIELDS = frozenset({"version"})
_ENCODER = DjangoJSONEncoder()


def take_snapshot(row: Model) -> dict[str, object]:
    """Return column → value as JSON data of a row, without primary key and version; encrypted values stay encrypted."""
    return take_snapshot_of_values(type(row), {name: getattr(row, name) for name in _list_column_names(type(row))})


def take_snapshot_of_values(model: type[Model], stored: Mapping[str, object]) -> dict[str, object]:
    """Return the snapshot of a stored row of which the values are known."""
    return {name: _to_json(stored[name]) for name in _list_column_names(model)}


@cache
def _list_column_names(model: type[Model]) -> tuple[str, ...]:
    fields = (field for field in model._meta.concrete_fields if not field.primary_key)
    return tuple(field.attname for field in fields if field.attname not in _IGNORED_FIELDS)


def _to_json(value: object) -> object:
    """Return a field value as JSON data; a secret as its encrypted token."""
    if value is None or isinstance(value, str | int | float):  # most values: nothing to convert
        return value
    if isinstance(value, date | Decimal):  # of moments, too
        return _ENCODER.default(value)
    plain: object = value.token if isinstance(value, EncryptedSecret) else value
    return json.loads(json.dumps(plain, cls=DjangoJSONEncoder))


def restore_snapshot(row: Model, snapshot: Mapping[str, object]) -> list[str]:
    """Set a row's fields to a snapshot, in memory; return the names of the columns that changed."""
    present = take_snapshot(row)
    for field in row._meta.concrete_fields:
        if field.attname in snapshot:
            old_value = snapshot[field.attname]
            encrypted = isinstance(field, EncryptedTextField)
            setattr(row, field.attname, EncryptedSecret(str(old_value)) if encrypted else field.to_python(old_value))
    return [name for name, value in snapshot.items() if name in present and present[name] != value]


def save_restored_row(row: Model) -> None:
    """Save a restored row and increment its version."""
    for name in _IGNORED_FIELDS & {field.attname for field in row._meta.concrete_fields}:
        setattr(row, name, getattr(row, name) + 1)
    row.save()


def list_differences(row: Model, snapshot: Mapping[str, object], *, relations: bool = True) -> list[str]:
    """Return in Chinese the fields of a row that differ from a snapshot; `relations`: foreign keys, too."""
    present = take_snapshot(row)
    fields = {field.attname: field for field in row._meta.concrete_fields if relations or not field.is_relation}
    return [
        str(fields[key].verbose_name)
        for key, value in snapshot.items()
        if key in fields and present.get(key, value) != value
    ]
