"""One mail to one address, through Django's mail: the same for staff and for subscribers."""

import smtplib
from collections.abc import Mapping
from hashlib import sha256

from django.conf import settings
from django.core.mail import EmailMessage

from gongkai.outbox.channels.base import ChannelError, ChannelOff


def post(
    to: str, subject: str, text: str, *, identity: str, headers: Mapping[str, str] | None = None
) -> None:
    """Send a mail in plain text; normally ended, the server has taken it.

    Args:
        to: the address.
        subject: in one line; what stands on several becomes one.
        text: the body.
        identity: what this mail is. A repeated attempt carries the same Message-ID, so that servers drop the second.
        headers: more of them.

    Raises:
        ChannelError: the server refuses this one.
        ChannelOff: there is no way to the server now.
    """
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip(">") or "gongkai"
    name = sha256(identity.encode()).hexdigest()[:32]
    mail = EmailMessage(
        subject=" ".join(subject.split()),
        body=text,
        to=[to],
        headers={**(headers or {}), "Message-ID": f"<{name}@{host}>"},
    )
    try:
        taken = mail.send()
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
        raise ChannelError(str(error)) from error
    except (smtplib.SMTPException, OSError) as error:
        raise ChannelOff(str(error)) from error
    if not taken:
        raise ChannelError("没有发出")
