"""What units owe to the library above, on the ledger: one entry for a unit and a day, so that a whole stock is one piece of work.

Lights, reminders and escalation are the ledger's. Which documents an entry is about is computed (`queries.uploading.outstanding`): it closes
when none is left that is due on its day, and opens again when an upload was taken back.
"""

from collections import Counter
from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.db.models import Q

from gongkai import law
from gongkai.ledger.making import make_entries
from gongkai.ledger.models import Entry
from gongkai.policies.models import UploadTask, UpperLibrary
from gongkai.policies.queries.uploading import libraries, outstanding
from gongkai.units.actors import SYSTEM
from gongkai.units.models import Body

#: (library, unit, day by which).
Key = tuple[int, int, date]


def keep_entries(bodies: Collection[int] | None = None) -> dict[str, int]:
    """The job: put what is to be uploaded on the ledger, and close what was. Missed or repeated it loses nothing.

    Args:
        bodies: the units looked at; all where none are named.
    """
    with transaction.atomic():
        known = {one.pk: one for one in libraries()}
        wanted = _wanted(known, bodies)
        tasks = _tasks(wanted, bodies)
        made = _make([key for key in wanted if key not in tasks], known)
        back = _reopen([task for key, task in tasks.items() if key in wanted and task.entry.closed_at])
        done = _settle([task for key, task in tasks.items() if key not in wanted], known)
    return {"uploads_owed": made + back, "uploads_done": done}


def _wanted(known: dict[int, UpperLibrary], bodies: Collection[int] | None) -> Counter[Key]:
    return Counter(
        (library.pk, row.body_id, due)
        for library in known.values()
        for row, due in outstanding(library, bodies)
    )


def _tasks(wanted: Collection[Key], bodies: Collection[int] | None) -> dict[Key, UploadTask]:
    """Return the open tasks, and the closed ones of the days that are wanted."""
    rows = UploadTask.objects.filter(Q(entry__closed_at=None) | Q(due_on__in={day for _, _, day in wanted}))
    if bodies is not None:
        rows = rows.filter(body__in=bodies)
    found = {(one.library_id, one.body_id, one.due_on): one for one in rows.select_related("entry")}
    return {key: one for key, one in found.items() if key in wanted or one.entry.closed_at is None}


def _make(keys: list[Key], known: dict[int, UpperLibrary]) -> int:
    owners = Body.objects.in_bulk({body for _, body, _ in keys})
    entries = [
        Entry(
            kind="upload",
            title=f"向{known[library].name}上传、更新政策文件（{day:%Y-%m-%d}前）",
            body=owners[body],
            year=day.year,
            due_at=law.end_of_day(day),
        )
        for library, body, day in keys
    ]
    make_entries(entries, by=SYSTEM, words="文件已公开或者有效性已变，须在上级文件库上传或更新")
    UploadTask.objects.bulk_create(
        UploadTask(entry=entry, library_id=library, body_id=body, due_on=day)
        for entry, (library, body, day) in zip(entries, keys, strict=True)
    )
    return len(entries)


def _reopen(tasks: list[UploadTask]) -> int:
    from gongkai.policies.actions.uploading import reopen_task

    for task in tasks:
        reopen_task(task.entry, by=SYSTEM, words="又有文件须上传或更新")
    return len(tasks)


def _settle(tasks: list[UploadTask], known: dict[int, UpperLibrary]) -> int:
    from gongkai.policies.actions.uploading import settle_task

    for task in tasks:
        if task.library_id in known:
            settle_task(task.entry, by=SYSTEM, words="没有须在这一天以前上传、更新或登记回执的文件了")
        else:
            settle_task(task.entry, by=SYSTEM, words="不再要求上传", needless=True)
    return len(tasks)
