"""Insert and update many rows with less work per value than `bulk_create`, and predict the stored values."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import (
    AutoField,
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    DecimalField,
    Field,
    IntegerField,
    JSONField,
    Model,
    TextField,
)

from gongkai.core.acts.written_rows import COVERED_TABLES, StoredRow, note_inserted_rows, note_written_rows
from gongkai.core.vault.fields import EncryptedTextField
from gongkai.core.vault.sealing import EncryptedSecret

M = TypeVar("M", bound=Model)
_ROWS_PER_STATEMENT = 500
#: Fewer rows are not worth a statement that reserves their keys.
_MIN_ROWS_TO_RESERVE_KEYS = 5
#: Marks a value of which the program does not know how the database returns it.
_UNPREDICTABLE_VALUE = object()


def _refuse_float(text: str) -> object:
    raise ValueError(text)


#: Decodes JSON without fractions, some of which PostgreSQL returns as integers.
_DECODER = json.JSONDecoder(parse_float=_refuse_float)


@dataclass(frozen=True)
class _Column:
    """A model's column: attribute `name`, field, types of values that the database returns `unchanged`, and the
    field's `pre_save` if it makes the value."""

    name: str
    field: "Field[object, object]"
    unchanged: frozenset[type]
    pre_save: Callable[..., object] | None


def insert_rows(rows: Sequence[M], *, keep: bool = False) -> dict[int, StoredRow]:
    """Insert new rows of one model; their primary keys are set. Sends no signals, as `bulk_create`.

    Args:
        rows: unsaved rows.
        keep: return the stored values.

    Returns:
        The stored values by primary key, without rows whose values only the database knows. Without `keep`, or where
        `bulk_create` is used (PostgreSQL, few rows, no transaction), it may be empty.
    """
    if not rows:
        return {}
    model = type(rows[0])
    reserves_keys = len(rows) >= _MIN_ROWS_TO_RESERVE_KEYS and connection.in_atomic_block
    if connection.vendor != "sqlite" or not reserves_keys or model._meta.parents:
        model._base_manager.bulk_create(rows, batch_size=_ROWS_PER_STATEMENT)
        return {}
    rows_without_key = [row for row in rows if row.pk is None]
    if rows_without_key:
        for row, key in zip(rows_without_key, reserve_keys(model, len(rows_without_key)), strict=True):
            row.pk = key
    columns = _list_columns(model)
    values = [[_read_column(row, column) for column in columns] for row in rows]
    _write_rows(model, columns, values)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias
    return note_new_rows(connections[DEFAULT_DB_ALIAS], model, {row.pk: row for row in rows}, keep=keep)


def update_rows(rows: Sequence[Model]) -> None:
    """Save all columns of changed rows of one model in one statement. Sends no signals."""
    if not rows:
        return
    model, database = type(rows[0]), connections[DEFAULT_DB_ALIAS]
    pk = model._meta.pk
    columns = [column for column in _list_columns(model) if column.field is not pk]
    values = [[_read_column(row, column, add=False) for column in columns] for row in rows]
    quote = database.ops.quote_name
    sets = ", ".join(f"{quote(str(column.field.column))} = %s" for column in columns)
    sql = f"UPDATE {quote(model._meta.db_table)} SET {sets} WHERE {quote(str(pk.column))} = %s"  # noqa: S608
    prepared_rows = [
        [*_prepare_values(row_values, columns, database), row.pk] for row, row_values in zip(rows, values, strict=True)
    ]
    with database.cursor() as cursor:
        cursor.executemany(sql, prepared_rows)  # type: ignore[arg-type]
    note_written_rows(database, model._meta.db_table, [row.pk for row in rows])


def insert_values(model: type[Model], names: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Insert rows of a table that is not covered, given the values of its columns (`attname`), in one statement."""
    if rows:
        by_name = {column.name: column for column in _list_columns(model)}
        _write_rows(model, [by_name[name] for name in names], rows)


def _write_rows(model: type[Model], columns: Sequence[_Column], rows: Sequence[Sequence[object]]) -> None:
    """Insert rows of values in the order of `columns`."""
    database = connections[DEFAULT_DB_ALIAS]
    quote = database.ops.quote_name
    names = ", ".join(quote(str(column.field.column)) for column in columns)
    placeholders = ", ".join(["%s"] * len(columns))
    sql = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({placeholders})"  # noqa: S608
    with database.cursor() as cursor:
        cursor.executemany(sql, [_prepare_values(row, columns, database) for row in rows])  # type: ignore[misc]


def reserve_keys(model: type[Model], count: int) -> list[int]:
    """Reserve `count` primary keys of a model for rows that this transaction inserts; return them ascending."""
    assert isinstance(model._meta.pk, AutoField)
    table, column = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            series = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"
            cursor.execute(series, [table, column, count])
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s RETURNING seq", [count, table])
        sequence = cursor.fetchone()
        if sequence is None:
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, count])
        last_key = sequence[0] if sequence else count
    return list(range(last_key - count + 1, last_key + 1))


@cache
def _list_columns(model: type[Model]) -> tuple[_Column, ...]:
    """Return the stored columns of a model, with what an insert must do for each."""
    return tuple(
        _Column(field.attname, field, _list_unchanged_types(field), _find_pre_save(field))
        for field in model._meta.local_concrete_fields
        if not field.generated
    )


def _find_pre_save(field: "Field[object, object]") -> Callable[..., object] | None:
    """Return the field's own `pre_save`, which makes the value (`auto_now`); None if it only reads the attribute."""
    return None if type(field).pre_save is Field.pre_save else field.pre_save


def _list_unchanged_types(field: "Field[object, object]") -> frozenset[type]:
    """Return the types whose values the database returns unchanged from this field."""
    if isinstance(field, EncryptedTextField):
        return frozenset()
    if field.is_relation:
        return _list_unchanged_types(field.target_field)  # type: ignore[attr-defined]
    if isinstance(field, CharField | TextField):
        return frozenset({str})
    if isinstance(field, BooleanField):
        return frozenset({bool})
    return frozenset({int}) if isinstance(field, IntegerField) else frozenset()


def _read_column(row: Model, column: _Column, *, add: bool = True) -> object:
    """Return the value that the insert writes for this column of a row."""
    if column.pre_save is not None:
        return column.pre_save(row, add)
    value = row.__dict__[column.name]
    if value is None and column.field.is_relation and column.field.is_cached(row):  # type: ignore[attr-defined]
        # The related row was inserted after it was assigned.
        row._prepare_related_fields_for_save(operation_name="bulk_create")  # type: ignore[attr-defined]
        value = row.__dict__[column.name]
    return value


def _prepare_values(
    values: Sequence[object], columns: Sequence[_Column], database: BaseDatabaseWrapper
) -> list[object]:
    """Return the values converted to the types that the database accepts."""
    return [
        value
        if value is None or type(value) in column.unchanged
        else column.field.get_db_prep_save(value, connection=database)
        for value, column in zip(values, columns, strict=True)
    ]


def note_new_rows(
    database: BaseDatabaseWrapper, model: type[Model], rows: Mapping[int, Model], *, keep: bool = False
) -> dict[int, StoredRow]:
    """Remember rows that were just inserted, with their values, if the table's changes are logged.

    Return the stored values of those rows whose values can be predicted, by primary key; {} without `keep` for a
    table that is not logged.
    """
    table = model._meta.db_table
    if not keep and table not in COVERED_TABLES.fields:
        return {}
    stored_rows = {pk: _predict_row(row) for pk, row in rows.items()}
    note_inserted_rows(database, table, stored_rows)
    return {pk: row for pk, row in stored_rows.items() if row is not None}


def _predict_row(row: Model) -> StoredRow | None:
    """Return an inserted row as the database will return it; None if a value cannot be predicted."""
    if row._meta.parents:
        return None
    values = row.__dict__
    stored_values = {
        column.name: value if value is None or type(value) in column.unchanged else _predict_value(value, column.field)
        for column in _list_columns(type(row))
        for value in (values[column.name],)
    }
    return None if _UNPREDICTABLE_VALUE in stored_values.values() else stored_values


def _predict_value(value: object, field: "Field[object, object]") -> object:
    """Return a value as the database will return it, or `_UNPREDICTABLE_VALUE`."""
    if isinstance(field, JSONField) and field.decoder is None:
        try:
            return _DECODER.decode(json.dumps(value, cls=field.encoder))
        except (TypeError, ValueError):  # an expression; a fraction
            return _UNPREDICTABLE_VALUE
    if isinstance(value, datetime):
        aware = value.tzinfo is not None and isinstance(field, DateTimeField)
        return value.astimezone(UTC) if aware else _UNPREDICTABLE_VALUE
    if isinstance(value, Decimal):
        exact = isinstance(field, DecimalField) and value.as_tuple().exponent == -field.decimal_places
        return value if exact else _UNPREDICTABLE_VALUE
    is_unchanged = (
        (isinstance(value, EncryptedSecret) and isinstance(field, EncryptedTextField))
        or (isinstance(value, str) and isinstance(field, CharField | TextField))  # a choice
        or (type(value) is date and isinstance(field, DateField) and not isinstance(field, DateTimeField))
    )
    return value if is_unchanged else _UNPREDICTABLE_VALUE
