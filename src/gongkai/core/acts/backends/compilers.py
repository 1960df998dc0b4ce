"""Compilers of INSERT, UPDATE and DELETE that note the covered rows they write.

`written_rows.NotingOperations` joins these classes with those of each backend.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.lookups import Exact, In
from django.db.models.sql import Query
from django.db.models.sql.compiler import SQLCompiler, SQLDeleteCompiler, SQLInsertCompiler, SQLUpdateCompiler
from django.db.models.sql.where import AND

from gongkai.core.acts.bulk_inserts import note_new_rows
from gongkai.core.acts.rows import forget_related, forget_stored
from gongkai.core.acts.written_rows import COVERED_TABLES, note_written_rows


class NotingInsertCompiler(SQLInsertCompiler):
    """Compile INSERT and remember the primary keys of the inserted rows for the log."""

    def execute_sql(self, returning_fields: Sequence[str] | None = None) -> list[tuple[Any]]:  # type: ignore[override]
        """Insert the rows; note those of covered tables, so that the log covers them."""
        meta = self.query.get_meta()
        forget_related(meta.model)
        if meta.db_table not in COVERED_TABLES.fields:
            return super().execute_sql(returning_fields)
        with _ensure_transaction(self.connection):
            objects = self.query.objs
            numbers, all_new = [row.pk for row in objects], self.query.on_conflict is None  # type: ignore[attr-defined]
            fields: list[object] = list(returning_fields or ())
            if meta.pk not in fields and None in numbers:
                # Django asks for no numbers of rows that it skips when they exist; the database names those it inserted.
                rows, inserted = [], super().execute_sql([meta.pk])  # type: ignore[list-item]
                numbers = [row[0] for row in inserted if row]
                all_new = len(numbers) == len(objects)
            else:
                rows = super().execute_sql(returning_fields)
                if meta.pk in fields:
                    numbers = [row[fields.index(meta.pk)] for row in rows]
            if all_new:
                note_new_rows(self.connection, meta.model, dict(zip(numbers, objects, strict=True)))
            else:
                note_written_rows(self.connection, meta.db_table, numbers)
            return rows


class NotingUpdateCompiler(SQLUpdateCompiler):
    """Compile UPDATE and remember the rows for the log if it sets a covered column."""

    def execute_sql(self, result_type: Literal["cursor", "no results"]) -> int:  # type: ignore[override]
        """Update the rows; note them if a covered field of a covered table is set."""
        table, only = self.query.get_meta().db_table, _find_only_row(self.query)
        if self.query.model is not None:
            forget_stored(self.query.model, only)
        covered = COVERED_TABLES.fields.get(table, frozenset())
        if covered.isdisjoint(field.name for field, _, _ in self.query.values):  # type: ignore[attr-defined]
            return super().execute_sql(result_type)
        with _ensure_transaction(self.connection):
            if only is not None:
                if count := super().execute_sql(result_type):
                    note_written_rows(self.connection, table, [only])
                return count
            numbers = _find_rows(self)
            count = super().execute_sql(result_type)
            note_written_rows(self.connection, table, numbers)
            return count


class NotingDeleteCompiler(SQLDeleteCompiler):
    """Compile DELETE and remember the deleted rows for the log."""

    def execute_sql(self, *args: object, **options: object) -> object:  # type: ignore[override]
        """Delete the rows; note those of covered tables."""
        table = self.query.get_meta().db_table
        if self.query.model is not None:
            forget_stored(self.query.model)
        if table not in COVERED_TABLES.fields:
            return super().execute_sql(*args, **options)  # type: ignore[call-overload]
        with _ensure_transaction(self.connection):
            numbers = _find_rows(self)
            count = super().execute_sql(*args, **options)  # type: ignore[call-overload]
            note_written_rows(self.connection, table, numbers)
            return count


NOTING_COMPILERS: dict[str, type[SQLCompiler]] = {
    "SQLInsertCompiler": NotingInsertCompiler,
    "SQLUpdateCompiler": NotingUpdateCompiler,
    "SQLDeleteCompiler": NotingDeleteCompiler,
}


def _find_only_row(query: Query) -> int | None:
    """Return the primary key if a query's condition requires one (`pk = number`, possibly AND others), else None."""
    where = query.where
    if where.negated or where.connector != AND:
        return None
    pk = query.get_meta().pk
    keys = [
        lookup.rhs
        for lookup in where.children
        if isinstance(lookup, Exact) and getattr(lookup.lhs, "target", None) is pk and isinstance(lookup.rhs, int)
    ]
    return keys[0] if keys else None


def _find_rows(compiler: SQLCompiler) -> list[int]:
    """Return the primary keys of the rows that a statement matches: from a condition on `pk` alone, else by a query."""
    where = compiler.query.where
    if len(where.children) == 1 and not where.negated:
        [only] = where.children
        target = getattr(getattr(only, "lhs", None), "target", None)
        if target is compiler.query.get_meta().pk and isinstance(only, Exact | In):
            keys = list(only.rhs) if isinstance(only.rhs, list | tuple | set) else [only.rhs]
            if all(isinstance(number, int) for number in keys):
                return keys
    query = compiler.query.chain(klass=Query)
    query.select_related = False
    query.clear_ordering(force=True)
    query.extra = {}
    query.select = ()
    query.add_fields([query.get_meta().pk.name])
    return [row[0] for row in query.get_compiler(compiler.using).results_iter()]


@contextmanager
def _ensure_transaction(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Keep a statement and the movement that covers it in one transaction."""
    if connection.in_atomic_block:
        yield
    else:
        with transaction.atomic(connection.alias):
            yield
