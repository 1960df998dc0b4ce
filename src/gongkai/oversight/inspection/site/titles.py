"""The title of an entry of a list: the words of its link without what else stands in it, the whole one where they are cut. Pure."""

from lxml.etree import _Element

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.outbound.crawling import Link
from gongkai.oversight.inspection.site.page import words

_DAY = r"(?:19|20)\d{2}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?"
_DAY_AT_END = re.compile(rf"[\s\[【(（]*(?:发布(?:时间|日期)[:：]?)?\s*{_DAY}[\s\]】)）]*$")
_SHORT_AT_END = re.compile(
    r"(?:\s+|[\[【(（])(?:0?[1-9]|1[0-2])[-/.月](?:0?[1-9]|[12]\d|3[01])日?[\]】)）]?$"
)
_DAY_AT_BEGINNING = re.compile(rf"^[\[【(（]?\s*{_DAY}[\s\]】)）]*(?=\S)")
_CALLED_TITLE = re.compile(r"title|\btit|\bbt\b|name|head|(?:^|[_\s-])t$", re.IGNORECASE)
_ONLY_DAY = re.compile(
    r"[\s\[【(（]*(?:(?:19|20)\d{2}\s*[-/.年]\s*)?\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?[\s\]】)）]*"
)
#: Characters that a title has at least.
LEAST_WORDS = 4


def title_of(link: Link) -> str:
    """Return an entry's title: the whole one where the link's words are cut short."""
    said, whole = _said(link.element), " ".join((link.element.get("title") or "").split())
    cut = re.sub(r"(?:\.{2,}|…+)$", "", said).strip()
    if whole and (not said or (whole.startswith(cut) and (len(whole) > len(said) or cut != said))):
        return whole
    return said


def _said(anchor: _Element) -> str:
    """Return the words of an anchor; where it holds a whole entry, those of its heading; without a day at the end or the beginning."""
    heading = next((tag for tag in anchor.iter("h1", "h2", "h3", "h4", "h5", "h6") if words(tag)), None)
    titled = _titled(anchor) if heading is None else heading
    said = words(titled)
    for part in titled:  # 11-18 in an element of its own, before or behind the title
        day = words(part) if isinstance(part.tag, str) else ""
        if day and _ONLY_DAY.fullmatch(day):
            said = said.removeprefix(day).removesuffix(day).strip()
    return (
        _SHORT_AT_END.sub("", _DAY_AT_END.sub("", _DAY_AT_BEGINNING.sub("", said))).strip()
        if said[:1].isdigit() or said[-1:].isdigit() or said[-1:] in "]】)）日"
        else said
    )


def _titled(anchor: _Element) -> _Element:
    """Return the part of an anchor that is the title, where all its words stand in parts: not a day, not how often it was read."""
    parts = [element for element in anchor if isinstance(element.tag, str) and words(element)]
    while len(parts) == 1 and not _own(anchor) and parts[0].tag != "font":
        anchor = parts[0]
        parts = [element for element in anchor if isinstance(element.tag, str) and words(element)]
    if len(parts) < 2 or _own(anchor) or any(element.tag in {"font", "br"} for element in parts):
        return anchor
    named = [element for element in parts if _CALLED_TITLE.search(element.get("class") or "")]
    long = [element for element in named or parts if len(_DAY_AT_END.sub("", words(element))) >= LEAST_WORDS]
    return _titled(long[0]) if long else anchor


def _own(element: _Element) -> bool:
    """Whether words stand in an element itself, not in its parts."""
    return any((said or "").strip() for said in (element.text, *(one.tail for one in element)))
