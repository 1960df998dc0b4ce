"""Raw messages as people and machines send them; all invented."""

import base64
import struct
from email.message import EmailMessage

from compressed_rtf import compress


def message_bytes(
    text: str = "我想问公租房怎样申请，需要什么材料。",
    *,
    subject: str = "公租房申请",
    sender: str = "李晓云 <li@example.cn>",
    number: str = "<a1@example.cn>",
    **heads: str,
) -> EmailMessage:
    """Return an ordinary message; keyword arguments are headers, with _ for -."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, "xinxiang@yunling.gov.example", subject
    made["Date"], made["Message-ID"] = "Fri, 20 Nov 2026 09:30:00 +0800", number
    for name, value in heads.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made


def raw_message(
    head: str, body: bytes, *, charset: str = "", encoding: str = "8bit", subject: bytes = b"hello"
) -> bytes:
    """Return a message with these bytes, without correct encoding."""
    lines = [
        b"From: li@example.cn",
        b"To: xinxiang@yunling.gov.example",
        b"Message-ID: <" + head.encode() + b"@example.cn>",
        b"Subject: " + subject,
        f'Content-Type: text/plain; charset="{charset}"'.encode() if charset else b"Content-Type: text/plain",
        f"Content-Transfer-Encoding: {encoding}".encode(),
        b"",
        body,
    ]
    return b"\r\n".join(lines)


def message_with_file(name: str, content: bytes, **facts: str) -> EmailMessage:
    """Return a message with an attachment."""
    made = message_bytes(**facts)  # type: ignore[arg-type]
    made.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return made


def winmail(words: str = "公租房怎样申请？", name: str = "房产证明（照片）.png", content: bytes = b"") -> bytes:
    """Return Outlook's winmail.dat: compressed RTF text, and a file whose bytes precede its name."""

    def attribute(level: int, number: int, value: bytes) -> bytes:
        return struct.pack("<BHHI", level, number, 6, len(value)) + value + b"\0\0"

    def counted(kind: int, number: int, value: bytes) -> bytes:
        return struct.pack("<HHII", kind, number, 1, len(value)) + value + b"\0" * (-len(value) % 4)

    rtf = "{\\rtf1\\ansi\\ansicpg936 " + "".join(f"\\'{one:02x}" for one in words.encode("gbk")) + "\\par }"
    text = struct.pack("<IHHI", 2, 3, 0x3FDE, 936) + counted(0x102, 0x1009, compress(rtf.encode()))
    long_name = struct.pack("<I", 1) + counted(0x1F, 0x3707, f"{name}\0".encode("utf-16-le"))
    parts = [(1, 0x9003, text), (2, 0x9002, b""), (2, 0x800F, content or PNG), (2, 0x8010, "短名".encode("gbk")),
             (2, 0x9005, long_name)]  # fmt: skip
    return b"\x78\x9f\x3e\x22\1\0" + b"".join(attribute(*one) for one in parts)


def nested_message(levels: int) -> bytes:
    """Return a message nested in messages `levels` times."""
    made = message_bytes("最里面的一封").as_bytes()
    for level in range(levels):
        mark = f"b{level}".encode()
        made = (
            (
                b"From: li@example.cn\r\nMessage-ID: <n%d@example.cn>\r\nContent-Type: multipart/mixed; boundary=%s\r\n\r\n--%s\r\n"
                % (level, mark, mark)
            )
            + made
            + b"\r\n--%s--\r\n" % mark
        )
    return made


def bounce_report(message_id: str) -> bytes:
    """Return a delivery status report that one of our messages was not delivered."""
    lines = (
        "From: MAILER-DAEMON@example.cn",
        "Message-ID: <report@example.cn>",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=x",
        "",
        "--x",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; example.cn",
        "",
        "Final-Recipient: rfc822; li@example.cn",
        "Action: failed",
        "Status: 5.1.1",
        "--x",
        "Content-Type: text/rfc822-headers",
        "",
        f"Message-ID: <{message_id}@gongkai>",
        "--x--",
    )
    return "\r\n".join(lines).encode()


GBK = "公租房怎样申请，㗎一句".encode("gb18030")
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
