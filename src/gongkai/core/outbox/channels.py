"""Channels to people: those configured in the office (`outbox.gateways`) and in settings.

`settings.GONGKAI_CHANNELS` maps a name to the dotted path of a `MessageChannel`. For a vendor's
library, subclass `MessageChannel` or `SmsChannel` in your own package:
`GONGKAI_CHANNELS=sms=your.module.YourClass`.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from urllib.parse import urljoin

from django.conf import settings
from django.core.signals import setting_changed
from django.utils.module_loading import import_string

from gongkai.core.acts.action import Notification
from gongkai.core.outbox.mailing import AddressRefused, ChannelError, ChannelOff, message_id_prefix, send_plain_mail
from gongkai.core.outbox.models import Delivery, Letter, Message
from gongkai.core.units.models import Person


@dataclass(frozen=True)
class OutsideContact:
    """Contact details of an outside person; only in memory, with an empty `repr`."""

    mail: str = ""
    mobile: str = ""

    def __repr__(self) -> str:
        return "<Contact>"


class MessageChannel(ABC):
    """A way to send messages to people. One instance lives as long as its process and stores no
    message."""

    #: True if writing the row already delivers it (the inbox).
    immediate: bool = False

    def wants(self, person: Person, tell: Notification) -> bool:
        """Return true if a message of this notification is to be written for this person and channel."""
        return True

    def address(self, person: Person) -> str:
        """Return the person's address to store with a message (`Notification.reached`), or ""."""
        return ""

    def hold_until(self, delivery: Delivery, now: datetime) -> datetime | None:
        """Return the end of the quiet period to which a delivery is postponed, or None to send it now."""
        return None

    @abstractmethod
    def send(self, message: Message) -> None:
        """Send one message; `message.person` is loaded. Return only if it was accepted.

        Set `message.reference` to the other side's id for receipts.

        Raises:
            ChannelError: retry this message later. ChannelOff: the channel is down.
        """

    def reaches(self, contact: OutsideContact, tell: Notification) -> bool:
        """Return true if a letter of this notification is to be written for this outside person and channel."""
        return False

    def send_letter(self, letter: Letter, contact: OutsideContact) -> None:
        """Send one letter to an outside person whom `reaches` accepts.

        Raises:
            AddressRefused: the address is invalid. ChannelError: retry later; the text must not contain the address.
                ChannelOff: the channel is down.
        """
        raise ChannelError("这个渠道不对外发送")


class MailChannel(MessageChannel):
    """Sends one mail to each person who has an address."""

    def wants(self, person: Person, tell: Notification) -> bool:
        """Return true for people with an e-mail address."""
        return bool(person.email)

    def address(self, person: Person) -> str:
        """Return the e-mail address."""
        return person.email

    def send(self, message: Message) -> None:
        """Send the message with the link to its page (ChannelError: no e-mail address)."""
        person = message.person
        address = message.address or person.email
        if not address:
            raise ChannelError("没有电子邮箱")
        send_plain_mail(
            address,
            f"{'【紧急】' if message.urgent else ''}{message.subject}",
            f"{person.name}：\n\n{message.body}\n{self._link(message)}\n\n{settings.WAGTAIL_SITE_NAME}",
            name=message_id_prefix(f"{message.key} {message.person_id}"),
        )

    def reaches(self, contact: OutsideContact, tell: Notification) -> bool:
        """Return true if the person left an e-mail address."""
        return bool(contact.mail)

    def send_letter(self, letter: Letter, contact: OutsideContact) -> None:
        """Send the letter's text unchanged."""
        headers = {"Auto-Submitted": "auto-generated", **letter.headers}
        send_plain_mail(contact.mail, letter.subject, letter.body.reveal(), name=letter.message_id, headers=headers)

    @staticmethod
    def _link(message: Message) -> str:
        return f"\n办理地址：{urljoin(settings.BASE_URL, message.link)}" if message.link else ""


class InboxChannel(MessageChannel):
    """Messages in the inbox, delivered by writing them."""

    immediate = True

    def send(self, message: Message) -> None:
        """Do nothing: the row is the message."""


class SmsChannel(MessageChannel):
    """Base of SMS gateways: urgent messages only, in one short text.

    Subclasses implement `submit`: post `number` and `text` to the gateway, raise `ChannelOff` if it
    does not answer and `ChannelError` if it refuses the number.
    """

    #: Maximum length in characters: one Chinese SMS holds 70, including the signature.
    limit: int = 60
    #: True if it can send verification codes to outside persons.
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
        """Submit the text to the gateway (ChannelError: no mobile number)."""
        number = message.address or message.person.mobile
        if not number:
            raise ChannelError("没有手机号码")
        self.submit(number, self.text(message))

    def reaches(self, contact: OutsideContact, tell: Notification) -> bool:
        """Return true for a person with a mobile number if the letter is urgent or there is no e-mail address."""
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


__all__ = [
    "AddressRefused",
    "ChannelError",
    "ChannelOff",
    "InboxChannel",
    "MailChannel",
    "MessageChannel",
    "OutsideContact",
    "SmsChannel",
    "channels",
    "sms_channel",
]


def channels() -> dict[str, MessageChannel]:
    """Return the channels of this installation by name."""
    from gongkai.core.outbox.gateways.channel import gateways

    return {**_get_settings_channels(), **gateways()}


@lru_cache(maxsize=1)
def _get_settings_channels() -> dict[str, MessageChannel]:
    return {name: import_string(path)() for name, path in settings.GONGKAI_CHANNELS.items()}


def sms_channel() -> SmsChannel | None:
    """Return the first SMS channel that sends codes to outside persons, or None."""
    return next(
        (channel for channel in channels().values() if isinstance(channel, SmsChannel) and channel.sends_codes), None
    )


def _clear_cache(*, setting: str, **_: object) -> None:
    if setting == "GONGKAI_CHANNELS":
        _get_settings_channels.cache_clear()


setting_changed.connect(_clear_cache, dispatch_uid="gongkai.outbox.channels")
