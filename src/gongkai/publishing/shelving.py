"""Shelves, search rows and addresses, derived from editions and placements. `rebuild` makes them anew."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from gongkai.matching.numbers import document_numbers
from gongkai.publishing.models import Address, Column, Document, Placement, SearchRow, Shelf
from gongkai.publishing.search import facets as by
from gongkai.publishing.search import table
from gongkai.publishing.search.asking import index_key, short_number
from gongkai.publishing.text import plain
from gongkai.publishing.windows import Span, spans


def refresh(document: Document, *, words: bool = True, now: datetime | None = None) -> None:
    """Derive everything about one document anew; `words=False` leaves the full-text rows (nothing was rewritten)."""
    moment = now or timezone.now()
    editions = list(document.editions.select_related("content"))
    open_spans = [s for s in spans(editions) if s.until is None or s.until > moment]
    placed = _placements(document)
    _readdress(document, placed)
    facets = _facets(document, _reshelve(document, open_spans, placed))
    if words:
        _reindex(document, open_spans, facets)
    else:
        for span in open_spans:
            table.tag(span.edition.pk, facets)  # type: ignore[attr-defined]


def rebuild() -> int:
    """Empty shelves and search and derive them for every document; return how many."""
    count = 0
    with transaction.atomic():
        Shelf.objects.all().delete()
        SearchRow.objects.all().delete()
        table.clear()
        for document in Document.objects.order_by("pk").iterator(500):
            refresh(document)
            count += 1
    return count


def _placements(document: Document) -> list[Placement]:
    return list(document.placements.filter(column__opened_at__isnull=False).select_related("column__website"))


def _readdress(document: Document, placed: list[Placement]) -> None:
    """Give a document one current address on each site where it stands; older ones stay and redirect."""
    columns: dict[int, list[int]] = {}
    for placement in placed:
        columns.setdefault(placement.column.website_id, []).append(placement.column_id)
    current = {a.website_id: a for a in document.addresses.filter(current=True)}
    for website_id, numbers in columns.items():
        paths = [address_path(column, document.pk) for column in numbers]
        now_at = current.get(website_id)
        if now_at and now_at.path in paths:
            continue
        document.addresses.filter(website_id=website_id, current=True).update(current=False)
        Address.objects.update_or_create(
            website_id=website_id,
            path=paths[0],
            defaults={"document": document, "current": True, "since": timezone.now()},
        )


def address_path(column_id: int, document_id: int) -> str:
    """Return the address of a document in a column: /columns/318/456.html."""
    return f"/columns/{column_id}/{document_id}.html"


#: Where a document stands: (site, column or None for the site itself) → whether it was put there, not above.
Stands = dict[tuple[int, int | None], bool]


def _reshelve(document: Document, open_spans: list[Span], placed: list[Placement]) -> Stands:
    Shelf.objects.filter(document=document).delete()
    if not open_spans or document.published_at is None:
        return {}
    paths = dict(document.addresses.filter(current=True).values_list("website_id", "path"))
    direct = {placement.column_id for placement in placed}
    chains = {p.column_id: _numbers(p.column) for p in placed}
    stands: Stands = {}
    for placement in placed:
        website_id = placement.column.website_id
        stands[website_id, None] = True
        for number in chains[placement.column_id]:
            stands[website_id, number] = number in direct
    rows = []
    for span in open_spans:
        shared = _window(document, span)
        for (website_id, column_id), is_direct in stands.items():
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
    return stands


def _facets(document: Document, stands: Stands) -> list[str]:
    """Return what a search can narrow this document by."""
    return by.tokens(
        sites=sorted({site for site, _ in stands}),
        columns=sorted({column for _, column in stands if column}),
        kind=document.kind,
        body=document.body_id,
        published=document.published_at or timezone.now(),
        standing=document.standing,
    )


def _numbers(column: Column) -> list[int]:
    return [int(part) for part in column.path.strip("/").split("/")]


def _window(document: Document, span: Span) -> dict[str, Any]:
    edition: Any = span.edition
    content = getattr(edition, "content", None)
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


def _reindex(document: Document, open_spans: list[Span], facets: list[str]) -> None:
    old = list(SearchRow.objects.filter(document=document).values_list("pk", flat=True))
    table.drop(old)
    SearchRow.objects.filter(pk__in=old).delete()
    for span in open_spans:
        edition: Any = span.edition
        content = getattr(edition, "content", None)
        if content is None:
            continue
        text = plain(content.html)
        key = number_key(content.facts.get("document_number", ""))
        row = SearchRow(
            text=text,
            number_key=key,
            number_short=short_number(key),
            index_key=index_key(document.index_number),
            **_window(document, span),
        )
        row.save(force_insert=True)
        names = [f["name"] for f in content.files if not f["picture"]]
        also = [content.facts.get(name, "") for name in ("document_number", "issuer", "keywords", "summary")]
        table.put(edition.pk, content.title, "\n".join([*also, text, *names]), facets)


def number_key(number: str) -> str:
    """Return a document number in its one spelling; empty where it is none."""
    found = document_numbers(number)
    return found[0][:80] if found else ""
