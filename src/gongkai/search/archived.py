"""What stands in archived columns alone: nobody keeps it up to date, so it stands behind what is, and says so."""

from collections.abc import Sequence

from gongkai.editions.models import Column, Placement
from gongkai.editions.queries.plain import among


def archived_among(documents: Sequence[int]) -> set[int]:
    """Return those documents all of whose columns are archived, themselves or one above. One query; two where anything is archived."""
    shut = set(Column.objects.exclude(archived_at=None).values_list("pk", flat=True)) if documents else set()
    if not shut:
        return set()
    rows = among(Placement.objects.all(), "document", list(documents))
    kept: set[int] = set()
    found: set[int] = set()
    for document, column, path in rows.values_list("document", "column", "column__path"):
        line = {column, *(int(part) for part in path.split("/") if part)}
        (found if line & shut else kept).add(document)
    return found - kept
