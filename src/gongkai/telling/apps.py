"""The application's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """The outbox."""

    name = "gongkai.telling"
    label = "telling"
    verbose_name = "提醒"

    def ready(self) -> None:
        """Listen to every action."""
        from gongkai.acts.action import LISTENERS
        from gongkai.telling.outbox import listen

        if listen not in LISTENERS:
            LISTENERS.append(listen)
