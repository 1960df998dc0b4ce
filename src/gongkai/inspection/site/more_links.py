"""Addresses that a page leads to beside its links: films of players, what a press opens, lists of other sites. Pure."""

import re
from collections.abc import Iterator

from lxml import etree

from gongkai.inspection.site.page import Page
from gongkai.outbound.crawling import normal

#: A film that a script or an attribute names for a player: whole between quotes.
_FILM = re.compile(r"[\"']([^\"'<>\s]{1,300}\.(?:mp4|m3u8|flv|f4v|webm|wmv|mp3))[\"']", re.I)
_FILM_VALUE = re.compile(r"[^\"'<>\s]{1,300}\.(?:mp4|m3u8|flv|f4v|webm|wmv|mp3)", re.I)
#: What a press opens, where the script names it whole.
_OPENS = re.compile(
    r"(?:window\.open\(|location(?:\.href)?\s*=|location\.(?:assign|replace)\()\s*[\"']([^\"'<>\s]{2,300})[\"']\s*(?![\s+])"
)
_ADDRESS = re.compile(r"https?://|\.{0,2}/(?!/)")
_MOST_SCRIPT = 50_000
#: Elements that a film is written on, and those that are links or pictures already.
_LINKS = frozenset({"a", "area", "video", "audio", "source", "embed", "iframe", "img", "script", "link"})


def more_links(page: Page) -> Iterator[tuple[str, str, str]]:
    """Yield address, element and words of what a page leads to by scripts and attributes."""
    for script in page.scripts:
        for match in _FILM.finditer(script[:_MOST_SCRIPT]):
            yield from _whole(page, match[1], "video", "")
    for element in page.root.iter(etree.Element):
        if element.tag == "option":
            value = (element.get("value") or "").strip()
            if _ADDRESS.match(value):
                yield from _whole(page, value, "a", " ".join((element.text or "").split()))
        if element.tag not in _LINKS:
            for named in map(str, element.attrib.values()):
                if _FILM_VALUE.fullmatch(named):
                    yield from _whole(page, named, "video", "")
        opens = _OPENS.search(element.get("onclick") or "")
        if opens:
            said = " ".join("".join(map(str, element.itertext())).split())
            yield from _whole(page, opens[1], "a", said[:80])


def _whole(page: Page, written: str, tag: str, said: str) -> Iterator[tuple[str, str, str]]:
    address = normal(written, page.address)
    if address and address != page.address:
        yield address, tag, said
