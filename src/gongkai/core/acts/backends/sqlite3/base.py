"""SQLite connections; settings name this backend `gongkai.core.acts.backends.sqlite3`."""

import time

from django.apps import apps
from django.db.backends.sqlite3 import base, operations
from django.urls import get_resolver

from gongkai.core.acts.lock_sharing import pause_after
from gongkai.core.acts.written_rows import NotingDatabaseWrapper, NotingOperations


class DatabaseOperations(NotingOperations, operations.DatabaseOperations):
    """Django's operations, whose compilers note covered rows."""


class DatabaseWrapper(NotingDatabaseWrapper, base.DatabaseWrapper):
    """Django's connection that logs covered rows before a commit and pauses after transactions of
    long work."""

    ops_class = DatabaseOperations
    _locked_at = 0.0

    def _start_transaction_under_autocommit(self) -> None:
        _load_urls()
        super()._start_transaction_under_autocommit()  # type: ignore[misc]
        self._locked_at = time.monotonic()

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        pause_after(time.monotonic() - self._locked_at)


def _load_urls() -> None:
    """Load the URL configuration before a transaction; else the first URL in a message loads it inside one."""
    if apps.ready:
        _ = get_resolver().reverse_dict
