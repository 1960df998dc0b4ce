"""Correct the meaning of table columns: read the file again, learn the headings, allow undo."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from gongkai.core.acts.action import ROW_CHANGED_ERROR, ActionResult, Conflict, Refused, action
from gongkai.core.units.actors import Actor
from gongkai.work.notices.actions.imports import find_previous_choices, plan_rows
from gongkai.work.notices.actions.permissions import list_reasons_unless_chief_of_notice
from gongkai.work.notices.actions.row_exchange import (
    RowExchangeAction,
    exchange_rows_with_hidden_copy,
    store_hidden_rows,
)
from gongkai.work.notices.actions.row_storage import NewRow, build_rows, group_into_rows
from gongkai.work.notices.actions.task_portions import notice_action
from gongkai.work.notices.actions.units import set_resolved_members
from gongkai.work.notices.importing import snapshots
from gongkai.work.notices.importing.file_remarks import find_remarks
from gongkai.work.notices.importing.source import NoticeSource, read_source
from gongkai.work.notices.importing.table_heads import (
    COLUMN_MEANINGS,
    LIMIT,
    PATH,
    UNIQUE_MEANINGS,
    TableHead,
    is_known_head,
    list_column_faults,
)
from gongkai.work.notices.models import HeadName, MeasureUnit, Notice, Rereading, UnitState
from gongkai.work.notices.planning.draft_rows import OPEN_LIST_MARK


def find_heading_meanings(notice: Notice) -> list[dict[str, str]]:
    """Return dicts of `head`, `meaning` and `by`: the stored headings, for old imports those of the file, if it still
    exists.
    """
    if notice.heads:
        return list(notice.heads)
    try:
        heads = _read_source(notice, {}).heads
    except Refused:
        return []
    return [{"head": head.printed, "meaning": head.meaning, "by": ""} for head in heads]


def _read_source(notice: Notice, heads: Mapping[str, str]) -> NoticeSource:
    """Read the notice's file again with these meanings of headings.

    Raises:
        Refused: when the file is gone.
    """
    try:
        data = notice.source_file.read()
    except OSError as error:
        raise Refused("来源文件已不在，不能重新读取。") from error
    return read_source(data, notice.source_name, heads)


@dataclass(frozen=True)
class RereadFile:
    """A file read again, with the present (`now`) and the wanted meaning of each heading.

    `version` is that of the notice; `before` is a snapshot of its rows; `hidden` has the new rows, `measures` is
    their number.
    """

    version: int
    now: Mapping[str, str]
    wanted: Mapping[str, str]
    source: NoticeSource
    hidden: Notice
    measures: int
    remarks: Sequence[object]
    before: Mapping[str, object]


def _read_with_heads(
    notice: Notice, *, by: Actor, heads: Mapping[str, str], learn: bool = True
) -> Mapping[str, object]:
    """Return `again`: the file read with these meanings (Refused: they give no table of tasks).

    Its rows are stored hidden, before the transaction.
    """
    current_meanings = {row["head"]: row["meaning"] for row in find_heading_meanings(notice)}
    new_meanings = current_meanings | {head: meaning for head, meaning in heads.items() if head in current_meanings}
    _require_valid_heading_meanings(
        notice,
        heads,
        new_meanings,
        {head: meaning for head, meaning in new_meanings.items() if current_meanings[head] != meaning},
    )
    source = _read_source(
        notice, {head: meaning for head, meaning in new_meanings.items() if _is_meaning_explicit(head, meaning)}
    )
    as_read = {head.printed: head.meaning for head in source.heads}
    if as_read != new_meanings or not source.parsed["rows"]:
        raise Refused("按这样的表头读不出任务表，请核对各栏的含义；二级任务须在一级任务和举措之间。")
    snapshot, resolve = snapshots.take_snapshot(notice), partial(_resolve_names_again, _collect_resolved_units(notice))
    notice.parsed = source.parsed  # Only of this copy: the action re-reads the notice.
    plan = plan_rows(notice, source, {**find_previous_choices(notice.government), **notice.owing})
    rows, remarks = build_rows(notice, plan), find_remarks(source, notice.issuer)
    hidden = store_hidden_rows(notice, rows, by=by, then=resolve)
    return {
        "again": RereadFile(
            notice.version, current_meanings, new_meanings, source, hidden, len(rows), remarks, snapshot
        )
    }


@notice_action(
    "assign_heads",
    verb="correct",
    label="更正表头",
    rule=list_reasons_unless_chief_of_notice,
    ahead=_read_with_heads,
    action_class=RowExchangeAction,
)
def assign_heading_meanings(
    notice: Notice, *, by: Actor, heads: Mapping[str, str], again: RereadFile, learn: bool = True
) -> ActionResult:
    """Set the meaning of each column and read the table again.

    Resolved names stay resolved. Args: `heads` maps a printed heading to a key of
    `table_heads.COLUMN_MEANINGS`; `again` is the file read with them; `learn` saves changed
    headings (`HeadName`) for the next notice.
    """
    current_meanings, new_meanings, source = again.now, again.wanted, again.source
    if source.digest != notice.source_digest or (notice.heads and dict(current_meanings) != _get_stored_heads(notice)):
        raise Conflict("表头刚刚被更正过，请刷新后再试。")
    if again.version != notice.version:
        raise Conflict(ROW_CHANGED_ERROR)
    changed = {head: meaning for head, meaning in new_meanings.items() if current_meanings[head] != meaning}
    _require_valid_heading_meanings(notice, heads, new_meanings, changed)
    exchange_rows_with_hidden_copy(notice, again.hidden)
    notice.parsed, notice.remarks = source.parsed, again.remarks
    names = {head["head"]: head["by"] for head in notice.heads} | dict.fromkeys(changed, by.name)
    notice.heads = [
        {"head": head, "meaning": meaning, "by": names.get(head, "")} for head, meaning in new_meanings.items()
    ]
    notice.save(update_fields=["heads", "parsed", "remarks"])
    taught = _save_learnt_heads(notice, changed, by) if learn else {}
    Rereading.objects.create(notice=notice, before=again.before, learnt=taught, version=notice.version + 1, by=by.name)
    name_list = "、".join(f"“{head}”为{COLUMN_MEANINGS[meaning]}" for head, meaning in changed.items())
    return ActionResult(
        words=f"表头{name_list}，重新读取{again.measures}条举措"[:400],
        facts={"heads": changed, "learn": learn, "measures": again.measures},
    )


def _get_stored_heads(notice: Notice) -> dict[str, str]:
    return {head["head"]: head["meaning"] for head in notice.heads}


def _is_meaning_explicit(head: str, meaning: str) -> bool:
    """Return true if a meaning must be passed to the reader because it would guess differently."""
    return meaning in UNIQUE_MEANINGS or meaning in {LIMIT, PATH} or is_known_head(head)


def _require_valid_heading_meanings(
    notice: Notice, heads: Mapping[str, str], wanted_meanings: Mapping[str, str], changed: Mapping[str, str]
) -> None:
    """Refuse meanings that are unknown, unchanged or no table of tasks, and any while drafts for lower units exist.

    Raises:
        Refused: with the reasons.
    """
    if unknown := [text for text in heads.values() if text not in COLUMN_MEANINGS]:
        raise Refused(f"没有“{unknown[0]}”这样的栏。")
    if not wanted_meanings:
        raise Refused("这份文件没有读到表头，不能更正。")
    if not changed:
        raise Refused("各栏的含义没有改变。")
    if reasons := list_column_faults(TableHead(head, meaning) for head, meaning in wanted_meanings.items()):
        raise Refused(reasons)
    if count := notice.child_drafts.count():
        raise Refused(f"有{count}份下发通知草稿由它起草，请先删除草稿。")


def _collect_resolved_units(notice: Notice) -> dict[str, MeasureUnit]:
    """Return {printed name: unit} of the resolved units; open lists (等) are left out."""
    rows = MeasureUnit.objects.filter(measure__notice=notice, state=UnitState.RESOLVED)
    return {
        unit.printed: unit
        for unit in rows.exclude(printed=OPEN_LIST_MARK).prefetch_related("members__body", "members__office")
    }


def _resolve_names_again(units_by_name: Mapping[str, MeasureUnit], _: Notice, rows: Sequence[NewRow]) -> None:
    """Resolve names again as a clerk had resolved them before."""
    for unit in [unit for row in rows for unit in row.units if not unit.resolved]:
        if (before := units_by_name.get(unit.printed)) is not None:
            members = [(member.body, member.office) for member in before.members.all()]
            set_resolved_members(unit, members, everyone=before.everyone, outside=before.outside)


def _save_learnt_heads(notice: Notice, changed: Mapping[str, str], by: Actor) -> dict[str, str | None]:
    """Save meanings for the next notice; return {heading: its previous meaning, None for a new one}."""
    existing = dict(
        HeadName.objects.filter(government=notice.government, printed__in=changed).values_list("printed", "meaning")
    )
    for head, meaning in changed.items():
        HeadName.objects.update_or_create(
            government=notice.government,
            printed=head[:60],
            defaults={"meaning": meaning, "notice": notice, "learnt_by": by.name},
        )
    return {head: existing.get(head) for head in changed}


def _list_reasons_if_changed_since(notice: Notice) -> list[str]:
    """Return reasons if no headings were corrected or the notice changed after that."""
    last = notice.rereadings.first()
    if last is None:
        return ["表头没有更正过。"]
    if last.version != notice.version:
        return ["更正表头以后，这份通知又作了更正，不能撤销；可以再次更正表头。"]
    return []


def _read_snapshot_before(notice: Notice, *, by: Actor) -> Mapping[str, object]:
    """Store the rows to restore hidden, before the transaction; return arguments of `undo_heading_meanings`."""
    last_rereading = notice.rereadings.first()
    assert last_rereading is not None
    snapshot = snapshots.read_snapshot(last_rereading.before)
    rows = group_into_rows(row.object for row in snapshot.rows)
    snapshots.drop_missing_parents([row.measure for row in rows])
    return {"last": last_rereading, "before": snapshot, "hidden": store_hidden_rows(notice, rows, by=by)}


@notice_action(
    "undo_heads",
    verb="correct",
    label="撤销表头更正",
    rule=list_reasons_unless_chief_of_notice,
    ready=_list_reasons_if_changed_since,
    ahead=_read_snapshot_before,
    action_class=RowExchangeAction,
)
def undo_heading_meanings(
    notice: Notice, *, by: Actor, last: Rereading, before: snapshots.DraftSnapshot, hidden: Notice
) -> ActionResult:
    """Restore the rows as before the headings were corrected, and forget the learnt headings."""
    if last.version != notice.version:
        raise Conflict(ROW_CHANGED_ERROR)
    current_meanings = {head["head"]: head["meaning"] for head in notice.heads}
    exchange_rows_with_hidden_copy(notice, hidden)
    snapshots.restore_references(notice, before)
    _forget_learnt_heads(notice, last.learnt, current_meanings)
    last.delete()
    # The correction before it can be undone next.
    if (earlier_rereading := notice.rereadings.first()) is not None and earlier_rereading.version == last.version - 1:
        earlier_rereading.version = notice.version + 1
        earlier_rereading.save(update_fields=["version"])
    return ActionResult(words="撤销表头更正，恢复更正前的各行", facts={"forgotten": sorted(last.learnt)})


def _forget_learnt_heads(notice: Notice, learnt: Mapping[str, str | None], current_meanings: Mapping[str, str]) -> None:
    """Restore the previous meanings unless they have been changed since."""
    for head, before in learnt.items():
        row = HeadName.objects.filter(
            government=notice.government, printed=head[:60], meaning=current_meanings.get(head, "")
        ).first()
        if row is not None and before is None:
            row.delete()
        elif row is not None:
            row.meaning = str(before)
            row.save(update_fields=["meaning"])


@action("notice.forget_head", label="不再记住这个表头", rule=list_reasons_unless_chief_of_notice)
def forget_learnt_heading(head: HeadName, *, by: Actor) -> ActionResult:
    """Delete a learnt heading; imported notices stay as they are."""
    text, stream = f"不再记住表头“{head.printed}”（{head.meaning_label}）", f"body/{head.government_id}"
    head.delete()
    return ActionResult(words=text, stream=stream, result=True)
