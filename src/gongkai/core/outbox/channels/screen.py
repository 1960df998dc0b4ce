"""Inbox channel of the back office."""

from gongkai.core.outbox.channels.base import MessageChannel
from gongkai.core.outbox.models import Message


class Screen(MessageChannel):
    """Messages in the inbox, delivered by writing them."""

    immediate = True

    def send(self, message: Message) -> None:
        """Do nothing: the row is the message."""
