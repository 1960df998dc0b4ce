"""Find sender and reply address of a mail, and detect automatic ones (RFC 5322, 3834).

An answer carries a query code: it goes to one person's address or waits for a clerk, never to a list, to an office's own mailbox, or to an address
that says itself that nobody reads it.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses

from gongkai.lib.chinese.normalisation import normalise_characters
from gongkai.lib.fileformats.charsets import decode


def read_header(message: Message, name: str) -> str:
    """Return a header as decoded text on one line."""
    value = message.get(name)
    if value is None:
        return ""
    return decode_encoded_words(str(value) if isinstance(value, str) else to_surrogates(value))


def decode_encoded_words(raw: str) -> str:
    """Decode encoded words and raw bytes to text on one line."""
    try:
        pieces = decode_header(raw)
    except (ValueError, LookupError, AttributeError, TypeError):
        pieces = [(raw, None)]
    text = "".join(decode_header_piece(piece, charset) for piece, charset in pieces)
    return " ".join("".join(c if c.isprintable() else " " for c in normalise_characters(text)).split())


def to_surrogates(value: object) -> str:
    """Return a header value with its non-ASCII bytes as surrogate escapes."""
    return "".join(
        piece if isinstance(piece, str) else piece.decode("ascii", "surrogateescape")
        for piece, _ in decode_header(value)  # type: ignore[arg-type]
    )


def decode_header_piece(piece: bytes | str, charset: str | None) -> str:
    """Decode a piece of a header; its charset is only a hint."""
    if isinstance(piece, str):
        piece = piece.encode("utf-8", "surrogateescape")
        charset = None
    return decode(piece, "" if charset in {None, "unknown-8bit"} else str(charset))[0]


_MAIL_ADDRESS_RE = re.compile(r"[^@\s<>,;:\"()]{1,64}@[^@\s<>,;:\"()]{1,180}")
#: Quoted words and comments, which are not part of an address.
_QUOTED_TEXT_OR_COMMENT_RE = re.compile(r'"(?:[^"\\]|\\.)*"|\([^()]*\)')
_NAME_AND_ADDRESS_RE = re.compile(r"(?P<name>[^<>,;]*)<(?P<address>[^<>\s]+)>\s*")
_AUTOMATIC_REPLY_RE = re.compile(
    r"^[\W_]*(?:(?:回复|答复|re)[:：]\s*)?(?:(?:系统|邮件)?自动(?:回复|答复|应答)|"
    # 外出务工 and 休假天数 are what people ask about.
    r"(?:外出|休假|不在办公室)(?:中|期间)?[\s:：，]*(?:自动|$)|automatic reply|auto[- ]?reply|out of (?:the )?office)",
    re.IGNORECASE,
)
_BOUNCE_SENDERS = ("mailer-daemon", "postmaster")
#: Names of mailboxes that nobody reads (`_UNREAD_MAILBOX_RE`), names and hosts of mailing lists (`_LIST_MAILBOX_RE`, `_LIST_HOST_RE`).
_UNREAD_MAILBOX_RE = re.compile(
    r"(?:no[-_.]?reply|do[-_.]?not[-_.]?reply|nobody|bounces?)(?:$|[-_.+=])|.*[-_.]no[-_.]?reply$", re.I
)
_LIST_MAILBOX_RE = re.compile(r".*[-_.](?:list|group)$|(?:list|group|all)$", re.I)
_LIST_HOST_RE = re.compile(r"(?:^|\.)(?:lists?|listserv|mailman|groups?|google-?groups)\.", re.I)
#: Header fields of mailing lists and newsletters (RFC 2369, 2919), and of automatic answers.
_AUTOMATIC_MAIL_HEADERS = (
    "List-Id",
    "List-Unsubscribe",
    "List-Post",
    "X-Autoreply",
    "X-Autorespond",
    "X-QQ-Auto-Reply",
)


@dataclass(frozen=True)
class MailSender:
    """The sender of a message and the addresses that replies should go to.

    Attributes:
        name: the sender's name.
        address: the sender's address.
        several: several people wrote, and none is named as the sender.
        replies: Reply-To addresses other than the sender's.
    """

    name: str = ""
    address: str = ""
    several: bool = False
    replies: tuple[str, ...] = ()

    @property
    def reply_to(self) -> str:
        """Return the reply address if it differs from the sender's, else ""."""
        return self.replies[0] if self.replies else ""

    @property
    def unclear(self) -> bool:
        """Return true if there are several senders or reply addresses, so that a person must choose."""
        return self.several or len(self.replies) > 1

    def without_own_addresses(self, own_addresses: Collection[str]) -> "MailSender":
        """Return the sender without the office's own reply addresses."""
        other_replies = tuple(address for address in self.replies if normalise_address(address) not in own_addresses)
        return MailSender(self.name, self.address, self.several, other_replies)


def normalise_address(address: str) -> str:
    """Return an address for comparison: lower case, without a +tag.

    >>> normalise_address("SZF+web@yunling.gov.example")
    'szf@yunling.gov.example'
    """
    local, _, domain = address.lower().partition("@")
    return f"{local.partition('+')[0]}@{domain}"


def read_senders(message: Message) -> MailSender:
    """Return the sender and the reply addresses of a message."""
    name, address, several = "", "", False
    for called in ("From", "Sender", "Return-Path"):
        if pairs := _read_addresses(message, called):
            addresses = {reply.lower() for _, reply in pairs}
            agents = [pair for pair in _read_addresses(message, "Sender") if pair[1].lower() in addresses]
            # Of several writers the one who sent it (RFC 5322, 3.6.2).
            name, address = agents[0] if len(addresses) > 1 and agents else pairs[0]
            several = called == "From" and len(addresses) > 1 and not agents
            break
    replies = {reply.lower(): reply for _, reply in _read_addresses(message, "Reply-To") if is_personal_address(reply)}
    replies_to_self = address.lower() in replies and is_personal_address(address)
    return MailSender(name, address, several, () if replies_to_self else tuple(replies.values()))


def is_personal_address(address: str) -> bool:
    """Return true if an address looks personal: neither a no-reply address nor a list."""
    local, _, domain = address.partition("@")
    return not (_UNREAD_MAILBOX_RE.match(local) or _LIST_MAILBOX_RE.match(local) or _LIST_HOST_RE.search(domain))


def _read_addresses(message: Message, called: str) -> list[tuple[str, str]]:
    """Return (name, address) of a header's entries; parsed before decoding encoded words."""
    pairs = []
    for value in message.get_all(called) or ():
        raw = " ".join((str(value) if isinstance(value, str) else to_surrogates(value)).split())
        for name, address in _parse_pairs(raw):
            if _MAIL_ADDRESS_RE.fullmatch(ascii_address := _to_ascii(address)):
                pairs.append((decode_encoded_words(name).strip()[:300], ascii_address))
    return pairs


def _parse_pairs(raw: str) -> Sequence[tuple[str, str]]:
    """Return (name, address) pairs of a header."""
    one = _NAME_AND_ADDRESS_RE.fullmatch(raw) if not _QUOTED_TEXT_OR_COMMENT_RE.search(raw) else None
    return [(one["name"], one["address"])] if one else getaddresses([raw])


def _to_ascii(address: str) -> str:
    """Return an address with its domain in IDNA form."""
    address = decode_header_piece(address, None)  # raw bytes of any charset, as RFC 6532 and old programs write them
    local, at, domain = address.rpartition("@")
    try:
        said = domain.encode("utf-8", "surrogateescape").decode()
        return f"{local}{at}{said.encode('idna').decode()}" if not said.isascii() else address
    except UnicodeError:
        return address


def is_automatic(message: Message, senders: MailSender, subject: str) -> bool:
    """Return true for a machine-generated message (RFC 3834, 2919), which must not be answered."""
    submitted = read_header(message, "Auto-Submitted").lower().split(";")[0].strip()
    precedence = read_header(message, "Precedence").lower()
    return (
        submitted not in {"", "no"}
        or precedence in {"bulk", "junk", "list", "auto_reply"}
        or any(message.get(name) for name in _AUTOMATIC_MAIL_HEADERS)
        or bool(_AUTOMATIC_REPLY_RE.match(subject))
        or any(map(_is_calendar_reply, message.walk()))
        or (bool(senders.address) and not is_personal_address(senders.address) and not senders.replies)
    )


def _is_calendar_reply(part: Message) -> bool:
    """Return true if a calendar part replies to an invitation (RFC 5546, 3.2.3)."""
    return part.get_content_type() == "text/calendar" and str(part.get_param("method")).upper() == "REPLY"


def is_delivery_report(message: Message, sender: str) -> bool:
    """Return true for a delivery report of a mail server."""
    empty = str(message.get("Return-Path", "")).strip() == "<>"
    return (
        message.get_content_type() == "multipart/report"
        or message.get("X-Failed-Recipients") is not None
        or sender.split("@", maxsplit=1)[0].lower() in _BOUNCE_SENDERS
        or empty
    )


_MESSAGE_ID_RE = re.compile(r"<([0-9a-f]{32})@[^<>\s]+>")
_BOUNCE_STATUS_RE = re.compile(r"^Status:\s*([245]\.\d{1,3}\.\d{1,3})", re.IGNORECASE | re.MULTILINE)
#: The answer of a server as reports in words quote it: 550 5.1.1 User unknown.
_SERVER_ANSWER_RE = re.compile(r"\b[45]\d\d[ -]#?([45]\.\d{1,3}\.\d{1,3})\b")


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
        """Return true if the failure is permanent."""
        return self.status.startswith("5")


def find_delivery_report(message: Message) -> DeliveryReport | None:
    """Return the report on one of our mails, or None for any other mail."""
    report_text = "\n".join(_iterate_texts(message))
    id_match = _MESSAGE_ID_RE.search(report_text)
    status_match = _BOUNCE_STATUS_RE.search(report_text) or _SERVER_ANSWER_RE.search(report_text)
    # Servers that write this head gave up; some state no status.
    status = status_match[1] if status_match else "5.0.0" if message.get("X-Failed-Recipients") is not None else ""
    if id_match is None or not status or status.startswith("2"):
        return None
    return DeliveryReport(id_match[1], status)


def _iterate_texts(message: Message) -> Iterator[str]:
    """Yield the texts of all parts, and the headers of all but the report itself."""
    for part in message.walk():
        if part is not message:
            yield "\n".join(f"{name}: {read_header(part, name)}" for name in part)
        content = None if part.is_multipart() else part.get_payload(decode=True)
        if isinstance(content, bytes) and part.get_content_maintype() in ("text", "message"):
            yield decode(content, part.get_content_charset() or "")[0]
