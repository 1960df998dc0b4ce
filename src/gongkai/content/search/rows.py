"""Query the search rows that a user may see, and find cards.

A card links directly to a unit, or to a service with a button. Higher apps register finders of
cards; the site, the office, the hotline and the interface show the same ones.
"""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from django.db import connections
from django.db.models import Field, Func, Q, QuerySet
from django.utils import timezone

from gongkai.content.editions.models import Website
from gongkai.content.editions.queries.documents import readable_q
from gongkai.content.editions.queries.prepared import encode_numbers, fetch_rows_in, filter_in
from gongkai.content.search.models import SearchRow, read_sql, reading_alias
from gongkai.content.search.parser import SearchMeaning

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.sql.compiler import SQLCompiler, _AsSqlType


def search_visible_to(user: object) -> QuerySet[SearchRow]:
    """Return the search rows that the user may see now."""
    moment = timezone.now()
    return SearchRow.objects.filter(Q(until_at=None) | Q(until_at__gt=moment), readable_q(user), from_at__lte=moment)


class MicrosecondsOf(Func):
    """SQL function: a time as microseconds since 1970."""

    output_field: Field[int, int] = Field()  # of no type: it would be called for each of hundreds of whole numbers
    template = "CAST(extract(epoch FROM %(expressions)s) * 1000000 AS bigint)"

    def as_sqlite(self, compiler: "SQLCompiler", connection: "BaseDatabaseWrapper", **_: object) -> "_AsSqlType":
        """Return the SQL for SQLite, which stores times as text with six or no decimals."""
        text = "CAST(strftime('%%%%s', substr(%(expressions)s, 1, 19)) AS integer) * 1000000"
        template = f"{text} + CAST(substr(%(expressions)s, 21, 6) AS integer)"
        return super().as_sql(compiler, connection, template=template)


class RankedRow(NamedTuple):
    """The fields of a hit for ranking and counting."""

    pk: int
    document_id: int
    body_id: int
    kind: str
    standing: str
    title: str
    facets: str  # parted by blanks
    at: int  # when it was published, in microseconds: a moment of its own for each of hundreds costs more than all the rest


def _load_ranked_rows(rows: QuerySet[SearchRow]) -> list[RankedRow]:
    """Return the columns that ranking needs."""
    asked = rows.annotate(at=MicrosecondsOf("published_at")).values_list(*RankedRow._fields)
    return list(map(RankedRow._make, asked))


def list_visible_rows(user: object, editions: Sequence[int]) -> list[RankedRow]:
    """Return the rows of `editions` that the user may find now."""
    return _load_ranked_rows(filter_in(search_visible_to(user), "edition", editions)) if editions else []


def list_rows_with_number(
    user: object, meaning: SearchMeaning, documents: Collection[int], limit: int
) -> list[RankedRow]:
    """Return the rows with a searched number (文号, 索引号) or of these documents; the newest of each, limited."""
    asked: dict[str, Collection[int] | Collection[str]] = {
        "number_key": meaning.numbers,
        "number_short": meaning.short_numbers,
        "index_key": [meaning.index_key] if meaning.index_key else (),
        "document": documents,
    }
    ways = [
        _load_ranked_rows(search_visible_to(user).filter(**{f"{name}__in": values}).order_by("-edition")[:limit])
        for name, values in asked.items()
        if values
    ]
    return [row for rows in ways for row in rows][:limit]


def list_rows_with_number_ending(
    user: object, number_parts: tuple[str, str, str], editions: Sequence[int]
) -> list[RankedRow]:
    """Return the rows of `editions` with a 文号 of these parts (end of the code, year or "", sequence)."""
    code, year, sequence = number_parts
    ends = f"{code}〔{year}〕{sequence}号" if year else f"{code}{sequence}"
    search_rows = filter_in(search_visible_to(user), "edition", editions)
    return (
        _load_ranked_rows(search_rows.filter(**{f"{'number_key' if year else 'number_short'}__endswith": ends}))
        if editions
        else []
    )


def list_rows_naming_number(
    user: object, number_parts: tuple[str, str, str], editions: Sequence[int]
) -> list[RankedRow]:
    """Return the rows of `editions` (gazette issues) with a text that names a 文号 of these parts (code, year or "", sequence)."""
    code, year, sequence = number_parts
    pattern = re.compile(rf"{re.escape(code)}〔{year or r'[0-9]{4}'}〕{sequence}号") if code else None
    shown = list_visible_rows(user, editions) if pattern else []
    texts = load_rows([row.pk for row in shown])
    return [row for row in shown if pattern and pattern.search(texts[row.pk].text)]


def is_any_visible(user: object, editions: Sequence[int]) -> bool:
    """Return true if the user may find one of these editions now."""
    return bool(editions) and filter_in(search_visible_to(user), "edition", editions).exists()


def load_rows(editions: Sequence[int]) -> dict[int, SearchRow]:
    """Return {edition: its search row with texts} for editions that `list_visible_rows` returned."""
    return {row.pk: row for row in fetch_rows_in(SearchRow, "edition", editions)}


def load_paths(editions: Sequence[int], own: int, website_id: int | None) -> dict[int, tuple[int, str]]:
    """Return document → (site, path) for editions from `list_visible_rows`.

    With `website_id` paths on that site; with None on any site, the reader's `own` first. Shelf
    rows of an edition have the same period and audience as its search row.
    """
    using = reading_alias()
    paths: dict[int, tuple[int, str]] = {}
    with connections[using].cursor() as cursor:
        given = {"editions": encode_numbers(editions), "website": website_id}
        cursor.execute(read_sql("paths", connections[using].vendor), given)
        for document, place, path in cursor.fetchall():
            if document not in paths or place == own:
                paths[document] = place, path
    return paths


MAX_RESULT_CARDS = 3


@dataclass(frozen=True)
class ResultCard:
    """A card above the results: kind (单位, 服务), URL, title, sentence, facts (name, value), button label."""

    kind: str
    url: str
    title: str
    about: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    button: str = ""


#: Returns the cards of a site for what was typed, the best first.
CardFinder = Callable[[Website, str], list[ResultCard]]
_CARD_FINDERS: dict[str, CardFinder] = {}


def register_cards(name: str, find: CardFinder) -> None:
    """Register a function that finds cards for a search, replacing one of the same name; run in order of names."""
    _CARD_FINDERS[name] = find


def find_cards(website: Website, text: str) -> list[ResultCard]:
    """Return up to three cards of a site for a search (`text`); [] for fewer than two characters."""
    if len(text.strip()) < 2:
        return []
    cards = [card for _, find in sorted(_CARD_FINDERS.items()) for card in find(website, text)]
    return list({card.url: card for card in cards}.values())[:MAX_RESULT_CARDS]


def find_cards_on_first_site(text: str) -> list[ResultCard]:
    """Return the cards for a search (`text`) on the installation's first site, for the office and the hotline."""
    website = Website.objects.select_related("body").order_by("pk").first()
    return find_cards(website, text) if website else []
