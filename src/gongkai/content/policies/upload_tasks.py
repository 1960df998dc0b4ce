"""Create ledger entries for due uploads, one for each unit and day.

Lights, reminders and escalation are those of the ledger. The documents of an entry are computed
(`queries.uploading.list_due_documents`) and stored in `UploadTask.records`. The entry closes when they are
uploaded, moves with the setting or their days, is cancelled when nothing is due, and reopens when an upload
is withdrawn.
"""

from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from gongkai.content.policies.actions.uploading import postpone_task, reopen_task, settle_task
from gongkai.content.policies.models import UploadTask, UpperLibrary
from gongkai.content.policies.queries.uploading import filter_current_uploads, list_due_documents, list_upper_libraries
from gongkai.core.ledger.entry_creation import make_entries
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Body
from gongkai.core.units.queries import existing_bodies
from gongkai.lib import law

#: (library, unit, day by which).
TaskKey = tuple[int, int, date]
#: Primary keys of the documents to upload, by unit and day.
RecordsByTask = dict[TaskKey, list[int]]


def update_upload_entries(bodies: Collection[int] | None = None) -> dict[str, int]:
    """Job: create, move and close the ledger entries of due uploads; return counts. May be repeated safely.

    Args:
        bodies: the units to update; None for all.
    """
    with transaction.atomic():
        known = {upper_library.pk: upper_library for upper_library in list_upper_libraries()}
        owners = _map_owners()
        if bodies is not None:
            bodies = _add_successors(bodies, owners)
        due_documents = _group_due_documents(known, bodies, owners)
        tasks = _load_tasks(due_documents, bodies)
        _move_tasks(tasks, due_documents, known)
        made = _create_tasks({key: records for key, records in due_documents.items() if key not in tasks}, known)
        back = _reopen_tasks([task for key, task in tasks.items() if key in due_documents and task.entry.closed_at])
        done = _close_tasks([task for key, task in tasks.items() if key not in due_documents], due_documents, known)
        _store_documents([task for key, task in tasks.items() if key in due_documents], due_documents)
    return {"uploads_owed": made + back, "uploads_done": done}


def _group_due_documents(
    libraries: dict[int, UpperLibrary], bodies: Collection[int] | None, owners: dict[int, int | None]
) -> RecordsByTask:
    """Return {(library, unit now responsible, due date): records to upload}; `owners`: successor by unit."""
    due_documents: RecordsByTask = defaultdict(list)
    for library in libraries.values():
        for row, due in list_due_documents(library, bodies):
            if (owner := owners[row.body_id]) is not None:
                due_documents[library.pk, owner, due].append(row.pk)
    return dict(due_documents)


def _add_successors(bodies: Collection[int], owners: dict[int, int | None]) -> set[int]:
    """Return these units, their successors (`owners`: {unit: the one that exists now}), and other units with those."""
    owner_numbers = {owners.get(body) for body in bodies} - {None}
    return {unit for unit, owner in owners.items() if owner in owner_numbers} | set(bodies)


def _map_owners() -> dict[int, int | None]:
    """Return the responsible unit by unit key: itself, the unit it was merged into, or None if it was closed."""
    existing_ids = set(existing_bodies(Body.objects.all()).values_list("pk", flat=True))
    into = dict(Body.objects.values_list("pk", "merged_into"))

    def owner(body: int) -> int | None:
        """Return the unit that exists now, following mergers, or None."""
        heir: int | None = body
        while heir is not None and heir not in existing_ids:
            heir = into[heir]
        return heir

    return {number: owner(number) for number in into}


def _load_tasks(due_documents: RecordsByTask, bodies: Collection[int] | None) -> dict[TaskKey, UploadTask]:
    """Return {key: task} of the open tasks, and of closed tasks with a key in `due_documents`."""
    rows = UploadTask.objects.filter(Q(entry__closed_at=None) | Q(due_on__in={day for _, _, day in due_documents}))
    if bodies is not None:
        rows = rows.filter(body__in=bodies)
    found = {
        (upload_task.library_id, upload_task.body_id, upload_task.due_on): upload_task
        for upload_task in rows.select_related("entry", "library", "body")
    }
    return {key: task for key, task in found.items() if key in due_documents or task.entry.closed_at is None}


def _make_title(library: UpperLibrary, day: date) -> str:
    return f"向{library.name}上传、更新政策文件（{day:%Y-%m-%d}前）"


def _list_keys_of_due_documents(task: UploadTask, due_documents: RecordsByTask) -> list[TaskKey]:
    """Return the keys (library, unit, day) of a task's documents due now, those with most documents first."""
    own = set(task.records)
    shared = Counter(
        {
            key: len(own.intersection(records))
            for key, records in due_documents.items()
            if key[0] == task.library_id and own.intersection(records)
        }
    )
    return [key for key, _ in sorted(shared.items(), key=lambda one: (-one[1], one[0]))]


def _move_tasks(
    tasks: dict[TaskKey, UploadTask], due_documents: RecordsByTask, libraries: dict[int, UpperLibrary]
) -> None:
    """Move open tasks to the due day of their documents, if the unit has no task of that day."""

    for key in sorted(one for one in tasks if one not in due_documents):
        task = tasks[key]
        free = [
            one
            for one in _list_keys_of_due_documents(task, due_documents)
            if one[1] == task.body_id and one not in tasks
        ]
        if not free:
            continue
        until = free[0][2]
        postpone_task(task.entry, by=SYSTEM, until=until, title=_make_title(libraries[task.library_id], until))
        UploadTask.objects.filter(pk=task.pk).update(due_on=until)
        task.due_on = until
        tasks[free[0]] = tasks.pop(key)


def _create_tasks(due_documents: RecordsByTask, libraries: dict[int, UpperLibrary]) -> int:
    """Create an entry and a task for each library, unit and day; returns their number."""
    keys = list(due_documents)
    owners = Body.objects.in_bulk({body for _, body, _ in keys})
    entries = [
        Entry(
            kind="upload",
            title=_make_title(libraries[library], day),
            body=owners[body],
            year=day.year,
            due_at=law.end_of_day(day),
        )
        for library, body, day in keys
    ]
    make_entries(entries, by=SYSTEM, words="文件已公开、已撤下或者有效性已变，须在上级文件库上传或更新")
    UploadTask.objects.bulk_create(
        UploadTask(entry=entry, library_id=key[0], body_id=key[1], due_on=key[2], records=due_documents[key])
        for entry, key in zip(entries, keys, strict=True)
    )
    return len(entries)


def _reopen_tasks(tasks: list[UploadTask]) -> int:
    """Reopen the tasks and return their number."""
    for task in tasks:
        reopen_task(task.entry, by=SYSTEM, words="又有文件须上传或更新")
    return len(tasks)


def _close_tasks(tasks: list[UploadTask], due_documents: RecordsByTask, libraries: dict[int, UpperLibrary]) -> int:
    """Close the tasks as done, or as needless with the reason, and return their number."""
    for task in tasks:
        why = _find_cancel_reason(task, due_documents, libraries)
        settle_task(task.entry, by=SYSTEM, words=why or "文件都已上传、更新并登记回执", needless=bool(why))
    return len(tasks)


def _find_cancel_reason(task: UploadTask, due_documents: RecordsByTask, libraries: dict[int, UpperLibrary]) -> str:
    """Return the reason for cancelling a task, or "" if its documents were uploaded."""
    if task.library_id not in libraries:
        later = task.library.active and task.library.since > timezone.localdate()
        return f"上传改为自{task.library.since}起执行" if later else "不再要求上传"
    if elsewhere := _list_keys_of_due_documents(task, due_documents):
        _, body, day = elsewhere[0]
        return f"期限改为{day}，并入这一天的记录" if body == task.body_id else "单位已并入其他单位，由承接单位上传"
    if not task.body.alive:
        return "单位已撤销"
    rows = filter_current_uploads(task.library).filter(made_at__gte=task.entry.opened_at)
    rows = rows.filter(record__in=task.records) if task.records else rows.filter(record__body=task.body_id)
    return "" if rows.exists() else "没有须在这一天以前上传、更新的文件了"


def _store_documents(tasks: list[UploadTask], due_documents: RecordsByTask) -> None:
    """Store the documents of each open task."""
    changed = []
    for task in tasks:
        records = due_documents[task.library_id, task.body_id, task.due_on]
        if task.records != records:
            task.records = records
            changed.append(task)
    UploadTask.objects.bulk_update(changed, ["records"], batch_size=500)
