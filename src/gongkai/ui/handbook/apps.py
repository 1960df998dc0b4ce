"""Django app configuration of the handbook."""

from django.apps import AppConfig


class HandbookConfig(AppConfig):
    """Django app configuration of the handbook."""

    name = "gongkai.ui.handbook"
    label = "handbook"
    verbose_name = "使用手册"

    def ready(self) -> None:
        """Register the help provider, and open the handbook to every login."""
        from gongkai.core.units.middleware import HELP_NAMESPACES, OPEN_NAMESPACES
        from gongkai.core.widgets.help import HelpSource, register_help
        from gongkai.ui.handbook.search import find_meaning, make_help_url

        register_help(HelpSource(make_help_url, find_meaning))
        OPEN_NAMESPACES.add("handbook")
        HELP_NAMESPACES.add("handbook")
