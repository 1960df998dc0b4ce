"""The rows that a search asks for, as far as somebody may see them: each question compiled once (`editions.queries.seen`)."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.utils import timezone

from gongkai.acts.prepared import Prepared
from gongkai.editions.models import Shelf
from gongkai.editions.queries.audience import audience_q
from gongkai.editions.queries.lists import shelf_visible_to
from gongkai.editions.queries.plain import among, as_one
from gongkai.editions.queries.seen import Seen
from gongkai.search.asking import Meaning
from gongkai.search.models import SearchRow


def search_visible_to(user: object, now: datetime | None = None) -> QuerySet[SearchRow]:
    """Return the search rows that somebody may find now."""
    moment = now or timezone.now()
    return SearchRow.objects.filter(
        Q(until_at=None) | Q(until_at__gt=moment), audience_q(user), from_at__lte=moment
    )


class Row(NamedTuple):
    """What ranking and counting need of a hit."""

    pk: int
    document_id: int
    body_id: int
    kind: str
    standing: str
    title: str
    published_at: datetime


def _light(rows: QuerySet[SearchRow]) -> QuerySet[SearchRow, tuple[object, ...]]:
    return rows.values_list(*Row._fields)


_FOUND = Seen(
    lambda user, now, editions: _light(among(search_visible_to(user, now), "edition", editions)), SearchRow
)
_ANY = Seen(
    lambda user, now, editions: among(search_visible_to(user, now), "edition", editions).values_list("pk")[
        :1
    ],
    SearchRow,
)
_NUMBERED = {
    name: Seen(
        lambda user, now, values, name=name: _light(
            search_visible_to(user, now).filter(**{f"{name}__in": values})
        ),
        SearchRow,
    )
    for name in ("number_key", "number_short", "index_key", "document")
}
#: Whole rows of hits that were looked at already (`visible`).
_WHOLE = Prepared(lambda editions: among(SearchRow.objects.all(), "edition", editions), SearchRow)
_PATHS = Seen(
    lambda user, now, documents: (
        among(shelf_visible_to(user, now), "document", documents)
        .filter(column=None)
        .values_list("document_id", "website_id", "path")
        .order_by("website")
    ),
    Shelf,
)
_PATHS_ON = Seen(
    lambda user, now, documents, website: (
        among(shelf_visible_to(user, now), "document", documents)
        .filter(column=None, website=website)
        .values_list("document_id", "website_id", "path")
        .order_by()
    ),
    Shelf,
)


def visible(user: object, editions: Sequence[int]) -> list[Row]:
    """Return those of some editions that somebody may find now."""
    return [Row._make(values) for values in _FOUND(user, editions=as_one(editions))] if editions else []


def numbered(user: object, meaning: Meaning, documents: Collection[int]) -> list[Row]:
    """Return the rows that have a number asked for (文号, 索引号), or are of one of some documents."""
    asked: dict[str, Collection[int] | Collection[str]] = {
        "number_key": meaning.numbers,
        "number_short": meaning.short_numbers,
        "index_key": [meaning.index_key] if meaning.index_key else (),
        "document": documents,
    }
    ways = [_NUMBERED[name](user, values=values) for name, values in asked.items() if values]
    return [Row._make(values) for rows in ways for values in rows]


def any_visible(user: object, editions: Sequence[int]) -> bool:
    """Return whether somebody may find one of some editions now."""
    return bool(editions and _ANY(user, editions=as_one(editions)))


def whole(editions: Sequence[int]) -> dict[int, SearchRow]:
    """Return rows with their texts, of editions that `visible` returned."""
    return {row.pk: row for row in _WHOLE(editions=as_one(editions))}


def paths(
    user: object, documents: Sequence[int], own: int, website_id: int | None
) -> dict[int, tuple[int, str]]:
    """Return document → (site, path): on one site, or (None) wherever it stands, on the reader's own site first."""
    if not documents:
        return {}
    asked = as_one(documents)
    rows = (
        _PATHS(user, documents=asked)
        if website_id is None
        else _PATHS_ON(user, documents=asked, website=website_id)
    )
    found: dict[int, tuple[int, str]] = {}
    for document, place, path in rows:
        if document not in found or place == own:
            found[document] = place, path
    return found
