"""Read feeds (RSS 2.0, RSS 1.0, Atom) and store their entries as leads.

Only hosts listed in the setting GONGKAI_FEEDS are polled.
"""

from hashlib import sha256

from django.conf import settings
from django.utils import timezone

from gongkai.core.units.actors import SYSTEM
from gongkai.lib.fileformats.documents import UnreadFile
from gongkai.lib.fileformats.documents.feeds import read_entries
from gongkai.lib.outbound import NoAnswer, RequestLimits, send_request
from gongkai.work.opinion.actions import Found, take_in
from gongkai.work.opinion.models import Feed

FEED_TIMEOUT_SECONDS = 10.0
MOST_BYTES = 5_000_000
MOST_HOPS = 3
MOST_ENTRIES = 500


class Unread(Exception):
    """Raised when a feed cannot be read; the message gives the reason in Chinese."""


def read_feed(data: bytes, address: str = "") -> list[Found]:
    """Return the entries of a feed in order.

    Raises:
        Unread: the data is no feed.
    """
    try:
        entries = read_entries(data, address)
    except UnreadFile as error:
        raise Unread("内容过多" if str(error).startswith("太大") else "不是RSS、Atom格式") from error
    return [
        Found(
            sha256(entry.mark.encode()).hexdigest(),
            entry.title,
            entry.text,
            entry.address if entry.address.startswith(("http://", "https://")) else "",
            entry.written_at,
        )
        for entry in entries[:MOST_ENTRIES]
    ]


def feed_limits() -> RequestLimits:
    """Return the network reach for feeds: the listed hosts, which may be internal."""
    return RequestLimits(
        seconds=FEED_TIMEOUT_SECONDS,
        hosts=settings.GONGKAI_FEEDS,
        inner=True,
        proxy=True,
        hops=MOST_HOPS,
        most=MOST_BYTES,
    )


def fetch_feed(address: str) -> bytes:
    """Download a feed.

    Raises:
        Unread: the host is not allowed, or there is no usable response.
    """
    if not feed_limits().may_ask(address):
        raise Unread("不在允许访问的名单内，请系统管理员添加")
    try:
        with send_request(address, feed_limits()) as answer:
            if answer.status != 200:
                raise Unread(f"返回错误{answer.status}")
            return answer.read()
    except NoAnswer as error:
        raise Unread(str(error) or "没有应答") from error


def poll_feed(feed: Feed) -> int:
    """Poll a feed and return the number of new leads; errors are stored on the feed."""
    made, failed = 0, ""
    try:
        found = read_feed(fetch_feed(feed.address), feed.address)
    except Unread as error:
        failed = str(error)[:200]
    else:
        known = set(feed.leads.filter(ref__in=[match.ref for match in found]).values_list("ref", flat=True))
        if any(match.ref not in known for match in found):
            made = take_in(feed, by=SYSTEM, found=found)
    Feed.objects.filter(pk=feed.pk).update(polled_at=timezone.now(), failed=failed)
    return made


def poll_all() -> dict[str, int]:
    """Poll all active feeds on allowed hosts; safe to miss and to repeat."""
    if not settings.GONGKAI_FEEDS:
        return {"leads": 0}
    return {"leads": sum(poll_feed(feed) for feed in Feed.objects.filter(active=True).select_related("body"))}
