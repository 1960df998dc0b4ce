"""Actions that place documents in columns, singly or in bulk (P-03)."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from gongkai.content.editions.models import Column, ColumnKind, Document, Placement
from gongkai.content.editions.rules import (
    check_site_manager,
    check_writer,
    find_closed_column_errors,
    find_library_kind_errors,
)
from gongkai.content.editions.shelves import rebuild_document
from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import Actor

if TYPE_CHECKING:
    from django.db.models import QuerySet


@action("publishing.place", label="放入栏目", rule=check_writer)
def place(document: Document, *, by: Actor, columns: Sequence[Column]) -> ActionResult:
    """Show a document in more columns.

    If a column is closed, the document is listed in the site's provisional column (其他法定主动公开内容)
    until it opens. If it is listed there already, it is added to the closed column directly and appears
    when that opens.
    """
    placed, waiting = [], []
    chosen = list(Column.objects.filter(pk__in=[column.pk for column in columns]).order_by("path"))
    _check_placements([document], chosen, by)
    for column in chosen:
        _check_column_open(column)
        if column.is_open:
            _place_in_column(document, column, None)
            placed.append(column)
        elif _is_in_provisional_column(document, column):
            _place_in_column(document, column, None)
            waiting.append(column)
        else:
            _place_in_column(document, _get_provisional_column(column), column)
            waiting.append(column)
    rebuild_document(document, words=False)
    text = "放入栏目：" + "、".join(column.name for column in placed + waiting)
    if waiting:
        text += f"（{'、'.join(c.name for c in waiting)}尚未开通，先放在过渡栏目）"
    return ActionResult(words=text, facts={"columns": [c.pk for c in placed], "waiting": [c.pk for c in waiting]})


#: Functions of higher layers that return reasons against placing documents in columns; the third argument is the
#: column from which they are moved, or None.
PLACEMENT_CHECKS: list[Callable[[Iterable[Document], Sequence[Column], Column | None], list[str]]] = []


def _check_placements(
    documents: Iterable[Document], columns: Sequence[Column], by: Actor, source: Column | None = None
) -> None:
    """Refuse documents that may not be listed in these columns."""
    reasons = [
        reason
        for check in (find_closed_column_errors, *PLACEMENT_CHECKS)
        for reason in check(documents, columns, source)
    ]
    if not by.system:  # an old site's library comes with the kinds it had there
        reasons += find_library_kind_errors(documents, columns)
    if reasons:
        raise Refused(reasons)


def _check_column_open(column: Column) -> None:
    """Refuse a column that is archived or only a link."""
    if column.archived_at:
        raise Refused(f"栏目“{column.name}”已归档，不能再放入信息。")
    if column.kind == ColumnKind.LINK:
        raise Refused(f"“{column.name}”是链接栏目，不能放入信息。")


def _get_provisional_column(column: Column) -> Column:
    """Return the open provisional column used until the intended one opens (Refused: the website has none)."""
    found = (
        Column.objects.filter(website=column.website_id, provisional=True, opened_at__isnull=False, archived_at=None)
        .exclude(kind=ColumnKind.LINK)
        .order_by("position", "pk")
        .first()
    )
    if found is None:
        raise Refused(f"栏目“{column.name}”尚未开通，网站也没有已开通的过渡栏目，请先开通其中之一。")
    return found


def _is_in_provisional_column(document: Document, column: Column) -> bool:
    """Return true if a document is in its site's open provisional column, other than until this column opens."""
    rows = Placement.objects.filter(document=document, column__website=column.website_id).exclude(intended=column)
    provisional = Q(column__provisional=True, column__opened_at__isnull=False, column__archived_at=None)
    return rows.filter(provisional | Q(intended__isnull=False)).exists()


def _place_in_column(document: Document, column: Column, intended: Column | None) -> None:
    """Place a document in a column, until `intended` opens if given.

    If it was there until another column opens, it is now in both.
    """
    now = timezone.now()
    placement, _ = Placement.objects.get_or_create(
        document=document, column=column, defaults={"intended": intended, "at": now}
    )
    if intended is None and placement.intended_id is not None:
        Placement.objects.get_or_create(document=document, column_id=placement.intended_id, defaults={"at": now})
        placement.intended = None
        placement.save()


@action("publishing.unplace", label="移出栏目", rule=check_writer)
def unplace(document: Document, *, by: Actor, columns: Sequence[Column]) -> ActionResult:
    """Remove a document from columns. A public document must keep one column or be withdrawn."""
    gone = {column.pk for column in columns}
    open_ones = document.placements.filter(column__opened_at__isnull=False)
    kept_placements = open_ones.exclude(column_id__in=gone).exclude(intended_id__in=gone)
    if document.shelf.exists() and not kept_placements.exists():
        raise Refused("这条信息正在公开，至少要留在一个栏目中；不再公开的，请撤回。")
    document.placements.filter(column_id__in=gone).delete()
    document.placements.filter(intended_id__in=gone).delete()
    for placement in document.placements.filter(column__opened_at=None).select_related("column"):
        if not _is_in_provisional_column(document, placement.column):
            placement.column, placement.intended = _get_provisional_column(placement.column), placement.column
            placement.save()
    rebuild_document(document, words=False)
    return ActionResult(words="移出栏目：" + "、".join(c.name for c in columns), facts={"columns": sorted(gone)})


@action("publishing.move", label="批量移动", rule=check_site_manager)
def move(column: Column, *, by: Actor, to: Column, documents: Iterable[Document] | None = None) -> ActionResult:
    """Move all or some documents to another column: dates stay, old URLs redirect (P-03)."""
    to = Column.objects.get(pk=to.pk)
    if not to.is_open:
        raise Refused([f"栏目“{to.name}”尚未开通，请先开通。"])
    _check_column_open(to)
    rows = column.placements.all()
    if documents is not None:
        rows = rows.filter(document__in=[document.pk for document in documents])
    _check_placements([row.document for row in rows.select_related("document")], [to], by, column)
    moved = _move_placements(rows.select_related("document"), to)
    return ActionResult(
        words=f"移动{len(moved)}条信息到“{to.name}”",
        facts={"to": to.pk, "documents": moved},
        result=len(moved),
    )


@action("publishing.move_waiting", label="移入等待的信息", rule=check_site_manager)
def move_waiting(column: Column, *, by: Actor) -> ActionResult:
    """Move documents from a provisional column to their intended column that opened (P-03).

    Signers are not checked again: the texts were submitted or placed under this column's plan, and
    open reviews are completed under their plan.
    """
    if not column.is_open:
        raise Refused(f"栏目“{column.name}”尚未开通。")
    moved = _move_placements(column.waiting.select_related("document"), column)
    return ActionResult(
        words=f"移入{len(moved)}条等待的信息", facts={"to": column.pk, "documents": moved}, result=len(moved)
    )


def _move_placements(rows: "QuerySet[Placement]", target: Column) -> list[int]:
    """Move placements to a column, delete those of documents already there; return the keys of all these documents."""
    moved = []
    for placement in rows:
        if Placement.objects.filter(document=placement.document, column=target).exclude(pk=placement.pk).exists():
            placement.delete()
        else:
            placement.column, placement.intended = target, None
            placement.save()
        rebuild_document(placement.document, words=False)
        moved.append(placement.document_id)
    return moved
