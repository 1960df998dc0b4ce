"""Facets of a search, and the names that a page of hits needs. A facet value is a token of the full-text table."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import NamedTuple, Protocol, TypeVar

from django.db import connections
from django.utils import timezone

from gongkai.content.editions.models import ValidityState
from gongkai.content.editions.models.editions import ItemKind
from gongkai.content.editions.queries.prepared import encode_numbers
from gongkai.content.search.models import read_sql, reading_alias


class NamedRow(NamedTuple):
    """A body, column or site.

    Attributes:
        number: its primary key.
        name: its name.
        first: for a site the time of its first text, in microseconds since the Unix epoch.
    """

    number: int
    name: str
    first: int | None


@dataclass(frozen=True)
class HitContext:
    """Names and data needed to show a page of search results.

    `found` has rows by "body", "column", "site", "archived" (columns) and "first" (sites with the time of their first text).

    """

    found: Mapping[str, list[NamedRow]]

    @property
    def archived(self) -> set[int]:
        """Return the keys of archived columns; their descendants are not included."""
        return {row.number for row in self.found.get("archived", ())}

    @property
    def first_publication_times(self) -> list[int]:
        """Return the publication time of each site's first text, in microseconds since the epoch; sites without one
        are left out.
        """
        return [row.first for row in self.found.get("first", ()) if row.first is not None]

    def names(self, kind: str) -> dict[str, str]:
        """Return {key: name} of bodies, columns or sites (`kind`), ascending."""
        return {str(row.number): row.name for row in sorted(self.found.get(kind, ()))}


def load_hit_context(
    *,
    bodies: Collection[int],
    columns: Collection[int],
    sites: Collection[int],
    website: int | None,
    older: bool,
) -> HitContext:
    """Load the names and data for a page of hits.

    Args:
        bodies: their names are loaded.
        columns: their names are loaded, if they belong to the site.
        sites: their names are loaded.
        website: the searched site; None for all, without columns.
        older: true if the times of the sites' first texts are needed.
    """
    using = reading_alias()
    if not (bodies or older):
        return HitContext({})
    given = {
        "bodies": encode_numbers(bodies),
        "columns": encode_numbers(columns),
        "sites": encode_numbers(sites),
        "website": website,
        "older": older,
    }
    hit_context: defaultdict[str, list[NamedRow]] = defaultdict(list)
    with connections[using].cursor() as cursor:
        cursor.execute(read_sql("beside", connections[using].vendor), given)
        for what, *row in cursor.fetchall():
            hit_context[what].append(NamedRow(*row))
    return HitContext(hit_context)


#: Facet → first letter of its tokens.
FACET_TOKEN_LETTERS = {"site": "w", "column": "c", "kind": "k", "body": "b", "year": "y", "standing": "s"}
#: Values of one facet that are offered.
MAX_CHOICES_PER_FACET = 12


@dataclass(frozen=True)
class FacetChoice:
    """A value of a search facet with its number of hits (`count`; None: beyond the hits that are counted)."""

    value: str
    label: str
    count: int | None


class CountedHit(Protocol):
    """The fields of a hit needed for counting."""

    @property
    def kind(self) -> str:
        """Return the kind of information of the hit."""

    @property
    def body_id(self) -> int:
        """Return the primary key of the hit's body."""

    @property
    def standing(self) -> str:
        """Return the validity of the hit's document."""

    @property
    def facets(self) -> str:
        """Return the hit's facet tokens, separated by spaces."""


def make_facet_token(facet: str, value: object) -> str:
    """Return the token of a facet's value, or "" if invalid (only letters and digits are allowed).

    >>> make_facet_token("standing", "in_force"), make_facet_token("year", 2026), make_facet_token("kind", "x OR y")
    ('sinforce', 'y2026', '')
    """
    plain = str(value).replace("_", "")
    return FACET_TOKEN_LETTERS[facet] + plain.lower() if plain.isascii() and plain.isalnum() and len(plain) < 30 else ""


def make_document_tokens(
    *, sites: Iterable[int], columns: Iterable[int], kind: str, body: int, published: datetime, standing: str
) -> list[str]:
    """Return all facet tokens of a document."""
    values: list[tuple[str, object]] = [("kind", kind), ("body", body), ("year", get_local_year(published))]
    values += [("site", site) for site in sites] + [("column", column) for column in columns]
    values += [("standing", standing)] if standing else []
    return [made for made in (make_facet_token(facet, value) for facet, value in values) if made]


def get_local_year(moment: datetime) -> int:
    """Return the year of publication in local time."""
    if 1 < moment.month < 12:  # no zone is a month away
        return moment.year
    return timezone.localtime(moment).year


def get_local_years(moments: Iterable[int]) -> list[int]:
    """Return the local years of publication times in microseconds.

    >>> from datetime import UTC
    >>> new_year = int(datetime(2025, 12, 31, 16, tzinfo=UTC).timestamp()) * 1_000_000  # in China
    >>> get_local_years([new_year - 1, new_year])
    [2025, 2026]
    """
    begins = _list_year_starts(timezone.get_current_timezone_name())
    return [_FIRST_YEAR - 1 + bisect_right(begins, moment) for moment in moments]


_FIRST_YEAR = 1900


@cache
def _list_year_starts(zone: str) -> list[int]:
    """Return the starts of years in a time zone, in microseconds."""
    time_zone = timezone.get_current_timezone()
    return [int(datetime(year, 1, 1, tzinfo=time_zone).timestamp()) * 1_000_000 for year in range(_FIRST_YEAR, 2200)]


def list_chosen_tokens(facets: Mapping[str, str]) -> list[str] | None:
    """Return the tokens of the chosen facets, or None if a value is invalid."""
    made = [make_facet_token(facet, value) for facet, value in facets.items() if value]
    return None if "" in made else made


def find_most_frequent_bodies(rows: Sequence[CountedHit]) -> list[int]:
    """Return the primary keys of the bodies with the most hits, including ties, to load their names."""
    counts = Counter([row.body_id for row in rows])
    least = min([count for _, count in counts.most_common(MAX_CHOICES_PER_FACET)], default=0)
    return [number for number, count in counts.items() if count >= least]


#: Facet → value → how many hits have it, the lowest value first.
FacetTally = Mapping[str, Mapping[int, int]]


def count_facets(rows: Iterable[CountedHit]) -> FacetTally:
    """Return the number of hits by site, column and year."""
    counts = Counter(" ".join([row.facets for row in rows]).split())

    def count_letter(letter: str) -> dict[int, int]:
        """Return {number: count} of the facets whose token begins with a letter."""
        return dict(sorted((int(made[1:]), count) for made, count in counts.items() if made[0] == letter))

    return {facet: count_letter(FACET_TOKEN_LETTERS[facet]) for facet in ("site", "column", "year")}


def list_facets(
    rows: Sequence[CountedHit],
    tally: FacetTally,
    context: HitContext,
    chosen_facets: Mapping[str, str],
    *,
    capped: bool,
) -> dict[str, list[FacetChoice]]:
    """Return the facets of the ranked hits, at most 12 values each; only values whose names are in `context`."""
    years = {str(year): f"{year}年" for year in tally["year"]}
    found = {
        "kind": _make_choices(Counter([row.kind for row in rows]), _KIND_LABELS),
        "standing": _make_choices(Counter([row.standing for row in rows if row.standing]), _STANDING_LABELS),
        "year": sorted(_make_choices(tally["year"], years), key=lambda choice: choice.value, reverse=True),
        "body": _make_choices(Counter([row.body_id for row in rows]), context.names("body")),
        "column": _make_choices(tally["column"], context.names("column")),
        "site": _make_choices(tally["site"], context.names("site")),
    }
    if capped and not chosen_facets.get("year"):
        found["year"] += _list_older_years(context.first_publication_times, found["year"])
    return {facet: choices[:MAX_CHOICES_PER_FACET] for facet, choices in found.items()}


_KIND_LABELS, _STANDING_LABELS = dict(ItemKind.choices), dict(ValidityState.choices)


def _list_older_years(first_times: Sequence[int], choices: Sequence[FacetChoice]) -> list[FacetChoice]:
    """Return the years before the counted ones, because a common word's newest hits may all be of this year."""
    last = min((int(choice.value) for choice in choices), default=date.today().year + 1)  # noqa: DTZ011
    start = max(*get_local_years([min(first_times)]), last - 8) if first_times else last
    return [FacetChoice(str(year), f"{year}年", None) for year in range(last - 1, start - 1, -1)]


V = TypeVar("V", int, str)


def _make_choices(counts: Mapping[V, int], labels: Mapping[str, object]) -> list[FacetChoice]:
    """Return the labelled values by frequency, then in the given order."""
    return [
        FacetChoice(str(value), str(labels[str(value)]), count)
        for value, count in sorted(counts.items(), key=lambda one: -one[1])
        if str(value) in labels
    ]
