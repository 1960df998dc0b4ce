"""Load names of bodies, columns and sites for a page of hits in one query, with archived columns
and the first year."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.db import connections

from gongkai.content.editions.queries.plain import one_value
from gongkai.content.search.statements import reads, sql


class Named(NamedTuple):
    """A body, column or site: key, name, and for a site the time of its first text (microseconds)."""

    number: int
    name: str
    first: int | None


@dataclass(frozen=True)
class Beside:
    """The loaded rows: bodies, columns, sites, archived columns, times of sites' first texts."""

    found: Mapping[str, list[Named]]

    @property
    def archived(self) -> set[int]:
        """Return the keys of archived columns; their descendants are not included."""
        return {row.number for row in self.found.get("archived", ())}

    @property
    def first(self) -> list[int]:
        """Return the publication times of each site's first text."""
        return [row.first for row in self.found.get("first", ()) if row.first is not None]

    def names(self, what: str) -> dict[str, str]:
        """Return the names of bodies, columns or sites by key, ascending."""
        return {str(row.number): row.name for row in sorted(self.found.get(what, ()))}


def beside(
    *,
    bodies: Collection[int],
    columns: Collection[int],
    sites: Collection[int],
    website: int | None,
    older: bool,
) -> Beside:
    """Load the names and data for some hits.

    Args:
        bodies: whose names are wanted; none where there are no hits.
        columns: whose names are wanted, as far as they are of the one site.
        sites: whose names are wanted, as far as they are asked.
        website: the one site that is asked; None where all are asked, then no column is.
        older: whether it is asked when sites published first.
    """
    using = reads()
    if not (bodies or older):
        return Beside({})
    given = {
        "bodies": one_value(bodies),
        "columns": one_value(columns),
        "sites": one_value(sites),
        "website": website,
        "older": older,
    }
    found: defaultdict[str, list[Named]] = defaultdict(list)
    with connections[using].cursor() as cursor:
        cursor.execute(sql("beside", connections[using].vendor), given)
        for what, *row in cursor.fetchall():
            found[what].append(Named(*row))
    return Beside(found)
