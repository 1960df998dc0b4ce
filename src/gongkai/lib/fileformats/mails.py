"""Parse mails, also malformed ones. Never raises on invalid bytes.

The standard library finds the parts (RFC 5322, 2045–2047); what is decoded, is decoded here, because mails lie about their charset: GB2312 that is
GBK, UTF-8 that is GB18030, heads with no encoding at all.
"""

import re
from base64 import b64decode
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes
from email.errors import CloseBoundaryNotFoundDefect, InvalidBase64LengthDefect, InvalidBase64PaddingDefect
from email.header import decode_header
from email.message import Message
from email.utils import parsedate_to_datetime
from quopri import decodestring
from urllib.parse import unquote_to_bytes

from gongkai.lib.chinese.normalisation import normalise_text
from gongkai.lib.confined import BOUNDS_BY_NAME, reader
from gongkai.lib.fileformats.charsets import MIN_CHINESE_LIKELIHOOD, decode, estimate_chinese_likelihood
from gongkai.lib.fileformats.documents.model import DocumentBuilder, UnreadFile, check_bound
from gongkai.lib.fileformats.documents.pages import read_page
from gongkai.lib.fileformats.mail_senders import (
    DeliveryReport,
    MailSender,
    decode_header_piece,
    find_delivery_report,
    is_automatic,
    is_delivery_report,
    read_header,
    read_senders,
)
from gongkai.lib.fileformats.winmail import parse_winmail

#: Maximum parts and levels of a message that are read; messages from persons have fewer.
MAX_PARTS, MAX_LEVELS = 200, 70
_TOO_COMPLEX_ERROR = "太大：邮件的部分太多或者嵌套太深，请查看原信后手工登记。"
#: Maximum characters of a file name; `files.kinds.clean_file_name` shortens it further and preserves its suffix.
MAX_FILE_NAME_CHARACTERS = 1000
_FILE_NAME_PARAMETER_RE = re.compile(r"\b(?:file)?name\s*=\s*(?:\"([^\"\r\n]*)\"|([^;\r\n]+))", re.IGNORECASE)
#: A name with its charset (RFC 2231), which counts where a plain one stands beside it (RFC 6266, 4.3).
_CHARSET_NAMED_RE = re.compile(r"\bfilename\*\s*=\s*([\w-]*)'[^']*'([^;\s\"]+)", re.IGNORECASE)
_MESSAGE_ID_RE = re.compile(r"<[^<>\s]{1,240}>")


@dataclass(frozen=True)
class AttachedFile:
    """A file attached to a message."""

    name: str
    content: bytes


@dataclass
class Mail:
    """A parsed message.

    Attributes:
        looped: has an X-Loop header.
        automatic: an automatic reply or a report.
        report: a delivery report; `returned`: the undelivered mail, if it names one.
        hops: number of servers that it passed.
        sealed: encrypted, so that its content cannot be read.
        faults: Chinese sentences on content that could not be read.
    """

    message_id: str = ""
    references: tuple[str, ...] = ()
    senders: MailSender = field(default_factory=MailSender)
    looped: bool = False
    """X-Loop stands in the head: a program sent it on, and would our answer, too."""
    subject: str = ""
    sent_at: datetime | None = None
    text: str = ""
    html: str = ""
    """The text as a page, where it has no plain form."""
    attached: list[AttachedFile] = field(default_factory=list)
    automatic: bool = False
    report: bool = False
    returned: DeliveryReport | None = None
    """The letter of ours that the report is about, where it names one."""
    hops: int = 0
    faults: list[str] = field(default_factory=list)
    sealed: bool = False

    @property
    def address(self) -> str:
        """Return the address for replies."""
        return self.senders.reply_to or self.sender

    @property
    def sender(self) -> str:
        """Return the sender's address."""
        return self.senders.address

    @property
    def winmail(self) -> bool:
        """Return true if the mail contains a winmail.dat (TNEF) that could not be opened."""
        return any(attached.name.lower() == "winmail.dat" for attached in self.attached)


@reader(UnreadFile, loads=("lxml.html", "email.parser"))
def read_mail(raw: bytes) -> Mail:
    """Return the parsed message.

    Raises:
        UnreadFile: it has too many parts or levels, or the bytes are no message at all.
    """
    raw = raw.lstrip(b"\xef\xbb\xbf\r\n ")
    check_bound("mail bytes", len(raw))
    check_bound("mail parts", raw.count(b"\nContent-Type:") + raw.count(b"\nContent-type:"))
    heads = re.split(rb"\r?\n\r?\n", raw[: BOUNDS_BY_NAME["mail head"].most + 1], maxsplit=1)[0]
    check_bound("mail head", len(heads))
    try:
        message = message_from_bytes(raw)
    except (RecursionError, AssertionError, LookupError, TypeError) as error:
        raise UnreadFile("已损坏：邮件结构不能解析，请查看原信后手工登记。") from error
    mail = Mail(subject=read_header(message, "Subject"), hops=len(message.get_all("Received") or ()))
    mail.message_id = next(iter(_find_message_ids(read_header(message, "Message-ID"))), "")
    mail.references = (
        *_find_message_ids(read_header(message, "In-Reply-To")),
        *_find_message_ids(read_header(message, "References")),
    )
    mail.senders = read_senders(message)
    mail.looped = message.get("X-Loop") is not None
    mail.sent_at = _read_date(message)
    mail.automatic = is_automatic(message, mail.senders, mail.subject)
    mail.report = is_delivery_report(message, mail.sender)
    mail.returned = find_delivery_report(message) if mail.report else None
    texts: list[tuple[str, str]] = []
    try:
        for number, (level, part) in enumerate(_list_parts(message, 0)):
            if number >= MAX_PARTS or level > MAX_LEVELS:
                raise UnreadFile(_TOO_COMPLEX_ERROR)
            _add_part(part, mail, texts)
        if _is_cut_short(message, raw):
            _add_fault(mail, _CUT_SHORT_MESSAGE)
    except RecursionError as error:
        raise UnreadFile(_TOO_COMPLEX_ERROR) from error
    by_kind = {
        kind_name: "\n".join(text for kind, text in texts if kind == kind_name)
        for kind_name in ("plain", "html", "winmail", "file")
    }
    plain, wrapped, inside = (normalise_text(by_kind[kind_name]).strip() for kind_name in ("plain", "winmail", "file"))
    marked = extract_text(by_kind["html"])
    mail.text = _add_missing_lines(_add_missing_lines(plain, marked), wrapped) or inside
    if mail.text == marked:
        mail.html = by_kind["html"]
    return mail


def _is_cut_short(message: Message, raw: bytes) -> bool:
    """Return true if a mail lacks its last boundary or ends within base64."""
    encoded = str(message.get("Content-Transfer-Encoding", "")).strip().lower() == "base64"
    defects = (defect for part in message.walk() for defect in part.defects)
    return (encoded and not message.is_multipart() and not raw.endswith((b"\n", b"\r"))) or any(
        isinstance(defect_found, CloseBoundaryNotFoundDefect) for defect_found in defects
    )


def _add_missing_lines(plain: str, marked: str) -> str:
    """Return the plain text, with the lines added that only another form of the text (`marked`) has."""
    said = "".join(plain.split())
    return "\n".join(
        filter(
            None, (plain, *(line for line in marked.splitlines() if not _contains_half("".join(line.split()), said)))
        )
    )


def _contains_half(line: str, text: str) -> bool:
    """Return whether a text contains at least half of a line's runs of three characters."""
    runs = {line[at : at + 3] for at in range(max(len(line) - 2, 1))}
    return sum(run in text for run in runs) * 2 >= len(runs)


def _list_parts(part: Message, level: int) -> "list[tuple[int, Message]]":
    """Return (depth, part) of all parts with content (UnreadFile: nested too deeply)."""
    if level > MAX_LEVELS:
        raise UnreadFile(_TOO_COMPLEX_ERROR)
    if not part.is_multipart() or part.get_content_type() in ("message/rfc822", _STATUS_PART):
        return [(level, part)]
    leaves: list[tuple[int, Message]] = []
    for child in part.get_payload():
        if isinstance(child, Message):
            leaves += _list_parts(child, level + 1)
    return leaves


#: The part of a bounce that programs read, and what it says to people.
_STATUS_PART = "message/delivery-status"
_STATUS_HEADS = frozenset({"Final-Recipient", "Original-Recipient", "Action", "Status", "Diagnostic-Code"})


def _add_part(part: Message, mail: Mail, texts: list[tuple[str, str]]) -> None:
    """Add a part to the mail, as an attachment or as (kind, text) to `texts`."""
    kind, name = part.get_content_type(), _decode_file_name(part)
    if kind == "message/rfc822":
        inner = part.get_payload(0) if part.is_multipart() else part  # type: ignore[arg-type]
        mail.attached.append(AttachedFile(name or "转发的邮件.eml", _get_bytes(inner)))  # type: ignore[arg-type]
        texts += [("file", text) for text in _list_forwarded_texts(inner)]
        return
    if kind.startswith("application/pkcs7-mime") or kind.startswith("application/x-pkcs7-mime"):
        mail.sealed = True
    if kind in {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}:
        return
    if kind == _STATUS_PART and part.is_multipart():
        heads = [f"{key}: {words}" for sub in part.get_payload() for key, words in sub.items() if key in _STATUS_HEADS]  # type: ignore[union-attr]
        texts.append(("plain", "\n".join(heads)))
        return
    content = _decode_payload(part, mail)
    is_file = part.get_content_disposition() == "attachment" or bool(name)
    if (kind in {"text/plain", "text/html", *_PLAIN_TEXT_TYPES} or kind.startswith("multipart/")) and not is_file:
        text, sure = decode(_undo_transfer_encoding(content), part.get_content_charset() or "")
        if text.endswith("\ufffd"):  # half a character
            text = text[:-1]
            _add_fault(mail, _CUT_SHORT_MESSAGE)
        if not sure:
            mail.faults.append("邮件的编码与声明不符，个别文字可能有误，以原信为准。")
        if kind.startswith("multipart/"):  # its parts could not be told from each other
            text = "\n".join(line for line in text.splitlines() if not _PART_LINE_RE.match(line))
        texts.append(("html" if kind == "text/html" else "plain", text))
    elif name.lower() == "winmail.dat" or kind == "application/ms-tnef":
        _add_winmail(name or "winmail.dat", content, mail, texts)
    elif content or name:
        mail.attached.append(AttachedFile(name or f"附件{len(mail.attached) + 1}", content))
        if kind == "text/plain" and part.get_content_disposition() != "attachment":
            texts.append(("file", decode(content, part.get_content_charset() or "")[0]))


#: Texts that are read as plain ones.
_PLAIN_TEXT_TYPES = ("text/enriched", "text/markdown", "text/x-markdown", "text/richtext")
_PART_LINE_RE = re.compile(r"--\S+$|Content-[\w-]+:", re.I)
_BASE64_BODY_RE = re.compile(rb"\s*(?:[A-Za-z0-9+/]{4}\s*){10,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?\s*")
_QUOTED_PRINTABLE_RE = re.compile(rb"(?:=[0-9A-F]{2}){3}")


def _undo_transfer_encoding(content: bytes) -> bytes:
    """Return content with an undeclared transfer encoding (base64, quoted-printable) decoded."""
    try:
        if _BASE64_BODY_RE.fullmatch(content):
            decoded = b64decode(b"".join(content.split()))
        elif content.isascii() and len(_QUOTED_PRINTABLE_RE.findall(content)) > 1:
            decoded = decodestring(content)
        else:
            return content
    except ValueError:
        return content
    return (
        decoded
        if estimate_chinese_likelihood(decode(decoded, "")[0]) >= MIN_CHINESE_LIKELIHOOD and not decoded.isascii()
        else content
    )


def _list_forwarded_texts(inner: object) -> list[str]:
    """Return the plain texts of a forwarded message (`inner`), or the text of its HTML parts."""
    parts = [part for part in inner.walk() if not part.is_multipart()] if isinstance(inner, Message) else []
    read = {
        kind: [
            decode(_undo_transfer_encoding(content), part.get_content_charset() or "")[0]
            for part in parts[:MAX_PARTS]
            if part.get_content_type() == kind and isinstance(content := part.get_payload(decode=True), bytes)
        ]
        for kind in ("text/plain", "text/html")
    }
    return read["text/plain"] or [extract_text(text) for text in read["text/html"]]


def _add_winmail(name: str, content: bytes, mail: Mail, texts: list[tuple[str, str]]) -> None:
    """Add the files of a winmail.dat to the mail, and its text to `texts`."""
    winmail = parse_winmail(content)
    if winmail is None:
        mail.attached.append(AttachedFile(name, content))
        return
    if winmail.cut:
        mail.faults.append("winmail.dat不完整，可能缺少内容，以原信为准。")
    texts.append(("winmail", winmail.text or extract_text(winmail.html)))
    mail.attached += [AttachedFile(" ".join(file_name.split())[:200], data) for file_name, data in winmail.files]


def _add_fault(mail: Mail, fault: str) -> None:
    if fault not in mail.faults:
        mail.faults.append(fault)


def _decode_file_name(part: Message) -> str:
    """Return the decoded file name of a part, in any encoding in use."""
    for heading, value in part.raw_items():
        raw = str(value)
        if heading.lower() not in {"content-disposition", "content-type"}:
            continue
        if charset_match := _CHARSET_NAMED_RE.search(raw):
            return _strip_folders(decode_header_piece(unquote_to_bytes(charset_match[2]), charset_match[1]))
        name_match = _FILE_NAME_PARAMETER_RE.search(raw)
        if name_match and not raw.isascii():  # bytes as they are: the library would put a mark in place of each
            return _strip_folders(decode_header_piece(name_match[1] or name_match[2] or "", None))
    try:
        name = part.get_filename() or ""
        pieces = decode_header(name)
    except (ValueError, LookupError, AttributeError, TypeError, UnicodeError):
        return ""
    return _strip_folders("".join(decode_header_piece(piece, charset) for piece, charset in pieces))


def _strip_folders(name: str) -> str:
    """Return a file name without folders."""
    return re.split(r"[\\/]", " ".join(name.split()))[-1].strip()[:MAX_FILE_NAME_CHARACTERS]


def _decode_payload(part: Message, mail: Mail) -> bytes:
    """Return the decoded content of a part; cut or undecodable content is recorded as a fault."""
    try:
        content = part.get_payload(decode=True)
    except (ValueError, AssertionError, LookupError):
        content = None
    raw = part.get_payload()
    if isinstance(raw, str) and isinstance(content, bytes) and _is_cut_base64(part, raw, content):
        letters = re.sub(r"[^A-Za-z0-9+/]", "", raw)
        content = b64decode(letters[: len(letters) // 4 * 4])
        mail.faults.append(_CUT_SHORT_MESSAGE)
    if isinstance(content, bytes):
        if any(isinstance(defect, _CUT_DEFECTS) for defect in part.defects):
            _add_fault(mail, _CUT_SHORT_MESSAGE)
        return content
    mail.faults.append("有一部分内容不能解码，以原信为准。")
    return b""


_CUT_SHORT_MESSAGE = "有一部分内容在传输中缺损，只读出前面的部分，以原信为准。"


#: Defects that the library reports for truncated base64.
_CUT_DEFECTS = (InvalidBase64LengthDefect, InvalidBase64PaddingDefect)


def _is_cut_base64(part: Message, raw: str, content: bytes) -> bool:
    """Return true if a part declared as base64 is incomplete, so that it was not decoded."""
    declared = str(part.get("Content-Transfer-Encoding", "")).strip().lower() == "base64"
    return declared and bool(raw.strip()) and content == raw.encode("ascii", "surrogateescape")


def _get_bytes(message: Message) -> bytes:
    """Return the bytes of a message, also of a malformed one."""
    try:
        return message.as_bytes()
    except (ValueError, LookupError, AttributeError, TypeError, UnicodeError):
        return str(message).encode("utf-8", "replace")


def _find_message_ids(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_MESSAGE_ID_RE.findall(text)))


def _read_date(message: Message) -> datetime | None:
    """Return the date, or None if it is malformed or without a zone."""
    try:
        found = parsedate_to_datetime(read_header(message, "Date"))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if found.tzinfo else None


def extract_text(marked: str) -> str:
    """Return the text of HTML as a reader sees it, one line per paragraph."""
    builder = DocumentBuilder("html")
    try:
        read_page(builder, marked)
    except UnreadFile:
        return ""
    return builder.document.text
