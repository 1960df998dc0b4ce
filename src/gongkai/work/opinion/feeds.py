"""Read feeds (RSS 2.0, RSS 1.0, Atom) and store their entries as leads.

Only hosts listed in the setting GONGKAI_FEEDS are polled.
"""

from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from xml.etree.ElementTree import Element

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from django.conf import settings
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from gongkai.core.units.actors import SYSTEM
from gongkai.lib.confined import over
from gongkai.lib.outbound import NoAnswer, Reach, ask
from gongkai.lib.richtext import plain
from gongkai.work.opinion.actions import Found, take_in
from gongkai.work.opinion.models import Feed

SECONDS = 10.0
MOST_BYTES = 5_000_000
MOST_HOPS = 3
MOST_ENTRIES = 500


class Unread(Exception):
    """A feed could not be read; the message says why in Chinese."""


def read_feed(data: bytes) -> list[Found]:
    """Return the entries of a feed in order.

    Raises:
        Unread: the data is no feed.
    """
    if over("page tags", data.count(b"<")):
        raise Unread("内容过多")
    try:
        root = ElementTree.fromstring(data)
    except (ElementTree.ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise Unread("不是RSS、Atom格式") from error
    if _name(root) not in {"rss", "feed", "RDF"}:
        raise Unread("不是RSS、Atom格式")
    items = [one for one in root.iter() if _name(one) in {"item", "entry"}]
    return [found for item in items[:MOST_ENTRIES] if (found := _entry(item)).title]


def _name(node: Element) -> str:
    return str(node.tag).rpartition("}")[2]


def _texts(node: Element, *names: str) -> Iterator[str]:
    for name in names:
        for child in node:
            if _name(child) == name:
                words = "".join(child.itertext()).strip()
                if words:
                    yield words


def _entry(node: Element) -> Found:
    title = plain(next(_texts(node, "title"), ""))
    text = plain(next(_texts(node, "description", "summary", "content", "encoded"), ""))
    address = next(_texts(node, "link"), "") or _atom_link(node)
    mark = next(_texts(node, "guid", "id"), "") or address or title
    if not address.startswith(("http://", "https://")):
        address = ""
    written = _moment(next(_texts(node, "pubDate", "published", "updated", "date"), ""))
    return Found(sha256(mark.encode()).hexdigest(), " ".join(title.split()), text, address, written)


def _atom_link(node: Element) -> str:
    links = [child for child in node if _name(child) == "link" and child.get("href")]
    best = next((element for element in links if element.get("rel", "alternate") == "alternate"), None)
    return str(best.get("href")).strip() if best is not None else ""


def _moment(words: str) -> datetime | None:
    try:
        found = parse_datetime(words) or parsedate_to_datetime(words)
    except (TypeError, ValueError, IndexError):
        return None
    return timezone.make_aware(found) if timezone.is_naive(found) else found


def reach() -> Reach:
    """Return the network reach for feeds: the listed hosts, which may be internal."""
    return Reach(
        seconds=SECONDS,
        hosts=settings.GONGKAI_FEEDS,
        inner=True,
        proxy=True,
        hops=MOST_HOPS,
        most=MOST_BYTES,
    )


def fetch(address: str) -> bytes:
    """Download a feed.

    Raises:
        Unread: the host is not allowed, or there is no usable response.
    """
    if not reach().may_ask(address):
        raise Unread("不在允许访问的名单内（GONGKAI_FEEDS）")
    try:
        with ask(address, reach()) as answer:
            if answer.status != 200:
                raise Unread(f"返回错误{answer.status}")
            return answer.read()
    except NoAnswer as error:
        raise Unread(str(error) or "没有应答") from error


def poll(feed: Feed) -> int:
    """Poll a feed and return the number of new leads; errors are stored on the feed."""
    made, failed = 0, ""
    try:
        found = read_feed(fetch(feed.address))
    except Unread as error:
        failed = str(error)[:200]
    else:
        known = set(feed.leads.filter(ref__in=[match.ref for match in found]).values_list("ref", flat=True))
        if any(match.ref not in known for match in found):
            made = take_in(feed, by=SYSTEM, found=found)
    Feed.objects.filter(pk=feed.pk).update(polled_at=timezone.now(), failed=failed)
    return made


def poll_all() -> dict[str, int]:
    """Job: poll all active feeds on allowed hosts; safe to miss and to repeat."""
    if not settings.GONGKAI_FEEDS:
        return {"leads": 0}
    return {"leads": sum(poll(feed) for feed in Feed.objects.filter(active=True).select_related("body"))}
