"""Parse delivery reports of returned mail (RFC 3464) and find the letter concerned."""

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, Message

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.confined import reader

#: Maximum number of bytes read of a report.
MOST = 1024 * 1024
_MESSAGE_ID_PATTERN = re.compile(r"<([0-9a-f]{32})@[^<>\s]+>")
_STATUS_PATTERN = re.compile(r"^Status:\s*([245])\.(\d{1,3})\.(\d{1,3})", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class DeliveryReport:
    """A report that a mail was not delivered: `Letter.message_id` and status (`5.1.1`)."""

    message_id: str
    status: str

    @property
    def final(self) -> bool:
        """Return true if a retry is useless."""
        return self.status.startswith("5")


@reader(ValueError, loads=("email.parser", "email.policy"))
def read_bounce(raw: bytes) -> DeliveryReport | None:
    """Return the report about one of our mails, or None for any other mail.

    Raises:
        ValueError: the mail exceeds a limit of the confined parser.
    """
    mail = message_from_bytes(raw[:MOST], policy=policy.default)
    assert isinstance(mail, EmailMessage)
    if mail.get_content_type() != "multipart/report" and "mailer-daemon" not in str(mail.get("From", "")).lower():
        return None
    texts = [_get_text(part) for part in mail.walk() if not part.is_multipart() or _is_report(part)]
    whole = "\n".join(texts)
    named = _MESSAGE_ID_PATTERN.search(whole)
    status = _STATUS_PATTERN.search(whole)
    if named is None or status is None or status[1] == "2":
        return None
    return DeliveryReport(named[1], ".".join(status.groups()))


def _is_report(part: Message) -> bool:
    return part.get_content_type() in {"message/delivery-status", "message/rfc822"}


def _get_text(part: Message) -> str:
    try:
        return part.as_bytes().decode("utf-8", "replace")
    except Exception:  # a broken part says nothing; the others may
        return ""
