"""Update the entries of a corrected measure; reopen an assignment or carry it over (回头看)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Refused
from gongkai.core.ledger.actions.place import has_own_title
from gongkai.core.ledger.clock import events_that_end_pauses, make_event, was_closed
from gongkai.core.ledger.entry_action import entry_action
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import Actor
from gongkai.work.notices.actions.decisions import ASSIGNMENT_KIND_NAME, cancel_assignment, notify_unit
from gongkai.work.notices.actions.permissions import check_can_cancel, check_can_oversee, find_leads
from gongkai.work.notices.entries.checklist import find_due_day, get_period, is_lookback
from gongkai.work.notices.entries.creation import (
    NewAssignment,
    create_assignments,
    make_entry_title,
    update_contributions,
)
from gongkai.work.notices.entries.upward import create_upward_submissions
from gongkai.work.notices.models import Ask, Assignment, Carry, Measure, Notice
from gongkai.work.notices.planning.periods import YEAR, parse_period
from gongkai.work.notices.planning.plan import OwnedPart, Owner, PlannedEntry, PlannedMeasure
from gongkai.work.notices.states import (
    CANCELLED_OUTCOMES,
    CLOSED_STATES,
    OPEN_STATES,
    REOPENABLE_STATES,
    AssignmentState,
)
from gongkai.work.notices.versions.measure_states import AmendmentResult, MovedEntry

if TYPE_CHECKING:
    from datetime import datetime


@entry_action(ASSIGNMENT_KIND_NAME, "reopen", label="重新打开", rule=check_can_oversee)
def reopen_assignment(entry: Entry, *, by: Actor, reason: str, until: date | None = None) -> ActionResult:
    """Reopen a closed assignment; `until` sets a new due date, without it the old date stays.

    Raises Refused when `until` is before today. A date before the old due date counts as a
    rectification.
    """
    if not reason.strip():
        raise Refused("请写明重新打开的原因。")
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
        words=reason.strip(),
        facts={"due": until.isoformat() if until else None},
        tell=(notify_unit(entry, "重新打开", f"已重新打开：{reason.strip()}", "reopen", urgent=True),),
    )


def _check_lookback_date(day: date, year: int) -> None:
    today = timezone.localdate()
    if day < today:
        raise Refused("回头看期限不能早于今天，请另选日期。")
    if day.year != year and year >= today.year:
        raise Refused(f"回头看期限应在{year}年之内，请另选日期。")


@entry_action(ASSIGNMENT_KIND_NAME, "carry_over", label="转入下年回头看", rule=check_can_cancel)
def carry_over_assignment(entry: Entry, *, by: Actor, reason: str, until: date | None = None) -> ActionResult:
    """Open a look-back entry for next year and the same unit; close the source as carried."""
    source = entry.assignment
    if Carry.objects.filter(source=source).exists():
        raise Refused("这项任务已经转入下年回头看。")
    if not reason.strip():
        raise Refused("请写明转入回头看的原因。")
    year = entry.year + 1
    day = until or date(year, 12, 31)
    _check_lookback_date(day, year)
    plan = PlannedEntry(
        source.measure_id,
        OwnedPart(Owner(entry.body_id, entry.office_id), tuple(sorted(find_leads(entry)))),
        parse_period(YEAR, str(year)),
        day,
        (),
    )
    new = NewAssignment(
        source.measure, plan, year, title=f"回头看：{entry.title}", label=f"{year}回头看{source.period}"[:20]
    )
    target = create_assignments([new], by=by, words=reason.strip())[0]
    Carry.objects.create(source=source, target=target, reason=reason.strip(), by=by.name)
    closed = entry.state in CLOSED_STATES
    ends = events_that_end_pauses(entry)
    if not closed:
        Ask.objects.filter(assignment=source, granted=None).delete()
        entry.outcome = AssignmentState.CARRIED
    return ActionResult(
        words=f"转入{year}年回头看：{reason.strip()}",
        to_state=entry.state if closed else AssignmentState.CARRIED,
        facts={"target": target.pk, "year": year},
        events=ends,
        tell=(notify_unit(entry, "转入回头看", f"已转入{year}年回头看：{reason.strip()}", "carry"),),
    )


# Primary keys of the body and, in a unit's own notice, of the office (0: the whole unit).
OwnerKey = tuple[int, int]


@dataclass(frozen=True)
class ChangeReason:
    """The reason and the verb (更正, 修订) for a change of entries."""

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
    return {_owner_key(notice, owned) for owned in planned.owned}


def _owner_key(notice: Notice, owned: OwnedPart) -> OwnerKey:
    return owned.owner.body_id, (owned.owner.office_id or 0) if notice.own else 0


def update_entries(
    notice: Notice,
    row: Measure,
    planned: Sequence[PlannedEntry],
    before: set[OwnerKey],
    by: Actor,
    why: ChangeReason,
    made: AmendmentResult,
) -> None:
    """Open, move, reopen and cancel the entries of a measure, also those of its partner units.

    `before` are the owners before the change. Call it only inside an action.
    """
    wanted = {
        (_owner_key(notice, planned_entry.owned), planned_entry.period.track): planned_entry
        for planned_entry in planned
    }
    owing = {whom for whom, _ in wanted}
    rows = Assignment.objects.filter(measure=row).select_related("entry__body", "measure")
    there: dict[tuple[OwnerKey, str], list[Assignment]] = {}
    for assignment in rows.order_by("pk"):
        assignment.notice = notice  # not read for each task: its `parsed` is as long as the notice
        whom = assignment.body_id, assignment.share
        key = whom, assignment.track
        looks_back = is_lookback(assignment)
        plan = wanted.get(key)
        if not looks_back:
            there.setdefault(key, []).append(assignment)
        gone = plan is None and (whom in before or whom in owing)
        if assignment.entry.state in OPEN_STATES and gone and not looks_back:
            made.cancelled.append(cancel_assignment(assignment.entry, by=by, reason=why.ended))
        else:
            _amend_assignment(assignment, plan, by, why, made)
    news = [
        one for key, one in wanted.items() if not _has_entry(one, there.get(key, ()), key[0] in before, by, why, made)
    ]
    opened = create_assignments(
        [NewAssignment(row, planned_entry, notice.year) for planned_entry in news], by=by, words=why.words
    )
    if not notice.own:
        create_upward_submissions(opened, by=by)
    made.opened += [one.entry for one in opened]
    if not notice.own:
        opened_for = Entry.objects.filter(contribution__task__in=[one.entry_id for one in opened])
        made.helping += [*opened_for.select_related("body"), *update_contributions(row, by=by)]


def _has_entry(
    plan: PlannedEntry, there: Iterable[Assignment], owed: bool, by: Actor, why: ChangeReason, made: AmendmentResult
) -> bool:
    """Return true if an owner has an entry for the plan; reopen a cancelled one of a returning unit."""
    found = list(there)
    if any(assignment.entry.state in OPEN_STATES for assignment in found):
        return True
    same = next((assignment for assignment in found if assignment.period == plan.period.label), None)
    if same is None:
        return False
    entry = Entry.objects.get(pk=same.pk)
    back = not owed and entry.outcome in CANCELLED_OUTCOMES
    if back and entry.state in REOPENABLE_STATES:
        until = plan.due if plan.due >= timezone.localdate() else None
        made.closed = [one for one in made.closed if one.pk != entry.pk]
        made.reopened.append(reopen_assignment(entry, by=by, reason=why.words, until=until))
    return True


def _amend_assignment(
    assignment: Assignment, plan: PlannedEntry | None, by: Actor, why: ChangeReason, made: AmendmentResult
) -> None:
    entry = assignment.entry
    before = _local_date(entry.due_at)
    leads = tuple(plan.owned.leads) if plan else tuple(assignment.lead_ids)
    amended: Entry = amend_entry(entry, by=by, changes=made.changes, leads=leads, reason=why.reason, verb=why.verb)
    if amended.state in CLOSED_STATES:
        made.closed.append(amended)
        return
    stored = Assignment.objects.get(pk=amended.pk)
    stored.notice = assignment.notice
    after = find_due_day(stored)  # A stopped clock keeps the last date.
    if after != before:
        made.moved.append(MovedEntry(amended, before, after))


def _local_date(moment: "datetime | None") -> date | None:
    return timezone.localtime(moment).date() if moment else None


@entry_action(ASSIGNMENT_KIND_NAME, "amend", label="更正任务", rule=check_can_oversee)
def amend_entry(
    entry: Entry, *, by: Actor, changes: Sequence[str], leads: Sequence[int], reason: str, verb: str = "更正"
) -> ActionResult:
    """Update title, leads and due date of one entry. Called only by `notice.amend`."""
    assignment = entry.assignment
    measure = assignment.measure
    if not is_lookback(assignment) and not has_own_title(entry):
        entry.title = make_entry_title(measure, get_period(assignment))[:300]
    assignment.section_no = measure.section_no
    open_ = entry.state in OPEN_STATES
    if open_ and sorted(leads) != sorted(assignment.lead_ids):
        assignment.lead_ids = list(leads)
        assignment.leads.set(leads)
    assignment.save(update_fields=["section_no", "lead_ids"])
    before = _local_date(entry.due_at)
    after = find_due_day(assignment) if open_ else before
    moved = f"；期限由{before}改为{after}" if before != after else ""
    words = f"{verb}：{'；'.join(changes)}{moved}。原因：{reason}"
    facts = {"changes": list(changes), "due": after and after.isoformat(), "before": before and before.isoformat()}
    tell = (notify_unit(entry, f"任务{verb}", words, "amend", urgent=bool(moved)),)
    return ActionResult(
        words=words[:2000],
        facts=facts,
        events=(make_event("corrected", until=after),) if moved else (),
        tell=tell if open_ else (),
    )
