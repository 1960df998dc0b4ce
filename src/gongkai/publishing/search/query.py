"""Asking the search: what is public, best first, with facets and marked excerpts."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from gongkai.matching.folding import fold
from gongkai.matching.numbers import document_numbers
from gongkai.publishing.models import Column, ItemKind, SearchRow, Shelf, Standing
from gongkai.publishing.queries.audience import audience_q
from gongkai.publishing.search import table
from gongkai.units.models import Body

#: Hits that are ranked and counted; more than anybody pages through, few enough to stay quick.
MOST = 500
PER_PAGE = 15
MOST_WORDS = 100


def search_visible_to(user: Any, now: datetime | None = None) -> QuerySet[SearchRow]:
    """Return the search rows that somebody may find now."""
    moment = now or timezone.now()
    return SearchRow.objects.filter(
        Q(until_at=None) | Q(until_at__gt=moment), audience_q(user), from_at__lte=moment
    )


@dataclass(frozen=True)
class Choice:
    """One value of a facet: how many hits it has."""

    value: str
    label: str
    count: int


@dataclass(frozen=True)
class Hit:
    """One result: its row, its address on the site, an excerpt in pieces (text, marked?)."""

    row: SearchRow
    path: str
    title: list[tuple[str, bool]]
    excerpt: list[tuple[str, bool]]


@dataclass(frozen=True)
class Results:
    """What was found: the page's hits, how many in all (at most `MOST`), and the facets over all of them."""

    hits: list[Hit] = field(default_factory=list)
    total: int = 0
    capped: bool = False
    pages: int = 0
    facets: dict[str, list[Choice]] = field(default_factory=dict)
    parts: tuple[str, ...] = ()  # the words in pieces, where nothing held them whole: 食品、抽检 for 食品抽检


@dataclass(frozen=True)
class Asked:
    """A search as it was asked: words, facets (kind, body, column, standing), page from 1, order."""

    words: str
    kind: str = ""
    body: str = ""
    column: str = ""
    standing: str = ""
    newest: bool = False
    page: int = 1


def search(user: Any, website_id: int, asked: Asked) -> Results:
    """Return what somebody may find on a site."""
    words = asked.words.strip()[:MOST_WORDS]
    if not words:
        return Results()
    exact = document_numbers(words)
    scores = dict(table.find(words, MOST))
    rows = _rows(user, website_id, scores, exact)
    parts: tuple[str, ...] = ()
    if not rows and not exact:
        for parts in loosened(words):
            scores = dict(table.find(" ".join(parts), MOST))
            if rows := _rows(user, website_id, scores, ()):
                break
    parts = parts if rows else ()
    ranked = sorted(rows, key=lambda row: _rank(row, scores, exact, newest=asked.newest), reverse=True)
    columns = _columns(website_id, [row.document_id for row in ranked])
    chosen = [row for row in ranked if _fits(row, asked, columns)]
    start = (max(asked.page, 1) - 1) * PER_PAGE
    page = chosen[start : start + PER_PAGE]
    return Results(
        hits=_hits(website_id, page, " ".join(parts) or words),
        total=len(chosen),
        capped=len(scores) >= MOST,
        pages=-(-len(chosen) // PER_PAGE),
        facets=_facets(ranked, columns),
        parts=parts,
    )


def loosened(words: str) -> list[tuple[str, ...]]:
    """Return other ways to ask for words that nobody wrote in one piece: every run of Chinese characters cut into twos.

    People type 食品抽检 where the text says 食品安全监督抽检. A run of an odd length keeps three characters together at its end or, second
    way, at its beginning. Empty where there is nothing to cut.
    """
    runs = re.findall(r"[\u4e00-\u9fff]+|[^\W\u4e00-\u9fff]+", words)
    ways = []
    for longer_last in (True, False):
        parts = [part for run in runs for part in _pairs(run, longer_last=longer_last)]
        if len(parts) > len(runs) and tuple(parts) not in ways:
            ways.append(tuple(parts))
    return ways


def _pairs(run: str, *, longer_last: bool) -> list[str]:
    """Cut a run of at least four Chinese characters into twos and, where it is odd, one three."""
    if len(run) < 4 or not "\u4e00" <= run[0] <= "\u9fff":
        return [run]
    first = 2 if longer_last or len(run) % 2 == 0 else 3
    cuts = list(range(first, len(run) - 1, 2))
    return [run[a:b] for a, b in zip([0, *cuts], [*cuts, len(run)], strict=True)]


def _rows(user: Any, website_id: int, scores: dict[int, float], exact: Sequence[str]) -> list[SearchRow]:
    here = Exists(Shelf.objects.filter(document=OuterRef("document"), website=website_id, column=None))
    rows = search_visible_to(user).filter(here).defer("text")
    numbers = list(scores)
    found = {row.pk: row for row in rows.filter(number_key__in=exact)} if exact else {}
    for start in range(0, len(numbers), 500):
        found |= {row.pk: row for row in rows.filter(pk__in=numbers[start : start + 500])}
    return list(found.values())


def _rank(
    row: SearchRow, scores: dict[int, float], exact: Sequence[str], *, newest: bool
) -> tuple[bool, float, float]:
    """An exact 文号 first; then by score, what is in force a little ahead of what is not; or by date where asked."""
    score = scores.get(row.pk, 0.0)
    if row.standing in {Standing.REPEALED, Standing.EXPIRED}:
        score *= 0.7
    time = row.published_at.timestamp()
    return (row.number_key in exact, 0.0 if newest else score, time)


def _columns(website_id: int, documents: Sequence[int]) -> dict[int, set[int]]:
    """Return the columns (ancestors too) in which each document stands."""
    stands: dict[int, set[int]] = {}
    for start in range(0, len(documents), 500):
        rows = Shelf.objects.filter(
            website=website_id, column__isnull=False, document__in=documents[start : start + 500]
        )
        for document, column in rows.values_list("document_id", "column_id"):
            stands.setdefault(document, set()).add(column)
    return stands


def _fits(row: SearchRow, asked: Asked, columns: dict[int, set[int]]) -> bool:
    return (
        (not asked.kind or row.kind == asked.kind)
        and (not asked.body or str(row.body_id) == asked.body)
        and (not asked.standing or row.standing == asked.standing)
        and (not asked.column or asked.column in {str(c) for c in columns.get(row.document_id, ())})
    )


def _facets(rows: Sequence[SearchRow], columns: dict[int, set[int]]) -> dict[str, list[Choice]]:
    bodies = Counter(row.body_id for row in rows)
    stands = Counter(column for row in rows for column in columns.get(row.document_id, ()))
    top = [number for number, _ in stands.most_common(12)]
    names = {str(b.pk): b.label for b in Body.objects.filter(pk__in=[n for n, _ in bodies.most_common(12)])}
    titles = {str(c.pk): c.name for c in Column.objects.filter(pk__in=top)}
    return {
        "kind": _choices(Counter(row.kind for row in rows), dict(ItemKind.choices)),
        "column": _choices(stands, titles),
        "body": _choices(bodies, names),
        "standing": _choices(Counter(row.standing for row in rows if row.standing), dict(Standing.choices)),
    }


def _choices(counter: Counter[Any], labels: dict[str, Any]) -> list[Choice]:
    return [
        Choice(str(value), str(labels[str(value)]), count)
        for value, count in counter.most_common()
        if str(value) in labels
    ]


def _hits(website_id: int, rows: Sequence[SearchRow], words: str) -> list[Hit]:
    documents = [row.document_id for row in rows]
    shelf = Shelf.objects.filter(website=website_id, column=None, document__in=documents)
    paths = dict(shelf.values_list("document_id", "path"))
    texts = dict(SearchRow.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", "text"))
    marks = terms(words)
    return [
        Hit(row, paths.get(row.document_id, ""), mark(row.title, marks), excerpt(texts[row.pk], marks))
        for row in rows
    ]


def terms(words: str) -> list[str]:
    """Return the words to mark, folded, longest first."""
    return sorted({part for part in re.split(r"[\W_]+", fold(words)) if part}, key=len, reverse=True)


def _spots(text: str, marks: Iterable[str]) -> list[tuple[int, int]]:
    """Return where the words stand in a text, in order, without overlaps."""
    folded = fold(text)
    if len(folded) != len(text):
        folded = text.lower()
    spots: list[tuple[int, int]] = []
    for word in marks:
        for found in re.finditer(re.escape(word), folded):
            if all(found.end() <= start or found.start() >= end for start, end in spots):
                spots.append(found.span())
    return sorted(spots)


def mark(text: str, marks: Sequence[str]) -> list[tuple[str, bool]]:
    """Cut a text into pieces (text, marked?), so that a template can mark without trusting any HTML."""
    pieces, at = [], 0
    for start, end in _spots(text, marks):
        if start > at:
            pieces.append((text[at:start], False))
        pieces.append((text[start:end], True))
        at = end
    return [*pieces, (text[at:], False)] if at < len(text) else pieces


def excerpt(text: str, marks: Sequence[str], size: int = 110) -> list[tuple[str, bool]]:
    """Return the part of a text around the first word found, marked; its beginning where none is found."""
    flat = " ".join(text.split())[:50_000]
    spots = _spots(flat, marks)
    first = max(0, (spots[0][0] if spots else 0) - 30)
    piece = flat[first : first + size]
    marked = mark(piece, marks)
    head = [("…", False)] if first else []
    tail = [("…", False)] if first + size < len(flat) else []
    return [*head, *marked, *tail]
