"""Find the previous, next and similar documents in a column."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, lru_cache
from importlib import resources
from typing import NamedTuple

from django.db import connection, connections, router
from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from gongkai.content.editions.models import Shelf
from gongkai.content.editions.queries.lists import shelf_visible_to
from gongkai.core.units.actors import ANONYMOUS, get_actor
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.matching.folding import fold

#: Documents searched on each side.
MAX_NEIGHBOURS_SEARCHED = 30
#: Documents shown on each side.
MAX_NEIGHBOURS = 5
_HAN_RUN_PATTERN = re.compile(rf"[{HAN}]{{2,}}")


class NeighbourDocument(NamedTuple):
    """A document next to another in a column; `number` is its document number (发文字号)."""

    document_id: int
    title: str
    path: str
    number: str
    published_at: datetime


@dataclass(frozen=True)
class AdjacentDocuments:
    """The next newer and older documents of a column, and nearby ones with similar titles."""

    newer: NeighbourDocument | None = None
    older: NeighbourDocument | None = None
    similar: list[NeighbourDocument] = field(default_factory=list)


def find_neighbours(
    user: object, *, column: int, document: int, title: str, published_at: datetime
) -> AdjacentDocuments:
    """Return the neighbours of a document in a column, in two queries over its index."""
    if get_actor(user) is ANONYMOUS:
        newers, olders = _find_public_neighbours(column, document, published_at)
    else:
        newers, olders = _find_visible_neighbours(user, column, document, published_at)
    return AdjacentDocuments(
        newers[0] if newers else None, olders[0] if olders else None, find_similar_titles(title, [*newers, *olders])
    )


def list_neighbour_urls(column: int, document: int, published_at: datetime) -> list[str]:
    """Return the URL paths of the public documents around one in a column, whose pages may name it as neighbour."""
    newers, olders = _find_public_neighbours(column, document, published_at)
    return [neighbour.path for neighbour in (*newers, *olders)]


def _find_public_neighbours(
    column: int, document: int, moment: datetime
) -> tuple[list[NeighbourDocument], list[NeighbourDocument]]:
    """Return (newer, older) public documents of a column around one, nearest first, with one SQL query."""
    now = timezone.now()
    adapt = connection.ops.adapt_datetimefield_value
    window = [adapt(now), adapt(now)]
    side = [column, *window, adapt(moment), adapt(moment), document, MAX_NEIGHBOURS_SEARCHED]
    with connections[router.db_for_read(Shelf)].cursor() as cursor:
        cursor.execute(_read_neighbours_sql(), [*side, *side])
        rows = cursor.fetchall()
    found: tuple[list[NeighbourDocument], list[NeighbourDocument]] = ([], [])
    for older, number, title, path, code, published in rows:
        found[older].append(NeighbourDocument(number, title, path, code, _to_aware_time(published)))
    return found


@cache
def _read_neighbours_sql() -> str:
    """Return the SQL statement for public neighbours in the dialect of this database."""
    folder = resources.files("gongkai.content.editions")
    return folder.joinpath(f"sql/around.{connection.vendor}.sql").read_text("utf-8")


def _to_aware_time(value: object) -> datetime:
    """Return an aware time from a database value (text or datetime); naive values are UTC."""
    found = value if isinstance(value, datetime) else parse_datetime(str(value))
    assert found is not None
    return found if timezone.is_aware(found) else found.replace(tzinfo=UTC)


def _find_visible_neighbours(
    user: object, column: int, document: int, published_at: datetime
) -> tuple[list[NeighbourDocument], list[NeighbourDocument]]:
    """Return (newer, older) documents of a column around one, nearest first."""
    rows = shelf_visible_to(user).filter(column=column)
    moment, number = published_at, document
    older = Q(published_at__lte=moment) & (Q(published_at__lt=moment) | Q(document__lt=number))
    newer = Q(published_at__gte=moment) & (Q(published_at__gt=moment) | Q(document__gt=number))
    names = ("document_id", "title", "path", "number", "published_at")
    older_rows = rows.filter(older).order_by("-published_at", "-document").values_list(*names)[:MAX_NEIGHBOURS_SEARCHED]
    newer_rows = rows.filter(newer).order_by("published_at", "document").values_list(*names)[:MAX_NEIGHBOURS_SEARCHED]
    return [NeighbourDocument(*row) for row in newer_rows], [NeighbourDocument(*row) for row in older_rows]


def find_similar_titles(title: str, neighbours: Sequence[NeighbourDocument]) -> list[NeighbourDocument]:
    """Return at most five of `neighbours` with similar titles, weighted by rare character pairs, most similar first.

    Common pairs (关于印发, 的通知) weigh little; a title sharing less than a third is not similar.
    """
    own_pairs = _get_title_pairs(title)
    pairs = [own_pairs & _get_title_pairs(other.title) for other in neighbours]
    counts = Counter(pair for some in pairs for pair in some)
    weights = {pair: math.log((len(neighbours) + 2) / (counts[pair] + 1)) for pair in own_pairs}
    whole = sum(weights.values()) or 1.0
    scored = [(sum(weights[p] for p in some) / whole, -n) for n, some in enumerate(pairs) if some]
    best = sorted((score, n) for score, n in scored if score > 1 / 3)[::-1][:MAX_NEIGHBOURS]
    return [neighbours[-n] for _, n in best]


@lru_cache(maxsize=4096)
def _get_title_pairs(title: str) -> frozenset[str]:
    """Return a title's character pairs, cached because titles of a column are compared often."""
    return frozenset(run[i : i + 2] for run in _HAN_RUN_PATTERN.findall(fold(title)) for i in range(len(run) - 1))
