"""What stands in archived columns alone: nobody keeps it up to date, so it stands behind what is, and says so."""

from collections.abc import Collection, Sequence

from gongkai.content.editions.models import Placement
from gongkai.content.editions.queries.plain import among


def archived_among(documents: Sequence[int], shut: Collection[int]) -> set[int]:
    """Return those documents all of whose columns are archived (`shut`), themselves or one above. One query, where any column is."""
    if not shut or not documents:
        return set()
    kept: set[int] = set()
    found: set[int] = set()
    placed = among(Placement.objects.order_by(), "document", documents)
    for document, column, path in placed.values_list("document", "column", "column__path"):
        line = {column, *(int(part) for part in path.split("/") if part)}
        (kept if line.isdisjoint(shut) else found).add(document)
    return found - kept
