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
        from gongkai.core.outbox.outbox import pass_unread_on, write_messages
        from gongkai.core.units.actions.appointments import HAND_OVER_CALLBACKS

        register_message_receiver(write_messages)
        if pass_unread_on not in HAND_OVER_CALLBACKS:
            HAND_OVER_CALLBACKS.append(pass_unread_on)
