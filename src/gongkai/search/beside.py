"""What a page of hits needs besides their rows, in one question: names, counts by column and site, what is archived, the first year."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.db import connections

from gongkai.search.statements import numbers, reads, sql


class Counted(NamedTuple):
    """A body, column or site: its number, its name, how many hits stand there (of a body 0)."""

    number: int
    name: str
    hits: int


@dataclass(frozen=True)
class Beside:
    """What was found: bodies, columns, sites, numbers of archived columns, the moments of sites' first texts (microseconds)."""

    found: Mapping[str, list[Counted]]

    @property
    def archived(self) -> set[int]:
        """Columns that nobody keeps up to date any more; what stands below them is not named."""
        return {row.number for row in self.found.get("archived", ())}

    @property
    def first(self) -> list[int]:
        """When the first text of each site asked was published; nothing of a site without any."""
        return [row.hits for row in self.found.get("first", ()) if row.hits is not None]

    def stands(self, what: str) -> list[Counted]:
        """Return the columns or sites where hits stand, those with the most first."""
        return sorted(self.found.get(what, ()), key=lambda row: (-row.hits, row.number))


def beside(
    editions: Iterable[int], *, bodies: Collection[int], website: int | None, sites: bool, older: bool
) -> Beside:
    """Ask what stands beside some hits.

    Args:
        editions: those that the reader may see; where they stand a reader may see, too, since shelves have the same windows and circles.
        bodies: whose names are wanted.
        website: the one site whose columns are counted; None where all are asked, then no column is.
        sites: whether the sites are counted.
        older: whether it is asked when sites published first.
    """
    using, of = reads(), list(editions)
    if not (of or older):
        return Beside({})
    given = {
        "editions": numbers(of, using),
        "bodies": numbers(bodies, using),
        "website": website,
        "sites": sites,
        "older": older,
    }
    found: defaultdict[str, list[Counted]] = defaultdict(list)
    with connections[using].cursor() as cursor:
        cursor.execute(sql("beside", connections[using].vendor), given)
        for what, *row in cursor.fetchall():
            found[what].append(Counted(*row))
    return Beside(found)
