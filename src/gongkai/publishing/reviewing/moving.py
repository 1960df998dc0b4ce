"""Whether what is public may be shown in another column on the signatures it has. Reads only."""

from collections.abc import Iterator, Mapping, Sequence

from django.db.models import Exists, OuterRef, Q

from gongkai.publishing.models import Act, Column, Document, Placement, Shelf
from gongkai.publishing.reviewing.plan import Plan, covers, merged
from gongkai.publishing.reviewing.schemes import columns_of, plan_for, plans_of


def unsigned_for(document: Document, columns: Sequence[Column]) -> Column | None:
    """Return the first column whose plan the shown edition's signatures do not fill; None where all may hold it.

    Columns under the plan that the document went through are never asked: so what was published before there were stages can be moved
    as well.
    """
    if not columns or not document.shelf.exists():
        return None
    plans = plans_of(columns)
    own = plan_for(columns_of(document))
    others = [column for column in columns if plans[column.pk] != own]
    if not others:
        return None
    roles = _roles(document)
    return next((column for column in others if not covers(plans[column.pk], roles)), None)


def _roles(document: Document) -> list[list[str]]:
    """Under which roles the last published edition was signed."""
    last = document.editions.filter(act=Act.PUBLISH).order_by("-number").first()
    rows = last.approvals if last else []
    return [[str(row["role"])] for row in rows if row.get("kind") == "signature"]


def newly_unsigned(before: Mapping[int, Plan], after: Mapping[int, Plan]) -> Iterator[Document]:
    """Yield what is public in columns whose plan changes from `before` to `after` because they move, and lacks signers whom `after` asks for.

    The same question as `unsigned_for`, for a whole subtree: what waits for one of these columns is asked, too.
    """
    changed = [number for number, plan in after.items() if before.get(number) != plan]
    here = Q(column__in=changed, intended=None) | Q(intended__in=changed)
    public = Exists(Shelf.objects.filter(document=OuterRef("document")))
    rows = Placement.objects.filter(here, public).select_related("document").order_by("document", "pk")
    last = None
    for row in rows.iterator(500):
        plan = after[row.intended_id or row.column_id]
        if row.document_id == last or covers(plan, _roles(row.document)):
            continue
        if plan != _went_through(row.document, before):
            last = row.document_id
            yield row.document


def _went_through(document: Document, before: Mapping[int, Plan]) -> Plan:
    columns = columns_of(document)
    plans = {**plans_of(columns), **before}
    return merged([plans[column.pk] for column in columns])
