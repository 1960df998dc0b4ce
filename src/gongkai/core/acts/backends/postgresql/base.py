"""PostgreSQL connections; settings name this backend `gongkai.core.acts.backends.postgresql`."""

from django.db.backends.postgresql import base, operations

from gongkai.core.acts.backends.wrapper import NotingDatabaseWrapper


class DatabaseOperations(operations.DatabaseOperations):
    """Django's operations with the compilers of the `compiler` module in this package."""

    compiler_module = "gongkai.core.acts.backends.postgresql.compiler"


class DatabaseWrapper(NotingDatabaseWrapper, base.DatabaseWrapper):
    """Django's connection that writes the log records of covered rows before a commit."""

    ops_class = DatabaseOperations
