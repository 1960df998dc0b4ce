"""The full-text table: SQLite FTS5 or a PostgreSQL tsvector; its row numbers are those of editions.

A row has the title, the text and the facets (`facets.make_document_tokens`: site, columns, kind, body, year,
validity), so that a facet is one more word of the query instead of a filter on a limited result. On
PostgreSQL title and facets also have vectors of their own, because the planner knows the frequency
of a word in a column only.
"""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.introspection import FieldInfo
from django.db.models import Max, Min
from django.utils import timezone

from gongkai.content.editions.models import Document, Edition
from gongkai.content.editions.shelves import EditionSpan, Listings, make_shelf_fields, rebuild_shelves
from gongkai.content.search import facets as facet_tokens
from gongkai.content.search import newest_hits
from gongkai.content.search.facets import FACET_TOKEN_LETTERS
from gongkai.content.search.models import SearchRow, read_sql, reading_alias
from gongkai.lib.matching.folding import (
    find_document_numbers,
    make_fts5_query,
    make_index_number_key,
    make_number_without_year,
    make_search_tokens,
    make_ts_query,
)
from gongkai.lib.richtext import to_plain_text

#: First letters of facet tokens.
_FACET_FIRST_LETTERS = frozenset(FACET_TOKEN_LETTERS.values())
#: Characters of a text that are indexed; PostgreSQL allows 1 MB of lexemes in a row.
MAX_INDEXED_CHARACTERS = 300_000


class FulltextHit(NamedTuple):
    """A row of the full-text index that matches: edition and score."""

    edition: int
    score: float


def install_table(using: str = "default", **_: object) -> None:
    """Create the table if it is missing (after each migration), and index existing texts."""
    database = connections[using]
    there = "search_fulltext" in database.introspection.table_names()
    sqlite = database.vendor == "sqlite"
    with database.cursor() as cursor:
        for statement in (
            read_sql("search", "sqlite").split("--;;") if sqlite else newest_hits.iterate_table_statements()
        ):
            cursor.execute(statement)
    if not there:
        _fill_table(using)
    elif "facets" in {column.name for column in _list_columns(database)}:
        _fill_facets(database)


def drop_word_indexes() -> None:
    """Drop the word indexes before a bulk insert; `install_table` recreates them faster than row by row."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("DROP INDEX IF EXISTS search_heads_parts, search_tokens_parts")


def _fill_table(using: str) -> None:
    """Index existing search rows again in a new full-text table; do nothing on other databases than the default."""
    if using == "default" and SearchRow.objects.exists():
        rebuild_shelves()


def _list_columns(database: BaseDatabaseWrapper) -> list[FieldInfo]:
    """Return the columns of the search table as the database describes them."""
    with database.cursor() as cursor:
        return database.introspection.get_table_description(cursor, SearchRow._meta.db_table)


#: Rows whose facets are written in one statement.
ROWS_PER_STATEMENT = 10_000


def _fill_facets(database: BaseDatabaseWrapper) -> None:
    """Set the facets of rows from older versions, as in the index."""
    without = SearchRow.objects.using(database.alias).filter(facets="")
    ends = without.aggregate(first=Min("pk"), last=Max("pk"))
    with database.cursor() as cursor:
        for start in range(ends["first"] or 0, (ends["last"] or -1) + 1, ROWS_PER_STATEMENT):
            cursor.execute(read_sql("facets", database.vendor), [start, start + ROWS_PER_STATEMENT - 1])


#: An edition that is not in the index yet: its number, title, text and facets.
NewEdition = tuple[int, str, str, Sequence[str]]


def index_new_editions(rows: Iterable[NewEdition]) -> None:
    """Index new editions in one statement."""
    values: list[list[int | str]] = [
        [
            number,
            " ".join(make_search_tokens(title)),
            " ".join(make_search_tokens(text[:MAX_INDEXED_CHARACTERS])),
            " ".join(facets),
        ]
        for number, title, text, facets in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(read_sql("put", connection.vendor), values)


def replace_facets(number: int, facets: Sequence[str]) -> None:
    """Replace the facets of an edition without its tokens (after a move or merger)."""
    with connection.cursor() as cursor:
        cursor.execute(read_sql("tag", connection.vendor), [" ".join(facets), number])


def delete_indexed_editions(numbers: Iterable[int]) -> None:
    """Delete editions from the index."""
    with connection.cursor() as cursor:
        for number in numbers:
            cursor.execute("DELETE FROM search_fulltext WHERE rowid = %s", [number])


def clear_table() -> None:
    """Delete all rows before a rebuild."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM search_fulltext")


def find_hits(words: str | Sequence[str], limit: int, facets: Sequence[str] = ()) -> list[FulltextHit]:
    """Return at most `limit` hits for any of these spellings; empty without words.

    If there are `limit` or more, the newest with the words in the title come first, then the newest
    with them anywhere; they are not scored, which would read all postings. Fewer hits are scored by
    the database.
    """
    ways = _make_queries([words] if isinstance(words, str) else words)
    if not ways:
        return []
    if connection.vendor != "sqlite":
        return _find_on_postgresql(ways, limit, facets)
    # FTS5 reads the postings of title and text together, so whether there are enough is asked once; but to find all words that begin
    # with one character is worth its while in titles only.
    whole = not any(way.endswith("*") for way in ways)
    anywhere = _query_numbers("newest", _make_anywhere_query(ways, facets), limit) if whole else None
    if anywhere is not None and len(anywhere) < limit:
        return _query_scored(ways, facets, limit)
    titled = _query_numbers("titled", _make_title_query(ways, facets), limit)
    if len(titled) >= limit:
        return [FulltextHit(number, 1.0) for number in titled]
    anywhere = anywhere or _query_numbers("newest", _make_anywhere_query(ways, facets), limit)
    if len(anywhere) < limit:
        return _query_scored(ways, facets, limit)
    return _merge_titles_first(titled, anywhere, limit)


def _merge_titles_first(titled: Sequence[int], anywhere: Sequence[int], limit: int) -> list[FulltextHit]:
    """Return the hits, those in titles first with the score 1."""
    heads = set(titled)
    hits = [FulltextHit(n, 1.0) for n in titled] + [FulltextHit(n, 0.0) for n in anywhere if n not in heads]
    return hits[:limit]


def _find_on_postgresql(spellings: Sequence[str], limit: int, facets: Sequence[str]) -> list[FulltextHit]:
    """Return hits on PostgreSQL, which has titles in a separate column."""
    titled, anywhere = newest_hits.find_newest(
        _limit_to_parts(spellings, "A"), _limit_to_parts(spellings, "AD"), facets, limit
    )
    if len(titled) >= limit:
        return [FulltextHit(number, 1.0) for number in titled]
    if len(anywhere) >= limit:
        return _merge_titles_first(titled, [number for number, _ in anywhere], limit)
    return sorted((FulltextHit(*one) for one in anywhere), key=lambda hit: (-hit.score, -hit.edition))


def find_newest_by_title(text: str, limit: int, facets: Sequence[str] = ()) -> list[int]:
    """Return the newest editions with the words in their title."""
    ways = _make_queries([text])
    if connection.vendor != "sqlite":
        return newest_hits.find_newest_in_column("heads", _limit_to_parts(ways, "A"), facets, limit) if ways else []
    return _query_numbers("titled", _make_title_query(ways, facets), limit) if ways else []


def _make_queries(words: Sequence[str]) -> list[str]:
    """Return the query expressions of several searches in the database's syntax, without repetitions."""
    write = make_fts5_query if connection.vendor == "sqlite" else make_ts_query
    return list(dict.fromkeys(filter(None, map(write, words))))


def _query_numbers(statement: str, query: str, limit: int) -> list[int]:
    """Run a named statement on the reading database and return the editions' primary keys."""
    with connections[reading_alias()].cursor() as cursor:
        cursor.execute(read_sql(statement, connection.vendor), [query, limit])
        return [int(number) for (number,) in cursor.fetchall()]


def _query_scored(spellings: Sequence[str], facets: Sequence[str], limit: int) -> list[FulltextHit]:
    """Return the hits of any of the query expressions, best and newest first."""
    with connections[reading_alias()].cursor() as cursor:
        cursor.execute(read_sql("find", connection.vendor), [_make_anywhere_query(spellings, facets), limit])
        found = [FulltextHit(int(number), float(score)) for number, score in cursor.fetchall()]
    return sorted(found, key=lambda hit: (-hit.score, -hit.edition))


def _make_anywhere_query(spellings: Sequence[str], facets: Sequence[str]) -> str:
    """Return the FTS5 query for any of the spellings in title or body, narrowed by facets."""
    return _narrow_by_facets(f"{{title body}} : ({_join_by_or(spellings)})", facets)


def _make_title_query(spellings: Sequence[str], facets: Sequence[str]) -> str:
    """Return the FTS5 query for any of the spellings in titles, narrowed by facets."""
    return _narrow_by_facets(f"title : ({_join_by_or(spellings)})", facets)


def _limit_to_parts(queries: Sequence[str], weights: str) -> list[str]:
    """Return tsqueries limited to parts by weight: A the title, D the text, C the facets.

    Chinese words and numbers, which cannot be facets, need no weight: the index has none, so each row would be fetched.
    """

    def weigh(part: re.Match[str]) -> str:
        """Return a term with weights added if it may be a facet."""
        return f"{part[1]}:{part[2] or ''}{weights}" if part[1][1] in _FACET_FIRST_LETTERS else part[0]

    return [re.sub(r"('[^']*')(?::(\*))?", weigh, way) for way in queries]


def _join_by_or(spellings: Sequence[str]) -> str:
    return " OR ".join(f"({way})" for way in spellings)


def _narrow_by_facets(expression: str, facets: Sequence[str]) -> str:
    """Return the query expression that also requires all facets."""
    if not facets:
        return expression
    return f"({expression}) AND facets : ({' AND '.join(facets)})"


class SearchIndex:
    """The search index, which `editions.shelves` updates together with the lists."""

    def derive(
        self, document: Document, spans: Sequence[EditionSpan], listings: Listings, *, words: bool, is_new: bool
    ) -> None:
        """Rebuild a document's rows (`is_new`: there are none); without `words` only its facets."""
        facets = make_facet_tokens(document, listings)
        if words:
            if not is_new:
                _delete_rows(document)
            _index_spans(document, spans, facets)
        else:
            numbers = [span.edition.pk for span in spans]  # type: ignore[attr-defined]
            SearchRow.objects.filter(pk__in=numbers).update(facets=" ".join(facets))
            for number in numbers:
                replace_facets(number, facets)

    def clear(self) -> None:
        """Delete all search rows before a rebuild."""
        SearchRow.objects.all().delete()
        clear_table()


def make_facet_tokens(document: Document, listings: Listings) -> list[str]:
    """Return the facet tokens of a document."""
    return facet_tokens.make_document_tokens(
        sites=sorted({site for site, _ in listings}),
        columns=sorted({column for _, column in listings if column}),
        kind=document.kind,
        body=document.body_id,
        published=document.published_at or timezone.now(),
        standing=document.standing,
    )


def _delete_rows(document: Document) -> None:
    """Delete the document's rows from the table and the full-text index."""
    old = list(SearchRow.objects.filter(document=document).values_list("pk", flat=True))
    delete_indexed_editions(old)
    SearchRow.objects.filter(pk__in=old).delete()


def _index_spans(document: Document, open_spans: Sequence[EditionSpan], facets: list[str]) -> None:
    """Index the editions that have their content."""
    for span in open_spans:
        edition = span.edition
        content = getattr(edition, "content", None)
        if content is None:
            continue
        row, words = make_search_rows(document, span, facets)
        row.save(force_insert=True)
        index_new_editions([words])


def make_search_rows(document: Document, span: EditionSpan, facets: list[str]) -> tuple[SearchRow, NewEdition]:
    """Return (unsaved search row, full-text row) of an edition with text."""
    edition = span.edition
    assert isinstance(edition, Edition)
    content = edition.content
    text = to_plain_text(content.html)
    key = make_number_key(content.facts.get("document_number", ""))
    row = SearchRow(
        text=text,
        facets=" ".join(facets),
        number_key=key,
        number_short=make_number_without_year(key),
        index_key=make_index_number_key(document.index_number),
        **make_shelf_fields(document, span),
    )
    names = [f["name"] for f in content.files if not f["picture"]]
    also = [content.facts.get(name, "") for name in ("document_number", "issuer", "keywords", "summary")]
    return row, (edition.pk, content.title, "\n".join([*also, text, *names]), facets)


def make_number_key(number: str) -> str:
    """Return the first document number (文号) in a text in its one spelling, or "" without one."""
    document_numbers = find_document_numbers(number)
    return document_numbers[0][:80] if document_numbers else ""
