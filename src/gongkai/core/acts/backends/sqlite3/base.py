"""SQLite connections; settings name this backend `gongkai.core.acts.backends.sqlite3`."""

from django.db.backends.sqlite3 import base, operations

from gongkai.core.acts.backends.wrapper import NotingDatabaseWrapper


class DatabaseOperations(operations.DatabaseOperations):
    """Django's operations with the compilers beside this module."""

    compiler_module = "gongkai.core.acts.backends.sqlite3.compiler"


class DatabaseWrapper(NotingDatabaseWrapper, base.DatabaseWrapper):
    """Django's connection that settles covered rows."""

    ops_class = DatabaseOperations
