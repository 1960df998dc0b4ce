"""Whether what is public may be shown in another column on the signatures it has. Reads only."""

from collections.abc import Sequence

from gongkai.publishing.models import Act, Column, Document
from gongkai.publishing.reviewing.plan import covers
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
    last = document.editions.filter(act=Act.PUBLISH).order_by("-number").first()
    rows = last.approvals if last else []
    roles = [[str(row["role"])] for row in rows if row.get("kind") == "signature"]
    return next((column for column in others if not covers(plans[column.pk], roles)), None)
