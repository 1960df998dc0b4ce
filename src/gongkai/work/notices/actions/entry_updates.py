"""Update the entries of a corrected measure; reopen an assignment or carry it over (回头看)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, prefetch_related_objects
from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Refused, require_text
from gongkai.core.ledger.actions.entry_facts import list_streams_with_own_title
from gongkai.core.ledger.clock import make_event, make_pause_end_events, was_closed
from gongkai.core.ledger.entry_action import entry_action
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import SYSTEM, Actor
from gongkai.work.notices.actions.decisions import ASSIGNMENT_KIND_NAME, cancel_assignment, make_unit_notification
from gongkai.work.notices.actions.permissions import (
    get_lead_unit_keys,
    list_reasons_against_cancelling,
    list_reasons_against_overseeing,
)
from gongkai.work.notices.actions.upward_submissions import cancel_upward
from gongkai.work.notices.entries.checklist import compute_due_day, get_period, is_lookback
from gongkai.work.notices.entries.creation import (
    NewAssignment,
    create_assignments,
    make_entry_title,
    update_contributions,
)
from gongkai.work.notices.entries.upward_submissions import create_upward_submissions
from gongkai.work.notices.models import Ask, Assignment, Carry, Contribution, Measure, Notice
from gongkai.work.notices.planning.periods import YEAR, parse_period
from gongkai.work.notices.planning.plan import OwnedPart, PlannedEntry, PlannedMeasure, TaskOwner
from gongkai.work.notices.queries.progress import get_local_date
from gongkai.work.notices.states import (
    CANCELLED_OUTCOMES,
    CLOSED_STATES,
    OPEN_STATES,
    REOPENABLE_STATES,
    AssignmentState,
    NoticeState,
)
from gongkai.work.notices.versions.measure_states import AmendmentResult, MovedEntry


def _list_reasons_if_ended_with_notice(entry: Entry) -> list[str]:
    """Return a reason if the task was cancelled and its notice is no longer in force."""
    notice = entry.assignment.notice
    if entry.state != AssignmentState.CANCELLED or notice.state == NoticeState.LIVE:
        return []
    return [f"通知{notice.state_label}，已取消的任务不能重新打开。"]


@entry_action(
    ASSIGNMENT_KIND_NAME,
    "reopen",
    label="重新打开",
    rule=list_reasons_against_overseeing,
    ready=_list_reasons_if_ended_with_notice,
)
def reopen_assignment(entry: Entry, *, by: Actor, reason: str, until: date | None = None) -> ActionResult:
    """Reopen a closed assignment; `until` sets a new due date, without it the old date stays.

    Raises Refused when `until` is before today. A date before the old due date counts as a
    rectification.
    """
    reason = require_text(reason, "请写明重新打开的原因。")
    if until and until < timezone.localdate():
        raise Refused("新的期限不能早于今天，请另选日期。")
    entry.outcome = ""
    events = [make_event("reopened")] if was_closed(entry) else []
    if until:
        entry.assignment.extended_to = until
        entry.assignment.save(update_fields=["extended_to"])
        events.append(make_event("extended", until=until))
    return ActionResult(
        events=tuple(events),
        words=reason,
        facts={"due": until.isoformat() if until else None},
        tell=(make_unit_notification(entry, "重新打开", f"已重新打开：{reason}", "reopen", urgent=True),),
    )


def _check_lookback_date(day: date, year: int) -> None:
    """Refuse a look-back date in the past or outside its year."""
    today = timezone.localdate()
    if day < today:
        raise Refused("回头看期限不能早于今天，请另选日期。")
    if day.year != year and year >= today.year:
        raise Refused(f"回头看期限应在{year}年之内，请另选日期。")


def _find_carry_objections(entry: Entry) -> list[str]:
    """Return why a task cannot be carried over: it is already in the next year's review (回头看)."""
    rows = Assignment.objects.filter(measure=entry.assignment.measure_id, body=entry.body_id)
    if entry.assignment.notice.own:
        rows = rows.filter(share=entry.office_id or 0)
    has_lookback = rows.filter(
        period=_get_lookback_period(entry)
    ).exists()  # of another unit, too, whose task this unit took over
    return ["这项任务已经转入下年回头看。"] if has_lookback or Carry.objects.filter(source=entry.pk).exists() else []


def _get_lookback_period(entry: Entry) -> str:
    """Return the label of next year's look-back: the year, 回头看 and the label of the period first carried over."""
    return f"{entry.year + 1}回头看{entry.assignment.period.rpartition('看')[2]}"


@entry_action(
    ASSIGNMENT_KIND_NAME,
    "carry_over",
    label="转入下年回头看",
    rule=list_reasons_against_cancelling,
    ready=_find_carry_objections,
)
def carry_over_assignment(entry: Entry, *, by: Actor, reason: str, until: date | None = None) -> ActionResult:
    """Open a look-back entry for next year and the same unit; close an open source."""
    source = entry.assignment
    reason = require_text(reason, "请写明转入回头看的原因。")
    year = entry.year + 1
    day = until or date(year, 12, 31)
    _check_lookback_date(day, year)
    plan = PlannedEntry(
        source.measure_id,
        OwnedPart(TaskOwner(entry.body_id, entry.office_id), tuple(sorted(get_lead_unit_keys(entry)))),
        parse_period(YEAR, str(year)),
        day,
        (),
    )
    lookback = NewAssignment(
        source.measure, plan, year, title=f"回头看：{entry.title}", label=_get_lookback_period(entry)
    )
    target = create_assignments([lookback], by=by, text=reason)[0]
    Carry.objects.create(source=source, target=target, reason=reason, by=by.name)
    is_closed = entry.state in CLOSED_STATES
    ends = make_pause_end_events(entry)
    if not is_closed:
        Ask.objects.filter(assignment=source, granted=None).delete()
        entry.outcome = AssignmentState.CARRIED
    return ActionResult(
        words=f"转入{year}年回头看：{reason}",
        to_state=entry.state if is_closed else AssignmentState.CARRIED,
        facts={"target": target.pk, "year": year},
        events=ends,
        tell=(make_unit_notification(entry, "转入回头看", f"已转入{year}年回头看：{reason}", "carry"),),
    )


# Primary keys of the body and, in a unit's own notice, of the office (0: the whole unit).
OwnerKey = tuple[int, int]


@dataclass(frozen=True)
class ChangeReason:
    """The `reason` and `verb` (更正, 修订) of a change of entries; `ending` replaces both for cancelled entries."""

    reason: str
    verb: str = "更正"
    ending: str = ""

    @property
    def words(self) -> str:
        """Return the words for the log when an entry is opened or reopened."""
        return f"{self.verb}任务：{self.reason}"

    @property
    def ended(self) -> str:
        """Return the words logged when an entry is cancelled because its unit no longer owes it."""
        return self.ending or self.words


def find_owner_keys(notice: Notice, planned: PlannedMeasure) -> set[OwnerKey]:
    """Return the bodies and offices that owe a measure."""
    return {_make_owner_key(notice, owned) for owned in planned.owned}


def _make_owner_key(notice: Notice, owned: OwnedPart) -> OwnerKey:
    """Return (body, office or 0); the office counts only in a unit's own notice."""
    return owned.owner.body_id, (owned.owner.office_id or 0) if notice.own else 0


@dataclass
class ChangedRow:
    """A measure after a correction: planned entries, owners `before` it, and the changes made so far (`made`)."""

    row: Measure
    planned: Sequence[PlannedEntry]
    before: set[OwnerKey]
    made: AmendmentResult


def update_entries(notice: Notice, changed: Sequence[ChangedRow], by: Actor, change_reason: ChangeReason) -> None:
    """Update the entries of changed measures and partners; fill in `made` of each row.

    Call it only inside an action.
    """
    rows = {changed_row.row.pk: changed_row for changed_row in changed}
    prefetch_related_objects([changed_row.row for changed_row in changed], "duties__awaits")
    wanted_plans = {
        (one.row.pk, _make_owner_key(notice, plan.owned), plan.period.track): plan
        for one in changed
        for plan in one.planned
    }
    owing = {key[:2] for key in wanted_plans}
    existing: dict[tuple[int, OwnerKey, str], list[Assignment]] = {}
    entries: list[Entry] = []
    amended: list[tuple[Assignment, PlannedEntry | None]] = []
    tasks = Assignment.objects.filter(measure__in=rows).select_related("entry").prefetch_related("checks")
    for task in tasks.order_by("pk"):
        task.notice, task.measure = notice, rows[task.measure_id].row
        one, whom = rows[task.measure_id], (task.body_id, task.share)
        key = one.row.pk, whom, task.track
        looks_back = is_lookback(task)
        if not looks_back:
            existing.setdefault(key, []).append(task)
        is_no_longer_owed = key not in wanted_plans and (whom in one.before or key[:2] in owing)
        if task.entry.state in OPEN_STATES and is_no_longer_owed and not looks_back:
            entries.append(task.entry)
        else:
            amended.append((task, wanted_plans.get(key)))
    for entry in cancel_assignment.many(entries, by=by, reason=change_reason.ended) if entries else ():
        rows[entry.assignment.measure_id].made.cancelled.append(entry)
    _amend_tasks(rows, amended, by, change_reason)
    news = [
        (one, plan)
        for (pk, whom, track), plan in wanted_plans.items()
        if (one := rows[pk])
        and not _has_entry(plan, existing.get((pk, whom, track), ()), whom in one.before, by, change_reason, one.made)
    ]
    _open_entries(notice, rows, news, by, change_reason)
    if not notice.own:
        create_upward_submissions([task for task, plan in amended if plan and task.entry.state in OPEN_STATES], by=by)
    _cancel_orphaned_submissions(rows, by, change_reason)


def _cancel_orphaned_submissions(rows: Iterable[int], by: Actor, change_reason: ChangeReason) -> None:
    """Cancel open submissions of tasks of these rows whose duty was removed or belongs to another row now."""
    other_row = ~Q(upward__duty__measure=F("upward__assignment__measure"))
    entries = Entry.objects.open().filter(upward__assignment__measure__in=list(rows))
    for entry in entries.filter(Q(upward__duty=None) | other_row).order_by("pk"):
        cancel_upward(entry, by=SYSTEM, reason=f"{change_reason.words}，不再要求报送", cause=by)


def _amend_tasks(
    rows: Mapping[int, ChangedRow],
    amended: Sequence[tuple[Assignment, PlannedEntry | None]],
    by: Actor,
    change_reason: ChangeReason,
) -> None:
    """Amend title, lead units and due date of existing tasks; record the changed entries."""
    if not amended:
        return
    streams = {task.entry.stream: task.pk for task, _ in amended}
    titled = {streams[stream] for stream in list_streams_with_own_title(streams)}
    facts = {
        task.pk: {
            "task": task,
            "titled": task.pk in titled,
            "changes": rows[task.measure_id].made.changes,
            "leads": tuple(plan.owned.leads) if plan else tuple(task.lead_ids),
        }
        for task, plan in amended
    }
    entries = [task.entry for task, _ in amended]
    done = amend_entry.many(
        entries, by=by, each=lambda entry: facts[entry.pk], reason=change_reason.reason, verb=change_reason.verb
    )
    for moved in done:
        amendment_result = rows[moved.entry.assignment.measure_id].made
        if moved.entry.state in CLOSED_STATES:
            amendment_result.closed.append(moved.entry)
        elif moved.after != moved.before:
            amendment_result.moved.append(moved)


def _open_entries(
    notice: Notice,
    rows: Mapping[int, ChangedRow],
    missing_entries: Sequence[tuple[ChangedRow, PlannedEntry]],
    by: Actor,
    change_reason: ChangeReason,
) -> None:
    """Open the missing entries of owners and partner units."""
    new_assignments = [NewAssignment(changed_row.row, plan, notice.year) for changed_row, plan in missing_entries]
    assignments = create_assignments(new_assignments, by=by, text=change_reason.words)
    for assignment in assignments:
        rows[assignment.measure_id].made.opened.append(assignment.entry)
    if notice.own:
        return
    create_upward_submissions(assignments, by=by)
    opened_for = Entry.objects.filter(contribution__task__in=[task.entry_id for task in assignments])
    helping = [
        *opened_for.select_related("body"),
        *update_contributions({pk: changed_row.row for pk, changed_row in rows.items()}, by=by),
    ]
    measures = Contribution.objects.filter(entry__in=helping).values_list("entry", "task__assignment__measure")
    for entry, measure in measures if helping else ():
        rows[measure].made.helping.extend(helping_entry for helping_entry in helping if helping_entry.pk == entry)


# Outcomes of tasks that another unit has now or that the unit returned.
_GIVEN_AWAY_OUTCOMES = frozenset({AssignmentState.REASSIGNED, AssignmentState.WITHDRAWN})


def _has_entry(
    plan: PlannedEntry,
    existing_tasks: Iterable[Assignment],
    owed: bool,
    by: Actor,
    change_reason: ChangeReason,
    result: AmendmentResult,
) -> bool:
    """Return true if a responsible unit has an entry for the plan among `existing_tasks`, or gave the last one away.

    A cancelled one of a returning unit (not `owed` before) is reopened and added to `result`.
    """
    assignments = list(existing_tasks)
    if any(assignment.entry.state in OPEN_STATES for assignment in assignments):
        return True
    if owed and assignments and assignments[-1].entry.outcome in _GIVEN_AWAY_OUTCOMES:
        return True
    same_period = next((assignment for assignment in assignments if assignment.period == plan.period.label), None)
    if same_period is None:
        return False
    entry = Entry.objects.get(pk=same_period.pk)
    returns = not owed and entry.outcome in CANCELLED_OUTCOMES
    if returns and entry.state in REOPENABLE_STATES:
        until = plan.due if plan.due >= timezone.localdate() else None
        result.closed = [closed_entry for closed_entry in result.closed if closed_entry.pk != entry.pk]
        result.reopened.append(reopen_assignment(entry, by=by, reason=change_reason.words, until=until))
    return True


@entry_action(ASSIGNMENT_KIND_NAME, "amend", label="更正任务", rule=list_reasons_against_overseeing)
def amend_entry(
    entry: Entry,
    *,
    by: Actor,
    task: Assignment,
    titled: bool,
    changes: Sequence[str],
    leads: Sequence[int],
    reason: str,
    verb: str = "更正",
) -> ActionResult:
    """Update title, lead units and due date of one entry. Called only by `update_entries`.

    `task` is its assignment with measure and ticks; `titled`: a person wrote its title, which
    stays. The result is a `MovedEntry`.
    """
    measure, open_ = task.measure, entry.state in OPEN_STATES
    if not is_lookback(task) and not titled:
        entry.title = make_entry_title(measure, get_period(task))[:300]
    stored = task.section_no, list(task.lead_ids)
    task.section_no = measure.section_no
    if open_ and sorted(leads) != sorted(task.lead_ids):
        task.lead_ids = list(leads)
        task.leads.set(leads)
    if (task.section_no, task.lead_ids) != stored:
        task.save(update_fields=["section_no", "lead_ids"])
    due_before = get_local_date(entry.due_at)
    due_after = compute_due_day(task, measure.duties.all(), task.checks.all()) if open_ else due_before
    moved = f"；期限由{due_before}改为{due_after}" if due_before != due_after else ""
    text = f"{verb}：{'；'.join(changes)}{moved}。原因：{reason}"
    facts = {
        "changes": list(changes),
        "due": due_after and due_after.isoformat(),
        "before": due_before and due_before.isoformat(),
    }
    tell = (make_unit_notification(entry, f"任务{verb}", text, "amend", urgent=bool(moved)),)
    return ActionResult(
        words=text[:2000],
        facts=facts,
        events=(make_event("corrected", until=due_after),) if moved else (),
        tell=tell if open_ else (),
        result=MovedEntry(entry, due_before, due_after),
    )
