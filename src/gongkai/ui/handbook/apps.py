"""The application's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """The handbook."""

    name = "gongkai.ui.handbook"
    label = "handbook"
    verbose_name = "使用手册"

    def ready(self) -> None:
        """Answer the frame of office pages: where a page is explained, what a term means. Let everybody read who may sign in."""
        from gongkai.core.units.middleware import GUIDING_ROOMS, OPEN_ROOMS
        from gongkai.core.widgets.help import Help, register_help
        from gongkai.ui.handbook.places import address_for
        from gongkai.ui.handbook.terms import meaning

        register_help(Help(address_for, meaning))
        OPEN_ROOMS.add("handbook")
        GUIDING_ROOMS.add("handbook")
