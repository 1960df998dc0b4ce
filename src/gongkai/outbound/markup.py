"""Foreign HTML as a tree, within bounds that are counted before anything is built. Pure."""

import re

from lxml import etree
from lxml.etree import _Element
from lxml.html import HTMLParser, document_fromstring

from gongkai.confined import BOUNDS, over

_XML = re.compile(r"^\s*<\?xml[^>]*\?>")


def bounded(text: str) -> tuple[str, str]:
    """Return a page as far as it may be read, and a line that says so where that is not all of it.

    Each tag becomes an object of 300 bytes, which whoever reads pages walks a dozen times.
    """
    most, tags = BOUNDS["page characters"].most, BOUNDS["page tags"].most
    if words := over("page characters", len(text)):
        return bounded(text[:most])[0], words
    if words := over("page tags", text.count("<")):
        at = -1
        for _ in range(tags + 1):
            at = text.index("<", at + 1)
        return text[:at], words
    return text, ""


def tree_of(text: str) -> _Element | None:
    """Return a page's root element, as far as it may be read; None where there is nothing to read."""
    text = _XML.sub("", bounded(text)[0]).replace("\x00", "")
    try:
        return document_fromstring(text.encode(errors="replace"), parser=HTMLParser(encoding="utf-8"))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
