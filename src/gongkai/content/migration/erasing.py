"""Erase migrated rows and their source files by law.

A folder that a user named on the server is not deleted; the notes of the run say that it still contains the
text.
"""

from pathlib import Path

from django.db import transaction
from django.db.models import QuerySet

from gongkai.content.editions.erasing import ERASED_TEXT, BaseErasureHandler, TextEchoes, is_erased_by_law
from gongkai.content.editions.models import Edition
from gongkai.content.migration.models import MoveRow, MoveRun, RunState

#: States in which a run still reads its spreadsheet, and its files.
READS, OPENS = (RunState.READING, RunState.PLANNED), (RunState.READING, RunState.PLANNED, RunState.MOVING)
#: Column → value of an erased row.
ERASED_ROW_VALUES = {
    "title": ERASED_TEXT,
    "place": "",
    "words": "",
    "data": {},
    "problems": [],
    "notes": [],
    "findings": [],
}
#: Note in a run that its operator must also delete the erased text in the folder of pages.
ORIGINALS_REMAIN_NOTE = "有内容已依法删除；原网页文件夹不由本系统保管，请同时删除其中的原文。"


class MigrationErasureHandler(BaseErasureHandler):
    """Erases migration rows of erased texts; another handler erases drafts of the editor."""

    def echoes(self, edition: Edition) -> TextEchoes:
        """Return the remaining copies: row titles, and the log streams of their runs."""
        rows = list(_list_rows(edition))
        return TextEchoes(
            shared=frozenset(move_row.stream for move_row in rows),
            titles=frozenset(move_row.title for move_row in rows),
        )

    def erase(self, edition: Edition) -> None:
        """Blank the rows, and delete the source of their run if it is no longer needed."""
        rows = _list_rows(edition)
        runs = list(MoveRun.objects.filter(rows__in=rows).distinct().defer("sheet"))
        for row in rows:  # the digest of the saved page stays: the order to move it names it
            kept = {name: value for name, value in row.source.items() if name == "digest"}
            rows.filter(pk=row.pk).update(source=kept, **ERASED_ROW_VALUES)
        for run in runs:
            _forget_source(run)


def _list_rows(edition: Edition) -> QuerySet[MoveRow]:
    """Return the rows of an edition; none if an earlier edition still has its words, or a migration is being undone."""
    if not is_erased_by_law(edition):
        return MoveRow.objects.none()
    earlier = edition.document.editions.filter(number__lt=edition.number, content__isnull=False)
    rows = MoveRow.objects.filter(document_id=edition.document_id)
    return rows.none() if earlier.exists() else rows


def _forget_source(run: MoveRun) -> None:
    if run.state not in READS:
        MoveRun.objects.filter(pk=run.pk).update(sheet=None)
    if run.bundle and run.state not in OPENS:
        if run.uploaded:
            drop_upload(run)
            MoveRun.objects.filter(pk=run.pk).update(bundle="")
        elif ORIGINALS_REMAIN_NOTE not in run.notes:
            MoveRun.objects.filter(pk=run.pk).update(notes=[*run.notes, ORIGINALS_REMAIN_NOTE])


def drop_upload(run: MoveRun) -> None:
    """Delete a run's uploaded file after the commit."""
    if run.uploaded and run.bundle:
        place = Path(run.files_at)
        transaction.on_commit(lambda: place.unlink(missing_ok=True))


MIGRATION_ERASURE_HANDLER = MigrationErasureHandler()
