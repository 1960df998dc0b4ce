"""Parse bounce messages of mail servers (RFC 3464, and free text)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

from gongkai.lib.fileformats.charsets import decode
from gongkai.lib.fileformats.mail_heads import head

_MESSAGE_ID = re.compile(r"<([0-9a-f]{32})@[^<>\s]+>")
_STATUS = re.compile(r"^Status:\s*([245]\.\d{1,3}\.\d{1,3})", re.IGNORECASE | re.MULTILINE)
#: The answer of a server as reports in words quote it: 550 5.1.1 User unknown.
_ANSWER = re.compile(r"\b[45]\d\d[ -]#?([45]\.\d{1,3}\.\d{1,3})\b")


@dataclass(frozen=True)
class DeliveryReport:
    """A report that a mail was not delivered.

    Attributes:
        message_id: the part of the mail's Message-ID before the @, as `outbox.Letter` stores it.
        status: RFC 3463, for example 5.1.1.
    """

    message_id: str
    status: str

    @property
    def final(self) -> bool:
        """True if the failure is permanent."""
        return self.status.startswith("5")


def find_report(message: Message) -> DeliveryReport | None:
    """Return the report on one of our mails, or None for any other mail."""
    words = "\n".join(_words(message))
    named = _MESSAGE_ID.search(words)
    found = _STATUS.search(words) or _ANSWER.search(words)
    # Servers that write this head gave up; some state no status.
    status = found[1] if found else "5.0.0" if message.get("X-Failed-Recipients") is not None else ""
    if named is None or not status or status.startswith("2"):
        return None
    return DeliveryReport(named[1], status)


def _words(message: Message) -> Iterator[str]:
    """Yield the texts of all parts, and the headers of all but the report itself."""
    for part in message.walk():
        if part is not message:
            yield "\n".join(f"{name}: {head(part, name)}" for name in part)
        content = None if part.is_multipart() else part.get_payload(decode=True)
        if isinstance(content, bytes) and part.get_content_maintype() in ("text", "message"):
            yield decode(content, part.get_content_charset() or "")[0]
