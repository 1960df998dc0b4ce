"""Derive the public lists (`Shelf`) and URLs of documents from editions and placements.

`rebuild_shelves` derives all of them again.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from django.db import transaction
from django.utils import timezone

from gongkai.content.editions.models import (
    Address,
    Column,
    Document,
    Edition,
    EditionContent,
    Placement,
    Shelf,
    ValidityState,
)
from gongkai.content.editions.models.editions import POLICY_KINDS, Audience, EditionEffect
from gongkai.content.editions.sources import list_placements
from gongkai.lib.chinese import lazy_re as re


class PublicationFacts(Protocol):
    """The fields of an edition from which periods of visibility are computed."""

    number: int
    act: str
    visible_from: datetime
    audience: str
    circle: str


class EditionSpan(NamedTuple):
    """The period in which an edition is shown: from `since` until before `until` (None: open-ended)."""

    edition: PublicationFacts
    since: datetime
    until: datetime | None


def list_spans(editions: Iterable[PublicationFacts]) -> list[EditionSpan]:
    """Return the periods in which editions are shown, oldest first.

    At any time the edition with the highest number whose `visible_from` has passed is shown, so a
    later decision overrides an earlier one that was scheduled for a later time. A withdrawal shows
    nothing.
    """
    shown: list[EditionSpan] = []
    until: datetime | None = None
    for edition in sorted(editions, key=lambda e: -e.number):
        if until is None or edition.visible_from < until:
            shown.append(EditionSpan(edition, edition.visible_from, until))
            until = edition.visible_from
    return [span for span in reversed(shown) if span.edition.act == EditionEffect.PUBLISH]


def find_public_start(editions: Iterable[PublicationFacts]) -> datetime | None:
    """Return the time from which a document is public for everyone; None if its last edition withdraws or limits it."""
    spans = list_spans(editions)
    if not spans or spans[-1].until is not None or spans[-1].edition.audience != Audience.ALL:
        return None
    return min(span.since for span in spans)


def was_public(editions: Iterable[PublicationFacts], now: datetime) -> bool:
    """Return true if an edition was ever shown by now, to the public or to a limited circle.

    An edition withdrawn before its scheduled time was not.
    """
    return any(span.since <= now for span in list_spans(editions))


_OPTIONAL_DOCUMENT_NOUN = r"(?:的?(?:行政)?规范性文件|的?文件|目录)?"
_VALIDITY_LIST_NAMES: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = (
    (
        re.compile(rf"(?:现行)?有效{_OPTIONAL_DOCUMENT_NOUN}"),
        frozenset({ValidityState.IN_FORCE, ValidityState.AMENDED}),
    ),
    (
        re.compile(rf"已?(?:失效|废止)(?:[/／、或和及]?已?(?:失效|废止))?{_OPTIONAL_DOCUMENT_NOUN}"),
        frozenset({ValidityState.REPEALED, ValidityState.EXPIRED}),
    ),
)
#: The lists that show a document: (site, column or None for the site itself) → true if placed there directly.
Listings = dict[tuple[int, int | None], bool]


class ShelfIndex(Protocol):
    """Interface of an index, such as the search index, that is updated together with the lists of documents."""

    def derive(
        self, document: Document, spans: Sequence[EditionSpan], listings: Listings, *, words: bool, is_new: bool
    ) -> None:
        """Rebuild the index rows of a document.

        Without `words` only its placement is updated; with `is_new` the document has no rows yet.
        """

    def clear(self) -> None:
        """Delete all index rows before a rebuild."""


#: Indexes registered by other apps.
SHELF_INDEXES: list[ShelfIndex] = []


def rebuild_document(
    document: Document,
    *,
    words: bool = True,
    editions: Sequence[Edition] | None = None,
    placements: Sequence[Placement] | None = None,
    addresses: Mapping[int, str] | None = None,
    is_new: bool = False,
) -> None:
    """Rebuild shelves, URLs and search rows of a document; `words=False` keeps the full-text rows.

    Editions, URLs and placements are loaded unless passed. `is_new`: the document has no rows yet.
    """
    moment = timezone.now()
    if editions is None:
        editions = list(Edition.objects.filter(document=document).select_related("content"))
    open_spans = [s for s in list_spans(editions) if s.until is None or s.until > moment]
    placed = _list_open_columns(document, list_placements(document) if placements is None else placements)
    paths = _set_addresses(document, placed, addresses)
    if not is_new:
        Shelf.objects.filter(document=document).delete()
    listings = _write_shelves(document, open_spans, placed, paths)
    for index in SHELF_INDEXES:
        index.derive(document, open_spans, listings, words=words, is_new=is_new)


def rebuild_shelves() -> int:
    """Rebuild shelves and search for all documents; return how many."""
    count = 0
    with transaction.atomic():
        Shelf.objects.all().delete()
        for index in SHELF_INDEXES:
            index.clear()
        for document in Document.objects.order_by("pk").iterator(500):
            rebuild_document(document)
            count += 1
    return count


def _list_open_columns(document: Document, placements: Sequence[Placement]) -> list[Column]:
    """Return the open columns of a document; of library lists only the one for its validity."""
    columns = [placement.column for placement in placements if placement.column.opened_at is not None]
    return list_columns_showing(document, columns)


def _set_addresses(document: Document, placed: list[Column], known: Mapping[int, str] | None = None) -> dict[int, str]:
    """Set one current URL of a document on each site and return {site: URL path}; older ones redirect.

    `known`: its loaded current URLs.
    """
    columns: dict[int, list[int]] = {}
    for column in placed:
        columns.setdefault(column.website_id, []).append(column.pk)
    if known is None:
        known = dict(document.addresses.filter(current=True).values_list("website_id", "path"))
    current = dict(known)
    for website_id, numbers in columns.items():
        paths = [address_path(column, document.pk) for column in numbers]
        now_at = current.get(website_id)
        if now_at in paths:
            continue
        if now_at is not None:
            document.addresses.filter(website_id=website_id, current=True).update(current=False)
        current[website_id] = paths[0]
        Address.objects.update_or_create(
            website_id=website_id,
            path=paths[0],
            defaults={"document": document, "current": True, "since": timezone.now()},
        )
    return current


def address_path(column_id: int, document_id: int) -> str:
    """Return the address of a document in a column: /columns/318/456.html."""
    return f"/columns/{column_id}/{document_id}.html"


def _write_shelves(
    document: Document, open_spans: list[EditionSpan], placed: list[Column], paths: Mapping[int, str]
) -> Listings:
    """Write the list rows of a document for its open spans; return the sites and columns. `paths`: its URL by site."""
    if not open_spans or document.published_at is None:
        return {}
    listings = map_listings(placed)
    rows = []
    for span in open_spans:
        shared = make_shelf_fields(document, span)
        for (website_id, column_id), is_direct in listings.items():
            rows.append(
                Shelf(
                    website_id=website_id,
                    column_id=column_id,
                    direct=is_direct,
                    path=paths.get(website_id, ""),
                    **shared,
                )
            )
    Shelf.objects.bulk_create(rows)
    return listings


def map_listings(placed: Sequence[Column]) -> Listings:
    """Return {(site, column or None): whether placed there directly} for a document's columns and their ancestors."""
    direct = {column.pk for column in placed}
    listings: Listings = {}
    for column in placed:
        listings[column.website_id, None] = True
        for number in _list_path_numbers(column):
            listings[column.website_id, number] = number in direct
    return listings


def _list_path_numbers(column: Column) -> list[int]:
    """Return the keys of a column's ancestors and its own, from the root."""
    return [int(part) for part in column.path.strip("/").split("/")]


def make_shelf_fields(document: Document, span: EditionSpan) -> dict[str, object]:
    """Return the fields of list and search rows for an edition's period."""
    edition = span.edition
    content: EditionContent | None = getattr(edition, "content", None)
    facts = content.facts if content else {}
    return {
        "document": document,
        "edition": edition,
        "body_id": document.body_id,
        "from_at": span.since,
        "until_at": span.until,
        "published_at": document.published_at,
        "title": content.title if content else "（内容已依法删除）",
        "number": facts.get("document_number", "")[:80],
        "kind": document.kind,
        "standing": document.standing,
        "audience": edition.audience,
        "circle": edition.circle,
    }


def get_listed_standings(name: str) -> frozenset[str]:
    """Return the validity states that a column of this name lists; empty for other columns.

    >>> sorted(map(str, get_listed_standings("现行有效"))), sorted(map(str, get_listed_standings("失效/废止"))), get_listed_standings("政策解读")
    (['amended', 'in_force'], ['expired', 'repealed'], frozenset())
    """
    plain = re.sub(r"\s", "", name)
    return next((standings for pattern, standings in _VALIDITY_LIST_NAMES if pattern.fullmatch(plain)), frozenset())


def list_columns_showing(document: Document, placed: Iterable[Column]) -> list[Column]:
    """Return the distinct columns that list a document of this validity, in order of placement.

    A document placed in one of the lists or in the column above them is shown in the list of its validity, or in
    the column above if there is no such open list (尚未施行). Documents without validity, and other documents that
    their old site placed in no list, are shown where they were placed.
    """
    found: dict[int, Column] = {}
    for column in placed:
        listed = document.kind in POLICY_KINDS or get_listed_standings(column.name)
        shown = _choose_library_list(document.standing, column) if document.standing and listed else column
        found.setdefault(shown.pk, shown)
    return list(found.values())


def _choose_library_list(standing: str, column: Column) -> Column:
    """Return the list for documents of this validity, next to or below a column of the library."""
    listed = get_listed_standings(column.name)
    if standing in listed:
        return column
    parent_column = column.parent if listed else column
    lists = Column.objects.filter(parent=parent_column, opened_at__isnull=False).select_related("website")
    fitting = next(
        (
            list_column
            for list_column in lists.order_by("position", "pk")
            if standing in get_listed_standings(list_column.name)
        ),
        None,
    )
    if fitting is not None:
        return fitting
    return parent_column if parent_column is not None and parent_column.is_open else column
