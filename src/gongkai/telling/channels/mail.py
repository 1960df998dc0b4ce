"""Electronic mail."""

import smtplib
from hashlib import sha256
from urllib.parse import urljoin

from django.conf import settings
from django.core.mail import EmailMessage

from gongkai.acts.action import Tell
from gongkai.telling.channels.base import Channel, ChannelError, ChannelOff
from gongkai.telling.models import Message
from gongkai.units.models import Person


class Mail(Channel):
    """One mail to each person who has an address."""

    def wants(self, person: Person, tell: Tell) -> bool:
        """Only people with an address."""
        return bool(person.email)

    def send(self, message: Message) -> None:
        """Send through Django's mail backend. A repeated attempt carries the same Message-ID, so that servers drop the second."""
        person = message.person
        if not person.email:
            raise ChannelError("没有电子邮箱")
        mail = EmailMessage(
            subject=" ".join(f"{'【紧急】' if message.urgent else ''}{message.subject}".split()),
            body=f"{person.name}：\n\n{message.body}\n{self._link(message)}\n\n{settings.WAGTAIL_SITE_NAME}",
            to=[person.email],
            headers={"Message-ID": self._identity(message)},
        )
        try:
            mail.send()
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
            raise ChannelError(str(error)) from error
        except (smtplib.SMTPException, OSError) as error:
            raise ChannelOff(str(error)) from error

    @staticmethod
    def _link(message: Message) -> str:
        return f"\n办理地址：{urljoin(settings.BASE_URL, message.link)}" if message.link else ""

    @staticmethod
    def _identity(message: Message) -> str:
        name = sha256(f"{message.key} {message.person_id}".encode()).hexdigest()[:32]
        host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip(">") or "gongkai"
        return f"<{name}@{host}>"
