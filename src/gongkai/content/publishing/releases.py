"""Find releases through other channels that preceded the site."""

from django.db.models import F, Q, QuerySet

from gongkai.content.editions.models import Document
from gongkai.content.editions.reach import documents_seen
from gongkai.content.publishing.models import ChannelRelease
from gongkai.core.units.door import visible


def releases_of(document: Document) -> QuerySet[ChannelRelease]:
    """Return what a document's releases are, oldest first, those taken back included."""
    return document.channel_releases.select_related("proof")


@visible(ChannelRelease)
def releases_visible_to(user: object) -> QuerySet[ChannelRelease]:
    """Return the releases of the documents that somebody may look at in the office."""
    rows = ChannelRelease.objects.filter(document__in=documents_seen(user).values("pk"))
    return rows.select_related("document", "proof")


#: A release that the site does not have, or had only later (网站是第一公开平台).
BEFORE_SITE = Q(document__published_at=None) | Q(document__published_at__gt=F("at"))
