"""Read feeds (RSS 2.0, RSS 1.0, Atom) and store their entries as leads.

Only hosts listed in the setting GONGKAI_FEEDS are polled.
"""

from hashlib import sha256

from django.conf import settings
from django.utils import timezone

from gongkai.core.units.actors import SYSTEM
from gongkai.lib.fileformats.documents import UnreadFile
from gongkai.lib.fileformats.documents.feeds import read_feed_entries
from gongkai.lib.outbound import NoAnswer, RequestLimits, send_request
from gongkai.work.opinion.actions import LeadFeedEntry, store_feed_entries
from gongkai.work.opinion.models import Feed

#: Timeout for fetching a feed, in seconds.
FEED_TIMEOUT_SECONDS = 10.0
MAX_FEED_BYTES = 5_000_000
MAX_FEED_REDIRECTS = 3
MAX_FEED_ENTRIES = 500


class FeedReadError(Exception):
    """Raised when a feed cannot be read; the message gives the reason in Chinese."""


def read_feed(data: bytes, address: str = "") -> list[LeadFeedEntry]:
    """Return the entries of a feed in order, references as digests.

    Raises:
        FeedReadError: the data is no feed.
    """
    try:
        entries = read_feed_entries(data, address)
    except UnreadFile as error:
        raise FeedReadError("内容过多" if error.reason == "太大" else "不是RSS、Atom格式") from error
    return [
        LeadFeedEntry(
            sha256(entry.mark.encode()).hexdigest(),
            entry.title,
            entry.text,
            entry.address if entry.address.startswith(("http://", "https://")) else "",
            entry.written_at,
        )
        for entry in entries[:MAX_FEED_ENTRIES]
    ]


def get_feed_limits() -> RequestLimits:
    """Return the limits for fetching feeds: the listed hosts, which may be internal."""
    return RequestLimits(
        seconds=FEED_TIMEOUT_SECONDS,
        hosts=settings.GONGKAI_FEEDS,
        inner=True,
        proxy=True,
        hops=MAX_FEED_REDIRECTS,
        most=MAX_FEED_BYTES,
    )


def fetch_feed(address: str) -> bytes:
    """Download a feed from an allowed host.

    Raises:
        FeedReadError: the host is not allowed, or there is no usable response.
    """
    if not get_feed_limits().may_ask(address):
        raise FeedReadError("不在允许访问的名单内，请系统管理员添加")
    try:
        with send_request(address, get_feed_limits()) as answer:
            if answer.status != 200:
                raise FeedReadError(f"返回错误{answer.status}")
            return answer.read()
    except NoAnswer as error:
        raise FeedReadError(str(error) or "没有应答") from error


def poll_feed(feed: Feed) -> int:
    """Poll a feed and return the number of new leads; time and errors are stored on the feed."""
    new_lead_count, failed = 0, ""
    try:
        fetched_entries = read_feed(fetch_feed(feed.address), feed.address)
    except FeedReadError as error:
        failed = str(error)[:200]
    else:
        known_refs = set(
            feed.leads.filter(ref__in=[match.ref for match in fetched_entries]).values_list("ref", flat=True)
        )
        if any(match.ref not in known_refs for match in fetched_entries):
            new_lead_count = store_feed_entries(feed, by=SYSTEM, found=fetched_entries)
    Feed.objects.filter(pk=feed.pk).update(polled_at=timezone.now(), failed=failed)
    return new_lead_count


def poll_all_feeds() -> dict[str, int]:
    """Poll all active feeds; return {"leads": number of new leads}. Safe to miss and to repeat."""
    if not settings.GONGKAI_FEEDS:
        return {"leads": 0}
    return {"leads": sum(poll_feed(feed) for feed in Feed.objects.filter(active=True).select_related("body"))}
