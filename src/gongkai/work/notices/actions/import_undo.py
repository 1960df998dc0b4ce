"""Undo a whole import while no work has been done on it; otherwise list the obstacles."""

from django.db.models import Q, QuerySet

from gongkai.core.acts.action import ActionResult, Refused, register_action
from gongkai.core.acts.machine import MachineAction
from gongkai.core.acts.models import Movement
from gongkai.core.files.store import delete_stored
from gongkai.core.ledger.making import remove_entries
from gongkai.core.ledger.models import Attachment, Comment, Entry, Evidence
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.core.units.openness import AREA_BODIES
from gongkai.work.notices.actions.permissions import check_chief
from gongkai.work.notices.entries import columns
from gongkai.work.notices.models import Carry, Delegation, Guidance, Notice, Upward
from gongkai.work.notices.states import NOTICE_MACHINE

# Obstacles of one kind listed by name.
MAX_LISTED = 20


def find_undo_obstacles(notice: Notice) -> list[str]:
    """Return the obstacles to undoing an import, one sentence each; empty if it can be undone."""
    entries = _created_entries(notice)
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


def _created_entries(notice: Notice) -> QuerySet[Entry]:
    """Return the entries created by confirming: tasks, contributions and upward submissions."""
    return Entry.objects.filter(
        Q(assignment__notice=notice) | Q(upward__assignment__notice=notice) | _contributions_of(notice)
    )


def _contributions_of(notice: Notice) -> Q:
    """Return the condition for contributions to tasks of the notice."""
    return Q(contribution__task__assignment__notice=notice)


def _find_worked_entries(entries: QuerySet[Entry]) -> list[str]:
    rows = {entry.stream: entry for entry in entries}
    done: dict[str, Movement] = {}
    streams = list(rows)
    for start in range(0, len(streams), 500):
        part = streams[start : start + 500]
        for movement in Movement.objects.filter(stream__in=part, seq__gt=1).order_by("seq"):
            done.setdefault(movement.stream, movement)
    lines = [
        f"{rows[stream].number}“{rows[stream].title[:30]}”已由{movement.actor}办理。"
        for stream, movement in list(done.items())[:MAX_LISTED]
    ]
    return lines + ([f"另有{len(done) - MAX_LISTED}条任务已经办理。"] if len(done) > MAX_LISTED else [])


def _find_attached_objects(entries: QuerySet[Entry]) -> list[str]:
    found = []
    for model, words in ((Comment, "备注"), (Attachment, "附件"), (Evidence, "佐证")):
        if count := model.objects.filter(entry__in=entries).count():
            found.append(f"任务上已有{count}条{words}。")
    return found


class UndoImportAction(MachineAction[Notice]):
    """An action that deletes its own target, so that no state remains to be written."""

    def finish(self, target: Notice, step: ActionResult, *, by: Actor) -> ActionResult:
        """Append the last log entry only; the row is deleted."""
        return step


def delete_import(notice: Notice, *, by: Actor, reason: str = "") -> ActionResult:
    """Delete all that an import created: entries, columns, measures, the notice and its file."""
    if found := find_undo_obstacles(notice):
        raise Refused(found)
    removed = columns.remove_columns(notice, by=by)
    upward = remove_entries(
        Entry.objects.filter(Q(upward__assignment__notice=notice) | _contributions_of(notice)), by=by
    )
    count = upward + remove_entries(Entry.objects.filter(assignment__notice=notice), by=by)
    measures = notice.measures.count()
    notice.children.update(parent=None)
    Notice.objects.filter(pk=notice.pk).delete()
    delete_stored(notice.source_file_id)
    facts = {"entries": count, "measures": measures, "columns": removed, "digest": notice.source_digest}
    words = (
        f"撤销导入“{notice.title}”：任务{count}条、举措{measures}条、栏目{removed}个{f'；{reason}' if reason else ''}"
    )
    return ActionResult(words=words, from_state=notice.state, facts=facts, result=facts, stream=f"notice/{notice.pk}")


undo_import = register_action(
    UndoImportAction(
        "notice.undo",
        "撤销导入",
        delete_import,
        check_chief,
        verb="undo",
        machine=lambda notice: NOTICE_MACHINE,
    )
)
