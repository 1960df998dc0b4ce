"""PostgreSQL connections; settings name this backend `gongkai.core.acts.backends.postgresql`."""

from django.db.backends.postgresql import base, operations

from gongkai.core.acts.written_rows import NotingDatabaseWrapper, NotingOperations


class DatabaseOperations(NotingOperations, operations.DatabaseOperations):
    """Django's operations, whose compilers note covered rows."""


class DatabaseWrapper(NotingDatabaseWrapper, base.DatabaseWrapper):
    """Django's connection that writes the log records of covered rows before a commit."""

    ops_class = DatabaseOperations
