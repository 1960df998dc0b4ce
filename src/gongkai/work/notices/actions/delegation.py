"""Divide a task (分解) into shares of offices and lower units.

Their evidence goes to the task.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from gongkai.core.acts.action import (
    Action,
    ActionResult,
    Function,
    Refused,
    Rule,
    action,
    register_action,
    require_text,
)
from gongkai.core.files.store import NamedStoredFile
from gongkai.core.ledger.actions import add_evidence, add_new_evidence, find_same_evidence
from gongkai.core.ledger.actions.evidence import list_valid_evidence
from gongkai.core.ledger.clock import get_end_of_due_day, make_event, make_pause_end_events
from gongkai.core.ledger.entry_action import EntryAction, entry_action, get_machine
from gongkai.core.ledger.entry_creation import make_entries
from gongkai.core.ledger.kinds import make_entry_notification
from gongkai.core.ledger.models import Entry, Evidence, EvidenceVerdict
from gongkai.core.units.actors import Actor
from gongkai.core.units.another_person import AnotherPerson
from gongkai.core.units.models import Body, Office
from gongkai.core.units.open_government_leads import handles_work_of, is_in_charge, is_sole_leader
from gongkai.lib.chinese.days import day_in_words
from gongkai.work.notices.actions.decisions import make_unit_notification
from gongkai.work.notices.actions.permissions import OWN_UNIT_ONLY_ERROR, list_reasons_unless_system
from gongkai.work.notices.models import Delegation
from gongkai.work.notices.queries.visible import make_unit_label
from gongkai.work.notices.recipients import get_deciding_recipients
from gongkai.work.notices.states import ASSIGNED, DELEGATED_KIND_NAME, WORKING_STATES, ShareState


@dataclass(eq=False)
class ShareAction(EntryAction):
    """An action on a share that locks the unit's task before the share.

    Accepting a task ends its shares and accepting a share writes to the task; one lock order
    prevents a deadlock. Accepting the task also waits for a share that is being ended.
    """

    def lock(self, target: Entry) -> Entry:
        """Lock the task, then the share."""
        _lock_tasks_of_shares([target.pk])
        return super().lock(target)

    def lock_many(self, targets: list[Entry]) -> list[Entry]:
        """Lock the tasks, then the shares."""
        _lock_tasks_of_shares([entry.pk for entry in targets])
        return super().lock_many(targets)


def _lock_tasks_of_shares(shares: Iterable[int]) -> None:
    """Lock the units' tasks of these shares, in the order of their keys."""
    tasks = Entry.objects.filter(delegations__in=list(shares)).values("pk")
    list(Entry.objects.select_for_update().filter(pk__in=tasks).order_by("pk").values_list("pk"))


def share_action(verb: str, *, label: str, rule: Rule) -> Callable[[Function[Entry]], Action[Entry]]:
    """Register an action on shares under the name `delegated.<verb>`.

    It locks the unit's task first.
    """

    def decorate(function: Function[Entry]) -> Action[Entry]:
        """Register the function; return the action that takes its place."""
        name = f"{DELEGATED_KIND_NAME}.{verb}"
        return register_action(ShareAction(name, label, function, rule, verb=verb, machine=get_machine))

    return decorate


def list_reasons_against_dividing_task(by: Actor, entry: Entry) -> list[str]:
    """Return reasons unless the user is in charge of open government in the responsible unit."""
    return [] if is_in_charge(by, entry.body_id) else [OWN_UNIT_ONLY_ERROR]


def list_reasons_against_reporting_share(by: Actor, entry: Entry) -> list[str]:
    """Return reasons unless the user works in the share's office or is in charge."""
    if handles_work_of(by, entry.body_id, entry.office_id) or is_in_charge(by, _get_task_body(entry)):
        return []
    return [f"由{entry.office or entry.body.label}的经办人或者本单位的公开工作机构办理。"]


def list_reasons_against_collecting_share(by: Actor, entry: Entry) -> list[str]:
    """Return reasons unless the user is in charge in the unit that owes the task."""
    return [] if is_in_charge(by, _get_task_body(entry)) else [OWN_UNIT_ONLY_ERROR]


_list_reasons_unless_another_person = AnotherPerson(
    list_reasons_against_collecting_share,
    ("delegated.submit",),
    "报回和汇总须由两人分别办理：这一份由您报回，请由本单位负责人或者公开工作机构的另一人汇总。",
    returned=("delegated.return",),
)


def list_reasons_against_closing_share(by: Actor, entry: Entry) -> list[str]:
    """Return reasons unless the user may collect and is not the only reporter."""
    return (
        list_reasons_against_collecting_share
        if is_sole_leader(by, _get_task_body(entry))
        else _list_reasons_unless_another_person
    )(by, entry)


def _get_task_body(entry: Entry) -> int:
    return entry.delegation.task.body_id


def list_offices_to_choose(entry: Entry) -> "QuerySet[Office, Office]":
    """Return the offices of the unit to which its task can be delegated."""
    return entry.body.offices.filter(active_to=None).order_by("position", "pk")


def list_units_to_choose(entry: Entry) -> "QuerySet[Body, Body]":
    """Return the units directly below to which a task can be delegated."""
    rows = Body.objects.filter(parent=entry.body, active_to=None, merged_into=None)
    return rows.order_by("position", "pk") if entry.kind == ASSIGNED else rows.none()


def _list_reasons_unless_in_progress(entry: Entry) -> list[str]:
    return [] if entry.kind == ASSIGNED and entry.state in WORKING_STATES else ["任务在办理中才能分解。"]


@action(
    "assignment.delegate",
    label="分解到处室",
    rule=list_reasons_against_dividing_task,
    ready=_list_reasons_unless_in_progress,
    quiet=True,
)
def delegate_task(
    entry: Entry, *, by: Actor, until: date, words: str, offices: Collection[int] = (), units: Collection[int] = ()
) -> ActionResult:
    """Delegate parts of a task to offices and lower units, with an internal deadline.

    The task itself is not changed: its log is visible to those who assigned it. Each share has its
    own log.

    `until` must not be after the deadline of the task; `words` describe the work; `offices` and
    `units` are primary keys.
    """
    chosen: list[tuple[Body, Office | None]] = [
        (entry.body, office) for office in list_offices_to_choose(entry) if office.pk in set(offices)
    ]
    chosen += [(unit, None) for unit in list_units_to_choose(entry) if unit.pk in set(units)]
    _check_delegation(entry, chosen, until, words)
    entries = make_entries(
        [
            Entry(
                kind=DELEGATED_KIND_NAME,
                title=entry.title,
                body=body,
                office=office,
                year=entry.year,
                due_at=get_end_of_due_day(until),
            )
            for body, office in chosen
        ],
        by=by,
        words=words.strip(),
    )
    Delegation.objects.bulk_create([Delegation(entry=one, task=entry, words=words.strip()) for one in entries])
    names = "、".join(make_unit_label(one) for one in entries)
    return ActionResult(
        words=f"分解到{names}，{day_in_words(until)}前报回：{words.strip()}",
        facts={"entries": [one.pk for one in entries], "until": until.isoformat()},
        tell=tuple(
            make_unit_notification(one, "分解任务", f"请于{day_in_words(until)}前报回：{words.strip()}", "delegated")
            for one in entries
        ),
        result=entries,
        stream=f"shares/{entry.pk}",
    )


def _check_delegation(entry: Entry, receivers: Collection[tuple[Body, Office | None]], until: date, text: str) -> None:
    """Refuse a delegation without receivers, text or possible day, or a second one."""
    reasons = []
    if not receivers:
        reasons.append("请选择本单位的处室或者所属单位。")
    if not text.strip():
        reasons.append("请写明要做什么、报回什么。")
    if until < timezone.localdate():
        reasons.append("内部期限不能早于今天。")
    if (last_day := get_last_internal_day(entry)) and until > last_day:
        reasons.append(f"内部期限不能晚于本单位任务的期限（{timezone.localdate(entry.due_at)}）。")
    there = Delegation.objects.filter(task=entry, entry__closed_at=None).values_list("entry__body", "entry__office")
    open_delegates = {(body, office) for body, office in there}
    repeated_names = [
        str(office or body.label)
        for body, office in receivers
        if (body.pk, office.pk if office else None) in open_delegates
    ]
    if repeated_names:
        reasons.append(f"{'、'.join(repeated_names)}已有这项任务的分解，尚未报回。")
    if reasons:
        raise Refused(reasons)


def get_last_internal_day(task: Entry) -> date | None:
    """Return the latest internal deadline of a task, at least today; None for a task without deadline."""
    return max(timezone.localdate(task.due_at), timezone.localdate()) if task.due_at else None


@entry_action(DELEGATED_KIND_NAME, "submit", label="报回", rule=list_reasons_against_reporting_share)
def submit_share(
    entry: Entry, *, by: Actor, statement: str = "", urls: Iterable[str] = (), files: Iterable[NamedStoredFile] = ()
) -> ActionResult:
    """Report a share back to the unit with a statement and evidence."""
    add_new_evidence(entry, by=by, urls=urls, files=files)
    if not statement.strip() and not list_valid_evidence(entry):
        raise Refused("请填写完成情况，或者附上公开网址、文件。")
    share = entry.delegation
    share.statement, share.submitted_by = statement.strip(), by.person_id
    share.save(update_fields=["statement", "submitted_by"])
    notification = make_entry_notification(
        entry,
        "待汇总",
        "已报回，请汇总。",
        "share",
        opening=make_unit_label(entry),
        **get_deciding_recipients(_get_task_body(entry), [by.person_id]),
    )
    return ActionResult(events=(make_event("submitted"),), words=statement.strip() or "报回", tell=(notification,))


@share_action("accept", label="汇总并销号", rule=list_reasons_against_closing_share)
def accept_share(entry: Entry, *, by: Actor, words: str = "") -> ActionResult:
    """Close a share and copy its valid evidence to the task."""
    task = entry.delegation.task
    moved = (
        [copy_evidence_back(task, entry, evidence, by) for evidence in list_valid_evidence(entry)]
        if task.closed_at is None
        else []
    )
    submitted = entry.moved_at or timezone.now()
    return ActionResult(
        words=words.strip() or f"已汇总{f'，{len(moved)}件佐证转入{task.number}' if moved else ''}",
        facts={"task": task.pk, "evidence": moved},
        events=(make_event("closed", submitted),),
        past=True,
        tell=(make_unit_notification(entry, "已汇总", "已由本单位汇总。", "collected"),),
    )


def copy_evidence_back(task: Entry, share: Entry, proof: Evidence, by: Actor) -> int:
    """Copy evidence from a share or inner task to the unit's task; return the copy's key.

    Evidence that the task already has is not copied again.
    """
    title = f"{make_unit_label(share)}：{proof.title}"
    attachment = proof.attachment
    file = NamedStoredFile(attachment.name, attachment.stored) if attachment else None
    if same := find_same_evidence(task, url=proof.url, edition=proof.edition, file=file, captured_at=proof.captured_at):
        return int(same.pk)
    evidence = add_evidence(
        task,
        by=by,
        title=title,
        url=proof.url,
        edition=proof.edition,
        file=file,
        digest=proof.digest,
        machine=proof.machine if proof.edition else EvidenceVerdict.UNCHECKED,
        captured_at=proof.captured_at,
        words=proof.words,
    )
    return int(evidence.pk)


@entry_action(DELEGATED_KIND_NAME, "return", label="退回补办", rule=list_reasons_against_collecting_share)
def return_share(entry: Entry, *, by: Actor, reason: str) -> ActionResult:
    """Send an office's share back to it for rework (退回补办), with reasons; its clock runs again."""
    reason = require_text(reason, "请写明退回的原因。")
    return ActionResult(
        words=reason,
        events=make_pause_end_events(entry),
        tell=(make_unit_notification(entry, "退回补办", f"被退回：{reason}", "share-return", urgent=True),),
    )


@share_action("cancel", label="取消分解", rule=list_reasons_against_collecting_share)
def cancel_share(
    entry: Entry, *, by: Actor, reason: str, cause: Actor | None = None, outcome: str = ShareState.CANCELLED
) -> ActionResult:
    """Cancel a share.

    `cause` is the user who ended the task, if the share ends with it. `outcome` is
    `ShareState.ENDED` if the end of the task does not excuse the office.
    """
    reason = require_text(reason, "请写明取消的原因。")
    entry.outcome = outcome
    return ActionResult(
        words=reason,
        facts={"caused_by": cause.name} if cause else {},
        cause=cause,
        events=make_pause_end_events(entry),
        tell=(make_unit_notification(entry, "分解取消", f"已取消：{reason}", "share-cancel"),),
    )


@share_action("draw_in", label="分解期限随任务提前", rule=list_reasons_unless_system)
def shorten_share(entry: Entry, *, by: Actor) -> ActionResult:
    """Move a share's deadline to an earlier day with its task; notify the office."""
    task = entry.delegation.task
    day = get_last_internal_day(task)
    if day is None or entry.due_at is None or timezone.localdate(entry.due_at) <= day:
        raise Refused("分解期限没有晚于本单位任务的期限，不需要说明，请直接提交。")
    before = timezone.localdate(entry.due_at)
    text = f"本单位任务（{task.number}）期限提前，报回期限由{day_in_words(before)}改为{day_in_words(day)}"
    return ActionResult(
        words=text,
        facts={"due": day.isoformat(), "before": before.isoformat()},
        events=(make_event("corrected", until=day),),
        tell=(make_unit_notification(entry, "分解期限提前", f"{text}。", "drawn-in", urgent=True),),
    )
