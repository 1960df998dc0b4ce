"""Taking a migration back, portion by portion: what nobody worked on since. Interrupted anywhere, it goes on."""

from django.db import transaction
from django.utils import timezone

from gongkai.content.editions.models import Column, Document
from gongkai.content.migration.actions.taking_back import take_back_many
from gongkai.content.migration.columns import shelve_empty
from gongkai.content.migration.models import MoveRow, MoveRun, RowState, RunState
from gongkai.content.publishing import columns as publishing_columns
from gongkai.content.publishing.actions import delete_draft
from gongkai.content.publishing.deleting import why_kept
from gongkai.content.publishing.documents import item_of
from gongkai.core.acts.chain import append
from gongkai.core.units.actors import SYSTEM

#: Rows in one transaction: about half a second, in which nobody else writes on SQLite.
PORTION = 20


def take_back(run: MoveRun) -> None:
    """Take back the next portion of a run; where none is left, say what becomes of its columns, and that it is done."""
    _some(run)
    _drafts(run)
    if not run.rows.filter(state__in=(RowState.MOVED, RowState.DRAFTED)).exists():
        _done(run)


def _some(run: MoveRun) -> None:
    """Take back one portion: its rows are held, so that a second worker waits and then finds them done."""
    with transaction.atomic():
        waiting = run.rows.select_for_update(of=("self",)).filter(state=RowState.MOVED)
        rows = list(waiting.order_by("-number")[:PORTION])
        documents = Document.objects.in_bulk([row.document_id for row in rows if row.document_id])
        reason = f"撤销迁移：{run.undo_reason}"
        left = take_back_many(list(documents.values()), by=SYSTEM, reason=reason)
        left |= {row.document_id or 0: "已不在" for row in rows if row.document_id not in documents}
        gone = [row.pk for row in rows if (row.document_id or 0) not in left]
        MoveRow.objects.filter(pk__in=gone).update(state=RowState.BACK, words=run.undo_reason)
        for row in rows:
            if row.pk not in gone:
                words = left[row.document_id or 0][:300]
                MoveRow.objects.filter(pk=row.pk).update(state=RowState.KEPT, words=words)


def _drafts(run: MoveRun) -> None:
    """Delete one portion of drafts that nobody submitted; the others stay."""
    with transaction.atomic():
        waiting = run.rows.select_for_update(of=("self",)).filter(state=RowState.DRAFTED)
        for row in list(waiting.order_by("-number")[:PORTION]):
            document = Document.objects.filter(pk=row.document_id or 0).first()
            item = item_of(document) if document else None
            reasons = why_kept([item]) if item else []
            if item and not reasons:
                delete_draft(item, by=SYSTEM)
            state, words = (RowState.KEPT, reasons[0]) if reasons else (RowState.BACK, run.undo_reason)
            MoveRow.objects.filter(pk=row.pk).update(state=state, words=words[:300])


def _done(run: MoveRun) -> None:
    left = publishing_columns.unmake(Column.objects.filter(pk__in=run.made_columns), SYSTEM)
    archived, kept = shelve_empty(left, SYSTEM)
    words = "撤销完成" + _named("已归档", archived) + _named("另有内容，保留", kept)
    if MoveRun.objects.filter(pk=run.pk, state=RunState.UNDOING).update(
        state=RunState.UNDONE, finished_at=timezone.now()
    ):
        MoveRun.objects.filter(pk=run.pk).update(notes=[f"{words}。"])
        append(run.stream, action="migration.undone", by=SYSTEM, words=words)


def _named(what: str, columns: list[Column]) -> str:
    return f"；栏目{'、'.join(c.name for c in columns)}{what}" if columns else ""
