"""What stands in archived columns alone: nobody keeps it up to date, so it stands behind what is, and says so."""

from collections.abc import Sequence

from gongkai.editions.models import Column, Placement
from gongkai.editions.queries.plain import among


def archived_among(documents: Sequence[int]) -> set[int]:
    """Return those documents all of whose columns are archived, themselves or one above. One query; two where anything is archived."""
    archived = Column.objects.exclude(archived_at=None).order_by().values_list("pk", flat=True)
    shut = set(archived) if documents else set[int]()
    if not shut:
        return set()
    kept: set[int] = set()
    found: set[int] = set()
    placed = among(Placement.objects.order_by(), "document", documents)
    for document, column, path in placed.values_list("document", "column", "column__path"):
        line = {column, *(int(part) for part in path.split("/") if part)}
        (found if line & shut else kept).add(document)
    return found - kept
