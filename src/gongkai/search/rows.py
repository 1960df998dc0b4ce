"""The rows that a search asks for, as far as somebody may see them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.utils import timezone

from gongkai.editions.queries.audience import audience_q
from gongkai.editions.queries.lists import shelf_visible_to
from gongkai.editions.queries.plain import among
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


def _light(rows: QuerySet[SearchRow]) -> list[Row]:
    return [Row._make(values) for values in rows.values_list(*Row._fields)]


def visible(user: object, editions: Sequence[int]) -> list[Row]:
    """Return those of some editions that somebody may find now."""
    return _light(among(search_visible_to(user), "edition", editions)) if editions else []


def numbered(user: object, meaning: Meaning, documents: Collection[int]) -> list[Row]:
    """Return the rows that have a number asked for (文号, 索引号), or are of one of some documents."""
    asked: dict[str, Collection[int] | Collection[str]] = {
        "number_key": meaning.numbers,
        "number_short": meaning.short_numbers,
        "index_key": [meaning.index_key] if meaning.index_key else (),
        "document": documents,
    }
    shown = search_visible_to(user)
    ways = [_light(shown.filter(**{f"{name}__in": values})) for name, values in asked.items() if values]
    return [row for rows in ways for row in rows]


def any_visible(user: object, editions: Sequence[int]) -> bool:
    """Return whether somebody may find one of some editions now."""
    return bool(editions) and among(search_visible_to(user), "edition", editions).exists()


def whole(editions: Sequence[int]) -> dict[int, SearchRow]:
    """Return rows with their texts, of editions that `visible` returned."""
    return {row.pk: row for row in among(SearchRow.objects.all(), "edition", editions)}


def paths(
    user: object, documents: Sequence[int], own: int, website_id: int | None
) -> dict[int, tuple[int, str]]:
    """Return document → (site, path): on one site, or (None) wherever it stands, on the reader's own site first."""
    if not documents:
        return {}
    shelf = among(shelf_visible_to(user), "document", documents).filter(column=None)
    rows = shelf.order_by("website") if website_id is None else shelf.filter(website=website_id).order_by()
    found: dict[int, tuple[int, str]] = {}
    for document, place, path in rows.values_list("document_id", "website_id", "path"):
        if document not in found or place == own:
            found[document] = place, path
    return found
