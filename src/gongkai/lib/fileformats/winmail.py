"""Parse winmail.dat (TNEF), Outlook's wrapping of text and files.

After [MS-OXTNEF]: a signature, then attributes (level, name, length, bytes, checksum); what a message or a file is called stands in MAPI
properties inside some of them. Every count and length is held against the bytes that are there, so that a few hostile bytes cost nothing; the
libraries that read this believe the counts and never end. The text is mostly compressed RTF.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from struct import error as TooShort
from struct import unpack_from
from typing import NamedTuple

from compressed_rtf import decompress

from gongkai.lib.fileformats.charsets import decode, get_charset_of_code_page

WINMAIL_SIGNATURE = b"\x78\x9f\x3e\x22"
#: Files that are taken, levels of messages in messages, properties of one attribute.
MAX_FILES, MAX_LEVELS, MAX_PROPERTIES = 100, 3, 5000
#: Attributes by their names ([MS-OXTNEF] 2.1.3.2): codepage, body, properties, a file begins, its title, its bytes, its properties.
CODEPAGE_ATTRIBUTE, BODY_ATTRIBUTE, PROPERTIES_ATTRIBUTE, SUBJECT_ATTRIBUTE = 0x9007, 0x800C, 0x9003, 0x8004
FILE_ATTRIBUTE, TITLE_ATTRIBUTE, DATA_ATTRIBUTE, FILE_PROPERTIES_ATTRIBUTE = 0x9002, 0x8010, 0x800F, 0x9005
#: Properties by their names ([MS-OXPROPS]).
TEXT_PROPERTY, RTF_PROPERTY, HTML_PROPERTY, CHARSET_PROPERTY = 0x1000, 0x1009, 0x1013, 0x3FDE
SHORT_NAME_PROPERTY, LONG_NAME_PROPERTY, OBJECT_PROPERTY = 0x3704, 0x3707, 0x3701
#: Bytes of property types with a fixed size; others state their count and lengths.
FIXED_PROPERTY_BYTES = {0x2: 4, 0x3: 4, 0x4: 4, 0x5: 8, 0x6: 8, 0x7: 8, 0xA: 4, 0xB: 4, 0x14: 8, 0x40: 8, 0x48: 16}
UNICODE_STRING_TYPE, COUNTED_TYPES = 0x1F, frozenset({0x0D, 0x1E, 0x1F, 0x102})


@dataclass
class WinmailContent:
    """Content of a winmail.dat; `cut` if it is truncated or has unknown parts."""

    subject: str = ""
    text: str = ""
    html: str = ""
    files: list[tuple[str, bytes]] = field(default_factory=list)
    cut: bool = False


class _MapiProperty(NamedTuple):
    """A MAPI property: its type and value."""

    kind: int
    value: bytes


@dataclass
class _WinmailFile:
    """A file whose attributes are being read, in any order; `properties` by MAPI property id."""

    title: str = ""
    data: bytes | None = None
    properties: dict[int, _MapiProperty] = field(default_factory=dict)


def parse_winmail(content: bytes) -> WinmailContent | None:
    """Parse a winmail.dat; None if nothing can be read.

    Args:
        content: its bytes.
    """
    try:
        found = _unwrap_winmail(content, 0)
    except ValueError:
        return None
    return found if found.text or found.html or found.files else None


def _unwrap_winmail(content: bytes, level: int) -> WinmailContent:
    """Return the text and files of a winmail.dat; `cut` if it is cut off.

    Raises:
        ValueError: no such file.
    """
    if not content.startswith(WINMAIL_SIGNATURE):
        raise ValueError("no TNEF")
    content_found, charset, files = WinmailContent(), "gb18030", [_WinmailFile()]
    try:
        for name, value in _iterate_attributes(content):
            if name == CODEPAGE_ATTRIBUTE:
                charset = get_charset_of_code_page(unpack_from("<I", value)[0])
            elif name in (SUBJECT_ATTRIBUTE, BODY_ATTRIBUTE):
                setattr(
                    content_found, "subject" if name == SUBJECT_ATTRIBUTE else "text", _decode_words(value, charset)
                )
            elif name == PROPERTIES_ATTRIBUTE:
                _read_text(content_found, _read_properties(value), charset)
            elif name == FILE_ATTRIBUTE:
                files.append(_WinmailFile())
            elif name == TITLE_ATTRIBUTE:
                files[-1].title = _decode_words(value, charset)
            elif name == DATA_ATTRIBUTE:
                files[-1].data = value
            elif name == FILE_PROPERTIES_ATTRIBUTE:
                files[-1].properties = _read_properties(value)
    except (TooShort, ValueError, LookupError):
        content_found.cut = True  # keep the files read so far
    content_found.cut |= len(files) > MAX_FILES + 1
    for file in files[: MAX_FILES + 1]:
        content_found.files += _list_files(file, charset, level)
    content_found.files = [(name or f"附件{place}", data) for place, (name, data) in enumerate(content_found.files, 1)]
    return content_found


def _iterate_attributes(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield (name, value) of the attributes.

    Raises:
        ValueError: the file is cut off.
    """
    place = 6
    while place + 11 <= len(content):
        name, length = unpack_from("<H", content, place + 1)[0], unpack_from("<I", content, place + 5)[0]
        if place + 9 + length > len(content):
            raise ValueError("cut off")
        yield name, content[place + 9 : place + 9 + length]
        place += length + 11


def _read_properties(value: bytes) -> dict[int, _MapiProperty]:
    """Return {id: property} of the single-valued properties (ValueError: cut off)."""
    properties: dict[int, _MapiProperty] = {}
    place = 4
    for _ in range(min(unpack_from("<I", value)[0], MAX_PROPERTIES)):
        kind, name = unpack_from("<HH", value, place)
        place += 4
        if name >= 0x8000:  # named by a GUID and a number, or words
            place += 16
            name_kind, length = unpack_from("<II", value, place)
            place += 8 + (_round_up_to_four(length) if name_kind else 0)
        several, kind = kind & 0x1000, kind & 0x0FFF
        count = 1
        if several or kind in COUNTED_TYPES:
            count = unpack_from("<I", value, place)[0]
            place += 4
        for _ in range(count):
            if kind in COUNTED_TYPES:
                length = unpack_from("<I", value, place)[0]
                place += 4
            else:
                length = FIXED_PROPERTY_BYTES[kind]
            if place + length > len(value):
                raise ValueError("cut off")
            properties.setdefault(name, _MapiProperty(kind, value[place : place + length]))
            place += _round_up_to_four(length)
    return properties


def _round_up_to_four(length: int) -> int:
    return length + -length % 4


def _read_text(content: WinmailContent, properties: dict[int, _MapiProperty], charset: str) -> None:
    """Set the text of a content from its properties: plain text, HTML or compressed RTF."""
    if stated := properties.get(CHARSET_PROPERTY):
        charset = get_charset_of_code_page(unpack_from("<I", stated.value)[0])
    if stated := properties.get(TEXT_PROPERTY):
        content.text = _read_string(stated, charset)
    if stated := properties.get(HTML_PROPERTY):
        content.html = _read_string(stated, charset)
    if not content.text and not content.html and (stated := properties.get(RTF_PROPERTY)):
        content.text = _read_rtf_text(stated.value)


def _list_files(file: _WinmailFile, charset: str, level: int) -> list[tuple[str, bytes]]:
    """Return (name, bytes) of a file, or of the text and files of an embedded message."""
    name_property = file.properties.get(LONG_NAME_PROPERTY) or file.properties.get(SHORT_NAME_PROPERTY)
    name = (_read_string(name_property, charset) if name_property else "") or file.title
    inner = file.properties.get(OBJECT_PROPERTY)
    if inner is None or file.data is not None:
        return [] if file.data is None else [(name, file.data)]
    data = inner.value[16:] if inner.kind == 0x0D else inner.value  # skip the leading class id
    if not data.startswith(WINMAIL_SIGNATURE) or level >= MAX_LEVELS:
        return [(name, data)]
    message = _unwrap_winmail(data, level + 1)
    message_text, suffix = (message.text, "txt") if message.text else (message.html, "html")
    return [(f"{name or '转发的邮件'}.{suffix}", message_text.encode())] * bool(message_text) + message.files


def _read_string(one: _MapiProperty, charset: str) -> str:
    """Return a string property, which may be Unicode or in `charset`."""
    return _decode_words(one.value, "" if one.kind == UNICODE_STRING_TYPE else charset)


def _decode_words(value: bytes, charset: str) -> str:
    """Return a text, in UTF-16 if no charset is named."""
    text = decode(value, charset)[0] if charset else value.decode("utf-16-le", "replace")
    return text.rstrip("\0").replace("\r\n", "\n").replace("\0", "")


def read_compressed_rtf(value: bytes) -> bytes:
    """Decompress Outlook's compressed RTF.

    Raises:
        ValueError: the bytes are damaged.
    """
    return bytes(decompress(value + b"\0"))


def _read_rtf_text(value: bytes) -> str:
    """Return the text of compressed RTF."""
    from gongkai.lib.fileformats.documents.rtf import read_rtf  # its model reads through this package

    try:
        return read_rtf(read_compressed_rtf(value)).text
    except Exception:  # the library raises anything on broken bytes
        return ""
