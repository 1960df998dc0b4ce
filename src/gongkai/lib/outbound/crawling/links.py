"""Extract the links of a page: anchors, frames, media, styles and scripts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gongkai.lib.outbound.crawling.addresses import normalise_url

if TYPE_CHECKING:
    from lxml.etree import _Element

#: Element → the attributes that name an address.
_URL_ATTRIBUTES_BY_TAG: dict[str, tuple[str, ...]] = {
    "a": ("href",),
    "area": ("href",),
    "iframe": ("src",),
    "frame": ("src",),
    "img": ("src", "data-src", "data-original"),
    "video": ("src", "poster"),
    "audio": ("src",),
    "source": ("src",),
    "embed": ("src",),
    "script": ("src",),
    "link": ("href",),
}
#: `rel` of a link element that is fetched with the page.
_PAGE_RESOURCE_RELATIONS = {"stylesheet", "icon", "shortcut icon", "alternate"}


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link of a page: its element and tag, absolute URL (`address`, "" if invalid), URL as `written`."""

    element: "_Element"
    tag: str
    address: str
    written: str


class UrlCache:
    """Cache from links to absolute URLs."""

    #: Maximum number of cached links.
    MOST = 50_000

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], str] = {}

    def __call__(self, link: str, base: str) -> str:
        """Return a link as an absolute URL, as `normalise_url` does, from the cache if it is there."""
        shared_part = base  # what links that are resolved alike have in common; "?page=2" takes the whole path
        if link[:1] != "?":
            shared_part = base[: base.rfind("/") + 1] if link[:1] != "/" else base[: base.find("/", 8)]
        key = (shared_part, link)
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= self.MOST:
                self._known.clear()
            found = self._known[key] = normalise_url(link, base)
        return found


def find_links(root: "_Element", base: str, whole: Callable[[str, str], str] = normalise_url) -> Iterator[PageLink]:
    """Yield the links of a parsed page, in the order of the page.

    Args:
        root: its root element (lxml).
        base: its URL; a `base` element in the page takes precedence.
        whole: makes URLs absolute (`UrlCache` caches them).
    """
    own = next((tag.get("href") for tag in root.iter("base") if tag.get("href")), None)
    base = normalise_url(own, base) or base if own else base
    for element in root.iter(*_URL_ATTRIBUTES_BY_TAG):
        tag = element.tag
        if tag == "link" and (element.get("rel") or "").lower() not in _PAGE_RESOURCE_RELATIONS:
            continue
        for name in _URL_ATTRIBUTES_BY_TAG[tag]:
            text = (element.get(name) or "").strip()
            if text:
                yield PageLink(element, tag, whole(text, base), text)
                break
