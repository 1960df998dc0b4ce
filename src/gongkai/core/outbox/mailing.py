"""One mail to one address, through Django's mail: the same for staff, for subscribers and for whoever asked the government something."""

import smtplib
from collections.abc import Mapping
from hashlib import sha256

from django.conf import settings
from django.core.mail import EmailMessage

from gongkai.core.outbox.errors import AddressRefused, ChannelError, ChannelOff


def name_of(identity: str) -> str:
    """Return the name of a mail (the first part of its Message-ID), the same on every attempt, so that servers drop the second."""
    return sha256(identity.encode()).hexdigest()[:32]


def post(to: str, subject: str, text: str, *, name: str, headers: Mapping[str, str] | None = None) -> None:
    """Send a mail in plain text; normally ended, the server has taken it.

    Args:
        to: the address.
        subject: in one line; what stands on several becomes one.
        text: the body.
        name: what this mail is called (`name_of`).
        headers: more of them.

    Raises:
        AddressRefused: the server knows no such address. No error says the address: errors are kept and logged.
        ChannelError: the server refuses this one.
        ChannelOff: there is no way to the server now.
    """
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip(">") or "gongkai"
    mail = EmailMessage(
        subject=" ".join(subject.split()),
        body=text,
        to=[to],
        headers={**(headers or {}), "Message-ID": f"<{name}@{host}>"},
    )
    try:
        taken = mail.send()
    except smtplib.SMTPRecipientsRefused as error:
        code = next((recipient[0] for recipient in error.recipients.values()), 0)
        if 500 <= code < 600:
            raise AddressRefused(f"邮件服务器说没有这个地址或不收信（{code}）") from None
        raise ChannelError(f"邮件服务器暂不接收（{code}）") from None
    except smtplib.SMTPDataError as error:
        raise ChannelError(f"邮件服务器拒收（{error.smtp_code}）") from None
    except smtplib.SMTPResponseException as error:
        raise ChannelOff(f"邮件服务器答复 {error.smtp_code}") from None
    except (smtplib.SMTPException, OSError) as error:
        raise ChannelOff(f"连不上邮件服务器（{type(error).__name__}）") from None
    if not taken:
        raise ChannelError("没有发出")
