"""Actions of the responsible unit: tick duties, submit with evidence, make requests, recall."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Notification, Refused, require_text
from gongkai.core.files.store import NamedStoredFile
from gongkai.core.ledger.actions import add_new_evidence
from gongkai.core.ledger.actions.evidence import list_valid_evidence
from gongkai.core.ledger.clock import make_event, make_pause_end_events, make_redating_events
from gongkai.core.ledger.entry_action import entry_action
from gongkai.core.ledger.kinds import make_entry_notification
from gongkai.core.ledger.models import Entry, Evidence, EvidenceVerdict
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Role
from gongkai.work.notices.actions.channel_records import record_offered_release
from gongkai.work.notices.actions.permissions import (
    find_able_lead_unit_keys,
    get_lead_unit_keys,
    list_reasons_against_working,
)
from gongkai.work.notices.entries.checklist import (
    build_checklist,
    find_due_day,
    find_first_day,
    get_period,
    list_missing_channel_records,
    list_reasons_unless_cycles_begun,
    list_unticked_duties,
)
from gongkai.work.notices.entries.evidence_offers import list_unused_publications
from gongkai.work.notices.models import Ask, AskKind, Assignment, Duty, DutyCheck, EvidenceOffer, Guidance
from gongkai.work.notices.planning.descriptions import make_short_title
from gongkai.work.notices.planning.periods import describe_period
from gongkai.work.notices.planning.rules import is_vague
from gongkai.work.notices.recipients import TaskRecipients, get_deciding_recipients
from gongkai.work.notices.states import INNER, NoticeState

ASSIGNMENT_KIND_NAME = "assignment"


def make_decider_notification(
    entry: Entry, subject: str, body: str, key: str, *, is_request: bool = False
) -> Notification:
    """Return a notification to the other lead units that can decide on a task.

    Without any, it goes to the head of the unit; a request (`is_request`), or a task that has other lead units, goes to
    the office that issued the notice instead.
    """
    posts = tuple(
        (str(role), lead) for lead in sorted(find_able_lead_unit_keys(entry)) for role in (Role.CLERK, Role.LEAD)
    )
    to_office = is_request or get_lead_unit_keys(entry) - {entry.body_id}
    own = (Role.CHIEF, entry.assignment.notice.government_id) if to_office else (Role.LEAD, entry.body_id)
    to: TaskRecipients = {"persons": (), "posts": posts or (own,)}
    if entry.kind == INNER:
        to = get_deciding_recipients(entry.assignment.notice.government_id, [entry.assignment.submitted_by])
    return make_entry_notification(entry, subject, body, key, opening=entry.body.label, **to)


@entry_action(ASSIGNMENT_KIND_NAME, "tick", label="勾选清单", rule=list_reasons_against_working)
def tick_duties(entry: Entry, *, by: Actor, done: Mapping[int, int]) -> ActionResult:
    """Tick duties; the due date moves to the next dated duty.

    `done` maps the key of a duty to the number of times it was done; 0 removes the tick.
    """
    changed = _save_ticks(entry, done, by)
    if not changed:
        raise Refused("清单没有变化，不用保存。")
    text = "；".join(f"{'完成' if count else '取消勾选'}“{make_short_title(duty.text)}”" for duty, count in changed)
    return ActionResult(
        words=text,
        facts={"done": {str(duty.pk): count for duty, count in changed}},
        events=make_redating_events(entry, find_due_day(entry.assignment)),
    )


def _list_reasons_against_recording_sending(by: Actor, entry: Entry) -> list[str]:
    """Return reasons unless the user is in the unit or in the office above it."""
    return [] if by.system or by.reaches(Role.CHIEF, path=entry.body.path) else list_reasons_against_working(by, entry)


@entry_action(
    ASSIGNMENT_KIND_NAME, "tick_sent", label="按报送登记勾选清单", rule=_list_reasons_against_recording_sending
)
def tick_sent_duty(entry: Entry, *, by: Actor, duty: int, count: int) -> ActionResult:
    """Tick the duty that ordered a recorded submission, or remove the tick with a count of 0."""
    text = "；".join(make_short_title(ticked_duty.text) for ticked_duty, _ in _save_ticks(entry, {duty: count}, by))
    outcome = "已登记报送，清单相应勾选" if count else "报送登记已撤回，清单取消勾选"
    return ActionResult(
        words=f"{outcome}“{text}”",
        facts={"done": {str(duty): count}},
        events=make_redating_events(entry, find_due_day(entry.assignment)),
    )


def _save_ticks(entry: Entry, counts_by_duty: Mapping[int, int], by: Actor) -> list[tuple[Duty, int]]:
    """Save how often each duty is done in its cycle; return changed (duty, count).

    Raises:
        Refused: when a duty is not on the checklist or its cycle has not begun.
    """
    lines = {line.duty.pk: line for line in build_checklist(entry.assignment)}
    changed = []
    for number, count in counts_by_duty.items():
        line = lines.get(number)
        if line is None:
            raise Refused("清单里没有这一项，请刷新后重试。")
        if line.count == count and not line.returned:
            continue
        if count and line.begins:
            raise Refused(
                f"“{make_short_title(line.text)}”{line.cycle_words}的核查从{line.begins}开始，现在还不能勾选。"
            )
        DutyCheck.objects.update_or_create(
            assignment=entry.assignment,
            duty=line.duty,
            cycle=line.cycle,
            defaults={"count": count, "done": count >= line.wanted, "by": by.name},
        )
        changed.append((line.duty, count))
    return changed


def _list_recurring_duty_ids(entry: Entry) -> set[int]:
    """Return the primary keys of duties without a fixed date (及时、动态更新)."""
    return {line.duty.pk for line in build_checklist(entry.assignment) if is_vague(line.duty.due)}


def _find_cycle_objections(entry: Entry) -> list[str]:
    """Return the Chinese reasons why a task takes no periodic checks."""
    if entry.assignment.notice.state != NoticeState.LIVE:
        return ["这份通知已不在执行，不再按期核查。"]
    return [] if _list_recurring_duty_ids(entry) else ["这项任务没有及时、动态更新类要求，不用按期核查。"]


@entry_action(
    ASSIGNMENT_KIND_NAME,
    "check_cycle",
    label="登记本期核查",
    rule=list_reasons_against_working,
    ready=_find_cycle_objections,
)
def check_cycle_duties(entry: Entry, *, by: Actor, done: Mapping[int, int]) -> ActionResult:
    """Tick duties without a fixed date (及时、动态更新) for the current cycle."""
    if not set(done) <= _list_recurring_duty_ids(entry):
        raise Refused("已办结的任务只登记及时、动态更新类要求的本期核查。")
    changed = _save_ticks(entry, done, by)
    if not changed:
        raise Refused("清单没有变化，不用保存。")
    text = "；".join(f"{'已核查' if count else '取消核查'}“{make_short_title(duty.text)}”" for duty, count in changed)
    return ActionResult(words=f"本期{text}", facts={"done": {str(duty.pk): count for duty, count in changed}})


def describe_unticked(count: int) -> str:
    """Return the reason against submitting a task with open duties and no statement."""
    return f"清单还有{count}项没有勾选，请勾选，或者在“完成情况”中写明原因。"


def _list_reasons_unless_begun(entry: Entry) -> list[str]:
    """Return reasons against submitting before the task's period or first cycle begins."""
    first = find_first_day(entry.assignment)
    if first > timezone.localdate():
        return [f"{_describe_task_period(entry.assignment)}从{first}开始，到时再提交。"]
    return list_reasons_unless_cycles_begun(entry.assignment)


@entry_action(
    ASSIGNMENT_KIND_NAME, "submit", label="提交", rule=list_reasons_against_working, ready=_list_reasons_unless_begun
)
def submit_task(
    entry: Entry,
    *,
    by: Actor,
    statement: str = "",
    done: Mapping[int, int] | None = None,
    urls: Iterable[str] = (),
    files: Iterable[NamedStoredFile] = (),
    offers: Iterable[int] = (),
    published: Iterable[int] = (),
) -> ActionResult:
    """Submit a task to the lead unit, with the evidence that it requires.

    `statement` is required if duties stay open; `done` maps keys of duties to counts; `urls` and `files` become
    evidence; `offers` are keys of `EvidenceOffer`s, and if no other evidence is given, all open offers are used;
    `published` are keys of editions of the unit in other columns.
    """
    assignment = entry.assignment
    _save_ticks(entry, done or {}, by)
    added = add_new_evidence(entry, by=by, urls=urls, files=files)
    _add_published_editions_as_evidence(entry, published, by)
    _turn_offers_into_evidence(entry, offers, by)
    reasons = [
        *_find_evidence_errors(entry),
        *_list_missing_guidance(assignment),
        *list_missing_channel_records(assignment),
    ]
    unticked_duties = list_unticked_duties(assignment)
    if unticked_duties and not statement.strip():
        reasons.append(describe_unticked(len(unticked_duties)))
    if reasons:
        raise Refused(reasons)
    assignment.submitted_at, assignment.submitted_by = timezone.now(), by.person_id
    assignment.statement = statement.strip()
    assignment.save(update_fields=["submitted_at", "submitted_by", "statement"])
    entry.outcome = "partly" if unticked_duties else ""
    return ActionResult(
        events=(make_event("submitted"),),
        words=statement.strip() or "全部完成，提交审核",
        facts={"open": [duty.pk for duty in unticked_duties], "evidence": added},
        tell=(make_decider_notification(entry, "待审核", "已提交，请审核。", "submit"),),
    )


def _turn_offers_into_evidence(entry: Entry, numbers: Iterable[int], by: Actor) -> None:
    """Turn the offers with these keys into evidence; without keys, all open offers if the task has no evidence."""
    wanted = list(numbers)
    open_offers = list_offers(entry)
    if wanted:
        open_offers = open_offers.filter(pk__in=wanted)
    elif entry.evidence.filter(withdrawn=False).exists():
        return
    for offer in open_offers:
        evidence = entry.evidence.create(
            kind="edition",
            title=offer.title,
            url=offer.url,
            edition=offer.edition,
            captured_at=offer.at,
            machine=EvidenceVerdict.HOLDS if offer.holds and offer.at <= timezone.now() else EvidenceVerdict.UNCHECKED,
            words=f"公开于“{offer.path}”"[:300],
            added_by=by.name,
        )
        if offer.release:
            record_offered_release(offer, evidence)
        offer.taken = True
        offer.save(update_fields=["taken"])


def _add_published_editions_as_evidence(entry: Entry, editions: Iterable[int], by: Actor) -> None:
    """Make evidence of editions that the unit published in other columns (Refused: one is withdrawn or used)."""
    chosen_editions = set(editions)
    if not chosen_editions:
        return
    published = {row.edition_id: row for row in list_unused_publications(entry, find_first_day(entry.assignment))}
    if not chosen_editions <= set(published):
        raise Refused("勾选的信息有的已经撤回，或者已经用作佐证，请刷新页面后再选。")
    for number in sorted(chosen_editions):
        row = published[number]
        entry.evidence.create(
            kind="edition",
            title=row.title,
            url=row.path[:500],
            edition=number,
            captured_at=row.published_at,
            machine=EvidenceVerdict.UNCHECKED,
            words="本单位公开的信息",
            added_by=by.name,
        )


def _find_evidence_errors(entry: Entry) -> list[str]:
    """Return reasons against submitting: no valid evidence, or none of this period."""
    standing = list_valid_evidence(entry)
    if not standing:
        return [f"没有佐证，不能提交，至少填一项：{describe_evidence_ways(entry)}。"]
    return list_evidence_period_faults(entry.assignment, standing)


def list_offers(entry: Entry) -> QuerySet[EvidenceOffer]:
    """Return the unit's publications for this task and period that are not yet evidence."""
    rows = EvidenceOffer.objects.filter(assignment=entry.assignment, taken=None)
    return rows.filter(at__date__gte=find_first_day(entry.assignment))


def describe_evidence_ways(entry: Entry) -> str:
    """Return the ways of adding evidence that this task has."""
    has_published = list_offers(entry).exists() or list_unused_publications(entry, find_first_day(entry.assignment))
    return "、".join([*(["勾选本单位已公开的信息"] if has_published else []), "粘贴公开网址", "上传文件"])


def list_evidence_period_faults(assignment: Assignment, valid_evidence: Iterable[Evidence]) -> list[str]:
    """Return reasons if all evidence was captured before the period of the task began."""
    first = find_first_day(assignment)
    days = [timezone.localdate(evidence.captured_at) for evidence in valid_evidence]
    if any(day >= first for day in days):
        return []
    return [
        f"佐证取于{max(days)}，{_describe_task_period(assignment)}从{first}开始，不能证明本期完成；请提供本期的佐证。"
    ]


def _describe_task_period(assignment: Assignment) -> str:
    """Return the period of a task in words, for a year or a look-back with 任务 after it."""
    return describe_period(assignment.track, assignment.period) or f"{get_period(assignment).words}任务"


def _list_missing_guidance(assignment: Assignment) -> list[str]:
    """Return reasons if a guidance duty lacks a dated record for each guided unit."""
    duties = assignment.measure.duties.filter(guides=True).prefetch_related("guided")
    if not duties:
        return []
    records = Guidance.objects.filter(measure=assignment.measure, guiding=assignment.body_id)
    existing_ids = set(records.values_list("guided_id", flat=True))
    bodies = {body for duty in duties for body in duty.guided.all()}
    missing = [body.label for body in sorted(bodies, key=lambda b: b.position) if body.pk not in existing_ids]
    if missing:
        return [f"指导类任务还缺对{'、'.join(missing[:8])}{'等' if len(missing) > 8 else ''}的指导记录，请先登记。"]
    return [] if existing_ids or records.exists() else ["指导类任务至少要有一条指导记录，请先登记。"]


@entry_action(ASSIGNMENT_KIND_NAME, "recall", label="撤回提交", rule=list_reasons_against_working)
def recall_submission(entry: Entry, *, by: Actor, words: str = "") -> ActionResult:
    """Recall the submission of a task before it is decided, and delete its pending request, if any."""
    Ask.objects.filter(assignment=entry.assignment, granted=None).delete()
    entry.outcome = ""
    return ActionResult(words=words or "撤回", events=make_pause_end_events(entry))


def _record_request(entry: Entry, kind: str, by: Actor, reason: str, **wanted: object) -> ActionResult:
    """Record a request (不涉及, 延期, 改派, 退回) and notify the deciders.

    Raises:
        Refused: without a reason.
    """
    reason = require_text(reason, "请写明理由。")
    Ask.objects.create(assignment=entry.assignment, kind=kind, reason=reason, asked_by=by.name, **wanted)
    label = AskKind(kind).label
    return ActionResult(
        events=(make_event("asked"),),
        words=f"{label}：{reason}",
        tell=(make_decider_notification(entry, label, f"{label}，理由：{reason}，请决定。", "ask", is_request=True),),
    )


@entry_action(ASSIGNMENT_KIND_NAME, "not_applicable", label="申请不涉及", rule=list_reasons_against_working)
def request_not_applicable(entry: Entry, *, by: Actor, reason: str) -> ActionResult:
    """Ask the lead unit to confirm that the task does not concern the unit."""
    return _record_request(entry, AskKind.NOT_APPLICABLE, by, reason)


@entry_action(ASSIGNMENT_KIND_NAME, "more_time", label="申请延期", rule=list_reasons_against_working)
def request_more_time(entry: Entry, *, by: Actor, until: date, reason: str) -> ActionResult:
    """Ask the lead unit for a later due date."""
    if entry.due_at and until <= timezone.localtime(entry.due_at).date():
        raise Refused("申请的期限应晚于现在的期限。")
    if until < timezone.localdate():
        raise Refused("申请的期限不能早于今天。")
    return _record_request(entry, AskKind.MORE_TIME, by, reason, wanted_date=until)


def _list_reasons_unless_other_unit_exists(entry: Entry) -> list[str]:
    """Return reasons if a unit's own task has no lower unit to which it could be reassigned."""
    if entry.kind != INNER:
        return []
    unit = entry.assignment.notice.government
    below = Body.objects.filter(path__startswith=unit.path, active_to=None, merged_into=None)
    if below.exclude(pk=entry.body_id).exists():
        return []
    return [f"{unit.label}没有可以改派的所属单位；改由别的处室承办，请用“转处室”。"]


@entry_action(
    ASSIGNMENT_KIND_NAME,
    "other_unit",
    label="申请改派",
    rule=list_reasons_against_working,
    ready=_list_reasons_unless_other_unit_exists,
)
def request_other_unit(entry: Entry, *, by: Actor, body: Body, reason: str) -> ActionResult:
    """Ask the lead unit to reassign the task to another unit."""
    if body.pk == entry.body_id:
        raise Refused("请选择另一个单位。")
    if not body.alive:
        raise Refused(f"{body.label}已撤并，请选择现有的单位。")
    unit = entry.assignment.notice.government
    if entry.kind == INNER and not body.path.startswith(unit.path):
        raise Refused(f"{unit.label}自己的任务只能改派给本单位所属单位；改由别的处室承办，请用“转处室”。")
    return _record_request(entry, AskKind.OTHER_UNIT, by, reason, wanted_body=body)


@entry_action(ASSIGNMENT_KIND_NAME, "send_back", label="申请退回", rule=list_reasons_against_working)
def request_send_back(entry: Entry, *, by: Actor, reason: str) -> ActionResult:
    """Ask the lead unit to take back a wrongly assigned task."""
    return _record_request(entry, AskKind.SEND_BACK, by, reason)
