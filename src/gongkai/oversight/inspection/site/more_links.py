"""Find addresses outside links: videos of players, click handlers and external lists. Pure."""

from collections.abc import Iterator

from lxml import etree

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.outbound.crawling import normal
from gongkai.lib.outbound.crawling.addresses import FILMS
from gongkai.oversight.inspection.site.list_pages import written_pages
from gongkai.oversight.inspection.site.page import Page

#: Video addresses in attributes and scripts.
_FILM = re.compile(rf"[^\"'<>\s]{{1,300}}\.(?:{'|'.join(sorted(FILMS))})", re.IGNORECASE)
_QUOTED_FILM = re.compile(rf"[\"']({_FILM.pattern})[\"']", re.IGNORECASE)
#: Complete addresses in click handlers.
_OPENS = re.compile(
    r"(?:window\.open\(|location(?:\.href)?\s*=|location\.(?:assign|replace)\()\s*[\"']([^\"'<>\s]{2,300})[\"']\s*(?![\s+])"
)
_ADDRESS = re.compile(r"https?://|\.{0,2}/(?!/)")
_MOST_SCRIPT = 50_000
#: Elements that `Page.links` already covers.
_LINKS = frozenset({"a", "area", "video", "audio", "source", "embed", "iframe", "img", "script", "link"})


def more_links(page: Page) -> Iterator[tuple[str, str, str]]:
    """Yield address, element and text of what scripts and attributes link to."""
    for script in page.scripts:
        for match in _QUOTED_FILM.finditer(script[:_MOST_SCRIPT]):
            yield from _whole(page, match[1], "video", "")
    for number, address in written_pages(page):
        yield from _whole(page, address, "a", str(number))
    for element in page.root.iter(etree.Element):
        if element.tag == "option":
            value = (element.get("value") or "").strip()
            if _ADDRESS.match(value):
                yield from _whole(page, value, "a", " ".join((element.text or "").split()))
        if element.tag not in _LINKS:
            for named in map(str, element.attrib.values()):
                if _FILM.fullmatch(named):
                    yield from _whole(page, named, "video", "")
        opens = _OPENS.search(element.get("onclick") or "")
        if opens:
            said = " ".join("".join(map(str, element.itertext())).split())
            yield from _whole(page, opens[1], "a", said[:80])


def _whole(page: Page, written: str, tag: str, said: str) -> Iterator[tuple[str, str, str]]:
    address = normal(written, page.address)
    if address and address != page.address:
        yield address, tag, said
