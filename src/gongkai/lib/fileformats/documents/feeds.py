"""Read feeds (RSS, RDF, Atom) and other XML."""

import re
from calendar import month_abbr
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, timezone
from email.utils import parsedate_to_datetime
from html import unescape
from urllib.parse import urljoin

from lxml import etree
from lxml.etree import _Element

from gongkai.lib.chinese.normalisation import normalise_text
from gongkai.lib.chinese.numerals import to_int
from gongkai.lib.chinese.typed_values import parse_date as parse_day
from gongkai.lib.chinese.typed_values import parse_moment
from gongkai.lib.confined import reader
from gongkai.lib.fileformats.documents.model import (
    CUT_SHORT_MESSAGE,
    Document,
    DocumentBuilder,
    Loss,
    UnreadFile,
    check_bound,
)
from gongkai.lib.fileformats.documents.packages import find_child, get_local_name, get_words
from gongkai.lib.fileformats.documents.pages import CONTROL_CODE_PATTERN, EmptyPage, decode_page, read_page

_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,300}\?>")
_BARE_AMPERSAND_RE = re.compile(r"&(?!(?:#\d+|#x[0-9a-fA-F]+|amp|lt|gt|quot|apos);)")
_NAMED_ENTITY_RE = re.compile(r"&([A-Za-z]{2,8});")
_CONTROL_CHARACTERS_RE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
#: Fri Nov 27 20:00:00 CST 2026, as Java's Date writes it: day, time with zone, year.
_JAVA_DATE_RE = re.compile(r"^\w{3} (\w{3} \d{1,2}) (\d\d:\d\d:\d\d \S+) (\d{4})$")
#: 星期五, 27 十一月 2026 20:00:00 +0800, as Java writes a date in the locale of China.
_CHINESE_LOCALE_DATE_RE = re.compile(
    r"(?:星期|周)[一二三四五六日],? (\d{1,2}) ([一二三四五六七八九十]{1,2}|\d{1,2})月 (\d{4} .*)"
)
_DATE_PARSERS: tuple[Callable[[str], date | None], ...] = (
    datetime.fromisoformat,
    parsedate_to_datetime,
    parse_moment,
    parse_day,
)
_ROOT_TAGS = frozenset({"rss", "feed", "RDF", "channel"})
_CHINA_TIMEZONE = timezone(timedelta(hours=8))
#: Characters of a text that stand for a missing title.
_MAX_TITLE_CHARACTERS = 40
MAX_ENTRIES = 2_000
#: The place of losses after the last entry.
_FEED_END_LABEL = "末尾"


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """An entry of a feed.

    Attributes:
        mark: the identifier that stays the same at every poll.
        address: the URL, absolute if the feed or its own URL allows.
        date: as the feed states it if it cannot be parsed, else "".
        losses: content of the entry that is not in its text.
    """

    mark: str
    title: str
    text: str
    address: str
    written_at: datetime | None
    date: str
    losses: tuple[Loss, ...]


@reader(UnreadFile, loads=("lxml.etree", "lxml.html"))
def read_feed_entries(data: bytes, address: str = "") -> list[FeedEntry]:
    """Return the entries of a feed fetched from `address`, in order, each with an identifier.

    Raises:
        UnreadFile: it is no feed, or exceeds a bound.
    """
    builder = DocumentBuilder("feed")
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise UnreadFile("空文件：没有内容。")
    check_bound("page tags", data.count(b"<"))
    root = parse_xml_loosely(data, builder)
    if get_local_name(root) not in _ROOT_TAGS or not len(root):
        raise UnreadFile("不支持的格式：不是RSS、Atom格式。")
    found = [_read_entry(entry, address)[0] for entry in _list_entries(root, builder)]
    cut = tuple(loss for loss in builder.document.losses if loss.where == _FEED_END_LABEL)
    found[-1:] = [replace(entry, losses=(*entry.losses, *cut)) for entry in found[-1:]]
    paths = Counter(map(_make_entry_key, found))
    return [
        entry
        if entry.mark
        else replace(entry, mark=_make_entry_mark(entry, is_only=paths[_make_entry_key(entry)] == 1))
        for entry in found
    ]


def _list_entries(root: _Element, builder: DocumentBuilder) -> list[_Element]:
    """Return the entries of a feed; those over the limit are reported as not read."""
    found = list(root.iter("{*}item", "{*}entry"))
    if len(found) > MAX_ENTRIES:
        builder.lose("more", f"共{len(found)}条，只读取前{MAX_ENTRIES}条", _FEED_END_LABEL)
    return found[:MAX_ENTRIES]


def _make_entry_key(entry: FeedEntry) -> str:
    return f"{entry.address.partition('?')[0]}|{entry.title}|{entry.written_at or entry.date}"


def _make_entry_mark(entry: FeedEntry, *, is_only: bool) -> str:
    """Return a mark for an entry without one: its address, else its title.

    The query of an address may change at every poll: it is left out if no other entry has the same key (`is_only`).
    """
    if "?" not in entry.address:
        return entry.address or entry.title
    return _make_entry_key(entry) if is_only else entry.address


def read_feed(data: bytes) -> Document:
    """Return a feed as a document: each entry as heading, address, date and text."""
    builder = DocumentBuilder("feed")
    root = parse_xml_loosely(data, builder)
    channel = find_child(root, "channel")
    head = channel if channel is not None else root
    if title := _get_text(find_child(head, "title")):
        builder.document.properties["title"] = title
        builder.paragraph(title, 1)
    for element in _list_entries(root, builder):
        entry, content = _read_entry(element, "")
        builder.paragraph(entry.title, 2)
        builder.paragraph(entry.address)
        builder.paragraph(entry.written_at.isoformat() if entry.written_at else entry.date)
        builder.include(content, "")
    return builder.document


def parse_xml_loosely(data: bytes, builder: DocumentBuilder) -> _Element:
    """Return the root of XML as sites write it, with its usual mistakes.

    A file that ends before its root does is recorded as a loss.

    Raises:
        UnreadFile: it has no elements at all.
    """
    text = _XML_DECLARATION.sub("", _CONTROL_CHARACTERS_RE.sub("", decode_page(data, builder)).removeprefix("\ufeff"))
    check_bound("page characters", len(text))
    check_bound("elements", text.count("<"))
    own_entities = re.findall(r"<!ENTITY\s+([\w.-]+)", text)
    text = re.sub(r"<!DOCTYPE[^>\[]*(?:\[[^\]]*\])?[^>]*>", "", text)
    for name in own_entities:  # never expanded, because one may stand for a billion characters
        if f"&{name};" in text:
            builder.lose("symbol", f"&{name};", "文件自定义的字符")
    pieces = re.split(r"(<!\[CDATA\[.*?\]\]>)", text, flags=re.DOTALL)
    for at in range(0, len(pieces), 2):
        named = _NAMED_ENTITY_RE.sub(
            lambda found: found[0] if found[1] in ("amp", "lt", "gt", "quot", "apos") else unescape(found[0]),
            CONTROL_CODE_PATTERN.sub("", pieces[at]),
        )
        pieces[at] = _BARE_AMPERSAND_RE.sub("&amp;", named)
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    root = etree.fromstring("".join(pieces).strip().encode(), parser)
    if root is None:
        raise UnreadFile("已损坏：XML读不出内容，请重新下载后再试。")
    if len(root) and not re.search(rf"</(?:[\w.-]+:)?{re.escape(get_local_name(root))}\s*>", pieces[-1]):
        builder.lose("text", CUT_SHORT_MESSAGE, _FEED_END_LABEL)
    return root


def _read_entry(element: _Element, site: str) -> tuple[FeedEntry, Document]:
    """Return (an entry of a feed, its content as a document); `site` is the URL of the feed."""
    builder = DocumentBuilder("feed")
    for name in ("encoded", "content", "description", "summary"):
        content_element = find_child(element, name)
        if content_element is None:
            continue
        inner = (
            "".join(map(str, content_element.itertext()))
            if not len(content_element)
            else etree.tostring(content_element, encoding="unicode")
        )
        if builder.document.blocks:
            if (content_text := _get_text(content_element))[:30] not in builder.document.text:
                builder.lose("text", content_text)
        elif inner.strip():
            if "<" in inner:
                with suppress(EmptyPage):
                    read_page(builder, inner)
            else:
                builder.paragraph(unescape(inner))
    for enclosure in element.iter("{*}enclosure"):
        builder.lose("attachment", enclosure.get("url") or "")
    text, losses = builder.document.text, tuple(builder.document.losses)
    dates = (_get_text(find_child(element, name)) for name in ("pubDate", "published", "date", "updated", "issued"))
    stated = next(filter(None, dates), "")
    written = parse_feed_date(stated)
    title = _get_text(find_child(element, "title")) or text.split("\n", 1)[0][:_MAX_TITLE_CHARACTERS] or "（无标题）"
    entry_id = _get_text(find_child(element, "guid")) or _get_text(find_child(element, "id"))
    address = _find_url(element, site)
    return FeedEntry(entry_id, title, text, address, written, "" if written else stated, losses), builder.document


def _find_url(entry: _Element, site: str) -> str:
    """Return the absolute URL of an entry from its link or permanent identifier."""
    base = ""
    for one in (entry, *entry.iterancestors()):
        base = urljoin(one.get("{http://www.w3.org/XML/1998/namespace}base") or "", base)
    links = [one for one in entry if get_local_name(one) == "link"]
    best = next((one for one in links if one.get("rel", "alternate") == "alternate"), None)
    address = (best.get("href") or get_words(best)).replace("&amp;", "&") if best is not None else ""
    if not address:
        guid = find_child(entry, "guid")
        guid = guid if guid is not None else find_child(entry, "id")
        if guid is not None and guid.get("isPermaLink", "true") != "false" and "://" in _get_text(guid):
            address = _get_text(guid)
    if address and "://" not in address:
        channel = next((one for one in entry.iterancestors() if get_local_name(one) in ("channel", "RDF", "rss")), None)
        base_url = base or _get_text(find_child(channel, "link")) or _get_text(find_child(channel, "channel", "link"))
        return urljoin(urljoin(site, base_url), address)
    return address


def _get_text(element: _Element | None) -> str:
    """Return the words of an element; those of markup that is written as text without its tags."""
    if element is None:
        return ""
    words = get_words(element)
    if "<" in words:
        words = re.sub(r"</?[a-zA-Z][^>]{0,2000}>", "", words)
    return " ".join(normalise_text(unescape(words)).split())


def parse_feed_date(text: str) -> datetime | None:
    """Return the date of an entry, in the zone that it states or else China's; None if invalid.

    >>> str(parse_feed_date("Fri Nov 27 20:00:00 CST 2026")), str(parse_feed_date("2026年11月27日 20:00"))
    ('2026-11-27 20:00:00+08:00', '2026-11-27 20:00:00+08:00')
    """
    normalised = _JAVA_DATE_RE.sub(r"\1 \3 \2", " ".join(text.split()))
    normalised = re.sub(r"\b(?:CST|BJT|China Standard Time)\b|中国标准时间", "+0800", normalised)
    if match := _CHINESE_LOCALE_DATE_RE.fullmatch(normalised):
        normalised = f"{match[1]} {month_abbr[(to_int(match[2]) or 0) % 13]} {match[3]}"
    if normalised.isdecimal() and len(normalised) in (10, 13):  # seconds or milliseconds since 1970
        return datetime.fromtimestamp(int(normalised[:10]), _CHINA_TIMEZONE)
    for parse in _DATE_PARSERS:
        try:
            parsed = parse(normalised)
        except (ValueError, TypeError, IndexError):
            continue
        if parsed is not None:
            moment = parsed if isinstance(parsed, datetime) else datetime.combine(parsed, time())
            return moment if moment.tzinfo else moment.replace(tzinfo=_CHINA_TIMEZONE)
    return None


def read_plain_xml(data: bytes) -> Document:
    """Return XML of an unknown kind: the words of each element that has any."""
    builder = DocumentBuilder("xml")
    root = parse_xml_loosely(data, builder)
    for element in root.iter():
        if get_local_name(element) and (element.text or "").strip():
            builder.paragraph(" ".join((element.text or "").split()))
        if (element.tail or "").strip():
            builder.paragraph(" ".join((element.tail or "").split()))
    return builder.document
