"""Base class of SMS channels."""

from abc import abstractmethod

from gongkai.core.acts.action import Notification
from gongkai.core.outbox.channels.base import MessageChannel, OutsideContact
from gongkai.core.outbox.errors import ChannelError
from gongkai.core.outbox.models import Letter, Message
from gongkai.core.units.models import Person


class SmsChannel(MessageChannel):
    """Base of SMS gateways: urgent messages only, in one short text.

    Subclasses implement `submit`: post `number` and `text` to the gateway, raise `ChannelOff` if it
    does not answer and `ChannelError` if it refuses the number.
    """

    #: Maximum length in characters: one Chinese SMS holds 70, including the signature.
    limit: int = 60
    #: True if it sends codes to outside persons.
    sends_codes: bool = True

    def wants(self, person: Person, tell: Notification) -> bool:
        """Return true for urgent messages to people with a mobile number."""
        return tell.urgent and bool(person.mobile)

    def address(self, person: Person) -> str:
        """Return the mobile number."""
        return person.mobile

    def text(self, message: Message) -> str:
        """Return the subject, cut to `limit`; never the body, which may hold personal data."""
        return self._cut(message.subject)

    def _cut(self, text: str) -> str:
        return text if len(text) <= self.limit else f"{text[: self.limit - 1]}…"

    def send(self, message: Message) -> None:
        """Submit the text to the gateway."""
        number = message.address or message.person.mobile
        if not number:
            raise ChannelError("没有手机号码")
        self.submit(number, self.text(message))

    def reaches(self, contact: OutsideContact, tell: Notification) -> bool:
        """Return true with a mobile number, if urgent or without e-mail address."""
        return bool(contact.mobile) and (tell.urgent or not contact.mail)

    def send_letter(self, letter: Letter, contact: OutsideContact) -> None:
        """Submit the subject; the person reads the text on the website."""
        self.submit(contact.mobile, self._cut(letter.subject))

    def submit_code(self, number: str, code: str, text: str) -> None:
        """Submit a verification code that the person is waiting for."""
        self.submit(number, text)

    @abstractmethod
    def submit(self, number: str, text: str) -> None:
        """Submit one text; raise `ChannelError` or `ChannelOff` if not accepted."""
