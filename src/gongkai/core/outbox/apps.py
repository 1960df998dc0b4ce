"""Django app configuration of the outbox."""

from django.apps import AppConfig


class Config(AppConfig):
    """Django app configuration of the outbox."""

    name = "gongkai.core.outbox"
    label = "outbox"
    verbose_name = "提醒"

    def ready(self) -> None:
        """Connect messages to actions; pass unread messages on at hand-overs."""
        from gongkai.core.acts.following import register_message_receiver
        from gongkai.core.outbox.outbox import tell
        from gongkai.core.outbox.settling import give_unread
        from gongkai.core.units.actions.appointments import ON_HAND_OVER

        register_message_receiver(tell)
        if give_unread not in ON_HAND_OVER:
            ON_HAND_OVER.append(give_unread)
