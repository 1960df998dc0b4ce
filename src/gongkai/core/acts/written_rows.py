"""Track covered rows written since the last log record, in the database backends; log them before each commit.

`config/covered.toml` names the covered tables; `row_coverage.declare_covered_tables` loads it into
`COVERED_TABLES`. The database backends (`acts.backends`) note each covered row that Django inserts, updates
or deletes, also in bulk and by cascade. `chain.append_record` covers the noted rows by its record, and
`commit` writes a record for the remaining ones (`COVERED_TABLES.settle`). Hand-written SQL is not noted, so
it must not write covered tables.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import cast

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.models import Model
from django.db.models.sql.compiler import SQLCompiler


@dataclass
class CoveredColumns:
    """The covered columns of each table (`fields`); `settle` logs written rows that no log record covers yet."""

    fields: dict[str, frozenset[str]] = field(default_factory=dict)
    settle: Callable[[], object] = lambda: None


#: The covered tables, set at start-up.
COVERED_TABLES = CoveredColumns()
#: Attribute of a database connection: the rows written in it, of tables that the log covers (`COVERED_TABLES`).
TOUCHED_ROWS_ATTRIBUTE = "_gongkai_touched"
#: A stored row by column, as the database returns it.
StoredRow = Mapping[str, object]
#: Rows by table, in the order they were written; a value is known if the row was inserted and not changed since.
RowsByTable = dict[str, dict[int, StoredRow | None]]


def note_written_rows(connection: BaseDatabaseWrapper, table: str, rows: Iterable[int]) -> None:
    """Remember written rows of a table for the log, if its changes are logged."""
    note_inserted_rows(connection, table, dict.fromkeys((int(row) for row in rows), None))


def note_inserted_rows(connection: BaseDatabaseWrapper, table: str, rows: Mapping[int, StoredRow | None]) -> None:
    """Remember inserted rows and their known values for the log, if the table's changes are logged."""
    if rows and table in COVERED_TABLES.fields and connection.alias == DEFAULT_DB_ALIAS:
        noted: RowsByTable = connection.__dict__.setdefault(TOUCHED_ROWS_ATTRIBUTE, {})
        noted.setdefault(table, {}).update(rows)


def get_noted_rows() -> RowsByTable:
    """Return the noted rows of the default connection by table."""
    rows_by_table: RowsByTable = connections[DEFAULT_DB_ALIAS].__dict__.get(TOUCHED_ROWS_ATTRIBUTE, {})
    return rows_by_table


def take_noted_rows() -> RowsByTable:
    """Return the noted rows of the default connection by table, and clear the notes."""
    rows_by_table: RowsByTable = connections[DEFAULT_DB_ALIAS].__dict__.pop(TOUCHED_ROWS_ATTRIBUTE, {})
    return rows_by_table


def is_covered(model: type[Model], names: Iterable[str]) -> bool:
    """Return true if one of these columns of a model is covered."""
    return not COVERED_TABLES.fields.get(model._meta.db_table, frozenset()).isdisjoint(names)


class NotingOperations(BaseDatabaseOperations):
    """A backend's operations; its compilers of INSERT, UPDATE and DELETE also note covered rows."""

    @cached_property
    def _joined_compilers(self) -> dict[str, type[SQLCompiler]]:
        """Return name → compiler class that notes written rows, derived from the backend's own."""
        from gongkai.core.acts.backends.compilers import NOTING_COMPILERS  # needs the models, which need a backend

        return {
            name: cast(type[SQLCompiler], type(name, (noting, super(NotingOperations, self).compiler(name)), {}))
            for name, noting in NOTING_COMPILERS.items()
        }

    def compiler(self, compiler_name: str) -> type[SQLCompiler]:
        """Return the backend's own compiler, joined with the one that notes covered rows."""
        return self._joined_compilers.get(compiler_name) or super().compiler(compiler_name)


class NotingDatabaseWrapper(BaseDatabaseWrapper):
    """Writes a log record for covered rows before a commit; a rollback clears the notes."""

    def commit(self) -> None:
        """Write the log record of covered rows, then commit; roll back if writing fails."""
        if self.__dict__.get(TOUCHED_ROWS_ATTRIBUTE) and self.alias == DEFAULT_DB_ALIAS:
            try:
                COVERED_TABLES.settle()
            except BaseException:
                self.rollback()
                raise
        super().commit()

    def _savepoint_rollback(self, sid: str) -> None:
        """Roll back to a savepoint; drop the known values of noted rows, so that they are read again before logging."""
        super()._savepoint_rollback(sid)  # type: ignore[misc]
        for rows in self.__dict__.get(TOUCHED_ROWS_ATTRIBUTE, {}).values():
            rows.update(dict.fromkeys(rows))

    def rollback(self) -> None:
        """Roll back and clear the notes."""
        self.__dict__.pop(TOUCHED_ROWS_ATTRIBUTE, None)
        super().rollback()
