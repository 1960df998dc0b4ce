"""Bring the entries of a corrected or revised measure up to date: due dates, leads, owners."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils import timezone

from gongkai.core.acts.action import ActionResult
from gongkai.core.ledger.clock import event
from gongkai.core.ledger.entry_action import entry_action
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import Actor
from gongkai.work.notices.actions.again import reopen
from gongkai.work.notices.actions.deciding import KIND, cancel, to_unit
from gongkai.work.notices.actions.rules import oversees
from gongkai.work.notices.amending import Amended, Moved
from gongkai.work.notices.checklist import due_day, lookback, period
from gongkai.work.notices.contributing import keep_in_step
from gongkai.work.notices.filing import file_upward
from gongkai.work.notices.models import Assignment, Measure, Notice
from gongkai.work.notices.opening import New, open_assignments, title_of
from gongkai.work.notices.planning.owners import Owned
from gongkai.work.notices.planning.plan import PlannedEntry, PlannedMeasure
from gongkai.work.notices.states import CLOSED, FALLEN_AWAY, OPEN, REOPENABLE

if TYPE_CHECKING:
    from datetime import datetime

# Primary keys of the body and, in a unit's own notice, of the office (0: the whole unit).
Whom = tuple[int, int]


@dataclass(frozen=True)
class Why:
    """The reason and the verb (更正, 修订) for a change of entries."""

    reason: str
    verb: str = "更正"
    ending: str = ""

    @property
    def words(self) -> str:
        """The words logged when an entry is opened or reopened."""
        return f"{self.verb}任务：{self.reason}"

    @property
    def ended(self) -> str:
        """The words logged when an entry is cancelled because its unit no longer owes it."""
        return self.ending or self.words


def owners_of(notice: Notice, planned: PlannedMeasure) -> set[Whom]:
    """Return the bodies and offices that owe a measure."""
    return {_whom(notice, owned) for owned in planned.owned}


def _whom(notice: Notice, owned: Owned) -> Whom:
    return owned.owner.body_id, (owned.owner.office_id or 0) if notice.own else 0


def follow_measure(
    notice: Notice,
    row: Measure,
    planned: Sequence[PlannedEntry],
    before: set[Whom],
    by: Actor,
    why: Why,
    made: Amended,
) -> None:
    """Open, move, reopen and cancel the entries of a measure, also those of its partner units.

    `before` are the owners before the change. Call it only inside an action.
    """
    wanted = {
        (_whom(notice, planned_entry.owned), planned_entry.period.track): planned_entry
        for planned_entry in planned
    }
    owing = {whom for whom, _ in wanted}
    rows = Assignment.objects.filter(measure=row).select_related("entry__body", "measure", "notice")
    there: dict[tuple[Whom, str], list[Assignment]] = {}
    for assignment in rows.order_by("pk"):
        whom = assignment.body_id, assignment.share
        key = whom, assignment.track
        looks_back = lookback(assignment)
        plan = wanted.get(key)
        if not looks_back:
            there.setdefault(key, []).append(assignment)
        gone = plan is None and (whom in before or whom in owing)
        if assignment.entry.state in OPEN and gone and not looks_back:
            made.cancelled.append(cancel(assignment.entry, by=by, reason=why.ended))
        else:
            _amend_one(assignment, plan, by, why, made)
    news = [
        one
        for key, one in wanted.items()
        if not _stands(one, there.get(key, ()), key[0] in before, by, why, made)
    ]
    opened = open_assignments(
        [New(row, planned_entry, notice.year) for planned_entry in news], by=by, words=why.words
    )
    if not notice.own:
        file_upward(opened, by=by)
    made.opened += [one.entry for one in opened]
    if not notice.own:
        opened_for = Entry.objects.filter(contribution__task__in=[one.entry_id for one in opened])
        made.helping += [*opened_for.select_related("body"), *keep_in_step(row, by=by)]


def _stands(
    plan: PlannedEntry,
    there: Iterable[Assignment],
    owed: bool,
    by: Actor,
    why: Why,
    made: Amended,
) -> bool:
    """Tell whether an owner has an entry for the plan; reopen a cancelled one of a returning unit."""
    found = list(there)
    if any(assignment.entry.state in OPEN for assignment in found):
        return True
    same = next((assignment for assignment in found if assignment.period == plan.period.label), None)
    if same is None:
        return False
    entry = Entry.objects.get(pk=same.pk)
    back = not owed and entry.outcome in FALLEN_AWAY
    if back and entry.state in REOPENABLE:
        until = plan.due if plan.due >= timezone.localdate() else None
        made.closed = [one for one in made.closed if one.pk != entry.pk]
        made.reopened.append(reopen(entry, by=by, reason=why.words, until=until))
    return True


def _amend_one(assignment: Assignment, plan: PlannedEntry | None, by: Actor, why: Why, made: Amended) -> None:
    entry = assignment.entry
    before = _day(entry.due_at)
    leads = tuple(plan.owned.leads) if plan else tuple(assignment.lead_ids)
    amended: Entry = amend_entry(
        entry, by=by, changes=made.changes, leads=leads, reason=why.reason, verb=why.verb
    )
    if amended.state in CLOSED:
        made.closed.append(amended)
        return
    after = due_day(Assignment.objects.get(pk=amended.pk))  # A stopped clock keeps the last date.
    if after != before:
        made.moved.append(Moved(amended, before, after))


def _day(moment: "datetime | None") -> date | None:
    return timezone.localtime(moment).date() if moment else None


@entry_action(KIND, "amend", label="更正任务", rule=oversees)
def amend_entry(
    entry: Entry,
    *,
    by: Actor,
    changes: Sequence[str],
    leads: Sequence[int],
    reason: str,
    verb: str = "更正",
) -> ActionResult:
    """Update title, leads and due date of one entry. Called only by `notice.amend`."""
    assignment = entry.assignment
    measure = assignment.measure
    if not lookback(assignment):
        entry.title = title_of(measure, period(assignment))[:300]
    assignment.section_no = measure.section_no
    open_ = entry.state in OPEN
    if open_ and sorted(leads) != sorted(assignment.lead_ids):
        assignment.lead_ids = list(leads)
        assignment.leads.set(leads)
    assignment.save(update_fields=["section_no", "lead_ids"])
    before = _day(entry.due_at)
    after = due_day(assignment) if open_ else before
    moved = f"；期限由{before}改为{after}" if before != after else ""
    words = f"{verb}：{'；'.join(changes)}{moved}。原因：{reason}"
    facts = {
        "changes": list(changes),
        "due": after and after.isoformat(),
        "before": before and before.isoformat(),
    }
    tell = (to_unit(entry, f"任务{verb}", words, "amend", urgent=bool(moved)),)
    return ActionResult(
        words=words[:2000],
        facts=facts,
        events=(event("corrected", until=after),) if moved else (),
        tell=tell if open_ else (),
    )
