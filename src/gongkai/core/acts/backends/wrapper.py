"""The part of a database connection that closes a transaction with covered rows."""

from django.db import DEFAULT_DB_ALIAS
from django.db.backends.base.base import BaseDatabaseWrapper

from gongkai.core.acts.touching import COVERED_TABLES, TOUCHED_ROWS_ATTRIBUTE


class NotingDatabaseWrapper(BaseDatabaseWrapper):
    """Has a movement written before a commit for covered rows without one; a rollback clears the notes."""

    def commit(self) -> None:
        """Commit, after the movement that covers the rows; roll back if that fails."""
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
