"""The saved page that a row of a spreadsheet rests on: what the row says must stand there, with that day. Without one it is a draft."""

import re
from hashlib import sha256

from gongkai.migration.bundles import Bundle
from gongkai.migration.sources.pages import read_page
from gongkai.migration.sources.values import OldItem
from gongkai.outbound.decoding import likely
from gongkai.richtext import clean, plain
from gongkai.spreadsheets.errors import Unreadable

#: Shorter lines say nothing by themselves: they may be missing.
SHORT = 8


def saved(place: str, data: bytes, address: str = "") -> dict[str, str]:
    """Return what is kept of a saved page: its place, the digest of its bytes, and its address where a crawl fetched it."""
    return {"place": place[-300:], "digest": sha256(data).hexdigest()} | (
        {"address": address[:500]} if address else {}
    )


def page_behind(item: OldItem, bundle: Bundle, addresses: dict[str, str]) -> dict[str, str]:
    """Return the page that a row names, or that a crawl saved from its address; `why` there is none, or why it does not count."""
    places = {address: place for place, address in addresses.items()}
    fetched = next((places[one] for one in item.old if one in places), "")
    place = bundle.called(item.fields.pop("page", "")) or fetched
    if not place:
        return {"why": "没有保存的原网页佐证"}
    try:
        data = bundle.read(place)
    except Unreadable:
        return {"why": "原网页读不出来"}
    found = read_page(data, place, bundle, base="", url=addresses.get(place, ""))
    if found.published is None or item.published is None or found.published.date() != item.published.date():
        return {"why": "原网页的发布日期与表中不同"}
    if not _says(_bare(likely(data) or ""), item):
        return {"why": "原网页中没有表中的文字"}
    return saved(place, data, addresses.get(place, ""))


def _says(page: str, item: OldItem) -> bool:
    lines = [_bare(line) for line in [item.title, *plain(clean(item.html)).splitlines()]]
    return bool(lines[0]) and all(line in page for line in lines if len(line) >= SHORT or line == lines[0])


def _bare(words: str) -> str:
    """Return words without tags and space."""
    return re.sub(r"\s|&nbsp;", "", re.sub(r"<[^>]*>", "", words))
