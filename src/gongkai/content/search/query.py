"""Answer a search: what is public, best first, with facets, marked excerpts and partial hits."""

from collections.abc import Callable, Collection, Container, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.utils import timezone

from gongkai.content.editions.models import Placement, Shelf
from gongkai.content.editions.models.editions import ItemKind
from gongkai.content.editions.queries.lists import shelf_visible_to
from gongkai.content.editions.queries.prepared import filter_in
from gongkai.content.search import facets, fulltext_table
from gongkai.content.search import rows as search_rows
from gongkai.content.search.facets import FacetChoice, load_hit_context
from gongkai.content.search.highlights import MarkedPiece, list_terms_to_mark, make_excerpt, mark_terms
from gongkai.content.search.keywords import list_spellings, select_needed_keywords
from gongkai.content.search.models import SearchRow
from gongkai.content.search.parser import SearchMeaning, interpret_search, list_looser_searches, replace_relative_years
from gongkai.content.search.partial_hits import (
    filter_by_counted_number,
    find_partial_hits,
    fold_hit_text,
    intersect_hits,
    is_number_search,
    list_related_words,
    names_subject,
    split_pieces,
)
from gongkai.content.search.ranking import make_day_key, make_relevance_key, sort_answers_first
from gongkai.content.search.rows import RankedRow
from gongkai.content.search.terminology import load_terminology
from gongkai.core.widgets.query_parameters import parse_whole_number
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.dictionary import load_segmenter
from gongkai.lib.matching.folding import fold

#: Ways a number may be spelled in a table → numbers of documents that it belongs to. Whether a reader may see them is asked afterwards.
NumberFinder = Callable[[Collection[str]], Collection[int]]
#: Registered functions that find documents by numbers printed next to their text.
NUMBER_FINDERS: list[NumberFinder] = []


def register_number_finder(find: NumberFinder) -> None:
    """Register a finder of documents by numbers printed next to their text."""
    NUMBER_FINDERS.append(find)


def find_numbered_documents(meaning: SearchMeaning) -> frozenset[int]:
    """Return the documents with the searched number; empty for other searches."""
    if not (meaning.exact or meaning.index_key):
        return frozenset()
    spellings = {meaning.words, meaning.words.upper(), *meaning.numbers}
    return frozenset(number for find in NUMBER_FINDERS for number in find(spellings))


def find_archived_documents(documents: Sequence[int], archived_columns: Collection[int]) -> set[int]:
    """Return the documents only in archived columns (`archived_columns`) or their descendants, in one query."""
    if not archived_columns or not documents:
        return set()
    kept: set[int] = set()
    found: set[int] = set()
    placed = filter_in(Placement.objects.order_by(), "document", documents)
    for document, column, path in placed.values_list("document", "column", "column__path"):
        line = {column, *(int(part) for part in path.split("/") if part)}
        (kept if line.isdisjoint(archived_columns) else found).add(document)
    return found - kept


__all__ = [
    "FacetChoice",
    "SearchHit",
    "SearchQuery",
    "SearchResults",
    "list_looser_searches",
    "list_terms_to_mark",
    "make_excerpt",
    "mark_terms",
    "run_search",
]

#: Share of the words' weight that is enough in a title if several words were typed and no text has enough of them.
MIN_TITLE_SHARE_APART = 0.1
#: Hits that are ranked and counted.
MAX_RANKED_HITS = 500
PER_PAGE = 15
#: Words of a search that are searched one by one.
MAX_PIECES = 6
#: Characters that the rest of words typed without blanks must have to be searched.
MIN_SPECIFIC_CHARACTERS = 3
#: 16号文 and 16号文件 are 16号.
_WORD_AFTER_NUMBER_PATTERN = re.compile(r"(?<=\d号)文件?(?=\s|$)")
#: Hits of whole words below which partial hits are shown as well.
MIN_WHOLE_WORD_HITS = 3
#: Texts that are checked if only the end of a number was typed.
MAX_NUMBERS_CHECKED = 100


@dataclass(frozen=True)
class SearchHit:
    """A result: its row, path, site, title, number, and excerpt in pieces (text, marked?)."""

    row: SearchRow
    path: str
    website_id: int
    title: list[MarkedPiece]
    excerpt: list[MarkedPiece]
    number: list[MarkedPiece] = field(default_factory=list)
    archived: bool = False  # all its columns are archived


@dataclass(frozen=True)
class SearchResults:
    """The results of a search: a page of hits, total (at most `MAX_RANKED_HITS`), and facets of all."""

    hits: list[SearchHit] = field(default_factory=list)
    total: int = 0
    capped: bool = False  # there are more hits than those ranked
    pages: int = 0
    facets: dict[str, list[FacetChoice]] = field(default_factory=dict)
    parts: tuple[str, ...] = ()  # the keywords typed, where little held them whole: 食品、抽检 for 食品抽检
    whole: int = 0  # number of hits that contain the words whole
    variants: tuple[str, ...] = ()  # official terms that were looked up as well
    partial: bool = False  # the hits have only a part of the words
    missing: tuple[str, ...] = ()  # words typed apart that no text has
    searched: str = ""  # the words that were searched for instead
    related: tuple[str, ...] = ()  # words of a near meaning, where no text has the only word typed


@dataclass(frozen=True)
class SearchQuery:
    """The parameters of a search: words, facets (kind, body, column, year, standing), page from 1, order.

    `everywhere` searches all sites (一网通查); `site` then filters one of them.
    """

    words: str
    everywhere: bool = False
    site: str = ""
    kind: str = ""
    body: str = ""
    column: str = ""
    year: str = ""
    standing: str = ""
    newest: bool = False  # sort by day instead of relevance
    page: int = 1

    @property
    def facets(self) -> dict[str, str]:
        """Return the chosen facets by name, including empty ones."""
        return {
            **({"site": self.site} if self.everywhere else {}),
            "kind": self.kind,
            "standing": self.standing,
            "year": self.year,
            "body": self.body,
            "column": self.column,
        }


def run_search(user: object, website_id: int, query: SearchQuery) -> SearchResults:
    """Return the results visible to the user on a site, or on all sites (preferring this site's URLs).

    Words are searched for one by one if no text has all of them: those that no text has are named.
    """
    query = replace(query, words=_WORD_AFTER_NUMBER_PATTERN.sub("", query.words))
    results = _search_words(user, website_id, query)
    pieces = split_pieces(query.words)
    is_whole = results.total and not results.partial
    if is_whole and all(filter_by_counted_number(piece, results).total for piece in pieces):
        return results
    if len(pieces) == 1 and not results.total:
        return _run_without_missing(user, website_id, query) or results
    return (1 < len(pieces) <= MAX_PIECES and _run_by_pieces(user, website_id, query, pieces)) or results


def _run_without_missing(user: object, website_id: int, query: SearchQuery) -> SearchResults | None:
    """Return the results of words typed without blanks but for those that no text has; None if too little is left.

    公积金贷款 is enough of 公积金贷款买房; 票价 is not of 地铁票价.
    """
    terminology = load_terminology()
    keywords = select_needed_keywords(interpret_search(query.words, terminology.synonyms, terminology.places).keywords)
    if not 1 < len(keywords) <= MAX_PIECES:
        return None
    results = _run_by_pieces(user, website_id, query, [word.text for word in keywords])
    if results is None or not results.missing or len(results.searched) < MIN_SPECIFIC_CHARACTERS:
        return None
    left = " ".join(re.split("|".join(map(re.escape, results.missing)), query.words)).strip()
    whole = _search_words(user, website_id, replace(query, words=left))
    partial_results = replace(whole, partial=True, missing=results.missing, searched=left, whole=0)
    return partial_results if whole.total and not whole.partial else results


def _run_by_pieces(user: object, website_id: int, query: SearchQuery, pieces: list[str]) -> SearchResults | None:
    """Return the results common to all pieces, else of those that the site has; None if no found title names a piece."""
    terminology = load_terminology()
    meanings = {piece: interpret_search(piece, terminology.synonyms, terminology.places) for piece in pieces}
    alone = {
        piece: filter_by_counted_number(
            piece, _search_words(user, website_id, SearchQuery(piece, everywhere=query.everywhere, site=query.site))
        )
        for piece in pieces
        if names_subject(meanings[piece])
    }
    chosen = set(facets.list_chosen_tokens(query.facets) or ())
    if common := [hit for hit in intersect_hits(list(alone.values())) if chosen <= set(hit.row.facets.split())]:
        return SearchResults(hits=common, total=len(common), pages=1, whole=len(common))
    missing = tuple(piece for piece, found in alone.items() if not found.total)
    numbers = [piece for piece, found in alone.items() if found.total and is_number_search(meanings[piece])]
    if not missing and not numbers:
        return None
    remaining = [piece for piece in pieces if piece not in missing and piece not in numbers]
    remaining = remaining if any(piece in alone for piece in remaining) else numbers
    results = _search_words(user, website_id, replace(query, words=" ".join(remaining)))
    required = [word for piece in remaining for word in select_needed_keywords(meanings[piece].keywords)]
    named = any(word.is_in(fold(hit.row.title)) for hit in results.hits for word in required)
    if not remaining or not (named or remaining == numbers):
        return None
    return replace(results, partial=True, missing=missing, searched=" ".join(remaining), whole=0)


def _search_words(user: object, website_id: int, query: SearchQuery) -> SearchResults:
    """Return the results for typed words: exact numbers first, then whole matches, parts, and partial matches."""
    words = load_terminology()
    meaning = interpret_search(replace_relative_years(query.words, timezone.localdate()), words.synonyms, words.places)
    chosen_tokens = facets.list_chosen_tokens(query.facets)
    if not meaning.words or chosen_tokens is None:
        return SearchResults()
    narrowed = chosen_tokens if query.everywhere else [facets.make_facet_token("site", website_id), *chosen_tokens]
    found = fulltext_table.find_hits(meaning.ways, MAX_RANKED_HITS, narrowed)
    exact_rows = _find_exact_number(user, meaning, narrowed) or _find_part_of_number(user, meaning, narrowed)
    exact = {row.pk: row for row in exact_rows}
    rows = [*exact.values(), *_list_visible_rows(user, found, exact)]
    whole = {row.pk for row in rows}
    parts: tuple[str, ...] = ()
    partial = False
    if len(rows) < MIN_WHOLE_WORD_HITS and not exact and not meaning.index_key:
        parts, piece_rows, piece_hits = _search_pieces(user, meaning, narrowed, whole)
        rows, found = [*rows, *piece_rows], [*found, *piece_hits]
        if _are_gazette_issues(rows):
            partials = _find_partial_rows(user, meaning, narrowed, {row.pk for row in rows})
            rows, found = [*rows, *partials[0]], [*found, *partials[1]]
            partial = bool(partials[0])
    one_site, capped = _find_only_site(website_id, query), len(found) >= MAX_RANKED_HITS
    tally = facets.count_facets(rows)
    context = load_hit_context(
        bodies=facets.find_most_frequent_bodies(rows),
        columns=tally["column"] if one_site else (),
        sites=tally["site"] if query.everywhere else (),
        website=one_site,
        older=capped,
    )
    archived = find_archived_documents([row.document_id for row in rows], context.archived)
    scores = {hit.edition: hit.score for hit in reversed(found)}
    relevance_key = make_relevance_key(meaning, scores, timezone.now(), exact=exact, archived=archived, whole=whole)
    ranked = sorted(rows, key=make_day_key(exact) if query.newest else relevance_key, reverse=True)
    start = (max(query.page, 1) - 1) * PER_PAGE
    page = ranked[start : start + PER_PAGE]
    paths = search_rows.load_paths([row.pk for row in page], website_id, one_site) if page else {}
    hits = _make_hits(paths, page, meaning, parts, archived, asked_by_day=query.newest) if page else []
    return SearchResults(
        hits=hits,
        total=len(ranked),
        capped=capped,
        pages=-(-len(ranked) // PER_PAGE),
        facets=facets.list_facets(ranked, tally, context, query.facets, capped=capped),
        parts=_list_displayed_words(meaning, parts),
        whole=len(whole),
        variants=meaning.terms,
        partial=partial,
        related=list_related_words(meaning, map(fold_hit_text, hits)) if partial else (),
    )


def _are_gazette_issues(rows: Sequence[RankedRow]) -> bool:
    """Return true if there are no rows but gazette issues, which have words of many texts; also without rows."""
    return all(row.kind == ItemKind.GAZETTE for row in rows)


def _find_partial_rows(
    user: object, meaning: SearchMeaning, narrowed: Sequence[str], known_editions: set[int]
) -> tuple[list[RankedRow], list[fulltext_table.FulltextHit]]:
    """Return (rows beyond `known_editions` with enough of the keywords, scores); titles must name another if no text has one."""
    partials, missing = find_partial_hits(meaning.keywords, MAX_RANKED_HITS, narrowed)
    rows = _list_visible_rows(user, partials, known_editions)
    if missing:
        required = select_needed_keywords(meaning.keywords)
        return [row for row in rows if any(word.is_in(fold(row.title)) for word in required)], partials
    pieces = [[word for word in meaning.keywords if word.text in piece] for piece in fold(meaning.words).split()]
    if (
        _are_gazette_issues(rows) and len(pieces) > 1
    ):  # words typed apart are subjects of their own: one of them as the title is enough
        more_hits, _ = find_partial_hits(meaning.keywords, MAX_RANKED_HITS, narrowed, enough=MIN_TITLE_SHARE_APART)
        known_editions = known_editions | {row.pk for row in rows}
        titled_rows = [
            row
            for row in _list_visible_rows(user, more_hits, known_editions)
            if any(piece and all(word.is_in(fold(row.title)) for word in piece) for piece in pieces)
        ]
        rows, partials = [*rows, *titled_rows], [*partials, *more_hits]
    return rows, partials


def _search_pieces(
    user: object, meaning: SearchMeaning, narrowed: Sequence[str], known_editions: set[int]
) -> tuple[tuple[str, ...], list[RankedRow], list[fulltext_table.FulltextHit]]:
    """Return (pieces, rows, scores) of the first search for words or official terms in pieces that finds new texts."""
    typed_texts = (meaning.core or meaning.words, *meaning.variants)
    required = select_needed_keywords(meaning.keywords)
    several = len(required) > 1 or bool(meaning.core and len(meaning.keywords) > 1)
    by_words = [(tuple(word.text for word in required), list_spellings(required))] if several else []
    looser = [(some, [" ".join(some)]) for text in typed_texts for some in list_looser_searches(text)]
    for parts, ways in [*by_words, *looser]:
        hits = fulltext_table.find_hits(ways, MAX_RANKED_HITS, narrowed)
        if rows := _list_visible_rows(user, hits, known_editions):
            return parts, rows, hits
    return (), [], []


def _list_displayed_words(meaning: SearchMeaning, parts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words to display when few results match the whole: as typed, or their pieces if all are words."""
    typed = tuple(word.text for word in select_needed_keywords(meaning.keywords))
    readable = all(part in meaning.words and load_segmenter().has_word(part) for part in parts)
    return parts if not parts or (readable and len(typed) < 2) else typed


def find_newest_hits(
    user: object, website_id: int, text: str, size: int = 20, *, since: datetime | None = None
) -> list[Shelf]:
    """Return the newest publications that match `text`, as rows of `Shelf`; `since` excludes those visible earlier."""
    meaning = interpret_search(text)
    site = facets.make_facet_token("site", website_id)
    hits = fulltext_table.find_hits([meaning.words, *meaning.variants], MAX_RANKED_HITS, [site])
    numbers = sorted((hit.edition for hit in hits), reverse=True)
    shelf = shelf_visible_to(user).filter(website=website_id, column=None, edition__in=numbers[:MAX_RANKED_HITS])
    shelf = shelf.filter(from_at__gt=since) if since else shelf
    return list(shelf.order_by("-published_at", "-document")[:size])


def _list_visible_rows(
    user: object, hits: Sequence[fulltext_table.FulltextHit], known_editions: Container[int]
) -> list[RankedRow]:
    """Return the full-text hits visible to the user and not known yet."""
    return search_rows.list_visible_rows(user, [hit.edition for hit in hits if hit.edition not in known_editions])


def _find_exact_number(user: object, meaning: SearchMeaning, narrowed: Sequence[str]) -> list[RankedRow]:
    """Return the rows with exactly the searched number and the chosen facets (`narrowed`)."""
    wanted = set(narrowed)
    return [
        row
        for row in search_rows.list_rows_with_number(user, meaning, find_numbered_documents(meaning), MAX_RANKED_HITS)
        if wanted <= set(row.facets.split())
    ]


def _find_part_of_number(user: object, meaning: SearchMeaning, narrowed: Sequence[str]) -> list[RankedRow]:
    """Return the rows with the chosen facets (`narrowed`) whose number ends with the typed part: 住建规88号 of 云岭住建规〔2026〕88号."""
    if meaning.number_part is None:
        return []
    code, year, sequence = meaning.number_part
    hits = fulltext_table.find_hits(f"{code} {year} {sequence}号", MAX_NUMBERS_CHECKED, narrowed)
    editions = [hit.edition for hit in hits]
    rows = search_rows.list_rows_with_number_ending(user, meaning.number_part, editions)
    return rows or search_rows.list_rows_naming_number(user, meaning.number_part, editions)


def _find_only_site(website_id: int, query: SearchQuery) -> int | None:
    """Return the only searched site, or None for all."""
    return parse_whole_number(query.site) if query.everywhere else website_id


def _make_hits(
    paths: dict[int, tuple[int, str]],
    rows: Sequence[RankedRow],
    meaning: SearchMeaning,
    parts: Sequence[str],
    archived: set[int],  # documents
    *,
    asked_by_day: bool,
) -> list[SearchHit]:
    """Return a page's hits, answers first unless by day; `paths`: document → (site, path)."""
    stored = search_rows.load_rows([row.pk for row in rows])
    spelled = [spelling for word in meaning.keywords for spelling in word.spellings]
    typed_words = [meaning.core or meaning.words, *meaning.variants, *meaning.numbers, *spelled]
    marks = list_terms_to_mark(" ".join([*typed_words, *parts]))
    shown = [row for row in rows if row.pk in stored and row.document_id in paths]
    if not asked_by_day:
        shown = sort_answers_first(shown, {pk: row.text for pk, row in stored.items()}, meaning)
    return [
        _make_hit(stored[row.pk], paths[row.document_id], marks, archived=row.document_id in archived) for row in shown
    ]


def _make_hit(row: SearchRow, place: tuple[int, str], marks: Sequence[str], *, archived: bool) -> SearchHit:
    """Return the result with `marks` highlighted; `place` is (website, path)."""
    site, path = place
    title, text, number = mark_terms(row.title, marks), make_excerpt(row.text, marks), mark_terms(row.number, marks)
    return SearchHit(row, path, site, title, text, number, archived)
