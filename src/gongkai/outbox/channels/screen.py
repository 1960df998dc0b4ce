"""The office's own inbox."""

from gongkai.outbox.channels.base import Channel
from gongkai.outbox.models import Message


class Screen(Channel):
    """Messages in the office: there as soon as they are written."""

    immediate = True

    def send(self, message: Message) -> None:
        """Nothing is left to do."""
