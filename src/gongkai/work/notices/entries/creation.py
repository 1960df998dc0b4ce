"""Create assignments, contributions and deadline rules. Call inside an action."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gongkai.core.acts.actors import Actor
from gongkai.core.ledger.clock import get_end_of_due_day
from gongkai.core.ledger.entry_creation import make_entries
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Body
from gongkai.work.notices.actions.contributions import cancel_support
from gongkai.work.notices.entries.expansion import find_partners
from gongkai.work.notices.models import Assignment, AwaitedAct, Contribution, Duty, Measure, Notice, VagueDefault
from gongkai.work.notices.models.notice import list_large_fields
from gongkai.work.notices.planning.descriptions import make_public_text
from gongkai.work.notices.planning.periods import YEAR, TaskPeriod
from gongkai.work.notices.planning.plan import PlannedEntry
from gongkai.work.notices.planning.rules import FROM_ISSUE, DueRule, VagueMeaning, find_vague_meaning, is_vague
from gongkai.work.notices.states import SUPPORT_KIND_NAME, ShareState


def load_own_defaults(government: Body) -> dict[str, VagueMeaning]:
    """Return the defaults set by a government, by word."""
    rows = VagueDefault.objects.filter(government=government)
    return {row.word: VagueMeaning(row.word, row.days, row.cycle, row.note, row.set_by) for row in rows}


def find_default(rule: DueRule, own_meanings: Mapping[str, VagueMeaning]) -> VagueMeaning | None:
    """Return the default for a vague rule, or None if the rule has a figure."""
    if not is_vague(rule):
        return None
    return find_vague_meaning(str(rule.get("mode") or rule.get("text") or "定期"), own_meanings)


def set_deadline_rule(notice: Notice, duty: Duty, rule: Mapping[str, object]) -> None:
    """Set the rule, default and awaited act of a duty, without saving the duty."""
    default = find_default(rule, load_own_defaults(notice.government))
    duty.due = dict(rule)
    duty.due_text = str(rule.get("text") or "")[:200]
    duty.cycle = str(rule.get("cycle") or (default.cycle if default else ""))
    duty.default_note = default.note if default else ""
    duty.default_by = default.set_by if default else ""
    duty.awaits = None
    if rule.get("kind") == "months" and rule.get("counts_from") != FROM_ISSUE:
        text = str(rule["after"])[:300]
        duty.awaits = AwaitedAct.objects.filter(notice=notice, words=text).first() or AwaitedAct.objects.create(
            notice=notice, words=text
        )


def open_contributions(tasks: Iterable[Assignment], *, by: Actor) -> list[Entry]:
    """Open contributions of partner units to new tasks, one task a measure and period, if possible of a lead unit.

    A unit's own notice has none: helping offices are only named on the row. Returns the new entries.
    """
    rows = list(tasks)
    helping = find_partners({assignment.measure_id: assignment.measure for assignment in rows})
    first_tasks: dict[tuple[int, str], Assignment] = {}
    for assignment in rows:
        if helping.get(assignment.measure_id):
            key = assignment.measure_id, assignment.period
            if key not in first_tasks or (
                assignment.body_id in assignment.lead_ids and first_tasks[key].body_id not in assignment.lead_ids
            ):
                first_tasks[key] = assignment
    existing = _list_existing_contributions(helping)
    missing = [
        (task, body)
        for (measure, period), task in first_tasks.items()
        for body in helping[measure]
        if (measure, period, body) not in existing
    ]
    return _create_contributions(missing, by)


def _list_existing_contributions(measures: Mapping[int, object]) -> set[tuple[int, str, int]]:
    """Return (measure id, period, partner's body id) of contributions that are not cancelled."""
    rows = Contribution.objects.filter(task__assignment__measure__in=list(measures))
    rows = rows.exclude(entry__state=ShareState.CANCELLED)
    return set(rows.values_list("task__assignment__measure", "task__assignment__period", "entry__body"))


def _create_contributions(tasks_and_helpers: list[tuple[Assignment, int]], by: Actor) -> list[Entry]:
    """Store a contribution for each pair of task and helping unit; return the entries."""
    if not tasks_and_helpers:
        return []
    leads = Body.objects.in_bulk({task.body_id for task, _ in tasks_and_helpers})
    entries = make_entries(
        [
            Entry(
                kind=SUPPORT_KIND_NAME,
                title=f"配合{leads[task.body_id].label}：{task.entry.title}"[:300],
                body_id=body,
                year=task.entry.year,
                due_at=task.entry.due_at,
            )
            for task, body in tasks_and_helpers
        ],
        by=by,
        words="随任务交办",
    )
    Contribution.objects.bulk_create(
        [
            Contribution(entry=entry, task=task.entry, words=make_public_text(task.measure.text))
            for entry, (task, _) in zip(entries, tasks_and_helpers, strict=True)
        ],
        batch_size=500,
    )
    return entries


def update_contributions(measures: Mapping[int, Measure], *, by: Actor) -> list[Entry]:
    """Cancel and open contributions after measures changed; return the new entries."""
    helping = find_partners(measures)
    rows = Entry.objects.open().filter(contribution__task__assignment__measure__in=list(measures))
    for entry in rows.select_related("contribution__task__assignment").order_by("pk"):
        if entry.body_id not in helping.get(entry.contribution.task.assignment.measure_id, ()):
            cancel_support(entry, by=SYSTEM, reason="更正任务后不再列为配合单位")
    tasks = Assignment.objects.filter(measure__in=[pk for pk, who in helping.items() if who], entry__closed_at=None)
    tasks = tasks.select_related("entry", "measure", "notice").defer(*list_large_fields("notice"))
    return open_contributions(tasks.order_by("pk"), by=by)


@dataclass(frozen=True)
class NewAssignment:
    """An assignment to create; `title` and `label` (of the period) replace the computed ones.

    `share` is the key of the office that the notice names; None takes the owner's office.
    """

    measure: Measure
    plan: PlannedEntry
    year: int
    title: str = ""
    label: str = ""
    share: int | None = None


def make_entry_title(measure: Measure, period: TaskPeriod) -> str:
    """Return the title of an entry: first words of the measure, and the period."""
    return measure.title if period.track == YEAR else f"{measure.title}（{period.words}）"


def create_assignments(new_assignments: Iterable[NewAssignment], *, by: Actor, text: str) -> list[Assignment]:
    """Store entries, assignments, leads and contributions; `text` is logged."""
    new_assignments = list(new_assignments)
    if not new_assignments:
        return []
    notice = new_assignments[0].measure.notice
    entries = make_entries(
        [
            Entry(
                kind=notice.entry_kind,
                title=(new_assignment.title or make_entry_title(new_assignment.measure, new_assignment.plan.period))[
                    :300
                ],
                body_id=new_assignment.plan.owned.owner.body_id,
                office_id=new_assignment.plan.owned.owner.office_id,
                year=new_assignment.year,
                due_at=get_end_of_due_day(new_assignment.plan.due),
            )
            for new_assignment in new_assignments
        ],
        by=by,
        words=text,
    )
    assignments = Assignment.objects.bulk_create(
        [
            Assignment(
                entry=entry,
                measure=new_assignment.measure,
                notice_id=new_assignment.measure.notice_id,
                section_no=new_assignment.measure.section_no,
                body_id=entry.body_id,
                share=_get_named_office_key(new_assignment) if notice.own else 0,
                track=new_assignment.plan.period.track,
                period=new_assignment.label or new_assignment.plan.period.label,
                lead_ids=list(new_assignment.plan.owned.leads),
            )
            for entry, new_assignment in zip(entries, new_assignments, strict=True)
        ],
        batch_size=500,
    )
    through = Assignment.leads.through
    through.objects.bulk_create(
        [
            through(assignment_id=assignment.pk, body_id=lead)
            for assignment, new_assignment in zip(assignments, new_assignments, strict=True)
            for lead in new_assignment.plan.owned.leads
        ],
        batch_size=1000,
    )
    usual = [
        assignment
        for assignment, new_assignment in zip(assignments, new_assignments, strict=True)
        if not new_assignment.label and not notice.own
    ]
    open_contributions(usual, by=by)
    return assignments


def _get_named_office_key(new: NewAssignment) -> int:
    """Return the key of the office that the notice names; 0 for the whole unit."""
    return new.plan.owned.owner.office_id or 0 if new.share is None else new.share


def pair_with_measures(
    entries: Iterable[PlannedEntry], measures: Mapping[int, Measure], year: int
) -> list[NewAssignment]:
    """Pair planned entries with their measures."""
    return [NewAssignment(measures[entry.measure], entry, year) for entry in entries]
