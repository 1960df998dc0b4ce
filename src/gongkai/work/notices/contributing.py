"""Contributions of partner units (配合单位), created with the tasks. Call these inside an action."""

from collections.abc import Iterable, Mapping

from gongkai.core.acts.actors import Actor
from gongkai.core.ledger.making import make_entries
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Body
from gongkai.work.notices.actions.supporting import cancel_support
from gongkai.work.notices.expansion import find_partners
from gongkai.work.notices.models import Assignment, Contribution, Measure
from gongkai.work.notices.planning.titles import public_text
from gongkai.work.notices.states import SUPPORT, ShareState


def open_contributions(tasks: Iterable[Assignment], *, by: Actor) -> list[Entry]:
    """Open contributions for new tasks, once a measure and period, for the first lead unit.

    A unit's own notice has none: helping offices are only named on the row.
    """
    rows = list(tasks)
    helping = find_partners({assignment.measure_id: assignment.measure for assignment in rows})
    first: dict[tuple[int, str], Assignment] = {}
    for assignment in rows:
        if helping.get(assignment.measure_id):
            key = assignment.measure_id, assignment.period
            if key not in first or (
                assignment.body_id in assignment.lead_ids and first[key].body_id not in assignment.lead_ids
            ):
                first[key] = assignment
    there = _existing_contributions(helping)
    wanted = [
        (task, body)
        for (measure, period), task in first.items()
        for body in helping[measure]
        if (measure, period, body) not in there
    ]
    return _create_contributions(wanted, by)


def _existing_contributions(measures: Mapping[int, object]) -> set[tuple[int, str, int]]:
    """Return measure, period and partner of contributions that are not cancelled."""
    rows = Contribution.objects.filter(task__assignment__measure__in=list(measures))
    rows = rows.exclude(entry__state=ShareState.CANCELLED)
    return set(rows.values_list("task__assignment__measure", "task__assignment__period", "entry__body"))


def _create_contributions(wanted: list[tuple[Assignment, int]], by: Actor) -> list[Entry]:
    if not wanted:
        return []
    leads = Body.objects.in_bulk({task.body_id for task, _ in wanted})
    made = make_entries(
        [
            Entry(
                kind=SUPPORT,
                title=f"配合{leads[task.body_id].label}：{task.entry.title}"[:300],
                body_id=body,
                year=task.entry.year,
                due_at=task.entry.due_at,
            )
            for task, body in wanted
        ],
        by=by,
        words="随任务交办",
    )
    Contribution.objects.bulk_create(
        [
            Contribution(entry=entry, task=task.entry, words=public_text(task.measure.text))
            for entry, (task, _) in zip(made, wanted, strict=True)
        ],
        batch_size=500,
    )
    return made


def update_contributions(measure: Measure, *, by: Actor) -> list[Entry]:
    """Cancel and open contributions after a correction; return the new entries, not yet notified."""
    helping = find_partners({measure.pk: measure}).get(measure.pk, ())
    rows = Entry.objects.open().filter(contribution__task__assignment__measure=measure)
    for entry in rows.exclude(body__in=helping).order_by("pk"):
        cancel_support(entry, by=SYSTEM, reason="更正任务后不再列为配合单位")
    tasks = Assignment.objects.filter(measure=measure, entry__closed_at=None).order_by("pk")
    return open_contributions(tasks.select_related("entry", "measure", "notice"), by=by)


def transfer_contributions(task: Entry, to: Entry) -> None:
    """Move open contributions from one task to another."""
    Contribution.objects.filter(task=task, entry__closed_at=None).update(task=to)
