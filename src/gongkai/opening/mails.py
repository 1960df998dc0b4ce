"""Reading a message as people send them: wrong charsets, raw bytes in heads, nested parts, Outlook's winmail.dat. Nothing here raises on bad bytes.

The standard library finds the parts (RFC 5322, 2045–2047); what is decoded, is decoded here, because mails lie about their charset: GB2312 that is
GBK, UTF-8 that is GB18030, heads with no encoding at all.
"""

import re
from base64 import b64decode
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from quopri import decodestring

from lxml import etree
from lxml import html as lxml_html

from gongkai.confined import BOUNDS, over, reader
from gongkai.opening.charsets import LIKELY, decode, likely
from gongkai.opening.winmail import unwrap

#: Parts and levels that are looked at; a message with more is no letter of a person's.
MOST_PARTS, MOST_LEVELS = 200, 70
#: Characters of a file's name; `files.kinds.clean_name` shortens it further and keeps its suffix.
MOST_NAME = 1000
_AUTO = re.compile(
    r"^\s*(?:自动回复|自动答复|外出|休假|automatic reply|auto[- ]?reply|out of (?:the )?office)",
    re.IGNORECASE,
)
_REPORTS = ("mailer-daemon", "postmaster")
_ADDRESS = re.compile(r"[^@\s<>,;:\"()]{1,64}@[^@\s<>,;:\"()]{1,180}")
_NAMED = re.compile(r"\b(?:file)?name\s*=\s*(?:\"([^\"\r\n]*)\"|([^;\s]+))", re.IGNORECASE)
_NUMBERS = re.compile(r"<[^<>\s]{1,240}>")


@dataclass(frozen=True)
class Attached:
    """A file in a message."""

    name: str
    content: bytes


@dataclass
class Mail:
    """What a message says. `faults` are Chinese sentences on what could not be read as it was meant."""

    message_id: str = ""
    references: tuple[str, ...] = ()
    sender: str = ""
    sender_name: str = ""
    reply_to: str = ""
    """Where an answer is wanted (Reply-To), where that is one address and another than the sender's."""
    unclear: bool = False
    """Several senders, or several addresses to answer to: a person must say who is meant."""
    looped: bool = False
    """X-Loop stands in the head: a program sent it on, and would our answer, too."""
    subject: str = ""
    sent_at: datetime | None = None
    text: str = ""
    attached: list[Attached] = field(default_factory=list)
    automatic: bool = False
    report: bool = False
    hops: int = 0
    faults: list[str] = field(default_factory=list)
    sealed: bool = False

    @property
    def address(self) -> str:
        """The one address that is written to."""
        return self.reply_to or self.sender

    @property
    def winmail(self) -> bool:
        """Whether it carries Outlook's own wrapping (TNEF) that could not be opened."""
        return any(attached.name.lower() == "winmail.dat" for attached in self.attached)


@reader(ValueError, loads=("lxml.html", "email.parser"))
def read_mail(raw: bytes) -> Mail:
    """Return what a message says.

    Raises:
        ValueError: it has too many parts or levels, or the bytes are no message at all.
    """
    raw = raw.lstrip(b"\xef\xbb\xbf\r\n ")
    refuse_over("mail bytes", len(raw))
    refuse_over("mail parts", raw.count(b"\nContent-Type:") + raw.count(b"\nContent-type:"))
    head = re.split(rb"\r?\n\r?\n", raw[: BOUNDS["mail head"].most + 1], maxsplit=1)[0]
    refuse_over("mail head", len(head))
    try:
        message = message_from_bytes(raw)
    except (RecursionError, AssertionError, LookupError, TypeError) as error:
        raise ValueError("邮件结构不能解析") from error
    mail = Mail(subject=_head(message, "Subject"), hops=len(message.get_all("Received") or ()))
    mail.message_id = next(iter(_ids(_head(message, "Message-ID"))), "")
    mail.references = (*_ids(_head(message, "In-Reply-To")), *_ids(_head(message, "References")))
    _take_senders(message, mail)
    mail.looped = message.get("X-Loop") is not None
    mail.sent_at = _date(message)
    mail.automatic = _is_automatic(message, mail.subject)
    mail.report = _is_report(message, mail.sender)
    texts: list[tuple[str, str]] = []
    try:
        for number, (level, part) in enumerate(_parts(message, 0)):
            if number >= MOST_PARTS or level > MOST_LEVELS:
                raise ValueError("邮件的部分太多或者嵌套太深")
            _take(part, mail, texts)
    except RecursionError as error:
        raise ValueError("邮件的部分太多或者嵌套太深") from error
    plain = "\n".join(text for kind, text in texts if kind == "plain").strip()
    marked = words_of_html("\n".join(text for kind, text in texts if kind == "html"))
    others = ("\n".join(text for kind, text in texts if kind == one).strip() for one in ("winmail", "file"))
    mail.text = _both(plain, marked) or next(filter(None, others), "")
    return mail


def _both(plain: str, marked: str) -> str:
    """Return what a message says as plain text and as a page: the plain text where it says the same, else both (it may only say that it is none)."""
    said, page = "".join(plain.split()), "".join(marked.split())
    runs = {page[at : at + 3] for at in range(len(page) - 2)}
    if not runs or (said and sum(run in said for run in runs) * 2 >= len(runs)):
        return plain
    return "\n".join(filter(None, (plain, marked)))


def refuse_over(name: str, amount: int) -> None:
    """Refuse a message that holds more than the bound `name` (`confined.bounds`) allows.

    Raises:
        ValueError: it does.
    """
    if words := over(name, amount):
        raise ValueError(words.rstrip("。"))


def _parts(part: Message, level: int) -> "list[tuple[int, Message]]":
    """Return the parts that hold something, in order; of alternatives only one text and what is no text."""
    if level > MOST_LEVELS:
        raise ValueError("邮件的部分太多或者嵌套太深")
    if not part.is_multipart() or part.get_content_type() == "message/rfc822":
        return [(level, part)]
    found: list[tuple[int, Message]] = []
    for one in part.get_payload():
        if isinstance(one, Message):
            found += _parts(one, level + 1)
    return found


def _take(part: Message, mail: Mail, texts: list[tuple[str, str]]) -> None:
    kind, name = part.get_content_type(), _file_name(part)
    if kind == "message/rfc822":
        inner = part.get_payload(0) if part.is_multipart() else part  # type: ignore[arg-type]
        mail.attached.append(Attached(name or "转发的邮件.eml", _bytes_of(inner)))  # type: ignore[arg-type]
        texts += [("file", text) for text in _texts_in(inner)]
        return
    if kind.startswith("application/pkcs7-mime") or kind.startswith("application/x-pkcs7-mime"):
        mail.sealed = True
    if kind in {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}:
        return
    content = _payload(part, mail)
    if (kind in {"text/plain", "text/html", *_AS_PLAIN} or kind.startswith("multipart/")) and not _is_file(
        part, name
    ):
        text, sure = decode(_unwrapped(content), part.get_content_charset() or "")
        if not sure:
            mail.faults.append("邮件的编码与声明不符，个别文字可能有误，以原信为准。")
        if kind.startswith("multipart/"):  # its parts could not be told from each other
            text = "\n".join(line for line in text.splitlines() if not _PART_LINE.match(line))
        texts.append(("html" if kind == "text/html" else "plain", text))
    elif name.lower() == "winmail.dat" or kind == "application/ms-tnef":
        _take_wrapped(name or "winmail.dat", content, mail, texts)
    elif content or name:
        mail.attached.append(Attached(name or f"附件{len(mail.attached) + 1}", content))
        if kind == "text/plain" and part.get_content_disposition() != "attachment":
            texts.append(("file", decode(content, part.get_content_charset() or "")[0]))


#: Texts that are read as plain ones.
_AS_PLAIN = ("text/enriched", "text/markdown", "text/x-markdown", "text/richtext")
_PART_LINE = re.compile(r"--\S+$|Content-[\w-]+:", re.I)
_BASE64 = re.compile(rb"\s*(?:[A-Za-z0-9+/]{4}\s*){10,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?\s*")
_QUOTED = re.compile(rb"(?:=[0-9A-F]{2}){3}")


def _unwrapped(content: bytes) -> bytes:
    """Return a text that is encoded for transport without saying so, as it was before."""
    try:
        if _BASE64.fullmatch(content):
            found = b64decode(b"".join(content.split()))
        elif content.isascii() and len(_QUOTED.findall(content)) > 1:
            found = decodestring(content)
        else:
            return content
    except ValueError:
        return content
    return found if likely(decode(found, "")[0]) >= LIKELY and not found.isascii() else content


def _texts_in(inner: object) -> list[str]:
    """Return the plain texts of a forwarded message, and the words of its pages where it has no plain one."""
    parts = [part for part in inner.walk() if not part.is_multipart()] if isinstance(inner, Message) else []
    read = {
        kind: [
            decode(_unwrapped(content), part.get_content_charset() or "")[0]
            for part in parts[:MOST_PARTS]
            if part.get_content_type() == kind and isinstance(content := part.get_payload(decode=True), bytes)
        ]
        for kind in ("text/plain", "text/html")
    }
    return read["text/plain"] or [words_of_html(text) for text in read["text/html"]]


def _take_wrapped(name: str, content: bytes, mail: Mail, texts: list[tuple[str, str]]) -> None:
    """Take what Outlook wrapped: its files in place of the wrapping, its text where the message has no other."""
    found = unwrap(content)
    if found is None:
        mail.attached.append(Attached(name, content))
        return
    if found.cut:
        mail.faults.append("winmail.dat不完整，可能缺少内容，以原信为准。")
    texts.append(("winmail", found.text or words_of_html(found.html)))
    mail.attached += [Attached(" ".join(one.split())[:200], data) for one, data in found.files]


def _file_name(part: Message) -> str:
    """Return the name of a part as it was meant, in any of the ways that programs write it."""
    for head, value in part.raw_items():
        raw = str(value)
        named = _NAMED.search(raw) if head.lower() in {"content-disposition", "content-type"} else None
        if named and not raw.isascii():  # bytes as they are: the library would put a mark in place of each
            return _bare_name(_piece(named[1] or named[2] or "", None))
    try:
        name = part.get_filename() or ""
        pieces = decode_header(name)
    except (ValueError, LookupError, AttributeError, TypeError, UnicodeError):
        return ""
    return _bare_name("".join(_piece(piece, charset) for piece, charset in pieces))


def _bare_name(name: str) -> str:
    """Return a file's name without the folders that some programs send along."""
    return re.split(r"[\\/]", " ".join(name.split()))[-1].strip()[:MOST_NAME]


def _is_file(part: Message, name: str) -> bool:
    return part.get_content_disposition() == "attachment" or bool(name)


def _payload(part: Message, mail: Mail) -> bytes:
    try:
        content = part.get_payload(decode=True)
    except (ValueError, AssertionError, LookupError):
        content = None
    if isinstance(content, bytes):
        return content
    mail.faults.append("有一部分内容不能解码，以原信为准。")
    return b""


def _bytes_of(message: Message) -> bytes:
    try:
        return message.as_bytes()
    except (ValueError, LookupError, AttributeError, TypeError, UnicodeError):
        return str(message).encode("utf-8", "replace")


def _head(message: Message, name: str) -> str:
    """Return a head in words: encoded words of any charset, raw bytes of any charset, on one line."""
    value = message.get(name)
    if value is None:
        return ""
    return _words(str(value) if isinstance(value, str) else _raw(value))


def _words(raw: str) -> str:
    """Return encoded words and raw bytes as words, on one line."""
    try:
        pieces = decode_header(raw)
    except (ValueError, LookupError, AttributeError, TypeError):
        pieces = [(raw, None)]
    text = "".join(_piece(piece, charset) for piece, charset in pieces)
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _raw(value: object) -> str:
    """Return a head with bytes that are no ASCII, as the parser kept them."""
    return "".join(
        piece if isinstance(piece, str) else piece.decode("ascii", "surrogateescape")
        for piece, _ in decode_header(value)  # type: ignore[arg-type]
    )


def _piece(piece: bytes | str, charset: str | None) -> str:
    if isinstance(piece, str):
        piece = piece.encode("utf-8", "surrogateescape")
        charset = None
    return decode(piece, "" if charset in {None, "unknown-8bit"} else str(charset))[0]


def _ids(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_NUMBERS.findall(text)))


def _take_senders(message: Message, mail: Mail) -> None:
    """Take who wrote and where the answer goes: one address each, or it is unclear."""
    for name in ("From", "Sender", "Return-Path"):
        if pairs := _addresses(message, name):
            mail.sender_name, mail.sender = pairs[0]
            mail.unclear = name == "From" and len({address.lower() for _, address in pairs}) > 1
            break
    others = {address.lower(): address for _, address in _addresses(message, "Reply-To")}
    if mail.sender.lower() not in others:
        mail.reply_to = next(iter(others.values()), "")
        mail.unclear = mail.unclear or len(others) > 1


def _addresses(message: Message, name: str) -> list[tuple[str, str]]:
    """Return the names and addresses in a head: addresses are looked for before words are decoded, so that none comes out of a name."""
    found = []
    for value in message.get_all(name) or ():
        raw = str(value) if isinstance(value, str) else _raw(value)
        for shown, address in getaddresses([" ".join(raw.split())]):
            if _ADDRESS.fullmatch(address):
                found.append((_words(shown).strip()[:300], address))
    return found


def _date(message: Message) -> datetime | None:
    try:
        found = parsedate_to_datetime(_head(message, "Date"))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if found.tzinfo else None


def _is_automatic(message: Message, subject: str) -> bool:
    """Whether a machine wrote it (RFC 3834, 2919): nobody waits for an answer, and an answer may go round for ever."""
    submitted = _head(message, "Auto-Submitted").lower().split(";")[0].strip()
    precedence = _head(message, "Precedence").lower()
    return (
        submitted not in {"", "no"}
        or precedence in {"bulk", "junk", "list", "auto_reply"}
        or any(message.get(name) for name in ("List-Id", "X-Autoreply", "X-Autorespond"))
        or bool(_AUTO.match(subject))
    )


def _is_report(message: Message, sender: str) -> bool:
    empty = str(message.get("Return-Path", "")).strip() == "<>"
    return (
        message.get_content_type() == "multipart/report"
        or sender.split("@", maxsplit=1)[0].lower() in _REPORTS
        or empty
    )


def words_of_html(marked: str) -> str:
    """Return the words of a page, a paragraph a line; what is no text of it (styles, scripts) is left out."""
    if not marked.strip():
        return ""
    try:
        root = lxml_html.fromstring(marked)
    except (ValueError, etree.LxmlError):
        return re.sub(r"<[^>]*>", "", marked).strip()
    etree.strip_elements(root, "style", "script", "head", "title", with_tail=False)
    for line in root.iter("br", "p", "div", "tr", "li", "h1", "h2", "h3", "blockquote"):
        line.tail = "\n" + (line.tail or "")
    lines = (" ".join(line.split()) for line in "".join(str(one) for one in root.itertext()).splitlines())
    return "\n".join(line for line in lines if line)
