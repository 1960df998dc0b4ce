"""Text messages: what a gateway's plug-in starts from."""

from abc import abstractmethod

from gongkai.core.acts.action import Notification
from gongkai.core.outbox.channels.base import Contact, MessageChannel
from gongkai.core.outbox.errors import ChannelError
from gongkai.core.outbox.models import Letter, Message
from gongkai.core.units.models import Person


class Sms(MessageChannel):
    """A base for SMS gateways: urgent matters only, to people with a mobile number, in one short text.

    A plug-in gives `submit`. Example: post `number` and `text` to the gateway, raise `ChannelOff` when it does not answer and
    `ChannelError` when it refuses this number.
    """

    #: Longest text sent, in characters: one SMS in Chinese holds 70, its signature included.
    limit: int = 60
    #: Whether it sends codes to people outside.
    sends_codes: bool = True

    def wants(self, person: Person, tell: Notification) -> bool:
        """Only what is urgent, and only people with a mobile number."""
        return tell.urgent and bool(person.mobile)

    def address(self, person: Person) -> str:
        """The mobile number."""
        return person.mobile

    def text(self, message: Message) -> str:
        """Return the text sent: the subject, cut to `limit`. Never the body, which may hold personal data."""
        return self._cut(message.subject)

    def _cut(self, text: str) -> str:
        return text if len(text) <= self.limit else f"{text[: self.limit - 1]}…"

    def send(self, message: Message) -> None:
        """Hand the text to the gateway."""
        number = message.address or message.person.mobile
        if not number:
            raise ChannelError("没有手机号码")
        self.submit(number, self.text(message))

    def reaches(self, contact: Contact, tell: Notification) -> bool:
        """Whoever left a mobile number and has no mail address, or must know at once."""
        return bool(contact.mobile) and (tell.urgent or not contact.mail)

    def send_letter(self, letter: Letter, contact: Contact) -> None:
        """Hand the subject to the gateway; the text itself is for those who look up their matter."""
        self.submit(contact.mobile, self._cut(letter.subject))

    def submit_code(self, number: str, code: str, text: str) -> None:
        """Hand over a code that somebody waits for, as a text that says it."""
        self.submit(number, text)

    @abstractmethod
    def submit(self, number: str, text: str) -> None:
        """Hand one text to the gateway; raise `ChannelError` or `ChannelOff` where it was not taken."""
