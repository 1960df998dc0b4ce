"""`migrate`, by one process at a time."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from django.apps import apps
from django.core.management import CommandError
from django.core.management.commands import migrate
from django.db import connections

from gongkai.ops.upkeep.migrating import NOT_OWNER_ERROR, migration_lock
from gongkai.ops.upkeep.ownership import is_owned_by_another

# Migrations make 13,000 model classes: the usual threshold collects garbage all the time.
GC_THRESHOLD = (100_000, 20, 20)


class Command(migrate.Command):
    """Django's `migrate`, run under a lock."""

    def handle(self, *args: object, **options: object) -> None:
        """Migrate under the lock, waiting for another migration; CommandError if the role does not own the tables."""
        database = connections[str(options["database"])]
        if is_owned_by_another(database):
            raise CommandError(NOT_OWNER_ERROR)
        with migration_lock(database), _reduce_repeated_work():
            super().handle(*args, **options)


@contextmanager
def _reduce_repeated_work() -> Iterator[None]:
    """Within the block collect garbage rarely, and cache swappable settings, for which each field searches all models."""
    before = gc.get_threshold()
    gc.set_threshold(*GC_THRESHOLD)
    apps.get_swappable_settings_name = cache(apps.get_swappable_settings_name)  # type: ignore[method-assign]
    try:
        yield
    finally:
        del apps.get_swappable_settings_name  # type: ignore[method-assign]
        gc.set_threshold(*before)
