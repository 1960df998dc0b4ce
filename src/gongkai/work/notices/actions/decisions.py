"""Decisions of lead unit and office: accept, return, grant, refuse, cancel."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Notification, Refused, register_action, require_text
from gongkai.core.ledger.actions.evidence import find_author_ids, list_valid_evidence
from gongkai.core.ledger.clock import make_event, make_pause_end_events, make_redating_events
from gongkai.core.ledger.entry_action import EntryAction, entry_action, get_machine
from gongkai.core.ledger.kinds import make_entry_notification
from gongkai.core.ledger.models import Entry, Evidence, EvidenceVerdict, Told
from gongkai.core.units.actors import Actor
from gongkai.core.units.another_person import is_among
from gongkai.core.units.open_government_leads import is_sole_leader
from gongkai.lib.law import Event
from gongkai.work.notices.actions.contributions import transfer_contributions
from gongkai.work.notices.actions.permissions import (
    get_lead_unit_keys,
    list_extension_day_faults,
    list_reasons_against_cancelling,
    list_reasons_against_deciding,
    list_reasons_against_deciding_request,
    list_reasons_against_overseeing,
    list_reasons_unless_system,
)
from gongkai.work.notices.actions.submissions import list_evidence_period_faults, make_decider_notification
from gongkai.work.notices.entries.checklist import find_due_day, get_period, list_missing_channel_records, reset_ticks
from gongkai.work.notices.entries.creation import NewAssignment, create_assignments
from gongkai.work.notices.entries.expansion import to_planned_duties
from gongkai.work.notices.entries.upward_submissions import create_upward_submissions
from gongkai.work.notices.models import Ask, AskKind, Assignment
from gongkai.work.notices.planning.periods import YEAR, TaskPeriod
from gongkai.work.notices.planning.plan import OwnedPart, PlannedEntry, TaskOwner, find_due_date, list_next_periods
from gongkai.work.notices.planning.rules import find_track
from gongkai.work.notices.recipients import get_responsible_recipients
from gongkai.work.notices.states import INNER, REQUEST_STATES, AssignmentState

ASSIGNMENT_KIND_NAME = "assignment"
DONE = "done"
# New state, facts for the log, and events for the clock.
GrantEffect = tuple[str, Mapping[str, object], tuple[Event, ...]]
#: Key of the reminders to deciders in the ledger.
REMINDER_STEP = "decide"


def make_unit_notification(entry: Entry, subject: str, body: str, key: str, *, urgent: bool = False) -> Notification:
    """Return a notification to the clerks and the head of the responsible unit."""
    return make_entry_notification(entry, subject, body, key, urgent=urgent, **get_responsible_recipients(entry))


def _list_reasons_against_accepting(entry: Entry) -> list[str]:
    """Return reasons against accepting that no choice of evidence removes."""
    if not (standing := list_valid_evidence(entry)):
        return ["没有属实的佐证，不能销号。请“退回补办”，写清缺什么。"]
    return [*list_evidence_period_faults(entry.assignment, standing), *list_missing_channel_records(entry.assignment)]


@entry_action(
    ASSIGNMENT_KIND_NAME,
    "accept",
    label="审核通过并销号",
    rule=list_reasons_against_deciding,
    ready=_list_reasons_against_accepting,
)
def accept_submission(entry: Entry, *, by: Actor, words: str = "", holds: Iterable[int] = ()) -> ActionResult:
    """Accept a submission, close the entry (销号), and open the next period.

    At least one piece of evidence must hold: verified automatically, judged before, or listed in
    `holds` (primary keys of another person's evidence that the lead unit opened and found true). Others stay unchecked
    (未核验).
    """
    assignment, now = entry.assignment, timezone.now()
    standing, held_keys = list_valid_evidence(entry), set(holds)
    judged = [evidence for evidence in standing if evidence.pk in held_keys and evidence.lead != EvidenceVerdict.HOLDS]
    if own := list_own_evidence(entry, judged, by):
        raise Refused(f"“{own[0].title}”由您添加，请由另一人核验，不要勾选。")
    proven = [
        evidence
        for evidence in standing
        if evidence.pk in held_keys or EvidenceVerdict.HOLDS in {evidence.lead, evidence.machine}
    ]
    if not proven:
        raise Refused("佐证还没有核验：请打开佐证核对，勾选属实的，再予销号；不符的请退回补办。")
    if reasons := list_evidence_period_faults(assignment, proven):
        raise Refused(reasons)
    entry.evidence.filter(pk__in=[evidence.pk for evidence in judged]).update(
        lead=EvidenceVerdict.HOLDS, judged_by=by.name, judged_at=now
    )
    entry.outcome = entry.outcome or DONE
    _open_next_periods(assignment, by=by, closed=True)
    return ActionResult(
        words=words or "审核通过，予以销号",
        facts={"outcome": entry.outcome, "holds": sorted(evidence.pk for evidence in judged)},
        events=(make_event("closed", assignment.submitted_at),),
        past=True,
        tell=(make_unit_notification(entry, "已销号", "已审核通过并销号。", "accept"),),
    )


def list_own_evidence(entry: Entry, evidence: Iterable[Evidence], by: Actor) -> list[Evidence]:
    """Return the evidence that the user added and may not judge; none for the sole leader of a unit's own notice."""
    if entry.kind == INNER and is_sole_leader(by, entry.assignment.notice.government_id):
        return []
    return [piece for piece in evidence if is_among(by, find_author_ids(piece))]


@entry_action(ASSIGNMENT_KIND_NAME, "return", label="退回补办", rule=list_reasons_against_deciding)
def return_submission(entry: Entry, *, by: Actor, reason: str) -> ActionResult:
    """Return a submission with reasons; the clock of the unit runs again."""
    reason = require_text(reason, "请写明退回的原因。")
    entry.outcome = ""
    due_before = find_due_day(entry.assignment)
    reset_ticks(entry.assignment)
    due_after = find_due_day(entry.assignment)
    return ActionResult(
        words=reason,
        events=(
            *make_pause_end_events(entry),
            *(make_redating_events(entry, due_after) if due_after != due_before else ()),
        ),
        tell=(make_unit_notification(entry, "退回补办", f"被退回：{reason}", "return", urgent=True),),
    )


def _list_reasons_against_other_unit(entry: Entry) -> list[str]:
    """Return a reason if the other unit that is asked for already has this task, or exists no more."""
    asks = Ask.objects.filter(assignment=entry.pk, granted=None, kind=AskKind.OTHER_UNIT)
    ask = asks.select_related("wanted_body").first()
    if ask is None or ask.wanted_body is None:
        return []
    if not ask.wanted_body.alive:
        return [f"{ask.wanted_body.label}已撤并，不能承担任务，请不同意改派。"]
    own = entry.assignment
    if not Assignment.objects.filter(measure=own.measure_id, body=ask.wanted_body, period=own.period).exists():
        return []
    return [f"{ask.wanted_body.label}已经承担这项任务，请不同意改派，或者同意不涉及。"]


@entry_action(
    ASSIGNMENT_KIND_NAME,
    "grant",
    label="同意申请",
    rule=list_reasons_against_deciding_request,
    ready=_list_reasons_against_other_unit,
)
def grant_request(entry: Entry, *, by: Actor, words: str = "", until: date | None = None) -> ActionResult:
    """Grant the pending request of a unit."""
    ask = _get_pending_request(entry)
    to_state, facts, extended = _GRANT_FUNCTION_BY_REQUEST[AskKind(ask.kind)](entry, ask, by, until)
    _record_decision(ask, by, granted=True, text=words)
    label = AskKind(ask.kind).label
    return ActionResult(
        words=f"同意{label}{f'：{words}' if words else ''}",
        to_state=to_state,
        facts={"ask": ask.pk, "kind": ask.kind, **facts},
        events=(*make_pause_end_events(entry), *extended),
        tell=(make_unit_notification(entry, f"同意{label}", f"已同意{label}。{words}", "grant"),),
    )


@entry_action(ASSIGNMENT_KIND_NAME, "refuse", label="不同意申请", rule=list_reasons_against_deciding_request)
def refuse_request(entry: Entry, *, by: Actor, reason: str) -> ActionResult:
    """Refuse the pending request of a unit, with reasons; its clock runs again."""
    reason = require_text(reason, "请写明不同意的理由。")
    ask = _get_pending_request(entry)
    _record_decision(ask, by, granted=False, text=reason)
    label = AskKind(ask.kind).label
    return ActionResult(
        words=f"不同意{label}：{reason}",
        events=make_pause_end_events(entry),
        facts={"ask": ask.pk, "kind": ask.kind},
        tell=(make_unit_notification(entry, f"不同意{label}", f"{label}未获同意：{reason}", "refuse", urgent=True),),
    )


def _get_pending_request(entry: Entry) -> Ask:
    """Return the undecided request of an entry (Refused: there is none)."""
    ask = Ask.objects.filter(assignment=entry.assignment, granted=None).first()
    if ask is None:
        raise Refused("没有待决定的申请。")
    return ask


def _record_decision(ask: Ask, by: Actor, *, granted: bool, text: str) -> None:
    """Store who decided a request, when, how and in which words."""
    ask.granted, ask.decided_by, ask.decided_at, ask.words = granted, by.name, timezone.now(), text
    ask.save(update_fields=["granted", "decided_by", "decided_at", "words"])


def _grant_not_applicable(entry: Entry, ask: Ask, by: Actor, until: date | None) -> GrantEffect:
    """Close the task as not applicable (不涉及)."""
    entry.outcome = AssignmentState.NOT_APPLICABLE
    return AssignmentState.NOT_APPLICABLE, {}, ()


def _grant_more_time(entry: Entry, ask: Ask, by: Actor, until: date | None) -> GrantEffect:
    """Extend the assignment to the wanted day, or to `until`.

    Raises:
        Refused: when the day is not permitted.
    """
    day = until or ask.wanted_date
    assert day is not None
    if reasons := list_extension_day_faults(entry, day):
        raise Refused(reasons)
    entry.assignment.extended_to = day
    entry.assignment.save(update_fields=["extended_to"])
    previous_due = entry.due_at
    facts = {"due": day.isoformat(), "before": previous_due.isoformat() if previous_due else None}
    return AssignmentState.OPEN, facts, (make_event("extended", until=day),)


def _grant_other_unit(entry: Entry, ask: Ask, by: Actor, until: date | None) -> GrantEffect:
    """Give the task to the wanted unit as a new assignment with the same deadline and extension."""
    assert ask.wanted_body is not None
    current_assignment = entry.assignment
    leads = tuple(sorted(get_lead_unit_keys(entry)))
    if not current_assignment.notice.own:  # which its unit leads throughout
        leads = tuple(ask.wanted_body.pk if lead == entry.body_id else lead for lead in leads)
    assert entry.due_at is not None
    plan = PlannedEntry(
        current_assignment.measure_id,
        OwnedPart(TaskOwner(ask.wanted_body.pk), leads),
        get_period(current_assignment),
        timezone.localtime(entry.due_at).date(),
        (),
    )
    new_assignment = NewAssignment(
        current_assignment.measure, plan, entry.year, title=entry.title, label=current_assignment.period
    )
    assignment = create_assignments([new_assignment], by=by, text=f"由{entry.body.label}改派：{ask.reason}")[0]
    if current_assignment.extended_to:
        assignment.extended_to = current_assignment.extended_to
        assignment.save(update_fields=["extended_to"])
    transfer_contributions(entry, assignment.entry)
    if not current_assignment.notice.own:
        create_upward_submissions([assignment], by=by)
    entry.outcome = AssignmentState.REASSIGNED
    return AssignmentState.REASSIGNED, {"to": ask.wanted_body.pk, "entry": assignment.pk}, ()


def _grant_withdrawal(entry: Entry, ask: Ask, by: Actor, until: date | None) -> GrantEffect:
    """Close the task as sent back (退回)."""
    entry.outcome = AssignmentState.WITHDRAWN
    return AssignmentState.WITHDRAWN, {}, ()


_GRANT_FUNCTION_BY_REQUEST = {
    AskKind.NOT_APPLICABLE: _grant_not_applicable,
    AskKind.MORE_TIME: _grant_more_time,
    AskKind.OTHER_UNIT: _grant_other_unit,
    AskKind.SEND_BACK: _grant_withdrawal,
}


@entry_action(ASSIGNMENT_KIND_NAME, "cancel", label="取消任务", rule=list_reasons_against_cancelling)
def cancel_assignment(entry: Entry, *, by: Actor, reason: str) -> ActionResult:
    """Cancel an open assignment and refuse its pending requests."""
    reason = require_text(reason, "请写明取消的原因。")
    asks = list(Ask.objects.filter(assignment=entry.assignment, granted=None))
    for ask in asks:
        _record_decision(ask, by, granted=False, text="任务已取消，申请不再办理")
    before, entry.outcome = entry.outcome, AssignmentState.CANCELLED
    return ActionResult(
        words=reason,
        facts={"outcome": before, "asks": [ask.pk for ask in asks]},
        events=make_pause_end_events(entry),
        tell=(make_unit_notification(entry, "任务取消", f"已取消：{reason}", "cancel"),),
    )


@entry_action(ASSIGNMENT_KIND_NAME, "reschedule", label="按规则调整期限", rule=list_reasons_against_overseeing)
def reschedule_assignment(entry: Entry, *, by: Actor, words: str) -> ActionResult:
    """Apply the due date that the rules give now, after an awaited act or a corrected deadline."""
    before, due = entry.due_at, find_due_day(entry.assignment)
    day = f"{due:%Y-%m-%d}"
    return ActionResult(
        words=f"{words}；期限为{day}",
        facts={"due": day, "before": before.isoformat() if before else None},
        events=make_redating_events(entry, due),
        tell=(make_unit_notification(entry, "期限调整", f"{words}，期限为{day}。", "due"),),
    )


@entry_action(ASSIGNMENT_KIND_NAME, "catch_up", label="纳入补录", rule=list_reasons_unless_system)
def set_catch_up_date(entry: Entry, *, by: Actor, until: date) -> ActionResult:
    """Give an entry due before the installation opened a date for catching up.

    Called when the installation opens.
    """
    before = timezone.localtime(entry.due_at).date() if entry.due_at else None
    entry.assignment.extended_to = until
    entry.assignment.save(update_fields=["extended_to"])
    return ActionResult(
        words=f"开通以前到期（{before}），纳入补录，期限为{until}",
        facts={"due": until.isoformat(), "before": before.isoformat() if before else None},
        events=(make_event("corrected", until=until),),
    )


def _open_next_periods(
    assignment: Assignment, *, by: Actor, closed: bool, today: date | None = None
) -> list[Assignment]:
    """Open the next periods that have no entry yet; none for yearly or dropped rows.

    `closed`: the assignment is closed, so the next period may open before its own has passed.
    """
    if assignment.track == YEAR or assignment.measure.dropped:
        return []
    periods = list_next_periods(
        get_period(assignment), year=assignment.notice.year, today=today or timezone.localdate(), closed=closed
    )
    existing = set(
        Assignment.objects.filter(
            measure=assignment.measure_id, body=assignment.body_id, share=assignment.share, track=assignment.track
        ).values_list("period", flat=True)
    )
    missing = [period for period in periods if period.label not in existing]
    if not missing:
        return []
    assignments = create_assignments(_build_period_assignments(assignment, missing), by=by, text="新一期任务")
    if not assignment.notice.own:  # tasks sent up on a unit's own notice stay in the checklist
        create_upward_submissions(assignments, by=by)
    return assignments


def _build_period_assignments(assignment: Assignment, periods: Iterable[TaskPeriod]) -> list[NewAssignment]:
    entry = assignment.entry
    leads = tuple(sorted(body.pk for body in assignment.leads.all()))
    owned = OwnedPart(TaskOwner(entry.body_id, entry.office_id), leads)
    duties = to_planned_duties(
        (duty for duty in assignment.measure.duties.all() if find_track(duty.due) == assignment.track),
        assignment.notice.issued_on,
    )
    year = assignment.notice.year
    return [
        NewAssignment(
            assignment.measure,
            PlannedEntry(assignment.measure_id, owned, period, find_due_date(duties, period, year), ()),
            year,
            share=assignment.share,
        )
        for period in periods
    ]


def remind_deciders(entry: Entry, *, by: Actor, since: datetime) -> ActionResult:
    """Remind the deciders of a submission or request that is pending `since` (Refused: reminded before)."""
    _, is_first_reminder = Told.objects.get_or_create(entry=entry, step=REMINDER_STEP, due_at=since)
    if not is_first_reminder:
        raise Refused("已经提醒过。")
    is_request = entry.state in REQUEST_STATES
    tell = make_decider_notification(entry, "等您审核", "已等待多日，请审核。", "nudge", is_request=is_request)
    return ActionResult(words="提醒审核", tell=(tell,))


remind = register_action(
    EntryAction(
        "assignment.nudge", "提醒审核", remind_deciders, list_reasons_unless_system, quiet=True, machine=get_machine
    )
)


@entry_action(ASSIGNMENT_KIND_NAME, "next_period", label="打开下一期", rule=list_reasons_unless_system)
def open_next_period(entry: Entry, *, by: Actor, today: date | None = None) -> ActionResult:
    """Open the periods after one that has passed, up to the current one. May be repeated."""
    assignments = _open_next_periods(entry.assignment, by=by, closed=False, today=today)
    return ActionResult(
        words="新一期任务已打开", facts={"entries": [assignment.pk for assignment in assignments]}, result=assignments
    )
