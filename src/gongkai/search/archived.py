"""What stands in archived columns alone: nobody keeps it up to date, so it stands behind what is, and says so."""

from collections.abc import Sequence

from gongkai.acts.prepared import Prepared
from gongkai.editions.models import Column, Placement
from gongkai.editions.queries.plain import among, as_one

_SHUT = Prepared(lambda: Column.objects.exclude(archived_at=None).order_by().values_list("pk"), Column)
_PLACED = Prepared(
    lambda documents: (
        among(Placement.objects.all(), "document", documents)
        .order_by()
        .values_list("document", "column", "column__path")
    ),
    Placement,
)


def archived_among(documents: Sequence[int]) -> set[int]:
    """Return those documents all of whose columns are archived, themselves or one above. One query; two where anything is archived."""
    shut = {column for (column,) in _SHUT()} if documents else set[int]()
    if not shut:
        return set()
    kept: set[int] = set()
    found: set[int] = set()
    for document, column, path in _PLACED(documents=as_one(documents)):
        line = {column, *(int(part) for part in path.split("/") if part)}
        (found if line & shut else kept).add(document)
    return found - kept
