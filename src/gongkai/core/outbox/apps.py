"""The application's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """The outbox."""

    name = "gongkai.core.outbox"
    label = "outbox"
    verbose_name = "提醒"

    def ready(self) -> None:
        """Write the messages of every action; give unread messages along when work is handed over."""
        from gongkai.core.acts.following import tell_with
        from gongkai.core.outbox.giving import give_unread
        from gongkai.core.outbox.outbox import tell
        from gongkai.core.units.actions.appointments import ON_HAND_OVER

        tell_with(tell)
        if give_unread not in ON_HAND_OVER:
            ON_HAND_OVER.append(give_unread)
