"""Queries and permissions of collected content, for staff and the public."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from gongkai.content.editions.queries import shelf_visible_to
from gongkai.content.editions.rules import WRITING_ROLES, check_writer
from gongkai.core.units.actors import ANONYMOUS, Actor, get_actor
from gongkai.core.units.models import Body, Role
from gongkai.core.units.object_access import register_visible_to
from gongkai.core.units.unit_filters import own_units_q
from gongkai.oversight.gathering.models import (
    Collection,
    Gathered,
    GatheredFile,
    GatheredState,
    Listing,
    Source,
    SourceMethod,
)

#: Tabs of a source's entries: name → label.
GATHERED_ENTRY_TABS = {
    "new": "待处理",
    "drafted": "已转草稿",
    "changed": "原文有变化",
    "double": "重复",
    "dropped": "不采用",
    "erased": "已依法删除",
    "all": "全部",
}


@register_visible_to(Source)
def visible_to(user: object) -> QuerySet[Source]:
    """Return the sources of units that the user works for or supervises."""
    actor = get_actor(user)
    rows = Source.objects.select_related("collection__body", "column")
    if actor.system:
        return rows
    return rows.filter(own_units_q(actor, "collection__body")) if actor.known else rows.none()


@register_visible_to(Gathered)
def entries_visible_to(user: object) -> QuerySet[Gathered]:
    """Return the entries of the sources visible to the user."""
    return Gathered.objects.filter(source__in=visible_to(user).order_by().values("pk"))


@register_visible_to(GatheredFile)
def files_visible_to(user: object) -> QuerySet[GatheredFile]:
    """Return the attachments in sources visible to the user."""
    rows = GatheredFile.objects.filter(gathered__source__in=visible_to(user).order_by().values("pk"))
    return rows.select_related("stored")


@register_visible_to(Listing)
def listings_visible_to(user: object) -> QuerySet[Listing]:
    """Return the listing decisions on sources visible to the user."""
    return Listing.objects.filter(of__in=visible_to(user).order_by().values("pk"))


@register_visible_to(Collection)
def collections_visible_to(user: object) -> QuerySet[Collection]:
    """Return the collections of units that the user works for or supervises."""
    actor = get_actor(user)
    rows = Collection.objects.select_related("body")
    if actor.system:
        return rows
    return rows.filter(own_units_q(actor)) if actor.known else rows.none()


def list_own_bodies(by: Actor) -> QuerySet[Body]:
    """Return the units for which the user collects content."""
    condition = Q(pk__in=by.body_ids(*WRITING_ROLES))
    for post in by.posts:
        if post.role == Role.CHIEF:
            condition |= Q(path__startswith=post.reach)
    return Body.objects.filter(condition, active_to=None, merged_into=None).order_by("position", "pk")


def filter_tab(rows: QuerySet[Gathered], tab: str) -> QuerySet[Gathered]:
    """Return the entries of a tab; all entries for an unknown tab."""
    if tab == "changed":
        return rows.filter(Q(changed_at__isnull=False) | Q(gone_at__isnull=False))
    return rows.filter(state=tab) if tab in GatheredState.values else rows


def list_listed_sources(today: date | None = None) -> list[int]:
    """Return the keys of sources with a public listing decision on their site."""
    rows = Listing.objects.filter(until__gte=today or timezone.localdate()).exclude(of__way=SourceMethod.MANUAL)
    names = {listing.stream: listing.of_id for listing in rows.select_related("of") if listing.holds}
    shelves = shelf_visible_to(ANONYMOUS).filter(column=None, document__source__in=list(names))
    return sorted({names[text] for text in shelves.values_list("document__source", flat=True)})


def list_public_entries() -> QuerySet[Gathered]:
    """Return the entries listed publicly: no duplicates, dropped, held or vanished ones."""
    rows = Gathered.objects.filter(source__in=list_listed_sources(), state=GatheredState.NEW)
    return rows.filter(gone_at=None, reason="")


@dataclass(frozen=True)
class PublicEntry:
    """A public entry of a collection: title, address, unit, source and date.

    `outside`: it links to the source's site; `gone`: it has vanished there.
    """

    title: str
    href: str
    outside: bool
    unit: str
    source: str
    written_at: datetime | None
    gone: bool = False
    validity: str = ""


def list_public_collection_entries(collection: Collection, website: int) -> list[PublicEntry]:
    """Return a collection's public entries, newest first: listed links and published drafts."""
    links = list_public_entries().filter(source__collection=collection).select_related("source")
    entries = [
        PublicEntry(
            link.title,
            link.address,
            True,
            link.source.unit_name,
            link.source.name,
            link.written_at,
            validity=link.validity,
        )
        for link in links
    ]
    drafted = Gathered.objects.filter(source__collection=collection, document__isnull=False).select_related("source")
    rows = shelf_visible_to(ANONYMOUS).filter(website=website, column=None)
    existing = {shelf.document_id: shelf for shelf in rows.filter(document__in=drafted.values("document"))}
    for gathered in drafted:
        row = existing.get(gathered.document_id or 0)
        if row is not None:
            written_at = gathered.written_at or row.published_at
            is_gone = gathered.gone_at is not None
            entries.append(
                PublicEntry(
                    row.title,
                    row.path,
                    False,
                    gathered.source.unit_name,
                    gathered.source.name,
                    written_at,
                    is_gone,
                    gathered.validity,
                )
            )
    oldest = timezone.make_aware(datetime(1949, 1, 1))  # noqa: DTZ001 - made aware
    return sorted(entries, key=lambda one: one.written_at or oldest, reverse=True)


def list_public_collections(root: Body, website: int) -> list[tuple[Collection, int]]:
    """Return (collection, number of public entries) of a government, without empty ones."""
    rows = Collection.objects.filter(body__path__startswith=root.path).select_related("body")
    counted = [(collection, len(list_public_collection_entries(collection, website))) for collection in rows]
    return [(one, count) for one, count in counted if count]


def check_source_manager(by: Actor, target: object) -> list[str]:
    """Return reasons unless the user collects for the unit, supervises it, or is a job."""
    owner = target.source if isinstance(target, Gathered) else target
    return ["只有归集单位或者政务公开办可以办理。"] if check_writer(by, owner) else []
