"""Undo a whole import while no work has been done on it; otherwise list the obstacles."""

import logging
from collections.abc import Mapping, Sequence

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from gongkai.core.acts.action import Action, ActionResult, Refused, action, register_action
from gongkai.core.acts.lock_sharing import write_in_portions
from gongkai.core.acts.machine import MachineAction
from gongkai.core.acts.models import Movement
from gongkai.core.files.store import delete_stored
from gongkai.core.ledger.entry_creation import remove_entries
from gongkai.core.ledger.models import Attachment, Comment, Entry, Evidence
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.core.units.open_government_leads import AREA_BODIES
from gongkai.work.notices.actions.imports import MAX_ROWS_IN_ACTION, remove_unfinished
from gongkai.work.notices.actions.permissions import list_reasons_unless_chief_of_notice
from gongkai.work.notices.actions.task_creation import CREATE, MAX_TASKS_IN_ACTION
from gongkai.work.notices.actions.task_portions import (
    continue_remaining_work,
    delete_remaining_mark,
    mark_work_remaining,
)
from gongkai.work.notices.entries import columns
from gongkai.work.notices.models import Assignment, Carry, Contribution, Delegation, Guidance, Notice, Upward
from gongkai.work.notices.models.notice import UNFINISHED_VERSION
from gongkai.work.notices.states import NOTICE_MACHINE, TASK_KINDS

LOG = logging.getLogger(__name__)
#: Maximum number of obstacles of one kind that are listed by name.
MAX_LISTED_OBSTACLES = 20


def find_undo_obstacles(notice: Notice) -> list[str]:
    """Return the obstacles to undoing an import, one sentence each; empty if it can be undone."""
    entries = _list_created_entries(notice)
    if notice.is_revision and (older := notice.supersedes.first()):
        return [f"它修订了“{older.title}”，原有任务已转入本通知继续办理，撤销会丢失办理情况；有误的请逐条更正。"]
    found = [*_find_worked_entries(entries), *_find_attached_objects(entries)]
    if count := Upward.objects.filter(notice=notice, assignment=None).count():
        found.append(f"有{count}项报送以本通知为依据。")
    if count := Guidance.objects.filter(measure__notice=notice).count():
        found.append(f"有{count}条指导记录登记在本通知的举措上。")
    if count := Carry.objects.filter(source__notice=notice).count():
        found.append(f"有{count}条任务已转入回头看。")
    # The importing office must not see how a unit divides its work, only that work has begun.
    if count := Delegation.objects.filter(task__assignment__notice=notice).values("task").distinct().count():
        found.append(f"有{count}条任务承办单位已着手办理。")
    areas = Body.objects.filter(AREA_BODIES)
    if count := notice.child_drafts.filter(government__in=areas).count():
        found.append(f"有{count}份下发通知草稿由它起草。")
    if count := notice.child_drafts.exclude(government__in=areas).values("government").distinct().count():
        found.append(f"有{count}个承办单位已据此着手办理。")
    if newer := notice.supersedes.first():
        found.append(f"它取代了“{newer.title}”。")
    if notice.awaited.exclude(dated=None).exists():
        found.append("已经登记了所等待的上级文件。")
    return [*found, *columns.find_column_obstacles(notice)]


def _list_created_entries(notice: Notice, tasks: Sequence[int] | None = None) -> QuerySet[Entry]:
    """Return the entries created by confirming a notice, with `tasks` only those of these assignments."""
    rows = Assignment.objects.filter(notice=notice)
    if tasks is not None:
        rows = rows.filter(pk__in=tasks)
    # Each condition is answered from an index; joins would read all entries.
    return Entry.objects.filter(
        Q(pk__in=rows.values("entry"))
        | Q(pk__in=Upward.objects.filter(assignment__in=rows).values("entry"))
        | Q(pk__in=Contribution.objects.filter(task__in=rows.values("entry")).values("entry"))
    )


def _find_worked_entries(entries: QuerySet[Entry]) -> list[str]:
    """Return Chinese lines on entries that users have worked on, which prevent an undo."""
    rows = {entry.stream: entry for entry in entries}
    later_movements: dict[str, Movement] = {}
    streams = list(rows)
    for start in range(0, len(streams), 500):
        some_streams = streams[start : start + 500]
        for movement in Movement.objects.filter(stream__in=some_streams, seq__gt=1).order_by("seq"):
            later_movements.setdefault(movement.stream, movement)
    lines = [
        f"{rows[stream].number}“{rows[stream].title[:30]}”已由{movement.actor}办理。"
        for stream, movement in list(later_movements.items())[:MAX_LISTED_OBSTACLES]
    ]
    return lines + (
        [f"另有{len(later_movements) - MAX_LISTED_OBSTACLES}条任务已经办理。"]
        if len(later_movements) > MAX_LISTED_OBSTACLES
        else []
    )


def _find_attached_objects(entries: QuerySet[Entry]) -> list[str]:
    """Return Chinese obstacles to an undo: comments, attachments and evidence of the tasks."""
    attached_objects = []
    for model, text in ((Comment, "备注"), (Attachment, "附件"), (Evidence, "佐证")):
        if count := model.objects.filter(entry__in=entries).count():
            attached_objects.append(f"任务上已有{count}条{text}。")
    return attached_objects


class UndoImportAction(MachineAction[Notice]):
    """The action that undoes an import; it deletes its own target."""

    def finish(self, target: Notice, step: ActionResult, *, by: Actor) -> ActionResult:
        """Return the result as it is: the notice is deleted, so no state or version is written."""
        return step

    def __call__(self, target: Notice, *, by: Actor, version: object = None, **facts: object) -> object:
        """Run the action, then remove the rows that it left."""
        done = super().__call__(target, by=by, version=version, **facts)  # type: ignore[arg-type]
        try:
            if (notice := Notice.unfinished.filter(pk=target.pk).first()) is not None:
                remove_unfinished(notice)
        except Exception:
            if connection.in_atomic_block:
                raise
            LOG.exception("rows of notice %s: the periodic job removes them", target.pk)
        return done


def _remove_tasks_before_transaction(notice: Notice, *, by: Actor, **_: object) -> Mapping[str, object]:
    """Delete the tasks of a long notice before the act; return the number of deleted entries as `removed`.

    They are restored if the deletion of one is refused. A process that is killed meanwhile leaves the notice marked,
    so the periodic job creates them again.
    """
    if undo_obstacles := find_undo_obstacles(notice):
        raise Refused(undo_obstacles)
    tasks = list(notice.assignments.order_by("-pk").values_list("pk", flat=True))
    removed = 0
    if len(tasks) > MAX_TASKS_IN_ACTION:

        def remove(some: Sequence[int]) -> None:
            """Delete some tasks and count the deleted entries in `removed`."""
            nonlocal removed
            removed += remove_tasks(notice, by=by, tasks=some)

        try:
            write_in_portions(tasks, remove, first=MAX_TASKS_IN_ACTION)
        except Refused:
            continue_remaining_work(notice.pk, by=by)
            raise
    return {"removed": removed}


@action("notice.remove_tasks", label="逐批撤销任务", rule=list_reasons_unless_chief_of_notice, quiet=True)
def remove_tasks(notice: Notice, *, by: Actor, tasks: Sequence[int]) -> ActionResult:
    """Delete untouched tasks during an undo; return the number of deleted entries."""
    mark_work_remaining(notice, CREATE)
    entries = _list_created_entries(notice, tasks)
    if found := [*_find_worked_entries(entries), *_find_attached_objects(entries)]:
        raise Refused(found)
    count = _remove_entries(entries, by)
    return ActionResult(words=f"撤销任务{count}条", facts={"entries": count}, result=count)


def _remove_entries(entries: QuerySet[Entry], by: Actor) -> int:
    """Delete entries, those of the tasks last; return their number."""
    rows = list(entries.values_list("pk", "kind"))
    task_keys = [pk for pk, kind in rows if kind in TASK_KINDS]
    other_keys = [pk for pk, kind in rows if kind not in TASK_KINDS]
    return sum(remove_entries(Entry.objects.filter(pk__in=some), by=by) for some in (other_keys, task_keys) if some)


def delete_import(notice: Notice, *, by: Actor, removed: int, reason: str = "") -> ActionResult:
    """Delete all that an import created (Refused: obstacles).

    The rows of a long notice are deleted after the act; until then it is hidden.
    """
    if undo_obstacles := find_undo_obstacles(notice):
        raise Refused(undo_obstacles)
    columns_removed = columns.remove_columns(notice, by=by)
    count = removed + _remove_entries(_list_created_entries(notice), by)
    delete_remaining_mark(notice.pk)
    measures = notice.measures.count()
    notice.children.update(parent=None)
    if measures > MAX_ROWS_IN_ACTION:
        Notice.objects.filter(pk=notice.pk).update(version=UNFINISHED_VERSION, imported_at=timezone.now())
    else:
        Notice.objects.filter(pk=notice.pk).delete()
        delete_stored(notice.source_file_id)
    facts = {"entries": count, "measures": measures, "columns": columns_removed, "digest": notice.source_digest}
    text = f"撤销导入“{notice.title}”：任务{count}条、举措{measures}条、栏目{columns_removed}个"
    text += f"；{reason}" if reason else ""
    return ActionResult(words=text, from_state=notice.state, facts=facts, result=facts, stream=f"notice/{notice.pk}")


undo_import: Action[Notice] = register_action(
    UndoImportAction(
        "notice.undo",
        "撤销导入",
        delete_import,
        list_reasons_unless_chief_of_notice,
        ahead=_remove_tasks_before_transaction,
        verb="undo",
        machine=lambda notice: NOTICE_MACHINE,
    )
)
