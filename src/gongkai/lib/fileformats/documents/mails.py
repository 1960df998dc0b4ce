"""Read mails (.eml, .msg, winmail.dat) with attachments, and web archives (.mht)."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes
from email.message import Message
from struct import unpack_from
from typing import TYPE_CHECKING

from gongkai.lib.fileformats.charsets import decode, get_charset_of_code_page
from gongkai.lib.fileformats.documents.archives import append_inner_file, append_inner_files
from gongkai.lib.fileformats.documents.model import Document, DocumentBuilder, UnreadFile
from gongkai.lib.fileformats.documents.pages import EmptyPage, decode_page, read_page
from gongkai.lib.fileformats.mails import read_mail
from gongkai.lib.fileformats.winmail import parse_winmail, read_compressed_rtf

if TYPE_CHECKING:
    from olefile import OleFileIO

#: Properties of a message in .msg files ([MS-OXPROPS]).
_SUBJECT, _SENDER, _SENDER_ADDRESS, _SENDER_SMTP, _TO = "0037", "0C1A", "0C1F", "5D01", "0E04"
_BODY, _HTML, _RTF, _LONG_NAME, _SHORT_NAME, _DATA = "1000", "1013", "1009", "3707", "3704", "3701"
_SENT, _DELIVERED = 0x0039, 0x0E06
#: The zone in which times without one are shown.
_CHINA_TIMEZONE = timezone(timedelta(hours=8))


def read_eml(data: bytes, depth: int) -> Document:
    """Return a mail with its attachments as a document (UnreadFile: it is damaged or too large)."""
    mail, builder = read_mail(data), DocumentBuilder("eml")
    sender = " ".join(filter(None, (mail.senders.name, f"<{_show_address(mail.sender)}>" if mail.sender else "")))
    _add_heads(builder, mail.subject, sender, mail.sent_at)
    if mail.sealed:
        builder.lose("attachment", "邮件已加密，内容读不出来")
    if mail.html:
        with suppress(EmptyPage):
            read_page(builder, mail.html)
    else:
        for line in mail.text.split("\n"):
            builder.paragraph(line)
    for fault in mail.faults:
        builder.lose("encoding", fault)
    append_inner_files(builder, [(one.name, one.content) for one in mail.attached], depth)
    return builder.document


def _show_address(address: str) -> str:
    """Return a mail address with the name of its domain in characters."""
    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{domain.encode('ascii').decode('idna')}" if "xn--" in domain else address
    except UnicodeError:
        return address


def _add_heads(builder: DocumentBuilder, subject: str, sender: str, sent: datetime | None) -> None:
    """Add subject, sender and date of a mail as paragraphs and properties."""
    if subject:
        builder.document.properties["subject"] = subject
        builder.paragraph(subject, 1)
    if sender:
        builder.document.properties["sender"] = sender
        builder.paragraph(f"发件人：{sender}")
    if sent is not None:
        builder.document.properties["date"] = sent.isoformat()
        builder.paragraph(f"日期：{sent:%Y-%m-%d %H:%M}")


def read_winmail(data: bytes, depth: int) -> Document:
    """Return Outlook's winmail.dat as a document (UnreadFile: it is damaged)."""
    found = parse_winmail(data)
    if found is None:
        raise UnreadFile("已损坏：winmail.dat读不出内容，请发件人改用纯文本格式重新发送。")
    builder = DocumentBuilder("winmail")
    _add_heads(builder, found.subject, "", None)
    if found.cut:
        builder.lose("attachment", "winmail.dat不完整，可能缺少内容")
    if found.html and not found.text:
        with suppress(EmptyPage):
            read_page(builder, found.html)
    for line in found.text.split("\n"):
        builder.paragraph(line)
    append_inner_files(builder, found.files, depth)
    return builder.document


def read_msg(ole: "OleFileIO", depth: int) -> Document:
    """Return an Outlook message as a document."""
    return _OutlookMessage(ole, (), depth).read()


class _OutlookMessage:
    """A message in a `folder` of a compound file, `depth` levels inside another file."""

    def __init__(self, ole: "OleFileIO", folder: tuple[str, ...], depth: int) -> None:
        self._ole, self._folder, self._depth = ole, folder, depth
        self._charset = self._get_charset()

    def _read_stream(self, *path: str) -> bytes:
        full = [*self._folder, *path]
        return self._ole.openstream(full).read() if self._ole.exists(full) else b""

    def _read_text(self, name: str, *folder: str) -> str:
        """Return a property's text, from its Unicode stream where it has one."""
        if wide := self._read_stream(*folder, f"__substg1.0_{name}001F"):
            return wide.decode("utf-16-le", "replace").rstrip("\0")
        return decode(self._read_stream(*folder, f"__substg1.0_{name}001E"), self._charset)[0]

    def _get_charset(self) -> str:
        raw = self._read_property(0x3FFD) or self._read_property(0x3FDE)
        return get_charset_of_code_page(int.from_bytes(raw[:4], "little"))

    def _read_property(self, wanted: int) -> bytes:
        """Return the eight bytes of the fixed-size property `wanted`, b"" if the message has none."""
        properties = self._read_stream("__properties_version1.0")
        for at in range(24 if self._folder else 32, len(properties) - 15, 16):
            if unpack_from("<H", properties, at + 2)[0] == wanted:
                return properties[at + 8 : at + 16]
        return b""

    def read(self) -> Document:
        """Return the message as a document: header lines, body and attachments."""
        builder = DocumentBuilder("msg")
        address = self._read_text(_SENDER_SMTP) or self._read_text(_SENDER_ADDRESS)
        sender = " ".join(filter(None, (self._read_text(_SENDER), f"<{address}>" if "@" in address else "")))
        _add_heads(builder, self._read_text(_SUBJECT), sender, self._get_sent_time())
        self._read_body(builder)
        for folder in sorted({path[len(self._folder)] for path in self._ole.listdir() if self._is_in_attachment(path)}):
            self._read_attachment(builder, folder)
        return builder.document

    def _is_in_attachment(self, path: list[str]) -> bool:
        at = len(self._folder)
        return tuple(path[:at]) == self._folder and len(path) > at and path[at].startswith("__attach_version1.0_")

    def _get_sent_time(self) -> datetime | None:
        """Return when the message was sent or delivered, in China's time, or None."""
        raw = self._read_property(_SENT) or self._read_property(_DELIVERED)
        if len(raw) < 8 or not any(raw):
            return None
        with suppress(OverflowError, ValueError):
            ticks = int.from_bytes(raw, "little") // 10
            return (datetime(1601, 1, 1, tzinfo=UTC) + timedelta(microseconds=ticks)).astimezone(_CHINA_TIMEZONE)
        return None

    def _read_body(self, builder: DocumentBuilder) -> None:
        """Read the body as HTML, else as plain text, else as compressed RTF."""
        page = self._read_stream(f"__substg1.0_{_HTML}0102")
        body = self._read_text(_BODY)
        if page or (text := self._read_text(_HTML)):
            with suppress(EmptyPage):
                read_page(builder, decode_page(page, builder) if page else text)
        elif body.strip():
            for line in body.replace("\r\n", "\n").split("\n"):
                builder.paragraph(line)
        elif packed := self._read_stream(f"__substg1.0_{_RTF}0102"):
            append_inner_file(builder, "正文.rtf", read_compressed_rtf(packed), self._depth)

    def _read_attachment(self, builder: DocumentBuilder, folder: str) -> None:
        """Add an attached file or message; deeply nested messages only by name."""
        name = (
            self._read_text(_LONG_NAME, folder)
            or self._read_text(_SHORT_NAME, folder)
            or self._read_text("3001", folder)
        )
        builder.document.attachments.append(name := name or "附件")
        if self._ole.exists([*self._folder, folder, f"__substg1.0_{_DATA}000D"]) and self._depth < 4:
            inner = _OutlookMessage(
                self._ole, (*self._folder, folder, f"__substg1.0_{_DATA}000D"), self._depth + 1
            ).read()
            builder.paragraph(name, 2)
            builder.include(inner, name)
            return
        append_inner_file(
            builder, name, self._read_stream(folder, f"__substg1.0_{_DATA}0102"), self._depth, headed=True
        )


def read_mht(data: bytes) -> Document:
    """Return a web archive as a document: its first 200 pages, else its plain text."""
    builder = DocumentBuilder("mht")
    message = message_from_bytes(data.lstrip(b"\xef\xbb\xbf\r\n "))
    pages = [part for part in message.walk() if part.get_content_type() == "text/html"]
    for part in pages[:200]:
        content = _get_payload(part)
        if b"<frameset" in content.lower() and len(pages) > 1:
            continue
        with suppress(EmptyPage):
            read_page(builder, decode_page(content, builder, str(part.get_content_charset() or "")))
    if not pages:
        for part in message.walk():
            if part.get_content_type() == "text/plain":
                for line in decode(_get_payload(part), str(part.get_content_charset() or ""))[0].split("\n"):
                    builder.paragraph(line)
    return builder.document


def _get_payload(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
