"""E-mail channel."""

from urllib.parse import urljoin

from django.conf import settings

from gongkai.core.acts.action import Notification
from gongkai.core.outbox.channels.base import Contact, MessageChannel
from gongkai.core.outbox.errors import ChannelError
from gongkai.core.outbox.mailing import name_of, post
from gongkai.core.outbox.models import Letter, Message
from gongkai.core.units.models import Person


class Mail(MessageChannel):
    """Sends one mail to each person who has an address."""

    def wants(self, person: Person, tell: Notification) -> bool:
        """Return true for people with an e-mail address."""
        return bool(person.email)

    def address(self, person: Person) -> str:
        """Return the e-mail address."""
        return person.email

    def send(self, message: Message) -> None:
        """Send the message with the link to its page."""
        person = message.person
        address = message.address or person.email
        if not address:
            raise ChannelError("没有电子邮箱")
        post(
            address,
            f"{'【紧急】' if message.urgent else ''}{message.subject}",
            f"{person.name}：\n\n{message.body}\n{self._link(message)}\n\n{settings.WAGTAIL_SITE_NAME}",
            name=name_of(f"{message.key} {message.person_id}"),
        )

    def reaches(self, contact: Contact, tell: Notification) -> bool:
        """Return true if the person left an e-mail address."""
        return bool(contact.mail)

    def send_letter(self, letter: Letter, contact: Contact) -> None:
        """Send the letter's text unchanged."""
        headers = {"Auto-Submitted": "auto-generated", **letter.headers}
        post(contact.mail, letter.subject, letter.body.reveal(), name=letter.message_id, headers=headers)

    @staticmethod
    def _link(message: Message) -> str:
        return f"\n办理地址：{urljoin(settings.BASE_URL, message.link)}" if message.link else ""
