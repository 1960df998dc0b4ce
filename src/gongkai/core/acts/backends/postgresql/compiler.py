"""Compilers of PostgreSQL statements: Django's own for PostgreSQL, and those that note covered rows."""

from django.db.backends.postgresql import compiler

from gongkai.core.acts.backends.compilers import NotingDeleteCompiler as SQLDeleteCompiler
from gongkai.core.acts.backends.compilers import NotingInsertCompiler
from gongkai.core.acts.backends.compilers import NotingUpdateCompiler as SQLUpdateCompiler

__all__ = ["SQLAggregateCompiler", "SQLCompiler", "SQLDeleteCompiler", "SQLInsertCompiler", "SQLUpdateCompiler"]

SQLCompiler = compiler.SQLCompiler
SQLAggregateCompiler = compiler.SQLAggregateCompiler


class SQLInsertCompiler(NotingInsertCompiler, compiler.SQLInsertCompiler):
    """Inserts many rows by UNNEST, as Django does on PostgreSQL, and notes them."""
