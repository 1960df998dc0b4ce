"""Work on a run (read, publish, undo) in short resumable steps.

A transaction migrates a few rows, each completely or not at all, and claims each row first, so two workers on
one run do no harm. After a kill the work of the last second is repeated.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone

from gongkai.content.editions.models import Column, Document
from gongkai.content.migration import row_files, source_rows, windows
from gongkai.content.migration.actions.orders import draft_migrated, finish_migration, publish_migrated
from gongkai.content.migration.actions.runs import list_readers, take_back_many_migrated
from gongkai.content.migration.bundles import FileBundle, open_bundle
from gongkai.content.migration.freezing import list_row_attachments, make_attachment_name, make_item_fields
from gongkai.content.migration.models import RUNNING_STATES, MoveRow, MoveRun, RowState, RunState
from gongkai.content.migration.row_matching import archive_empty_columns, map_old_paths_to_columns, match_rows
from gongkai.content.publishing import columns as publishing_columns
from gongkai.content.publishing.actions import delete_draft
from gongkai.content.publishing.actions.items import find_deletion_errors
from gongkai.content.publishing.models import find_document_item
from gongkai.core.acts.action import Refused
from gongkai.core.acts.chain import append_record
from gongkai.core.acts.models import Movement
from gongkai.core.files.kinds import PUBLIC_FILE_TYPES, get_suffix, is_picture
from gongkai.core.files.models import StoredFile
from gongkai.core.spreadsheets.errors import UnreadableFile
from gongkai.core.units.actors import SYSTEM
from gongkai.lib.typed_json import read_record

# Taking a migration back, portion by portion: what nobody worked on since. Interrupted anywhere, it goes on.


#: Rows in one transaction: about half a second, in which nobody else can write to SQLite.
BATCH_SIZE = 20


def undo_batch(run: MoveRun) -> None:
    """Undo the next batch of a run; at the end archive its columns and finish."""
    _undo_batch_of_rows(run)
    _delete_drafts(run)
    if not run.rows.filter(state__in=(RowState.MOVED, RowState.DRAFTED)).exists():
        _finish_undo(run)


def _undo_batch_of_rows(run: MoveRun) -> None:
    """Undo one batch with its rows locked against a second worker."""
    with transaction.atomic():
        waiting = run.rows.select_for_update(of=("self",)).filter(state=RowState.MOVED)
        rows = list(waiting.order_by("-number")[:BATCH_SIZE])
        documents = Document.objects.in_bulk([row.document_id for row in rows if row.document_id])
        reason = f"撤销迁移：{run.undo_reason}"
        left = take_back_many_migrated(list(documents.values()), by=SYSTEM, reason=reason)
        left |= {row.document_id or 0: "已不在" for row in rows if row.document_id not in documents}
        gone = [row.pk for row in rows if (row.document_id or 0) not in left]
        MoveRow.objects.filter(pk__in=gone).update(state=RowState.BACK, words=run.undo_reason)
        for row in rows:
            if row.pk not in gone:
                text = left[row.document_id or 0][:300]
                MoveRow.objects.filter(pk=row.pk).update(state=RowState.KEPT, words=text)


def _delete_drafts(run: MoveRun) -> None:
    """Delete a batch of drafts that were not submitted; the others stay."""
    with transaction.atomic():
        waiting = run.rows.select_for_update(of=("self",)).filter(state=RowState.DRAFTED)
        for row in list(waiting.order_by("-number")[:BATCH_SIZE]):
            document = Document.objects.filter(pk=row.document_id or 0).first()
            item = find_document_item(document) if document else None
            reasons = find_deletion_errors([item]) if item else []
            if item and not reasons:
                delete_draft(item, by=SYSTEM)
            state, text = (RowState.KEPT, reasons[0]) if reasons else (RowState.BACK, run.undo_reason)
            MoveRow.objects.filter(pk=row.pk).update(state=state, words=text[:300])


def _finish_undo(run: MoveRun) -> None:
    """Archive the columns left empty and log the end of the undoing, once."""
    remaining_columns = publishing_columns.remove_made_columns(Column.objects.filter(pk__in=run.made_columns), SYSTEM)
    archived, kept = archive_empty_columns(remaining_columns, SYSTEM)
    text = "撤销完成" + _describe_columns("已归档", archived) + _describe_columns("另有内容，保留", kept)
    if MoveRun.objects.filter(pk=run.pk, state=RunState.UNDOING).update(
        state=RunState.UNDONE, finished_at=timezone.now()
    ):
        MoveRun.objects.filter(pk=run.pk).update(notes=[f"{text}。"])
        append_record(run.stream, action="migration.undone", by=SYSTEM, words=text)


def _describe_columns(label: str, columns: list[Column]) -> str:
    return f"；栏目{'、'.join(c.name for c in columns)}{label}" if columns else ""


@dataclass
class OpenedRunFiles:
    """The open source and target columns of a migration run, shared by its batches."""

    source: source_rows.OpenedRunSource | None = None
    target: tuple[FileBundle, dict[str, Column]] | None = None


#: Approximate limit of one transaction, in which nobody else can write to SQLite.
MAX_TRANSACTION_SECONDS = 1.0
Progress = Callable[[MoveRun], None]


def work_on_run(run: MoveRun, *, seconds: float = 2.0, progress: Progress | None = None) -> MoveRun:
    """Continue a migration run until it needs a decision, its window ends or the time is over.

    Returns the run as stored.

    Args:
        run: any run; nothing happens if it needs a decision.
        seconds: the approximate time; at least one row is processed.
        progress: called after every batch.
    """
    end = time.monotonic() + seconds
    run = MoveRun.objects.select_related("website__body", "body").get(pk=run.pk)
    open_files = OpenedRunFiles()
    while run.state in RUNNING_STATES and not windows.is_paused(run):
        before = run.state
        try:
            _STEPS_BY_STATE[RunState(run.state)](run, open_files)
        except UnreadableFile as error:
            _stop_run(run, f"{error}。")
            run.refresh_from_db()
            break
        run = MoveRun.objects.select_related("website__body", "body").get(pk=run.pk)
        if run.state != before:
            open_files = OpenedRunFiles()
        if progress:
            progress(run)
        if time.monotonic() >= end:
            break
    return run


def _stop_run(run: MoveRun, text: str) -> None:
    """Record an obstacle: a reading run becomes planned; a moving run ends, and its remaining rows fail."""
    run.notes = [text]
    if run.state == RunState.READING:
        run.state = RunState.PLANNED
    elif run.state == RunState.MOVING:
        left = run.rows.filter(state__in=(RowState.READY, RowState.DRAFT))
        left.update(state=RowState.FAILED, words=text[:300])
    run.save(update_fields=["notes", "state"])
    if run.state == RunState.MOVING:
        _finish_moving(run)


def _read_source(run: MoveRun, open_files: OpenedRunFiles) -> None:
    """Read the next batch of a run's source; after the last, settle the rows and plan the run."""
    if open_files.source is None:
        run.notes = []
        open_files.source = source_rows.open_source(run, open_bundle(run.files_at))
    if source_rows.read_batch(run, open_files.source):
        return
    notes = [*open_files.source.notes, *_describe_unused_files(run, open_files.source.bundle)]
    with transaction.atomic():
        match_rows(run)
        if MoveRun.objects.filter(pk=run.pk, state=RunState.READING, cursor=run.cursor).update(
            state=RunState.PLANNED, notes=notes
        ):
            append_record(run.stream, action="migration.read", by=SYSTEM, words=f"读取{run.cursor}条")


#: Files that a note names.
_MAX_NAMED_FILES = 20


def _describe_unused_files(run: MoveRun, bundle: FileBundle) -> list[str]:
    """Return a note on the documents of a source without a text, such as files to which no page links."""
    left = {name: None for name in bundle.all if get_suffix(name) in PUBLIC_FILE_TYPES and not is_picture(name)}
    for files in run.rows.values_list("data__files", flat=True).iterator():
        for facts in files or ():
            left.pop(str(facts["ref"]), None)
    if not left:
        return []
    named = "、".join(name[-60:] for name in [*left][:_MAX_NAMED_FILES]) + "等" * (len(left) > _MAX_NAMED_FILES)
    return [f"来源中有{len(left)}个文件没有随任何一条信息带来：{named}。需要的，请另行上传。"]


def _move_rows(run: MoveRun, open_files: OpenedRunFiles) -> None:
    """Move the next rows; when none are left, end the run and log how many were moved."""
    if open_files.target is None:
        open_files.target = open_bundle(run.files_at), map_old_paths_to_columns(run)
    if not _move_batch_of_rows(run, *open_files.target):
        _finish_moving(run)


def _finish_moving(run: MoveRun) -> None:
    """End a moving run, and log how many rows were moved, once."""
    moving = MoveRun.objects.filter(pk=run.pk, state=RunState.MOVING)
    if moving.update(state=RunState.DONE, finished_at=timezone.now()):
        count = run.rows.filter(state=RowState.MOVED).count()
        finish_migration(run.website, by=SYSTEM, run=run.stream, count=count)


def _move_batch_of_rows(run: MoveRun, bundle: FileBundle, columns: dict[str, Column]) -> int:
    """Migrate rows into `columns` (by the column's path in the old data) in one short transaction; return how many."""
    end = time.monotonic() + MAX_TRANSACTION_SECONDS
    waiting = (RowState.READY, RowState.DRAFT)
    rows = run.rows.filter(state__in=waiting).select_related("body").order_by("number")
    done = 0
    with transaction.atomic():
        for row in rows[: source_rows.READING_BATCH_SIZE]:
            move_row(run, row, bundle, columns)
            done += 1
            if time.monotonic() >= end:
                break
    return done


def move_row(run: MoveRun, row: MoveRow, bundle: FileBundle, columns: dict[str, Column]) -> None:
    """Migrate one row atomically: files, item, edition, URLs; of a draft row only files and item.

    Does nothing if another process is migrating the row. A refused row is marked as failed, and nothing is raised.
    """
    draft = row.state == RowState.DRAFT
    then = RowState.DRAFTED if draft else RowState.MOVED
    try:
        with transaction.atomic():
            if not MoveRow.objects.filter(pk=row.pk, state=row.state).update(state=then):
                return
            column = columns.get(row.column)
            if column is None or row.body is None:
                raise Refused("栏目或单位已不在，请重新读取。")
            for facts in row.data.get("pictures", []):
                row_files.store_file(bundle, facts, SYSTEM)
            files = [
                (make_attachment_name(facts), row_files.store_file(bundle, facts, SYSTEM))
                for facts in list_row_attachments(row)
            ]
            if draft:
                _write_draft(run, row, column, files)
                return
            edition = publish_migrated(
                row.body,
                by=SYSTEM,
                order=run.order_id,
                key=row.key,
                fields=make_item_fields(row),
                attachments=files,
                columns=[column],
                old=row.old,
            )
            MoveRow.objects.filter(pk=row.pk).update(
                document_id=edition.document_id, data=copy_without_text(row.data), findings=[]
            )
    except Refused as refused:
        _mark_failed(row, str(refused))
    except IntegrityError:
        _mark_failed(row, "同一条信息已由另一次迁移带来。")


def _write_draft(run: MoveRun, row: MoveRow, column: Column, files: list[tuple[str, StoredFile]]) -> None:
    """Create a draft of a row; persons who prepared, ordered or decided it are among its authors."""
    assert row.body is not None
    ordered = Movement.objects.filter(stream=run.stream, action="migration.order").values_list("person_id", flat=True)
    hands = {*list_readers(run), *ordered, row.data.get("decided_by")} - {None, 0}
    document = draft_migrated(
        row.body,
        by=SYSTEM,
        fields=make_item_fields(row),
        attachments=files,
        columns=[column],
        hands={int(hand) for hand in hands if hand},
        why=row.words or "旧网站迁移",
    )
    MoveRow.objects.filter(pk=row.pk).update(document_id=document.pk, data=copy_without_text(row.data), findings=[])


def copy_without_text(data: Mapping[str, object]) -> dict[str, object]:
    """Return a row's data without its text: its files and a few fields."""
    kept_names = ("document_number", "issuer", "index_number", "written_on", "formed_on", "effective_on", "kind")
    fields = read_record(data, "fields")
    return {"fields": {n: fields[n] for n in kept_names if n in fields}, "files": data.get("files", [])}


def _mark_failed(row: MoveRow, text: str) -> None:
    waiting = MoveRow.objects.filter(pk=row.pk, state__in=(RowState.READY, RowState.DRAFT))
    waiting.update(state=RowState.FAILED, words=text[:300])


_STEPS_BY_STATE: dict[RunState, Callable[[MoveRun, OpenedRunFiles], object]] = {
    RunState.READING: _read_source,
    RunState.MOVING: _move_rows,
    RunState.UNDOING: lambda run, _: undo_batch(run),
}


def work_on_all_runs(seconds: float = 20.0) -> dict[str, int]:
    """Job: continue every migration run in progress, even after the browser was closed; return counts.

    A run that fails stops no other; its error is raised at the end.
    """
    runs = list(MoveRun.objects.filter(state__in=RUNNING_STATES).order_by("pk"))
    errors: list[Exception] = []
    for run in runs:
        try:
            work_on_run(run, seconds=seconds / len(runs))
        except Exception as error:
            errors.append(error)
    if errors:
        raise errors[0]
    return {"worked": len(runs)}
