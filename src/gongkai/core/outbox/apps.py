"""Django app configuration of the outbox."""

from django.apps import AppConfig


class Config(AppConfig):
    """Django app configuration of the outbox."""

    name = "gongkai.core.outbox"
    label = "outbox"
    verbose_name = "提醒"

    def ready(self) -> None:
        """Send the messages of actions; at hand-overs, give unread messages to the successor."""
        from gongkai.core.acts.following import register_message_receiver
        from gongkai.core.outbox.outbox import transfer_unread_messages, write_messages
        from gongkai.core.units.actions.appointments import HAND_OVER_CALLBACKS

        register_message_receiver(write_messages)
        if transfer_unread_messages not in HAND_OVER_CALLBACKS:
            HAND_OVER_CALLBACKS.append(transfer_unread_messages)
