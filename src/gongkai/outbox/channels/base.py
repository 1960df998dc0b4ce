"""What a channel is."""

from abc import ABC, abstractmethod

from gongkai.acts.action import Tell
from gongkai.outbox.models import Message
from gongkai.units.models import Person


class ChannelError(Exception):
    """One message could not be sent; it is tried again later. The text is kept with the message."""


class ChannelOff(ChannelError):
    """The way itself is closed (no connection, sign-in refused): the rest of this run does not try it again."""


class Channel(ABC):
    """A way to a person. One object lives as long as its process, so it must keep nothing between messages."""

    #: Sent with the row itself: nothing is left to a job (the screen).
    immediate: bool = False

    def wants(self, person: Person, tell: Tell) -> bool:
        """Whether this person is told of this matter here. Asked once, when the message is written."""
        return True

    @abstractmethod
    def send(self, message: Message) -> None:
        """Send one message; `message.person` is loaded.

        Return normally only when the other side has taken it.

        Raises:
            ChannelError: not now; try this message again later.
            ChannelOff: no message can go this way now.
        """
