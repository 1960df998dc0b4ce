"""`migrate`, by one process at a time."""

from django.core.management.commands import migrate
from django.db import connections

from gongkai.upkeep.migrating import alone


class Command(migrate.Command):
    """Django's own, while nobody else migrates this database."""

    def handle(self, *args: object, **options: object) -> None:
        """Wait for whoever migrates, then look at what is left to do."""
        with alone(connections[str(options["database"])]):
            super().handle(*args, **options)
