"""Actions on the yearly plan of news releases (年度新闻发布计划): enter, hold, postpone, cancel."""

from collections.abc import Sequence
from datetime import date
from typing import TypedDict, Unpack

from django.db import transaction
from django.utils import timezone

from gongkai.content.interpretation.actions.registers import PressEventFacts, find_closed_unit_error, record_event
from gongkai.content.interpretation.models import COUNTED_KINDS, PlannedRelease, PressEventKind, SpeakerRank
from gongkai.content.interpretation.rules import check_writer
from gongkai.content.interpretation.states import PLANNED_RELEASE_KIND
from gongkai.core.acts.action import ActionResult, Notification, Refused, action, record_many, require_text
from gongkai.core.acts.actors import Actor
from gongkai.core.ledger.clock import make_event, void_events
from gongkai.core.ledger.entry_action import entry_action
from gongkai.core.ledger.entry_creation import make_entries
from gongkai.core.ledger.kinds import get_entry_url
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.past_records import with_proof
from gongkai.core.ledger.rules import check_may_lead, check_system, oversees
from gongkai.core.units.models import Body, Role
from gongkai.core.units.unit_filters import find_government
from gongkai.lib.chinese.days import end_of_day


class PlannedReleaseRow(TypedDict):
    """The arguments of `plan_release`: a news release to hold until a day, on a topic, by a speaker of a rank."""

    kind: str
    until: date
    topic: str
    policy: str
    rank: str


@action("interpretation.plan_release", label="列入新闻发布计划", rule=check_writer)
def plan_release(
    body: Body,
    *,
    by: Actor,
    kind: str,
    until: date,
    topic: str,
    policy: str = "",
    rank: str = SpeakerRank.SPOKESPERSON,
) -> ActionResult:
    """Plan a release of a unit in the year of `until`. Returns the entry.

    Args:
        kind: a `PressEventKind`.
        until: the day by which it is to take place.
        rank: the rank of the speaker (`SpeakerRank`); leaders count towards the year's target.
    """
    row = PlannedReleaseRow(kind=kind, until=until, topic=topic, policy=policy, rank=rank)
    return _create_entries([(body, row)], by=by)[0][1]


def plan_releases(planned_rows: Sequence[tuple[Body, PlannedReleaseRow]], *, by: Actor) -> list[Entry]:
    """Plan many releases in bulk, all or none (Refused: with all reasons). Returns the entries in order."""
    with transaction.atomic():
        bodies = plan_release.lock_many([body for body, _ in planned_rows])
        if reasons := [f"“{body}”：{why}" for body in bodies for why in plan_release.why_not(body, by=by)]:
            raise Refused(reasons)
        steps = _create_entries(planned_rows, by=by)
        record_many(
            [(plan_release, body, step) for (body, _), (_, step) in zip(planned_rows, steps, strict=True)], by=by
        )
    return [entry for entry, _ in steps]


def _create_entries(
    planned_rows: Sequence[tuple[Body, PlannedReleaseRow]], *, by: Actor
) -> list[tuple[Entry, ActionResult]]:
    """Create the entries of planned releases and return (entry, action result) of each (Refused: invalid rows)."""
    if reasons := _find_release_errors(planned_rows):
        raise Refused(reasons)
    entries = [
        Entry(
            kind=PLANNED_RELEASE_KIND.name,
            title=_make_title(row),
            body=body,
            year=row["until"].year,
            due_at=end_of_day(row["until"]),
        )
        for body, row in planned_rows
    ]
    make_entries(entries, by=by, words="列入年度新闻发布计划")
    rows = [row for _, row in planned_rows]
    PlannedRelease.objects.bulk_create(
        PlannedRelease(entry=entry, kind=row["kind"], policy=row["policy"].strip()[:200], rank=row["rank"])
        for entry, row in zip(entries, rows, strict=True)
    )
    return [(entry, _make_result(entry, row)) for entry, row in zip(entries, rows, strict=True)]


def _make_result(entry: Entry, row: PlannedReleaseRow) -> ActionResult:
    """Return the result of planning or changing a release."""
    text = f"{PressEventKind(row['kind']).label}：{entry.title}，{row['until'].isoformat()}前举办"
    facts = {"kind": row["kind"], "rank": row["rank"]}
    return ActionResult(words=text, stream=entry.stream, facts=facts, result=entry)


def _make_title(row: PlannedReleaseRow) -> str:
    return row["topic"].strip()[:200]


def _find_release_errors(planned_rows: Sequence[tuple[Body, PlannedReleaseRow]]) -> list[str]:
    """Return errors of planned releases: closed units, invalid rows, or rows already planned."""
    bodies = {body.pk: body for body, _ in planned_rows}
    reasons = [why for body in bodies.values() for why in find_closed_unit_error(body)]
    reasons += [
        why for _, row in planned_rows for why in find_plan_errors(row["kind"], row["until"], row["topic"], row["rank"])
    ]
    if reasons:
        return list(dict.fromkeys(reasons))
    open_ = Entry.objects.filter(kind=PLANNED_RELEASE_KIND.name, body__in=bodies, closed_at=None)
    known = set(open_.values_list("body", "year", "title", "planned_release__kind"))
    for body, row in planned_rows:
        key = (body.pk, row["until"].year, _make_title(row), row["kind"])
        if key in known:
            return ["计划中已有同一主题、同一形式的发布。"]
        known.add(key)
    return []


def find_plan_errors(kind: str, until: date, topic: str, rank: str) -> list[str]:
    """Return the errors of a planned release, in Chinese."""
    today = timezone.localdate()
    checks = [
        (kind not in PressEventKind.values, "没有这种形式。"),
        (rank not in SpeakerRank.values, "没有这种身份。"),
        (not topic.strip(), "请填写主题。"),
        (until < today, "计划日期不能早于今天；已经举办的请直接登记。"),
        (until.year > today.year + 1, f"计划日期应在{today.year + 1}年底以前。"),
    ]
    return [sentence for wrong, sentence in checks if wrong]


@entry_action("press_plan", "hold", label="登记举办", rule=check_writer)
@with_proof("press_plan.hold")
def record_held_release(
    entry: Entry, *, by: Actor, on: date, kind: str = "", topic: str = "", **facts: Unpack[PressEventFacts]
) -> ActionResult:
    """Record that a planned release took place; this closes the entry.

    Args:
        on: the day on which it took place; it may be before the entry was planned.
        kind: a `PressEventKind`, of the same sort (counted or not) as planned.
        topic: its topic, if it differs from the plan.
        facts: as for `record_event`; `policy` is by default as planned.
    """
    planned = entry.planned_release
    kind = kind or planned.kind
    if (planned.kind in COUNTED_KINDS) != (kind in COUNTED_KINDS):
        raise Refused(
            f"计划的是{PressEventKind(planned.kind).label}，与登记的形式不是一类，请选择同一类的计划，或者改正形式。"
        )
    if on.year != entry.year:
        raise Refused(f"这是{entry.year}年的计划，举办日期应在当年；跨年举办的，请取消计划后直接登记。")
    if not facts.get("policy") and not facts.get("documents"):
        facts["policy"] = planned.policy
    event = record_event(entry.body, by=by, kind=kind, on=on, topic=topic or entry.title, **facts)
    entry.outcome = "done"
    PlannedRelease.objects.filter(pk=entry.pk).update(event=event)
    text = f"{event.on.isoformat()}举办：{event.topic}"
    return ActionResult(
        words=text,
        facts={"event": event.pk},
        events=(make_event("closed", max(event.on, timezone.localdate(entry.opened_at))),),
        past=True,
        result=event,
    )


@entry_action("press_plan", "reopen", label="恢复计划", rule=check_system)
def reopen_release(entry: Entry, *, by: Actor, reason: str) -> ActionResult:
    """Reopen a planned release whose record was a mistake; the recorded closing event is cancelled."""
    entry.outcome = ""
    PlannedRelease.objects.filter(pk=entry.pk).update(event=None)
    void_events(entry, ["closed"], by=by)
    return ActionResult(words=f"举办的登记已作废：{reason}")


@entry_action("press_plan", "correct", label="更正计划", rule=check_writer)
def correct_release(
    entry: Entry, *, by: Actor, topic: str, kind: str, reason: str, policy: str = "", rank: str = ""
) -> ActionResult:
    """Correct topic, form or rank of a planned release; old and new values are logged.
    `postpone_release` changes its day."""
    planned = entry.planned_release
    rank = rank or planned.rank
    today = timezone.localdate()
    reasons = find_plan_errors(kind, today, topic, rank)
    if len(reason.strip()) < 2:
        reasons.append("请写明更正的理由。")
    if reasons:
        raise Refused(reasons)
    old_facts = [entry.title, planned.get_kind_display(), planned.policy, planned.get_rank_display()]
    planned.kind, planned.policy, planned.rank = kind, policy.strip()[:200], rank
    planned.save(update_fields=["kind", "policy", "rank"])
    entry.title = topic.strip()[:200]
    new_facts = [entry.title, planned.get_kind_display(), planned.policy, planned.get_rank_display()]
    if old_facts == new_facts:
        raise Refused("没有改动。")
    changed = "；".join(
        f"{old or '（空）'} → {new or '（空）'}" for old, new in zip(old_facts, new_facts, strict=True) if old != new
    )
    return ActionResult(
        words=f"{changed}。理由：{reason.strip()}"[:1000], facts={"before": old_facts, "after": new_facts}
    )


def _check_postponer(by: Actor, entry: Entry) -> list[str]:
    """Return the Chinese reasons why this user may not move the date; after it only the office may."""
    if barred := check_writer(by, entry):
        return barred
    late = entry.due_at is not None and entry.due_at < timezone.now()
    return ["计划日期已过，须由政务公开办调整。"] if late and not oversees(by, entry) else []


@entry_action("press_plan", "postpone", label="调整日期", rule=_check_postponer)
def postpone_release(entry: Entry, *, by: Actor, until: date, reason: str) -> ActionResult:
    """Postpone a planned release within its year with a reason; past days only by the 政务公开办."""
    reason = require_text(reason, "请写明调整的理由。", 2)
    if until < timezone.localdate() or until.year != entry.year:
        raise Refused(f"新的日期应在今天之后、{entry.year}年之内。")
    text = f"调整到{until.isoformat()}：{reason}"
    return ActionResult(
        words=text,
        events=(make_event("corrected", until=until),),
        tell=(_make_office_notification(entry, "发布计划调整", text),),
    )


@entry_action("press_plan", "cancel", label="取消", rule=check_may_lead)
def cancel_release(entry: Entry, *, by: Actor, reason: str) -> ActionResult:
    """Cancel a planned release with a reason, by the unit's head or the 政务公开办, which is notified."""
    reason = require_text(reason, "请写明取消的理由。", 2)
    entry.outcome = "cancelled"
    text = reason
    return ActionResult(
        words=text, events=(make_event("closed"),), tell=(_make_office_notification(entry, "发布计划取消", text),)
    )


def _make_office_notification(entry: Entry, subject: str, text: str) -> Notification:
    """Return the notification to the 政务公开办 above the unit."""
    return Notification(
        subject=f"{subject}：{entry.title[:60]}",
        body=f"{entry.body.label}：{text}",
        link=get_entry_url(entry),
        key=f"press_plan/{entry.pk}/{entry.version}",
        posts=((Role.CHIEF, find_government(entry.body).pk),),
    )
