"""Job: send the daily digest of newly visible content; idempotent."""

from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from gongkai.content.editions.models import Shelf
from gongkai.content.editions.queries import shelf_visible_to
from gongkai.content.search.query import newest_found
from gongkai.core.units.actors import ANONYMOUS
from gongkai.ui.portal.models import Scope, Subscriber, Subscription
from gongkai.ui.portal.subscribing.forms import name_of
from gongkai.ui.portal.subscribing.mails import write_digest
from gongkai.ui.portal.tree import SiteTree, sites

#: Hour from which digests are sent; very recent content is left to the next day, as its
#: transaction may be open.
FIRST_HOUR = 8
SETTLED = timedelta(minutes=5)
#: Maximum rows per subscription; maximum subscribers per run.
MAX_ROWS = 20
BATCH_SIZE = 500
#: Unconfirmed addresses are deleted after this time.
UNCONFIRMED_RETENTION = timedelta(days=2)


def send_digests(now: datetime | None = None) -> dict[str, int]:
    """Write today's digests to the outbox, and delete unconfirmed addresses."""
    moment = now or timezone.now()
    counts = {"written": 0, "nothing": 0, "forgotten": delete_unconfirmed(moment)}
    local = timezone.localtime(moment)
    if local.hour < FIRST_HOUR:
        return counts
    today = timezone.make_aware(datetime.combine(local.date(), time(FIRST_HOUR)))
    trees = {tree.website.pk: tree for tree in sites()}
    for subscriber in _due(today):
        tree = trees.get(subscriber.website_id)
        result = _write(subscriber, tree, moment - SETTLED) if tree else ""
        if result:
            counts[result] += 1
    return counts


def _due(today: datetime) -> list[Subscriber]:
    confirmed = Subscription.objects.filter(subscriber=OuterRef("pk"), confirmed_at__isnull=False)
    rows = Subscriber.objects.filter(Exists(confirmed), seen_at__lt=today - SETTLED)
    return list(rows.select_related("website").order_by("pk")[:BATCH_SIZE])


def _write(subscriber: Subscriber, tree: SiteTree, upto: datetime) -> str:
    groups = news(subscriber, tree, upto)
    with transaction.atomic():
        same = Subscriber.objects.filter(pk=subscriber.pk, seen_at=subscriber.seen_at)
        if not same.update(seen_at=upto):
            return ""
        if groups:
            write_digest(subscriber, groups, f"digest/{int(upto.timestamp())}")
    return "written" if groups else "nothing"


def news(subscriber: Subscriber, tree: SiteTree, upto: datetime) -> list[tuple[str, list[Shelf]]]:
    """Return the public news of a subscriber by subscription; each document once."""
    told: set[int] = set()
    groups = []
    for subscription in subscriber.subscriptions.filter(confirmed_at__isnull=False).order_by("pk"):
        since = max(subscriber.seen_at, subscription.confirmed_at or upto)
        name = name_of(tree, subscription.scope, subscription.value)
        rows = (
            [row for row in _list_rows(subscription, tree, since, upto) if row.document_id not in told] if name else []
        )
        told |= {row.document_id for row in rows}
        if rows:
            groups.append((name, rows))
    return groups


def _list_rows(one: Subscription, tree: SiteTree, since: datetime, upto: datetime) -> list[Shelf]:
    site = tree.website.pk
    if one.scope == Scope.WORDS:
        found = newest_found(ANONYMOUS, site, one.value, 200, since=since)
        return [row for row in found if row.from_at <= upto][:MAX_ROWS]
    rows = shelf_visible_to(ANONYMOUS).filter(from_at__gt=since, from_at__lte=upto, website=site)
    if one.scope == Scope.COLUMN:
        rows = rows.filter(column=int(one.value))
    else:
        rows = rows.filter(column=None)
        rows = rows.filter(body=int(one.value)) if one.scope == Scope.UNIT else rows
    # Published long before it became visible here: migrated content is no news.
    rows = rows.filter(published_at__gt=since - timedelta(days=30))
    return list(rows.order_by("-published_at", "-document")[:MAX_ROWS])


def delete_unconfirmed(now: datetime) -> int:
    """Delete old unconfirmed subscriptions, and addresses without subscription."""
    gone = Subscription.objects.filter(confirmed_at=None, asked_at__lt=now - UNCONFIRMED_RETENTION).delete()[0]
    Subscriber.objects.filter(subscriptions__isnull=True).delete()
    return gone
