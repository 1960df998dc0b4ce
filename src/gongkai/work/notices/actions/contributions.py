"""Entries of partner units (配合单位), who contribute to the task of another unit."""

from collections.abc import Iterable

from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Notification, Refused, require_text
from gongkai.core.files.store import NamedStoredFile
from gongkai.core.ledger.actions import add_new_evidence
from gongkai.core.ledger.actions.evidence import list_valid_evidence
from gongkai.core.ledger.clock import make_event, make_pause_end_events
from gongkai.core.ledger.entry_action import entry_action
from gongkai.core.ledger.kinds import make_entry_notification
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import SYSTEM, Actor
from gongkai.core.units.another_person import AnotherPerson
from gongkai.core.units.unit_filters import is_above
from gongkai.work.notices.actions.permissions import WORKER_ROLES, list_reasons_unless_system
from gongkai.work.notices.models import Contribution
from gongkai.work.notices.recipients import get_unit_recipients
from gongkai.work.notices.states import SUPPORT_KIND_NAME, ShareState


def list_reasons_against_helping(by: Actor, entry: Entry) -> list[str]:
    """Return reasons unless the user is a clerk or the head of the partner unit."""
    if by.has(*WORKER_ROLES, body_id=entry.body_id):
        return []
    return [f"只有配合单位（{entry.body.label}）的经办人或者负责人可以办理。"]


def list_reasons_against_receiving_contribution(by: Actor, entry: Entry) -> list[str]:
    """Return reasons unless the user works in the unit that owes the task, or above it."""
    task = entry.contribution.task
    if by.has(*WORKER_ROLES, body_id=task.body_id) or is_above(by, task.body):
        return []
    return [f"由牵头单位（{task.body.label}）确认。"]


list_reasons_against_confirming_contribution = AnotherPerson(
    list_reasons_against_receiving_contribution,
    ("support.submit",),
    "提供和确认须由两人分别办理：配合情况由您提供，请由牵头单位的另一人确认。",
    returned=("support.return",),
)


@entry_action(SUPPORT_KIND_NAME, "submit", label="提供配合情况", rule=list_reasons_against_helping)
def submit_support(
    entry: Entry, *, by: Actor, statement: str = "", urls: Iterable[str] = (), files: Iterable[NamedStoredFile] = ()
) -> ActionResult:
    """Submit a contribution to the task of another unit, with a statement or evidence."""
    add_new_evidence(entry, by=by, urls=urls, files=files)
    if not statement.strip() and not list_valid_evidence(entry):
        raise Refused("请填写配合情况，或者附上公开网址、文件。")
    contribution = entry.contribution
    contribution.statement, contribution.submitted_by = statement.strip(), by.person_id
    contribution.save(update_fields=["statement", "submitted_by"])
    text = f"{entry.body.label}已提供，请确认。"
    tell = _make_body_notification(entry, "配合情况", text, "support", contribution.task.body_id)
    return ActionResult(events=(make_event("submitted"),), words=statement.strip() or "已提供", tell=(tell,))


@entry_action(SUPPORT_KIND_NAME, "accept", label="确认", rule=list_reasons_against_confirming_contribution)
def accept_support(entry: Entry, *, by: Actor, words: str = "") -> ActionResult:
    """Confirm a contribution; it closes as of the time of submission. The task stays as it is."""
    given = entry.moved_at or timezone.now()
    tell = _make_body_notification(entry, "配合已确认", "牵头单位已确认。", "supported", entry.body_id)
    return ActionResult(words=words.strip() or "已确认", events=(make_event("closed", given),), past=True, tell=(tell,))


@entry_action(SUPPORT_KIND_NAME, "return", label="退回补充", rule=list_reasons_against_receiving_contribution)
def return_support(entry: Entry, *, by: Actor, reason: str) -> ActionResult:
    """Return a contribution for completion (`reason`: what is missing); its clock runs again."""
    reason = require_text(reason, "请写明要补充什么。")
    tell = _make_body_notification(entry, "退回补充", f"被退回：{reason}", "support-return", entry.body_id, urgent=True)
    return ActionResult(words=reason, events=make_pause_end_events(entry), tell=(tell,))


@entry_action(SUPPORT_KIND_NAME, "cancel", label="不再需要配合", rule=list_reasons_against_receiving_contribution)
def cancel_support(entry: Entry, *, by: Actor, reason: str) -> ActionResult:
    """Cancel a contribution that is no longer needed."""
    reason = require_text(reason, "请写明原因。")
    entry.outcome = "cancelled"
    tell = _make_body_notification(entry, "不再需要配合", f"不再需要配合：{reason}", "support-cancel", entry.body_id)
    return ActionResult(words=reason, events=make_pause_end_events(entry), tell=(tell,))


@entry_action(SUPPORT_KIND_NAME, "draw_in", label="随任务调整期限", rule=list_reasons_unless_system)
def move_support_deadline(entry: Entry, *, by: Actor) -> ActionResult:
    """Set the deadline of a contribution to that of its task; notify the partner unit."""
    task = entry.contribution.task
    if task.due_at is None or entry.due_at == task.due_at:
        raise Refused("期限没有变化，请填另一个日期。")
    day = timezone.localdate(task.due_at)
    tell = _make_body_notification(entry, "期限调整", f"随任务调整，期限为{day}。", "support-due", entry.body_id)
    facts = {"due": day.isoformat(), "before": entry.due_at and entry.due_at.isoformat()}
    return ActionResult(
        words=f"随任务调整期限为{day}", facts=facts, events=(make_event("corrected", until=day),), tell=(tell,)
    )


def transfer_contributions(task: Entry, new_task: Entry) -> None:
    """Move open contributions from one task to another, except that of the unit which owes the new one."""
    rows = Contribution.objects.filter(task=task, entry__closed_at=None).exclude(entry__body=new_task.body_id)
    rows.update(task=new_task)


def close_contributions(task: Entry) -> None:
    """Accept submitted contributions to a task that has ended; pass on its other open ones, or cancel them.

    They pass to another open task of the same row and period.
    """
    contributions = Entry.objects.open().filter(contribution__task=task).order_by("pk")
    for entry in contributions.filter(state=ShareState.SUBMITTED):
        accept_support(entry, by=SYSTEM, words=f"任务（{task.number}）已办结，一并确认")
    if not contributions.exists():
        return
    same = {"assignment__measure": task.assignment.measure_id, "assignment__period": task.assignment.period}
    if other_task := Entry.objects.open().filter(**same).order_by("pk").first():
        transfer_contributions(task, other_task)
        move_contribution_deadlines(other_task)
    for entry in contributions:
        cancel_support(entry, by=SYSTEM, reason=f"任务（{task.number}）已办结")


def move_contribution_deadlines(task: Entry) -> None:
    """Move the deadlines of open contributions to that of their task."""

    rows = Entry.objects.open().filter(contribution__task=task).exclude(due_at=task.due_at)
    for entry in rows.order_by("pk"):
        move_support_deadline(entry, by=SYSTEM)


def make_partner_notification(entry: Entry, subject: str, body: str, key: str) -> Notification:
    """Return a notification to the partner unit."""
    return _make_body_notification(entry, subject, body, key, entry.body_id)


def _make_body_notification(
    entry: Entry, subject: str, body: str, key: str, body_id: int, *, urgent: bool = False
) -> Notification:
    """Return a notification on a contribution to the unit `body_id`."""
    return make_entry_notification(entry, subject, body, key, urgent=urgent, **get_unit_recipients(body_id))
