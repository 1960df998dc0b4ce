"""Send one mail through Django, to staff or outside persons. Errors are one Chinese line without an address."""

import smtplib
from collections.abc import Mapping
from hashlib import sha256

from django.conf import settings
from django.core.mail import EmailMessage


class ChannelError(Exception):
    """Raised when one message could not be sent; it is retried later."""


class ChannelOff(ChannelError):
    """Raised when the channel is down; the current run does not try it again."""


class AddressRefused(ChannelError):
    """Raised when the address is invalid; a retry is useless."""


def message_id_prefix(identity: str) -> str:
    """Return the first part of a stable Message-ID, so that servers drop repeats."""
    return sha256(identity.encode()).hexdigest()[:32]


def send_plain_mail(
    address: str, subject: str, text: str, *, name: str, headers: Mapping[str, str] | None = None
) -> None:
    """Send a plain-text mail; on return the server has accepted it.

    Args:
        address: the address.
        subject: the subject; line breaks are removed.
        text: the body.
        name: first part of the Message-ID (`message_id_prefix`).
        headers: further headers.

    Raises:
        AddressRefused: unknown or malformed address. ChannelError: refused by the server. ChannelOff: no server. No
            error contains the address.
    """
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip(">") or "gongkai"
    mail = EmailMessage(
        subject=" ".join(subject.split()),
        body=text,
        to=[address],
        headers={**(headers or {}), "Message-ID": f"<{name}@{host}>"},
    )
    try:
        accepted_count = mail.send()
    except smtplib.SMTPRecipientsRefused as error:
        code = next((recipient[0] for recipient in error.recipients.values()), 0)
        if 500 <= code < 600:
            raise AddressRefused(f"邮件服务器说没有这个地址或不收信（{code}）") from None
        raise ChannelError(f"邮件服务器暂不接收（{code}）") from None
    except ValueError:  # Django's, before it asks the server
        raise AddressRefused("电子邮箱的写法不对") from None
    except smtplib.SMTPDataError as error:
        raise ChannelError(f"邮件服务器拒收（{error.smtp_code}）") from None
    except smtplib.SMTPResponseException as error:
        raise ChannelOff(f"邮件服务器答复 {error.smtp_code}") from None
    except (smtplib.SMTPException, OSError) as error:
        raise ChannelOff(f"连不上邮件服务器（{type(error).__name__}）") from None
    if not accepted_count:
        raise ChannelError("没有发出")
