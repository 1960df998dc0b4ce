"""Feeds read (RSS 2.0, RSS 1.0, Atom): what they say becomes leads. An installation polls only hosts that a setting names (GONGKAI_FEEDS)."""

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
    """A feed that could not be read; the text says why in a few Chinese words."""


def read_feed(data: bytes) -> list[Found]:
    """Return the entries of a feed, as they stand in it.

    Raises:
        Unread: it is no feed.
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
    """The words of the children of these names, in the order of the names."""
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
    """Return a moment as feeds write it (RFC 822, ISO 8601); None for anything else."""
    try:
        found = parse_datetime(words) or parsedate_to_datetime(words)
    except (TypeError, ValueError, IndexError):
        return None
    return timezone.make_aware(found) if timezone.is_naive(found) else found


def reach() -> Reach:
    """Return how far feeds may be asked for: the hosts that the setting names, which may be inside the office's own network."""
    return Reach(
        seconds=SECONDS,
        hosts=settings.GONGKAI_FEEDS,
        inner=True,
        proxy=True,
        hops=MOST_HOPS,
        most=MOST_BYTES,
    )


def fetch(address: str) -> bytes:
    """Return what a feed's address gives.

    Raises:
        Unread: the setting does not allow it, or nothing usable came.
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
    """Read one feed and keep its new leads; what went wrong is noted on it. Returns how many leads were made."""
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
    """Poll every feed that is switched on; nothing where the setting names no host. Safe to miss and to repeat."""
    if not settings.GONGKAI_FEEDS:
        return {"leads": 0}
    return {"leads": sum(poll(feed) for feed in Feed.objects.filter(active=True).select_related("body"))}
