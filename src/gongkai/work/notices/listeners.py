"""Update submissions, shares and contributions of a task after actions on it."""

from gongkai.core.acts.following import ActionEvent
from gongkai.core.acts.models import Movement
from gongkai.core.files.store import NamedStoredFile
from gongkai.core.ledger.actions.evidence import list_valid_evidence
from gongkai.core.ledger.clock import get_end_of_due_day
from gongkai.core.ledger.kinds import get_kind
from gongkai.core.ledger.models import Entry, Evidence
from gongkai.core.units.actors import SYSTEM, Actor, make_actor_of_person
from gongkai.core.units.models import Person
from gongkai.work.notices.actions.contributions import close_contributions, move_contribution_deadlines
from gongkai.work.notices.actions.delegation import (
    cancel_share,
    copy_evidence_back,
    get_last_internal_day,
    shorten_share,
)
from gongkai.work.notices.actions.submissions import tick_sent_duty
from gongkai.work.notices.actions.upward_submissions import (
    cancel_upward,
    resume_upward,
    send_upward,
    update_ordering_duty_tick,
)
from gongkai.work.notices.entries.checklist import build_checklist
from gongkai.work.notices.entries.creation import open_contributions
from gongkai.work.notices.models import Upward
from gongkai.work.notices.queries.tasks import find_unit_task
from gongkai.work.notices.states import ASSIGNED, CANCELLED_OUTCOMES, INNER, WORKING_STATES, ShareState, UpwardState

#: Log verbs that end a task.
ENDING_VERBS = ("accept", "cancel", "grant", "carry_over")
#: Log verbs that may move the due date of a task to an earlier day.
MOVING_VERBS = ("amend", "reschedule", "return", "tick", "tick_sent")
#: Log verbs after which a unit that made a request continues to work.
REQUEST_ENDINGS = ("grant", "refuse", "recall")


def mark_submissions_sent_with_task(happened: ActionEvent) -> None:
    """Record submissions ordered by accepted duties as sent (follows `assignment.accept`)."""
    task = happened.target
    if not isinstance(task, Entry) or task.closed_at is None:
        return
    done = {line.duty.pk for line in build_checklist(task.assignment) if line.ticked}
    along = Upward.objects.filter(assignment=task.assignment, duty__in=done, sent_at=None)
    for upward in along.select_related("entry").order_by("pk"):
        send_upward(upward.entry, by=SYSTEM, words=f"任务（{task.number}）已销号，随任务登记", at=task.closed_at)


def mark_sent_duties_done(happened: ActionEvent) -> None:
    """Mark duties as done whose papers were sent upward while a request was pending.

    If no other duty is open, the task is submitted with the sent papers in the sender's name.
    """
    task = happened.target
    if not isinstance(task, Entry) or task.state not in WORKING_STATES:
        return
    returned = {line.duty.pk for line in build_checklist(task.assignment) if line.returned}
    sent = Upward.objects.filter(assignment=task.pk).exclude(sent_at=None).exclude(duty__in=returned)
    for upward in sent.select_related("assignment__entry__body").order_by("pk"):
        sender = _find_sender(upward)
        if tick_sent_duty.why_not(task, by=sender):
            update_ordering_duty_tick(upward, SYSTEM, sent=True)
            continue
        files = upward.entry.attachments.select_related("stored")
        papers = [NamedStoredFile(file.name, file.stored) for file in files]
        update_ordering_duty_tick(upward, sender, sent=True, papers=papers)


def _find_sender(upward: Upward) -> Actor:
    """Return the user who last sent the submission upward if still active, else the system user."""
    sent = Movement.objects.filter(stream=upward.entry.stream, action="upward.send").order_by("-seq").first()
    person = Person.objects.filter(pk=sent.person_id, active=True).first() if sent and sent.person_id else None
    return make_actor_of_person(person) if person else SYSTEM


def cancel_submissions(happened: ActionEvent) -> None:
    """Cancel submissions of a task that is no longer owed (follows `ENDING_VERBS`)."""
    task = happened.target
    if not isinstance(task, Entry) or task.outcome not in CANCELLED_OUTCOMES:
        return
    for entry in Entry.objects.open().filter(upward__assignment=task.pk).order_by("pk"):
        cancel_upward(entry, by=SYSTEM, reason=_make_cancel_reason(task), cause=happened.by)


def cancel_submissions_of_cancelled_tasks() -> dict[str, int]:
    """Cancel open submissions of all tasks that are no longer owed; safe to repeat. Return their number as
    `cancelled`.
    """
    open_submissions = Upward.objects.filter(entry__closed_at=None, assignment__entry__outcome__in=CANCELLED_OUTCOMES)
    done = 0
    for upward in open_submissions.select_related("entry", "assignment__entry").order_by("pk"):
        if upward.assignment is not None:
            cancel_upward(upward.entry, by=SYSTEM, reason=_make_cancel_reason(upward.assignment.entry))
            done += 1
    return {"cancelled": done}


def _make_cancel_reason(task: Entry) -> str:
    return f"任务（{task.number}）{task.state_label}，不再报送"


def reopen_submissions(happened: ActionEvent) -> None:
    """Reopen submissions of a reopened or restored task, except those that its row no longer orders."""
    task = happened.target
    cancelled_submissions = Entry.objects.filter(
        upward__assignment=task.pk, upward__duty__measure=task.assignment.measure_id, state=UpwardState.CANCELLED
    )
    for entry in cancelled_submissions.order_by("pk"):
        resume_upward(entry, by=SYSTEM, reason=f"任务（{task.number}）已重新打开")


def cancel_shares(happened: ActionEvent) -> None:
    """Cancel open shares of an ended task (follows `ENDING_VERBS`)."""
    task = happened.target
    if not isinstance(task, Entry) or task.closed_at is None:
        return
    outcome = ShareState.CANCELLED if task.outcome in get_kind(task.kind).excused else ShareState.ENDED
    for share in Entry.objects.open().filter(delegation__task=task).order_by("pk"):
        reason = f"本单位任务（{task.number}）已办结"
        cancel_share(share, by=SYSTEM, reason=reason, cause=happened.by, outcome=outcome)


def end_contributions(happened: ActionEvent) -> None:
    """Close open contributions to a task that has ended (follows `ENDING_VERBS`)."""
    task = happened.target
    if isinstance(task, Entry) and task.closed_at is not None:
        close_contributions(task)


def follow_task_deadline(happened: ActionEvent) -> None:
    """Move deadlines of contributions with their task (follows `MOVING_VERBS` and extensions)."""
    task = happened.target
    if isinstance(task, Entry) and task.kind == ASSIGNED and task.closed_at is None:
        move_contribution_deadlines(task)


def reopen_contributions(happened: ActionEvent) -> None:
    """Reopen contributions to a reopened or restored task."""
    task = happened.target
    if isinstance(task, Entry) and task.kind == ASSIGNED:
        open_contributions([task.assignment], by=happened.by)


def shorten_shares(happened: ActionEvent) -> None:
    """Shorten shares that end after their task (follows `MOVING_VERBS`)."""
    task = happened.target
    if not isinstance(task, Entry) or task.kind != ASSIGNED or task.closed_at is not None:
        return
    if day := get_last_internal_day(task):
        later = Entry.objects.open().filter(delegation__task=task, due_at__gt=get_end_of_due_day(day))
        for share in later.order_by("pk"):
            shorten_share(share, by=SYSTEM)


def copy_evidence_to_task(happened: ActionEvent) -> None:
    """Copy evidence of an accepted inner task to the unit's task (follows `assignment.accept`).

    Evidence copied before the inner task was reopened is not copied again.
    """
    entry = happened.target
    if entry.kind != INNER:
        return
    if task := find_unit_task(entry):
        existing = {_make_evidence_key(evidence) for evidence in task.evidence.filter(withdrawn=False)}
        for proof in list_valid_evidence(entry):
            if _make_evidence_key(proof) not in existing:
                copy_evidence_back(task, entry, proof, happened.by)


def _make_evidence_key(proof: Evidence) -> tuple[object, ...]:
    """Return a key that identifies a piece of evidence independently of its entry."""
    return proof.edition, proof.url, proof.digest, proof.captured_at
