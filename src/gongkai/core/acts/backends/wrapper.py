"""Database wrapper that notes the covered rows it writes, and logs them before each commit."""

from functools import cached_property
from typing import cast

from django.db import DEFAULT_DB_ALIAS
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.models.sql.compiler import SQLCompiler

from gongkai.core.acts.written_rows import COVERED_TABLES, TOUCHED_ROWS_ATTRIBUTE


class NotingOperations(BaseDatabaseOperations):
    """A backend's operations; its compilers of INSERT, UPDATE and DELETE also note covered rows."""

    @cached_property
    def _joined_compilers(self) -> dict[str, type[SQLCompiler]]:
        """Return compiler classes by name: those that note the queries, on top of the database's own."""
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

    def rollback(self) -> None:
        """Roll back and clear the notes."""
        self.__dict__.pop(TOUCHED_ROWS_ATTRIBUTE, None)
        super().rollback()
