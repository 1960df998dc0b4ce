"""The application's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """Entries."""

    name = "gongkai.ledger"
    label = "ledger"
    verbose_name = "台账"

    def ready(self) -> None:
        """Enter the shared actions in the registry."""
        from gongkai.ledger import actions  # noqa: F401
