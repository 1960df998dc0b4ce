"""Check whether a public text's signatures suffice for another column. Read-only."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.db.models import Exists, OuterRef, Q

from gongkai.content.editions.models import Column, Document, EditionEffect, Placement, Shelf
from gongkai.content.editions.sources import list_document_columns
from gongkai.content.reviewing.models import ReviewScheme
from gongkai.content.reviewing.plan import ReviewPlan, can_fill_plan, merge_plans
from gongkai.content.reviewing.schemes import get_merged_plan, map_column_plans


def find_unsigned_column(document: Document, columns: Sequence[Column]) -> Column | None:
    """Return the first column whose plan the signatures of a public document do not fill, or None.

    Columns with the plan of the document's own review always pass.
    """
    if not columns or not document.shelf.exists():
        return None
    plans, signed = map_column_plans(columns), _get_signatures(document)
    if signed:
        # By the plan it was signed under, not by the one its columns have now: a plan made lax and strict again would let anything pass.
        others = [column for column in columns if plans[column.pk].digest not in {row["plan"] for row in signed}]
    else:
        plan = get_merged_plan(list_document_columns(document))
        others = [column for column in columns if plans[column.pk] != plan]
    if not others:
        return None
    roles = _list_roles(signed)
    return next((column for column in others if not can_fill_plan(plans[column.pk], roles)), None)


def has_default_plan(column: Column) -> bool:
    """Return true if no scheme was ever set for a column or its ancestors, so the default plan applied."""
    numbers = [0, *(int(part) for part in column.path.split("/") if part)]
    return not ReviewScheme.objects.filter(website=column.website_id, column_number__in=numbers).exists()


def _get_signatures(document: Document) -> list[dict[str, object]]:
    """Return the signatures of the last published edition."""
    last = document.editions.filter(act=EditionEffect.PUBLISH).order_by("-number").first()
    return [row for row in (last.approvals if last else []) if row.get("kind") == "signature"]


def _list_roles(signed: Sequence[Mapping[str, object]]) -> list[list[str]]:
    """Return the roles of each signature."""
    return [[str(row["role"])] for row in signed]


def find_newly_unsigned(earlier: Mapping[int, ReviewPlan], after: Mapping[int, ReviewPlan]) -> Iterator[Document]:
    """Yield public documents whose signatures do not fill the plans of their columns after a change.

    `earlier` and `after` are the plans by column. Documents pending for one of these columns are
    included.
    """
    changed = [number for number, plan in after.items() if earlier.get(number) != plan]
    query = Q(column__in=changed, intended=None) | Q(intended__in=changed)
    public = Exists(Shelf.objects.filter(document=OuterRef("document")))
    rows = Placement.objects.filter(query, public).select_related("document").order_by("document", "pk")
    last = None
    for row in rows.iterator(500):
        plan = after[row.intended_id or row.column_id]
        signed = _get_signatures(row.document)
        if row.document_id == last or can_fill_plan(plan, _list_roles(signed)):
            continue
        under = {one["plan"] for one in signed}
        if plan.digest not in under if signed else plan != _merge_plans_of(row.document, earlier):
            last = row.document_id
            yield row.document


def _merge_plans_of(document: Document, earlier: Mapping[int, ReviewPlan]) -> ReviewPlan:
    """Return the merged plan of the document's columns; `earlier` has the plans of some before a change."""
    columns = list_document_columns(document)
    plans = {**map_column_plans(columns), **earlier}
    return merge_plans([plans[column.pk] for column in columns])


def find_signer_errors(documents: Iterable[Document], columns: Sequence[Column], source: Column | None) -> list[str]:
    """Return reasons against showing public documents in columns that require other signers.

    A document in the provisional column was signed for the column that is not open yet.
    """
    documents = list(documents)
    if source is not None and len(set(map_column_plans([source, *columns]).values())) == 1 and has_default_plan(source):
        waiting = set(source.placements.exclude(intended=None).values_list("document", flat=True))
        documents = [document for document in documents if document.pk in waiting]
    for document in documents:
        stranger = find_unsigned_column(document, columns)
        if stranger is not None:
            return [f"栏目“{stranger.name}”的审签程序与这条信息所经的不同。请先撤回公开，放入该栏目后重新送审。"]
    return []
