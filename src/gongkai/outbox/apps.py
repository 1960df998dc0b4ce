"""The application's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """The outbox."""

    name = "gongkai.outbox"
    label = "outbox"
    verbose_name = "提醒"

    def ready(self) -> None:
        """Listen to every action; give unread messages along when work is handed over."""
        from gongkai.acts.action import LISTENERS
        from gongkai.outbox.giving import give_unread
        from gongkai.outbox.outbox import listen
        from gongkai.units.actions.appointments import ON_HAND_OVER

        if listen not in LISTENERS:
            LISTENERS.append(listen)
        if give_unread not in ON_HAND_OVER:
            ON_HAND_OVER.append(give_unread)
