"""Database wrapper that logs covered rows before each commit."""

from django.db import DEFAULT_DB_ALIAS
from django.db.backends.base.base import BaseDatabaseWrapper

from gongkai.core.acts.written_rows import COVERED_TABLES, TOUCHED_ROWS_ATTRIBUTE


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
