"""The application's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """Decisions with the public taking part."""

    name = "gongkai.work.participation"
    label = "participation"
    verbose_name = "决策预公开"

    def ready(self) -> None:
        """Enter kinds, sources, the public form, panels, blocks, spreadsheets, and what follows publishing."""
        from gongkai.work.participation.entering import enter

        enter()
