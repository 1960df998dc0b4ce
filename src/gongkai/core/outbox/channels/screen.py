"""The office's own inbox."""

from gongkai.core.outbox.channels.base import MessageChannel
from gongkai.core.outbox.models import Message


class Screen(MessageChannel):
    """Messages in the office: there as soon as they are written."""

    immediate = True

    def send(self, message: Message) -> None:
        """Nothing is left to do."""
