"""`migrate`, by one process at a time."""

from django.core.management import CommandError
from django.core.management.commands import migrate
from django.db import connections

from gongkai.ops.upkeep.migrating import NOT_THE_OWNER, migration_lock
from gongkai.ops.upkeep.owning import is_owned_by_another


class Command(migrate.Command):
    """Django's command, under a lock."""

    def handle(self, *args: object, **options: object) -> None:
        """Wait for a running migration, then migrate. A role that does not own the tables gets an error."""
        database = connections[str(options["database"])]
        if is_owned_by_another(database):
            raise CommandError(NOT_THE_OWNER)
        with migration_lock(database):
            super().handle(*args, **options)
