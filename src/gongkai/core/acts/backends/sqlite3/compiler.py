"""Compilers of SQLite statements."""

from django.db.models.sql.compiler import SQLAggregateCompiler, SQLCompiler

from gongkai.core.acts.backends.compilers import NotingDeleteCompiler as SQLDeleteCompiler
from gongkai.core.acts.backends.compilers import NotingInsertCompiler as SQLInsertCompiler
from gongkai.core.acts.backends.compilers import NotingUpdateCompiler as SQLUpdateCompiler

__all__ = ["SQLAggregateCompiler", "SQLCompiler", "SQLDeleteCompiler", "SQLInsertCompiler", "SQLUpdateCompiler"]
