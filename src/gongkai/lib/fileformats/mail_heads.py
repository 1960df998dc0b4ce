"""Decode message headers: encoded words and raw bytes of any charset. Never raises on invalid bytes."""

from email.header import decode_header
from email.message import Message

from gongkai.lib.fileformats.charsets import decode


def head(message: Message, name: str) -> str:
    """Return a header as decoded text on one line."""
    value = message.get(name)
    if value is None:
        return ""
    return words(str(value) if isinstance(value, str) else raw_of(value))


def words(raw: str) -> str:
    """Decode encoded words and raw bytes to text on one line."""
    try:
        pieces = decode_header(raw)
    except (ValueError, LookupError, AttributeError, TypeError):
        pieces = [(raw, None)]
    text = "".join(piece_of(piece, charset) for piece, charset in pieces)
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def raw_of(value: object) -> str:
    """Return a header value with its non-ASCII bytes as surrogate escapes."""
    return "".join(
        piece if isinstance(piece, str) else piece.decode("ascii", "surrogateescape")
        for piece, _ in decode_header(value)  # type: ignore[arg-type]
    )


def piece_of(piece: bytes | str, charset: str | None) -> str:
    """Decode a piece of a header; its charset is only a hint."""
    if isinstance(piece, str):
        piece = piece.encode("utf-8", "surrogateescape")
        charset = None
    return decode(piece, "" if charset in {None, "unknown-8bit"} else str(charset))[0]
