"""Actions on imports: dry run, apply, undo, discard."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Conflict, Refused, action, get_log_stream
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.chain import append_records, build_record, map_last_records
from gongkai.core.acts.lock_sharing import write_in_portions
from gongkai.core.acts.models import Movement
from gongkai.core.files.losses import require_losses_seen
from gongkai.core.spreadsheets import undo as undoing
from gongkai.core.spreadsheets.importers import Importer, ImportPlan, describe_empty_plan, find_importer, get_importer
from gongkai.core.spreadsheets.models import HeadMeaning, ImportRun, ImportTouch, RunState
from gongkai.core.spreadsheets.portions import IMPORT_RUNNING_ERROR, PortionWriter, Progress, is_abandoned
from gongkai.core.spreadsheets.queries import visible_to
from gongkai.core.spreadsheets.reader import MAX_HEADING_CHARACTERS, read_table
from gongkai.core.spreadsheets.sheet import Table
from gongkai.lib import privacy

#: Up to this number of rows an import runs while the browser waits, for some seconds.
MAX_ROWS_IMPORTED_AT_ONCE = 200
#: Functions that start an import in the background and return the URL of its progress page (at most one).
BACKGROUND_IMPORT_STARTERS: list[Callable[[ImportRun, Actor, bool], str]] = []


def takes_long(run: ImportRun) -> bool:
    """Return true if an import has too many rows for the browser to wait."""
    return bool(BACKGROUND_IMPORT_STARTERS) and run.made + run.changed > MAX_ROWS_IMPORTED_AT_ONCE


def start_in_background(run: ImportRun, by: Actor, losses_seen: bool) -> str:
    """Start an import in the background; return the URL of its progress page. `losses_seen` as in `write_rows`."""
    return BACKGROUND_IMPORT_STARTERS[0](run, by, losses_seen)


def make_import_plan(run: ImportRun, *, by: Actor, table: Table | None = None) -> ImportPlan:
    """Plan a run's file against the current data, without writing.

    `table` is its parsed content; None: parse now.

    Raises:
        UnreadableFile: the file cannot be read at all.
    """
    importer = get_importer(run.importer)
    if table is None:
        table = read_table(run.file, importer.sheet, run.heads)
    if any(not error.row for error in table.errors):
        table.rows = []  # without its columns no row says anything
    plan = importer.plan(table, by=by)
    assert not (importer.adds_only and any(change.target for change in plan.changes))
    plan.errors[:0] = table.errors
    plan.errors.sort(key=lambda error: (error.page, error.row, error.column))
    plan.notes[:0] = table.notes
    plan.heads = table.heads
    plan.values = table.values
    plan.losses = table.losses
    return plan


def _check_permission(by: Actor, run: ImportRun | None) -> list[str]:
    """Return the Chinese reasons why the actor may not handle this import."""
    importer = find_importer(run.importer) if run else None
    if run is None or importer is None:
        return ["这种导入已不再支持。"]
    if reasons := importer.why_not(by):
        return reasons
    is_visible = run.pk is None or visible_to(by).filter(pk=run.pk).exists()
    return [] if is_visible else ["只有导入的人和主管其单位的政务公开办、系统管理员可以办理这次导入。"]


def _check_is_draft(run: ImportRun) -> list[str]:
    return [] if run.state == RunState.DRAFT else [f"这次导入{run.get_state_display()}，不能再次办理。"]


def _check_unfinished(run: ImportRun) -> list[str]:
    """Return the Chinese reason if the import is neither a draft nor interrupted."""
    return [] if run.state == RunState.APPLYING else _check_is_draft(run)


def _check_abandoned(run: ImportRun) -> list[str]:
    """Return the Chinese reasons why the rows of an interrupted import cannot be taken back."""
    if _is_taken_back(run):
        return []
    if not is_abandoned(run):
        return [f"这次导入{run.get_state_display()}，不能收回。"]
    return undoing.list_undo_obstacles(run)


def _check_applied(run: ImportRun) -> list[str]:
    """Return the Chinese reasons why an import cannot be undone."""
    if _is_taken_back(run):
        return []
    if run.state != RunState.APPLIED:
        return [f"这次导入{run.get_state_display()}，不能撤销。"]
    return undoing.list_undo_obstacles(run)


def _is_taken_back(run: ImportRun) -> bool:
    """Return true if all rows were removed again in portions, but the action that records this has not run yet."""
    return run.state == RunState.APPLYING and not run.touches.filter(object_pk__gt=0).exists()


def parse_table(run: ImportRun) -> Table:
    """Parse a run's file, with the importer's slow preparation, before the transaction.

    Raises:
        UnreadableFile: the file cannot be read at all.
    """
    importer = get_importer(run.importer)
    table = read_table(run.file, importer.sheet, run.heads)
    importer.prepare(table)
    return table


def _plan_before_transaction(run: ImportRun, *, by: Actor) -> Mapping[str, object]:
    return {"plan": make_import_plan(run, by=by)}


@action("spreadsheets.upload", label="上传并预览", rule=_check_permission, ahead=_plan_before_transaction)
def upload(run: ImportRun, *, by: Actor, plan: ImportPlan) -> ActionResult:
    """Store a file for a dry run; delete the person's earlier dry runs of this kind.

    Return the run and its plan.
    """
    importer = get_importer(run.importer)
    ImportRun.objects.filter(importer=run.importer, state=RunState.DRAFT, person_id=by.person_id).delete()
    run.by_name, run.person_id = by.name, by.person_id
    run.file_name = run.file_name[-200:]
    run.file_digest = hashlib.sha256(bytes(run.content)).hexdigest()
    _set_plan(run, plan)
    if importer.personal:
        run.close()
    run.save()
    text = f"上传“{run.file_name}”预览{importer.label}：新增{run.made}，修改{run.changed}，错误{len(plan.errors)}"
    return ActionResult(words=text, facts={"file": run.file_digest}, stream=get_log_stream(run), result=(run, plan))


def _set_plan(run: ImportRun, plan: ImportPlan) -> None:
    run.plan_digest = plan.digest
    run.made, run.changed = plan.made, len(plan.changes) - plan.made


def _plan_with_headings(run: ImportRun, *, by: Actor, heads: Mapping[str, str]) -> Mapping[str, object]:
    """Plan with the new headings. Refuse two headings for one column, and unknown columns and choices."""
    columns = {column.key: column.head for column in get_importer(run.importer).sheet.columns}
    chosen_meanings = {text: key for text, key in heads.items() if key and ":" in text}
    choices = {f"{one.key}:{label}" for one in get_importer(run.importer).sheet.columns for label in one.choices}
    if any(f"{text.partition(':')[0]}:{key}" not in choices for text, key in chosen_meanings.items()):
        raise Refused("请从列表中选择对应的内容。")
    keys = [key for text, key in heads.items() if key and text not in chosen_meanings]
    if doubled := next((key for key in keys if keys.count(key) > 1), ""):
        raise Refused(f"有两列都对应“{columns.get(doubled, doubled)}”，请把其中一列改为“不读取”。")
    if unknown := next((key for key in keys if key not in columns), ""):
        raise Refused(f"本表没有“{unknown}”这一列，请重新选择。")
    run.heads = run.heads | dict(heads)
    return {"plan": make_import_plan(run, by=by)}


@action(
    "spreadsheets.heads", label="对应表头", rule=_check_permission, ready=_check_is_draft, ahead=_plan_with_headings
)
def set_head_meanings(run: ImportRun, *, by: Actor, heads: Mapping[str, str], plan: ImportPlan) -> ActionResult:
    """Set the meaning of a file's headings (spelling to column key, "" for none), also for later files.

    A value is set as `column:value` to one of the column's choices. "" makes later files forget an earlier meaning.
    """
    columns = {column.key: column.head for column in get_importer(run.importer).sheet.columns}
    run.heads = run.heads | dict(heads)
    _set_plan(run, plan)
    run.save(update_fields=["heads", "plan_digest", "made", "changed"])
    for text, key in heads.items():
        if key and len(text) <= MAX_HEADING_CHARACTERS:
            HeadMeaning.objects.update_or_create(importer=run.importer, head=text, defaults={"key": key})
    HeadMeaning.objects.filter(
        importer=run.importer, head__in=[text for text, key in heads.items() if not key]
    ).delete()
    name_list = "、".join(
        f"{spelling.rpartition(':')[2]}是{columns.get(key, key)}" for spelling, key in heads.items() if key
    )
    return ActionResult(words=f"“{run.file_name}”的对应：{name_list or '都不读取'}")


def write_rows(
    run: ImportRun,
    *,
    by: Actor,
    losses_seen: bool = False,
    progress: Progress = lambda rows: None,
) -> PortionWriter:
    """Plan an import again and write its rows in short transactions; `apply` finishes it.

    Rows written before an interruption are removed first; if one row is refused, all are removed.
    `losses_seen`: a person has confirmed the losses of the file (`files.losses`).

    Raises:
        Refused: errors in the rows, or unconfirmed losses. Conflict: the plan changed.
        UnreadableFile: the file cannot be read at all.
    """
    if is_abandoned(run):
        run = take_back_unfinished(run, by=by)
    if run.state == RunState.APPLYING:
        raise Conflict(IMPORT_RUNNING_ERROR)
    importer = get_importer(run.importer)
    plan = make_import_plan(run, by=by, table=parse_table(run))
    if plan.errors:
        raise Refused([str(error) for error in plan.errors[:20]])
    require_losses_seen(plan.losses, confirmed=losses_seen)
    if plan.digest != run.plan_digest:
        raise Conflict("预览之后名录有了变化，请重新上传核对后再确认。")
    if not plan.changes:
        raise Refused(describe_empty_plan(importer, plan))
    writer = PortionWriter(run, importer, by)
    _load_program(importer)
    try:
        writer.write(plan.changes, progress)
    except Exception as error:
        writer.give_up(error, lambda: take_back_unfinished(run, by=by))
        raise
    return writer


def _load_program(importer: Importer) -> None:
    """Load rules and URLs, which takes seconds in a new process, before the transaction that locks the database."""
    privacy.load_rules()
    reverse(importer.home)


def _write_portions(
    run: ImportRun, *, by: Actor, written: PortionWriter | None = None, losses_seen: bool = False
) -> Mapping[str, object]:
    """Write the rows in portions, before the action itself runs."""
    return {"written": written or write_rows(run, by=by, losses_seen=losses_seen)}


@action("spreadsheets.apply", label="确认导入", rule=_check_permission, ready=_check_unfinished, ahead=_write_portions)
def apply(run: ImportRun, *, by: Actor, written: PortionWriter, losses_seen: bool = False) -> ActionResult:
    """Import the rows of a dry run and mark it as applied; send merged messages.

    `written`: the result of `write_rows`, which runs first if it is not given.
    """
    written.require_own_import(run)
    written.send_merged_messages()
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


#: Rows that one action takes back, all or none; those of larger imports are taken back in portions before it.
MAX_ACT_ROWS = 50
#: First portion of a table's rows that are taken back.
FIRST_UNDONE_ROWS = 20


def _take_back_before_transaction(run: ImportRun, *, by: Actor, reason: str = "") -> Mapping[str, object]:
    """Undo the rows of an import of more than `MAX_ACT_ROWS` in several transactions; do nothing for a smaller one.

    After an interruption or a refusal, the other rows can be undone later.
    """
    rows = undoing.list_rows_to_undo(run, get_importer(run.importer))
    if len(rows) <= MAX_ACT_ROWS:
        return {}
    seen, text, count = (run.state, run.applied_at), f"撤销导入“{run.file_name}”", 0

    def write(portion: Sequence[ImportTouch]) -> None:
        """Take back one portion and count it."""
        nonlocal seen, count
        seen = take_back_rows(run, by=by, rows=portion, seen=seen, words=text)
        count += len(portion)

    try:
        for some in undoing.split_by_table(rows):
            write_in_portions(some, write, first=min(MAX_ACT_ROWS, FIRST_UNDONE_ROWS))
    except Refused as refused:
        if not count or isinstance(refused, Conflict):
            raise
        ImportRun.objects.filter(pk=run.pk, state=RunState.APPLYING).update(applied_at=None)
        summary = f"已收回{count}行，其余{len(rows) - count}行没有收回，处理后请在导入记录中点“收回已写入的行”："
        raise Refused([summary, *refused.reasons]) from refused
    return {}


@action("spreadsheets.take_back_rows", label="收回一部分行", rule=_check_permission, quiet=True)
def take_back_rows(
    run: ImportRun,
    *,
    by: Actor,
    rows: Sequence[ImportTouch],
    seen: tuple[str, datetime | None],
    words: str,
) -> ActionResult:
    """Undo the import of some rows; the result is the run's (state, applied_at), to be passed as `seen` to the next
    call.

    Raises:
        Conflict: another process writes the import. Refused: the rows were changed or used since.
    """
    if (run.state, run.applied_at) != seen:
        raise Conflict(IMPORT_RUNNING_ERROR)
    if obstacles := undoing.list_undo_obstacles(run, rows):
        raise Refused(obstacles)
    _restore_rows(run, rows, words, by)
    run.state, run.applied_at = RunState.APPLYING, timezone.now()
    run.save(update_fields=["state", "applied_at"])
    return ActionResult(words=f"收回{len(rows)}行", result=(run.state, run.applied_at))


@action(
    "spreadsheets.undo",
    label="撤销导入",
    rule=_check_permission,
    ready=_check_applied,
    ahead=_take_back_before_transaction,
)
def undo(run: ImportRun, *, by: Actor, reason: str = "") -> ActionResult:
    """Undo an import if nothing has changed since and the importer permits it."""
    text = f"撤销导入“{run.file_name}”" + (f"：{reason}" if reason else "")
    _restore_rows(run, undoing.list_rows_to_undo(run, get_importer(run.importer)), text, by)
    run.state, run.undone_at = RunState.UNDONE, timezone.now()
    run.save(update_fields=["state", "undone_at"])
    return ActionResult(words=text, from_state=RunState.APPLIED, to_state=RunState.UNDONE)


@action(
    "spreadsheets.take_back",
    label="收回已写入的行",
    rule=_check_permission,
    ready=_check_abandoned,
    ahead=_take_back_before_transaction,
)
def take_back_unfinished(run: ImportRun, *, by: Actor) -> ActionResult:
    """Take back the rows of an interrupted import; it can be confirmed again."""
    text = f"收回没有完成的导入“{run.file_name}”"
    _restore_rows(run, undoing.list_rows_to_undo(run, get_importer(run.importer)), text, by)
    run.touches.all().delete()
    run.state, run.applied_at = RunState.DRAFT, None
    run.save(update_fields=["state", "applied_at"])
    return ActionResult(words=text, from_state=RunState.APPLYING, to_state=RunState.DRAFT)


def _restore_rows(run: ImportRun, rows: Sequence[ImportTouch], text: str, by: Actor) -> None:
    """Undo the changes to rows and log the undo in the stream of each."""
    restored_rows = undoing.undo_changes(rows, get_importer(run.importer), by=by)
    streams = [get_log_stream(row) for row in restored_rows]
    last_by_stream: dict[str, Movement] = map_last_records(streams)
    records = []
    for stream in streams:
        last_by_stream[stream] = build_record(
            stream, last_by_stream.get(stream), action="spreadsheets.undo", by=by, words=text
        )
        records.append((last_by_stream[stream], text))
    append_records(records)


def delete_dry_runs(before: datetime) -> int:
    """Delete dry runs of files with personal data that were uploaded before a time; return the number of deleted
    rows."""
    return ImportRun.objects.filter(state=RunState.DRAFT, created_at__lt=before).exclude(key="").delete()[0]


def upload_for_dry_run(importer: str, *, content: bytes, file_name: str, by: Actor) -> tuple[ImportRun, ImportPlan]:
    """Upload a file for a dry run, with the remembered meanings of its headings; return (run, plan).

    Raises:
        UnreadableFile: the file cannot be read at all. Refused: no permission to import.
    """
    keys_by_head = dict(HeadMeaning.objects.filter(importer=importer).values_list("head", "key"))
    tried: tuple[ImportRun, ImportPlan] = upload(
        ImportRun(importer=importer, content=content, file_name=file_name, heads=keys_by_head), by=by
    )
    return tried
