"""Actions on imports: dry run, apply, undo, discard."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from django.apps import apps
from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Conflict, Refused, action, stream_of
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.chain import append_many, build, heads
from gongkai.core.acts.models import Movement
from gongkai.core.files.losses import require_seen
from gongkai.core.spreadsheets import undo as undoing
from gongkai.core.spreadsheets.importers import (
    PersonalSheet,
    Plan,
    Prepares,
    Recorder,
    WritesMany,
    adds_only,
    find_importer,
    importer_named,
    nothing_in,
)
from gongkai.core.spreadsheets.models import HeadMeaning, ImportRun, ImportTouch, RunState
from gongkai.core.spreadsheets.queries import visible_to
from gongkai.core.spreadsheets.reading import read
from gongkai.core.spreadsheets.sheet import Table
from gongkai.core.spreadsheets.snapshots import snapshot

#: A longer heading is a sentence and not remembered.
_MAX_HEADING_LENGTH = 40


def plan_of(run: ImportRun, *, by: Actor, table: Table | None = None) -> Plan:
    """Plan a run's file against the current data, without writing.

    `table` is its parsed content; None: parse now.

    Raises:
        Unreadable: the file cannot be read at all.
    """
    importer = importer_named(run.importer)
    if table is None:
        table = read(run.file, importer.sheet, run.heads)
    if any(not error.row for error in table.errors):
        table.rows = []  # without its columns no row says anything
    plan = importer.plan(table, by=by)
    assert not (adds_only(importer) and any(change.target for change in plan.changes))
    plan.errors[:0] = table.errors
    plan.errors.sort(key=lambda error: (error.page, error.row, error.column))
    plan.notes[:0] = table.notes
    plan.heads = table.heads
    plan.losses = table.losses
    return plan


def _check_may(by: Actor, run: ImportRun | None) -> list[str]:
    importer = find_importer(run.importer) if run else None
    if run is None or importer is None:
        return ["这种导入已不再支持。"]
    if reasons := importer.why_not(by):
        return reasons
    seen = run.pk is None or visible_to(by).filter(pk=run.pk).exists()
    return [] if seen else ["只有导入的人和主管其单位的政务公开办、系统管理员可以办理这次导入。"]


def _check_draft(run: ImportRun) -> list[str]:
    return [] if run.state == RunState.DRAFT else [f"这次导入{run.get_state_display()}，不能再次办理。"]


def _check_applied(run: ImportRun) -> list[str]:
    if run.state != RunState.APPLIED:
        return [f"这次导入{run.get_state_display()}，不能撤销。"]
    return undoing.obstacles(run)


def table_of(run: ImportRun) -> Table:
    """Parse a run's file, with the importer's slow preparation, before the transaction.

    Raises:
        Unreadable: the file cannot be read at all.
    """
    importer = importer_named(run.importer)
    table = read(run.file, importer.sheet, run.heads)
    if isinstance(importer, Prepares):
        importer.prepare(table)
    return table


def _read_before(run: ImportRun, *, by: Actor) -> Mapping[str, object]:
    return {"table": read(run.file, importer_named(run.importer).sheet, run.heads)}


def _get_table_before(
    run: ImportRun, *, by: Actor, table: Table | None = None, losses_seen: bool = False
) -> Mapping[str, object]:
    return {"table": table or table_of(run)}


@action("spreadsheets.upload", label="上传并预览", rule=_check_may, ahead=_read_before)
def upload(run: ImportRun, *, by: Actor, table: Table) -> ActionResult:
    """Store a file for a dry run; delete the person's earlier dry runs of this kind.

    Return the run and its plan.
    """
    importer = importer_named(run.importer)
    ImportRun.objects.filter(importer=run.importer, state=RunState.DRAFT, person_id=by.person_id).delete()
    run.by_name, run.person_id = by.name, by.person_id
    run.file_name = run.file_name[-200:]
    run.file_digest = hashlib.sha256(bytes(run.content)).hexdigest()
    plan = _store_plan(run, by, table)
    if isinstance(importer, PersonalSheet):
        run.close()
    run.save()
    words = f"上传“{run.file_name}”预览{importer.label}：新增{run.made}，修改{run.changed}，错误{len(plan.errors)}"
    return ActionResult(words=words, facts={"file": run.file_digest}, stream=stream_of(run), result=(run, plan))


def _store_plan(run: ImportRun, by: Actor, table: Table) -> Plan:
    plan = plan_of(run, by=by, table=table)
    run.plan_digest = plan.digest
    run.made, run.changed = plan.made, len(plan.changes) - plan.made
    return plan


def _read_with_headings(run: ImportRun, *, by: Actor, heads: Mapping[str, str]) -> Mapping[str, object]:
    return {"table": read(run.file, importer_named(run.importer).sheet, run.heads | dict(heads))}


@action("spreadsheets.heads", label="对应表头", rule=_check_may, ready=_check_draft, ahead=_read_with_headings)
def say_heads(run: ImportRun, *, by: Actor, heads: Mapping[str, str], table: Table) -> ActionResult:
    """Set the meaning of a file's headings (spelling to column key, "" for none), for later files, too.

    Refused if two headings mean one column or a column does not exist.
    """
    columns = {column.key: column.head for column in importer_named(run.importer).sheet.columns}
    keys = [key for key in heads.values() if key]
    if doubled := next((key for key in keys if keys.count(key) > 1), ""):
        raise Refused(f"有两列都对应“{columns.get(doubled, doubled)}”，请把其中一列改为“不读取”。")
    if unknown := next((key for key in keys if key not in columns), ""):
        raise Refused(f"本表没有“{unknown}”这一列，请重新选择。")
    run.heads = run.heads | dict(heads)
    _store_plan(run, by, table)
    run.save(update_fields=["heads", "plan_digest", "made", "changed"])
    for words, key in heads.items():
        if key and len(words) <= _MAX_HEADING_LENGTH:
            HeadMeaning.objects.update_or_create(importer=run.importer, head=words, defaults={"key": key})
    said = "、".join(f"{words}是{columns[key]}" for words, key in heads.items() if key)
    return ActionResult(words=f"“{run.file_name}”的表头：{said or '都不读取'}")


@action("spreadsheets.apply", label="确认导入", rule=_check_may, ready=_check_draft, ahead=_get_table_before)
def apply(run: ImportRun, *, by: Actor, table: Table, losses_seen: bool = False) -> ActionResult:
    """Apply an import, all or nothing; refuse errors, raise Conflict if the plan changed.

    `losses_seen`: a person has confirmed the losses of the file (`files.losses`).
    """
    importer = importer_named(run.importer)
    plan = plan_of(run, by=by, table=table)
    if plan.errors:
        raise Refused([str(error) for error in plan.errors[:20]])
    require_seen(plan.losses, seen=losses_seen)
    if plan.digest != run.plan_digest:
        raise Conflict("预览之后名录有了变化，请重新上传核对后再确认。")
    if not plan.changes:
        raise Refused(nothing_in(importer, plan))
    recorder = Recorder()
    if isinstance(importer, WritesMany):
        importer.carry_out_many(plan.changes, by=by, recorder=recorder)
    else:
        for change in plan.changes:
            importer.carry_out(change, by=by, recorder=recorder)
    _store_touched(run, recorder)
    run.state, run.applied_at = RunState.APPLIED, timezone.now()
    if run.key:
        run.forget()
    run.save(update_fields=["state", "applied_at", "made", "changed", "content", "key"])
    return ActionResult(
        words=f"导入“{run.file_name}”：新增{run.made}，修改{run.changed}",
        facts={"file": run.file_digest, "made": run.made, "changed": run.changed},
        from_state=RunState.DRAFT,
        to_state=RunState.APPLIED,
    )


def _store_touched(run: ImportRun, recorder: Recorder) -> None:
    rows = []
    keys: dict[str, list[int]] = defaultdict(list)
    for model, pk in recorder.seen:
        keys[model].append(pk)
    stored = {model: apps.get_model(model)._base_manager.in_bulk(pks) for model, pks in keys.items()}
    for position, ((model, pk), (touched, verb, before)) in enumerate(recorder.seen.items()):
        row = stored[model][pk]
        after = snapshot(row)
        if verb == ImportTouch.Verb.CHANGED and before == after:
            continue
        rows.append(
            ImportTouch(
                run=run,
                position=position,
                model=model,
                object_pk=pk,
                verb=verb,
                label=str(touched)[:200],
                before=before,
                after=after,
            )
        )
    ImportTouch.objects.bulk_create(rows, batch_size=500)


@action("spreadsheets.undo", label="撤销导入", rule=_check_may, ready=_check_applied)
def undo(run: ImportRun, *, by: Actor, reason: str = "") -> ActionResult:
    """Undo an import if nothing has changed since and the importer permits it."""
    restored = undoing.take_back(run, importer_named(run.importer), by=by)
    words = f"撤销导入“{run.file_name}”" + (f"：{reason}" if reason else "")
    streams = [stream_of(row) for row in restored]
    last: dict[str, Movement] = heads(streams)
    done = []
    for stream in streams:
        last[stream] = build(stream, last.get(stream), action="spreadsheets.undo", by=by, words=words)
        done.append((last[stream], words))
    append_many(done)
    run.state, run.undone_at = RunState.UNDONE, timezone.now()
    run.save(update_fields=["state", "undone_at"])
    return ActionResult(words=words, from_state=RunState.APPLIED, to_state=RunState.UNDONE)


def drop_trials(before: datetime) -> int:
    """Delete old dry runs of files with personal data; return their number."""
    return ImportRun.objects.filter(state=RunState.DRAFT, created_at__lt=before).exclude(key="").delete()[0]


def try_file(importer: str, *, content: bytes, file_name: str, by: Actor) -> tuple[ImportRun, Plan]:
    """Upload a file and return the run with its plan.

    Raises:
        Unreadable: the file cannot be read at all. Refused: no permission to import.
    """
    known = dict(HeadMeaning.objects.filter(importer=importer).values_list("head", "key"))
    tried: tuple[ImportRun, Plan] = upload(
        ImportRun(importer=importer, content=content, file_name=file_name, heads=known), by=by
    )
    return tried
