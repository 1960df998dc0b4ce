"""What a channel is."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime

from gongkai.core.acts.action import Notification
from gongkai.core.outbox.errors import ChannelError
from gongkai.core.outbox.models import Delivery, Letter, Message
from gongkai.core.units.models import Person


@dataclass(frozen=True)
class Contact:
    """Where somebody outside can be reached; held in memory only, never shown (its `repr` is empty)."""

    mail: str = ""
    mobile: str = ""

    def __repr__(self) -> str:
        return "<Contact>"


class MessageChannel(ABC):
    """A way to a person. One object lives as long as its process, so it must keep nothing between messages."""

    #: Sent with the row itself: nothing is left to a job (the screen).
    immediate: bool = False

    def wants(self, person: Person, tell: Notification) -> bool:
        """Whether this person is told of this matter here. Asked once, when the message is written."""
        return True

    def address(self, person: Person) -> str:
        """Where this channel reaches somebody, to be kept with a message that must go there (`Notification.reached`); empty where it has no
        address.
        """
        return ""

    def hold_until(self, delivery: Delivery, now: datetime) -> datetime | None:
        """Return until when this one waits (the night), without an attempt being counted; None where it goes now."""
        return None

    @abstractmethod
    def send(self, message: Message) -> None:
        """Send one message; `message.person` is loaded.

        Return normally only when the other side has taken it. What the other side calls it, for receipts, is left in `message.reference`.

        Raises:
            ChannelError: not now; try this message again later.
            ChannelOff: no message can go this way now.
        """

    def reaches(self, contact: Contact, tell: Notification) -> bool:
        """Whether this channel goes to people outside, and to this one. Asked once, when the letter is written."""
        return False

    def send_letter(self, letter: Letter, contact: Contact) -> None:
        """Send one letter to somebody outside; only for channels that `reaches` them.

        Raises:
            AddressRefused: this address takes nothing.
            ChannelError: not now; try this letter again later. Its text must not hold the address: it is kept.
            ChannelOff: no letter can go this way now.
        """
        raise ChannelError("这个渠道不对外发送")
