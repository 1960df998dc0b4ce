"""Asking the search: what is public, best first, with facets and marked excerpts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.utils import timezone

from gongkai.editions.models import Shelf, Standing
from gongkai.editions.queries.audience import audience_q
from gongkai.editions.queries.lists import shelf_visible_to
from gongkai.editions.queries.plain import among
from gongkai.editions.vocabulary import POLICY_KINDS, ItemKind
from gongkai.matching.folding import fold
from gongkai.search import facets as by
from gongkai.search import table
from gongkai.search.archived import archived_among
from gongkai.search.asking import Meaning, loosened, understand
from gongkai.search.facets import Choice
from gongkai.search.marking import Piece, excerpt, mark, terms
from gongkai.search.models import SearchRow
from gongkai.search.numbered import numbered
from gongkai.ui.asked import whole

__all__ = ["Asked", "Choice", "Hit", "Results", "excerpt", "loosened", "mark", "search", "terms"]

#: Hits that are ranked and counted; more than anybody pages through, few enough to stay quick.
MOST = 500
PER_PAGE = 15
#: Where fewer hold the words whole, what holds them in pieces is shown as well.
FEW = 3
#: Characters by which folding (blanks, widths, ligatures) may change the length of a title.
MOST_FOLDED = 12
NOT_IN_FORCE = {Standing.REPEALED.value, Standing.EXPIRED.value}


def search_visible_to(user: object, now: datetime | None = None) -> QuerySet[SearchRow]:
    """Return the search rows that somebody may find now."""
    moment = now or timezone.now()
    return SearchRow.objects.filter(
        Q(until_at=None) | Q(until_at__gt=moment), audience_q(user), from_at__lte=moment
    )


@dataclass(frozen=True)
class Hit:
    """One result: its row, its address on a site, title, number and an excerpt in pieces (text, marked?)."""

    row: SearchRow
    path: str
    website_id: int
    title: list[Piece]
    excerpt: list[Piece]
    number: list[Piece] = field(default_factory=list)
    archived: bool = False


@dataclass(frozen=True)
class Results:
    """What was found: the page's hits, how many in all (at most `MOST`), and the facets over all of them."""

    hits: list[Hit] = field(default_factory=list)
    total: int = 0
    capped: bool = False
    pages: int = 0
    facets: dict[str, list[Choice]] = field(default_factory=dict)
    parts: tuple[str, ...] = ()  # the words in pieces, where little held them whole: 食品、抽检 for 食品抽检
    whole: int = 0  # how many hits hold the words whole
    variants: tuple[str, ...] = ()  # official terms that were looked up as well


@dataclass(frozen=True)
class Asked:
    """A search as it was asked: words, facets (kind, body, column, year, standing), page from 1, order.

    `everywhere` asks all sites of the platform (一网通查), then `site` may narrow to one of them.
    """

    words: str
    everywhere: bool = False
    site: str = ""
    kind: str = ""
    body: str = ""
    column: str = ""
    year: str = ""
    standing: str = ""
    newest: bool = False
    page: int = 1

    @property
    def facets(self) -> dict[str, str]:
        """The facets chosen, by name; empty ones too."""
        return {
            **({"site": self.site} if self.everywhere else {}),
            "kind": self.kind,
            "standing": self.standing,
            "year": self.year,
            "body": self.body,
            "column": self.column,
        }


class _Row(NamedTuple):
    """What ranking and counting need of a hit."""

    pk: int
    document_id: int
    body_id: int
    kind: str
    standing: str
    title: str
    published_at: datetime


def search(user: object, website_id: int, asked: Asked) -> Results:
    """Return what somebody may find on a site, or on all sites (then addresses on this one are preferred)."""
    meaning = understand(asked.words)
    wanted = by.chosen(asked.facets)
    if not meaning.words or wanted is None:
        return Results()
    narrowed = wanted if asked.everywhere else [by.token("site", website_id), *wanted]
    asked_for = [text for text in (meaning.words, meaning.core, *meaning.variants) if text]
    found = table.find(asked_for, MOST, narrowed)
    very = {row.pk: row for row in _light(search_visible_to(user), _exactly(meaning), narrowed)}
    rows = list({**very, **{row.pk: row for row in _rows(user, found)}}.values())
    whole_ones = {row.pk for row in rows}
    parts: tuple[str, ...] = ()
    if len(rows) < FEW and not meaning.exact and not meaning.index_key:
        parts, more, apart = _apart(user, meaning, narrowed, whole_ones)
        rows, found = [*rows, *more], [*found, *apart]
    scores = {hit.edition: hit for hit in reversed(found)}
    shut = archived_among([row.document_id for row in rows])
    ranked = sorted(
        rows,
        key=lambda row: _rank(
            row,
            scores,
            meaning,
            exact=row.pk in very,
            newest=asked.newest,
            kept=row.document_id not in shut,
            whole=row.pk in whole_ones,
        ),
        reverse=True,
    )
    start = (max(asked.page, 1) - 1) * PER_PAGE
    page = ranked[start : start + PER_PAGE]
    capped = len(found) >= MOST
    return Results(
        hits=_hits(_paths(user, website_id, asked, page), page, meaning, parts, shut),
        total=len(ranked),
        capped=capped,
        pages=-(-len(ranked) // PER_PAGE),
        facets=by.counted(ranked, _one_site(website_id, asked), asked.facets, user, capped=capped),
        parts=parts,
        whole=len(whole_ones),
        variants=meaning.variants,
    )


def _apart(
    user: object, meaning: Meaning, narrowed: Sequence[str], known: set[int]
) -> tuple[tuple[str, ...], list[_Row], list[table.Found]]:
    """Return what holds the words, or official terms for them, in pieces and is not known yet: the pieces, rows, scores; the first that finds any."""
    asked = (meaning.core or meaning.words, *meaning.variants)
    for parts in (some for words in asked for some in loosened(words)):
        found = table.find(" ".join(parts), MOST, narrowed)
        if rows := [row for row in _rows(user, found) if row.pk not in known]:
            return parts, rows, found
    return (), [], []


def newest_found(
    user: object, website_id: int, words: str, size: int = 20, *, since: datetime | None = None
) -> list[Shelf]:
    """Return the newest publications that hold words, as a list shows them; `since` leaves out what became visible earlier."""
    meaning = understand(words)
    found = table.find([meaning.words, *meaning.variants], MOST, [by.token("site", website_id)])
    numbers = sorted((hit.edition for hit in found), reverse=True)
    shelf = shelf_visible_to(user).filter(website=website_id, column=None, edition__in=numbers[:MOST])
    shelf = shelf.filter(from_at__gt=since) if since else shelf
    return list(shelf.order_by("-published_at", "-document")[:size])


def _rows(user: object, found: Sequence[table.Found]) -> list[_Row]:
    """Return the hits of the full-text table that somebody may see."""
    numbers = [hit.edition for hit in found]
    rows = among(search_visible_to(user), "edition", numbers) if numbers else SearchRow.objects.none()
    return [_Row(*values) for values in rows.values_list(*_Row._fields)]


def _exactly(meaning: Meaning) -> Q:
    exact = Q()
    if meaning.numbers:
        exact |= Q(number_key__in=meaning.numbers)
    if meaning.short_numbers:
        exact |= Q(number_short__in=meaning.short_numbers)
    if meaning.index_key:
        exact |= Q(index_key=meaning.index_key)
    if documents := numbered(meaning):
        exact |= Q(document__in=documents)
    return exact


def _light(visible: QuerySet[SearchRow], exact: Q, narrowed: Sequence[str]) -> list[_Row]:
    """Return the rows with the very number asked for, as far as they have the facets chosen."""
    if not exact:
        return []
    rows = [_Row(*values) for values in visible.filter(exact).values_list(*_Row._fields)[:MOST]]
    tagged = table.tagged([row.pk for row in rows], narrowed)
    return [row for row in rows if row.pk in tagged]


def _rank(
    row: _Row,
    scores: dict[int, table.Found],
    meaning: Meaning,
    *,
    exact: bool,
    newest: bool,
    kept: bool,
    whole: bool,
) -> tuple[bool, bool, int, bool, bool, float, float]:
    """An exact number first, then the very title, then what is in force and kept up to date before what is not, compilations last; then the
    service guide whose title names what was asked about; then what holds the words whole; then by score or date.
    """
    hit = scores.get(row.pk)
    time = row.published_at.timestamp()
    if newest:
        return exact, False, 0, False, False, 0.0, time
    # Folding 500 titles costs more than finding them; one that is much longer than the words is not the same.
    same = abs(len(row.title) - len(meaning.words)) < MOST_FOLDED and fold(row.title) == fold(meaning.words)
    score = (hit.score if hit else 0.0) * weight(row.kind, (timezone.now() - row.published_at).days)
    leads = row.kind == ItemKind.GUIDE and guides_to(row.title, meaning)
    return exact, same, tier(row.kind, row.standing, meaning.words, kept=kept), leads, whole, score, time


def guides_to(title: str, meaning: Meaning) -> bool:
    """Return whether a guide of this title tells how what was asked about is done: it leads where somebody asked that.

    >>> guides_to("居民身份证办理", understand("身份证怎么办")), guides_to("居民身份证办理", understand("身份证"))
    (True, False)
    """
    named = fold(title)
    return bool(meaning.core) and any(
        all(word in named for word in words.split()) for words in (meaning.core, *meaning.variants)
    )


def tier(kind: str, standing: str, words: str, *, kept: bool = True) -> int:
    """Return what stands before what: what is in force, what is not any more or stands in archived columns alone, then compilations.

    An issue of the gazette prints texts that may have been repealed since and knows nothing of it: the document itself comes first, whatever
    became of it. Whoever asks for the gazette by its name finds it among the rest.

    >>> tier("policy", "in_force", "养犬") > tier("policy", "repealed", "养犬") > tier("gazette", "", "养犬")
    True
    >>> tier("gazette", "", "2026年第3期公报") == tier("notice", "", "2026年第3期公报")
    True
    """
    if kind == ItemKind.GAZETTE and "公报" not in words:
        return 0
    return 2 if kept and standing not in NOT_IN_FORCE else 1


#: How much more a document counts that says what holds than one that tells of it; what explains stands between.
AUTHORITY: dict[str, float] = {
    **dict.fromkeys(POLICY_KINDS, 1.3),
    ItemKind.GUIDE: 1.2,
    ItemKind.INTERPRETATION: 1.15,
}
#: What a document loses in a year, and the least that is left of it: words decide, the day among equals.
A_YEAR, LEAST = 0.05, 0.8


def weight(kind: str, days: int) -> float:
    """Return what authority and age make of a score.

    >>> weight("normative", 0) > weight("interpretation", 0) > weight("notice", 0) > weight("notice", 900)
    True
    """
    return AUTHORITY.get(kind, 1.0) * max(LEAST, 1 - A_YEAR * max(days, 0) / 365)


def _one_site(website_id: int, asked: Asked) -> int | None:
    """Return the one site that is asked; None for all of them."""
    if not asked.everywhere:
        return website_id
    return whole(asked.site)


def _paths(user: object, website_id: int, asked: Asked, rows: Sequence[_Row]) -> dict[int, tuple[int, str]]:
    """Return document → (site, path): on the site asked, or wherever it stands, on the reader's own site first."""
    shelf = shelf_visible_to(user).filter(column=None, document__in=[row.document_id for row in rows])
    if (site := _one_site(website_id, asked)) is not None:
        shelf = shelf.filter(website=site)
    found: dict[int, tuple[int, str]] = {}
    for document, place, path in shelf.values_list("document_id", "website_id", "path").order_by("website"):
        if document not in found or place == website_id:
            found[document] = place, path
    return found


def _hits(
    paths: dict[int, tuple[int, str]],
    rows: Sequence[_Row],
    meaning: Meaning,
    parts: Sequence[str],
    shut: set[int],
) -> list[Hit]:
    if not rows:
        return []
    whole = {row.pk: row for row in SearchRow.objects.filter(pk__in=[row.pk for row in rows])}
    asked = [meaning.core or meaning.words, *meaning.variants, *meaning.numbers]
    marks = terms(" ".join([*asked, *parts]))
    shown = [row for row in rows if row.pk in whole and row.document_id in paths]
    return [
        _hit(whole[row.pk], paths[row.document_id], marks, archived=row.document_id in shut) for row in shown
    ]


def _hit(row: SearchRow, place: tuple[int, str], marks: Sequence[str], *, archived: bool) -> Hit:
    site, path = place
    title, text, number = mark(row.title, marks), excerpt(row.text, marks), mark(row.number, marks)
    return Hit(row, path, site, title, text, number, archived)
