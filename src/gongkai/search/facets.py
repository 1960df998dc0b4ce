"""Facets: what a search can be narrowed by. Each value is a token of the full-text table, so narrowing costs no more than a word."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, TypeVar

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.utils import timezone

from gongkai.editions.models import Shelf, Standing, Website
from gongkai.editions.queries.lists import shelf_visible_to
from gongkai.editions.queries.plain import among
from gongkai.editions.vocabulary import ItemKind
from gongkai.units.models import Body

#: Facet → the letter its tokens begin with.
LETTERS = {"site": "w", "column": "c", "kind": "k", "body": "b", "year": "y", "standing": "s"}
#: Values of one facet that are offered.
MOST_CHOICES = 12


@dataclass(frozen=True)
class Choice:
    """One value of a facet: how many of the counted hits have it; None where it lies beyond what was counted."""

    value: str
    label: str
    count: int | None


class Filed(Protocol):
    """What a hit must say of itself to be counted."""

    @property
    def document_id(self) -> int:
        """The document's number."""

    @property
    def kind(self) -> str:
        """Its kind of information."""

    @property
    def body_id(self) -> int:
        """Whose it is."""

    @property
    def standing(self) -> str:
        """Whether it is in force."""

    @property
    def published_at(self) -> datetime:
        """When it was published."""


def token(facet: str, value: object) -> str:
    """Return the token of a facet's value; "" for a value that is none (only letters and digits count).

    >>> token("standing", "in_force"), token("year", 2026), token("kind", "x OR y")
    ('sinforce', 'y2026', '')
    """
    plain = str(value).replace("_", "")
    return LETTERS[facet] + plain.lower() if plain.isascii() and plain.isalnum() and len(plain) < 30 else ""


def tokens(
    *, sites: Iterable[int], columns: Iterable[int], kind: str, body: int, published: datetime, standing: str
) -> list[str]:
    """Return all facet tokens of a document."""
    values: list[tuple[str, object]] = [("kind", kind), ("body", body), ("year", year_of(published))]
    values += [("site", site) for site in sites] + [("column", column) for column in columns]
    values += [("standing", standing)] if standing else []
    return [made for made in (token(facet, value) for facet, value in values) if made]


def year_of(moment: datetime) -> int:
    """Return the year in which something was published, where people live."""
    if 1 < moment.month < 12:  # no zone is a month away
        return moment.year
    return timezone.localtime(moment).year


def chosen(facets: Mapping[str, str]) -> list[str] | None:
    """Return the tokens that a hit must have, for the facets chosen; None where a value is none at all."""
    made = [token(facet, value) for facet, value in facets.items() if value]
    return None if "" in made else made


def counted(
    rows: Sequence[Filed],
    website_id: int | None,
    chosen_facets: Mapping[str, str],
    user: object,
    *,
    capped: bool,
) -> dict[str, list[Choice]]:
    """Return the facets over the hits that were looked at (at most `query.MOST`). A fixed number of queries.

    Where all sites were asked (`website_id` is None) the sites are counted instead of columns.
    """
    bodies = Counter([row.body_id for row in rows])
    top = [number for number, _ in bodies.most_common(MOST_CHOICES)]
    years = Counter([year_of(row.published_at) for row in rows])
    standings = Counter([row.standing for row in rows if row.standing])
    found = {
        "kind": _choices(Counter([row.kind for row in rows]), _KINDS),
        "standing": _choices(standings, _STANDINGS),
        "year": sorted(
            _choices(years, {str(y): f"{y}年" for y in years}), key=lambda choice: choice.value, reverse=True
        ),
        "body": _choices(bodies, {str(b.pk): b.label for b in _bodies(top)}) if top else [],
        "column": _stands(user, "column", website_id, rows) if website_id else [],
        "site": _stands(user, "website", website_id, rows) if "site" in chosen_facets else [],
    }
    if capped and not chosen_facets.get("year"):
        found["year"] += _older_years(website_id, found["year"])
    return {facet: choices[:MOST_CHOICES] for facet, choices in found.items()}


_KINDS, _STANDINGS = dict(ItemKind.choices), dict(Standing.choices)


def _bodies(numbers: Sequence[int]) -> QuerySet[Body]:
    return among(Body.objects.all(), "id", numbers).only("id", "name", "short_name")


def _stands(user: object, what: str, website_id: int | None, rows: Sequence[Filed]) -> list[Choice]:
    """Return the columns (ancestors too) or the sites where the hits stand for this reader; counted by the database."""
    if not rows:
        return []
    on = {"website": website_id} if website_id else {}
    shelf = shelf_visible_to(user).filter(column__isnull=what != "column", **on)
    places = among(shelf, "document", [row.document_id for row in rows]).values_list(what, f"{what}__name")
    counts = places.annotate(n=Count("document", distinct=True)).order_by("-n", what)
    return [Choice(str(pk), name, n) for pk, name, n in counts[:MOST_CHOICES]]


def _older_years(website_id: int | None, there: Sequence[Choice]) -> list[Choice]:
    """Return the years before those that were counted: a common word's newest hits may all be of this year."""
    oldest = Shelf.objects.filter(website=OuterRef("pk"), column=None).order_by("published_at")
    sites = Website.objects.filter(**({"pk": website_id} if website_id else {})).order_by()
    firsts = sites.annotate(first=Subquery(oldest.values("published_at")[:1]))
    known = [moment for moment in firsts.values_list("first", flat=True) if moment]
    last = min((int(choice.value) for choice in there), default=date.today().year + 1)  # noqa: DTZ011
    start = max(year_of(min(known)), last - 8) if known else last
    return [Choice(str(year), f"{year}年", None) for year in range(last - 1, start - 1, -1)]


V = TypeVar("V", int, str)


def _choices(counter: Counter[V], labels: Mapping[str, object]) -> list[Choice]:
    return [
        Choice(str(value), str(labels[str(value)]), count)
        for value, count in counter.most_common()
        if str(value) in labels
    ]
