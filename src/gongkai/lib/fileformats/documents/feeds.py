"""Read feeds (RSS, RDF, Atom) and other XML."""

import re
from email.utils import parsedate_to_datetime

from lxml import etree
from lxml.etree import _Element

from gongkai.lib.fileformats.documents.model import Builder, Document, UnreadFile, refuse_over
from gongkai.lib.fileformats.documents.packages import child_of, name_of
from gongkai.lib.fileformats.documents.pages import decode_page, read_page

_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,300}\?>")
_BARE_AMPERSAND = re.compile(r"&(?!(?:#\d+|#x[0-9a-fA-F]+|amp|lt|gt|quot|apos);)")
_NAMED = re.compile(r"&([A-Za-z]{2,8});")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
MAX_ENTRIES = 2_000


def read_feed(data: bytes, depth: int) -> Document:
    """Return a feed as a document: each entry as heading, date, address and text."""
    builder = Builder("feed")
    root = parse_loosely(data, builder)
    channel = child_of(root, "channel")
    head = channel if channel is not None else root
    if title := _text(child_of(head, "title")):
        builder.document.properties["title"] = title
        builder.paragraph(title, 1)
    for entry in list(root.iter("{*}item", "{*}entry"))[:MAX_ENTRIES]:
        _read_entry(builder, entry)
    return builder.document


def parse_loosely(data: bytes, builder: Builder) -> _Element:
    """Return the root of XML as sites write it: bare ampersands, control characters, wrong charsets.

    Raises:
        UnreadFile: it has no elements at all.
    """
    from html import unescape

    text = _DECLARATION.sub("", _CONTROLS.sub("", decode_page(data, builder)).removeprefix("\ufeff"))
    refuse_over("page characters", len(text))
    refuse_over("elements", text.count("<"))
    text = re.sub(r"<!DOCTYPE[^>\[]*(?:\[[^\]]*\])?[^>]*>", "", text)
    pieces = re.split(r"(<!\[CDATA\[.*?\]\]>)", text, flags=re.DOTALL)
    for at in range(0, len(pieces), 2):
        named = _NAMED.sub(
            lambda found: found[0] if found[1] in ("amp", "lt", "gt", "quot", "apos") else unescape(found[0]),
            pieces[at],
        )
        pieces[at] = _BARE_AMPERSAND.sub("&amp;", named)
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    root = etree.fromstring("".join(pieces).strip().encode(), parser)
    if root is None:
        raise UnreadFile("已损坏：XML读不出内容，请重新下载后再试。")
    return root


def _read_entry(builder: Builder, entry: _Element) -> None:
    builder.paragraph(_text(child_of(entry, "title")) or "（无标题）", 2)
    if address := _address(entry):
        builder.paragraph(address)
    for name in ("pubDate", "published", "date", "updated", "issued"):
        if date := _text(child_of(entry, name)):
            builder.paragraph(_show_date(date))
            break
    for name in ("encoded", "content", "description", "summary"):
        part = child_of(entry, name)
        if part is None:
            continue
        inner = "".join(map(str, part.itertext())) if not len(part) else etree.tostring(part, encoding="unicode")
        if inner.strip():
            if "<" in inner:
                read_page(builder, inner)
            else:
                builder.paragraph(inner)
            break
    for one in entry.iter("{*}enclosure"):
        builder.lose("attachment", one.get("url") or "")


def _address(entry: _Element) -> str:
    base = ""
    for one in (entry, *entry.iterancestors()):
        base = base or (one.get("{http://www.w3.org/XML/1998/namespace}base") or "")
    links = [one for one in entry if name_of(one) == "link"]
    best = next((one for one in links if one.get("rel", "alternate") == "alternate"), None)
    address = (best.get("href") or _text(best)) if best is not None else ""
    if not address:
        guid = child_of(entry, "guid")
        guid = guid if guid is not None else child_of(entry, "id")
        if guid is not None and guid.get("isPermaLink", "true") != "false" and "://" in _text(guid):
            address = _text(guid)
    if address and "://" not in address:
        from urllib.parse import urljoin

        channel = next((one for one in entry.iterancestors() if name_of(one) in ("channel", "RDF", "rss")), None)
        site = base or (_text(child_of(channel, "link")) or _text(child_of(channel, "channel", "link")))
        return urljoin(site, address) if site else address
    return address


def _text(element: _Element | None) -> str:
    if element is None:
        return ""
    words = " ".join("".join(map(str, element.itertext())).split())
    return re.sub(r"<[^>]{0,2000}>", "", words) if "<" in words else words


def _show_date(text: str) -> str:
    """Return a date with its zone in ISO form; CST is China's."""
    try:
        return parsedate_to_datetime(re.sub(r"\bCST\b", "+0800", text)).isoformat()
    except (ValueError, TypeError, IndexError):
        return text


def read_plain_xml(data: bytes) -> Document:
    """Return XML of an unknown kind: the words of each element that has any."""
    builder = Builder("xml")
    root = parse_loosely(data, builder)
    for element in root.iter():
        if name_of(element) and (element.text or "").strip():
            builder.paragraph(" ".join((element.text or "").split()))
        if (element.tail or "").strip():
            builder.paragraph(" ".join((element.tail or "").split()))
    return builder.document
