"""Listeners to actions of other apps and of this one, for example offering editions as evidence."""

from gongkai.content.editions.models import Document
from gongkai.content.publishing.models import ChannelRelease
from gongkai.core.acts.following import ActionEvent
from gongkai.core.ledger.actions.evidence import proofs
from gongkai.core.ledger.clock import end_of
from gongkai.core.ledger.models import Entry, Evidence
from gongkai.core.units.actors import SYSTEM
from gongkai.lib.typed_json import numbers
from gongkai.work.notices.actions.delegating import bring_back, cancel_share, draw_in, last_day
from gongkai.work.notices.actions.registers import cancel_upward, resume_upward, send
from gongkai.work.notices.actions.supporting import end_of_task, follow_day
from gongkai.work.notices.checklist import checklist
from gongkai.work.notices.contributing import open_contributions
from gongkai.work.notices.doing import task_above
from gongkai.work.notices.models import Upward
from gongkai.work.notices.offering import (
    offer_edition,
    offer_placed,
    offer_release,
    take_offers_back,
    take_release_back,
)
from gongkai.work.notices.states import ASSIGNED, FALLEN_AWAY, INNER, UpwardState

# Verbs that end a task.
ENDING = ("accept", "cancel", "grant", "carry_over")
# Verbs that may move the due date of a task forward.
MOVING = ("amend", "reschedule", "return", "tick", "tick_sent")


def offer_published(happened: ActionEvent) -> None:
    """Offer a new edition as evidence to open assignments (follows `publishing.publish`)."""
    offer_edition(happened.step)


def offer_moved(happened: ActionEvent) -> None:
    """Offer documents placed in other columns (follows `publishing.place` and `publishing.move`)."""
    target = happened.target
    offer_placed([target.pk] if isinstance(target, Document) else numbers(happened.step.facts, "documents"))


def take_back_withdrawn(happened: ActionEvent) -> None:
    """Withdraw offers of a withdrawn document (follows `publishing.withdraw`)."""
    take_offers_back(happened.target)


def offer_recorded(happened: ActionEvent) -> None:
    """Offer a release through another channel (follows `publishing.record_channel`)."""
    release = happened.step.result
    assert isinstance(release, ChannelRelease)
    offer_release(release)


def take_back_dropped(happened: ActionEvent) -> None:
    """Withdraw offers of a dropped channel record (follows `publishing.drop_channel`)."""
    take_release_back(happened.target)


def send_along(happened: ActionEvent) -> None:
    """Record submissions ordered by accepted duties as sent (follows `assignment.accept`)."""
    task = happened.target
    if not isinstance(task, Entry) or task.closed_at is None:
        return
    done = {line.duty.pk for line in checklist(task.assignment) if line.ticked}
    along = Upward.objects.filter(assignment=task.assignment, duty__in=done, sent_at=None)
    for upward in along.select_related("entry").order_by("pk"):
        send(upward.entry, by=SYSTEM, words=f"任务（{task.number}）已销号，随任务登记", at=task.closed_at)


def end_sendings(happened: ActionEvent) -> None:
    """Cancel submissions of a task that is no longer owed (follows `ENDING_VERBS`)."""
    task = happened.target
    if not isinstance(task, Entry) or task.outcome not in FALLEN_AWAY:
        return
    for entry in Entry.objects.open().filter(upward__assignment=task.pk).order_by("pk"):
        cancel_upward(entry, by=SYSTEM, reason=_fell(task))


def settle_sendings() -> dict[str, int]:
    """Cancel submissions of tasks that were dropped before this listener existed; safe to repeat."""
    left = Upward.objects.filter(entry__closed_at=None, assignment__entry__outcome__in=FALLEN_AWAY)
    done = 0
    for upward in left.select_related("entry", "assignment__entry").order_by("pk"):
        if upward.assignment is not None:
            cancel_upward(upward.entry, by=SYSTEM, reason=_fell(upward.assignment.entry))
            done += 1
    return {"cancelled": done}


def _fell(task: Entry) -> str:
    return f"任务（{task.number}）{task.state_label}，不再报送"


def resume_sendings(happened: ActionEvent) -> None:
    """Reopen submissions of a reopened task (follows `assignment.reopen` and `assignment.restore`)."""
    task = happened.target
    fell = Entry.objects.filter(upward__assignment=task.pk, state=UpwardState.CANCELLED)
    for entry in fell.order_by("pk"):
        resume_upward(entry, by=SYSTEM, reason=f"任务（{task.number}）已重新打开")


def end_shares(happened: ActionEvent) -> None:
    """Cancel open shares of a task that has ended (follows `ENDING_VERBS`)."""
    task = happened.target
    if not isinstance(task, Entry) or task.closed_at is None:
        return
    for share in Entry.objects.open().filter(delegation__task=task).order_by("pk"):
        cancel_share(share, by=SYSTEM, reason=f"本单位任务（{task.number}）已办结")


def end_support(happened: ActionEvent) -> None:
    """Close open contributions to a task that has ended (follows `ENDING_VERBS`)."""
    task = happened.target
    if isinstance(task, Entry) and task.closed_at is not None:
        end_of_task(task)


def follow_support(happened: ActionEvent) -> None:
    """Move deadlines of contributions with their task (follows `MOVING_VERBS` and extensions)."""
    task = happened.target
    if isinstance(task, Entry) and task.kind == ASSIGNED and task.closed_at is None:
        follow_day(task)


def resume_support(happened: ActionEvent) -> None:
    """Reopen contributions to a reopened task (follows `assignment.reopen` and `assignment.restore`)."""
    task = happened.target
    if isinstance(task, Entry) and task.kind == ASSIGNED:
        open_contributions([task.assignment], by=happened.by)


def draw_shares_in(happened: ActionEvent) -> None:
    """Shorten shares that end after their task (follows `MOVING_VERBS`)."""
    task = happened.target
    if not isinstance(task, Entry) or task.kind != ASSIGNED or task.closed_at is not None:
        return
    if day := last_day(task):
        later = Entry.objects.open().filter(delegation__task=task, due_at__gt=end_of(day))
        for share in later.order_by("pk"):
            draw_in(share, by=SYSTEM)


def report_up(happened: ActionEvent) -> None:
    """Copy evidence of an accepted inner task to the unit's task (follows `assignment.accept`).

    Evidence copied before the inner task was reopened is not copied again.
    """
    entry = happened.target
    if entry.kind != INNER:
        return
    if task := task_above(entry):
        there = {_captured(evidence) for evidence in task.evidence.filter(withdrawn=False)}
        for proof in proofs(entry):
            if _captured(proof) not in there:
                bring_back(task, entry, proof, happened.by)


def _captured(proof: Evidence) -> tuple[object, ...]:
    """Return what identifies a piece of evidence independently of its entry."""
    return proof.edition, proof.url, proof.digest, proof.captured_at
