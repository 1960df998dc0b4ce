"""The yearly clean-up round: opened over all documents, a verdict for each, closed in one transaction with all its consequences."""

from collections.abc import Sequence
from datetime import date
from typing import TypedDict

from django.db.models import QuerySet
from django.utils import timezone

from gongkai import law
from gongkai.acts.action import ActionResult, Refused, action
from gongkai.acts.actors import Actor
from gongkai.editions.models import Column, Standing
from gongkai.ledger.making import make_entries
from gongkai.ledger.models import Audience, Entry
from gongkai.policies import closing
from gongkai.policies.models import (
    CleanupCase,
    CleanupRound,
    CleanupTask,
    Level,
    PolicyRecord,
    RoundState,
    Span,
    Verdict,
)
from gongkai.policies.queries.filing import filing_lacks
from gongkai.policies.rules import closes, keeps, runs
from gongkai.policies.signed import personal
from gongkai.policies.spans import active
from gongkai.policies.states import VALID
from gongkai.units.models import Body

#: What a round covers where nothing else is said: what a government and its departments issue themselves.
LEVELS = (Level.GOVERNMENT_RULE, Level.NORMATIVE)


def in_scope(body: Body, levels: Sequence[str], day: date) -> list[PolicyRecord]:
    """Return the records that a round must look at: drafted by the body or under it, not ended yet."""
    living = [*VALID, Standing.NOT_YET]
    rows = PolicyRecord.objects.filter(body__path__startswith=body.path, level__in=levels).filter(
        pk__in=_on(day, living)
    )
    return list(rows.select_related("body").order_by("body__position", "body_id", "pk"))


class OfRecord(TypedDict):
    """The key of a record, as a subquery gives it."""

    record: int


def _on(day: date, states: Sequence[str]) -> QuerySet[Span, OfRecord]:

    return Span.objects.filter(active(day), state__in=states).values("record")


@action("policies.open_round", label="启动清理", rule=runs)
def open_round(
    body: Body, /, *, by: Actor, name: str, due_on: date, levels: Sequence[str] = LEVELS, year: int = 0
) -> ActionResult:
    """Begin a clean-up: a case for each living document, a task with the due date for each drafting unit."""
    today = timezone.localdate()
    if due_on < today:
        raise Refused("提出意见的期限不能早于今天。")
    if not levels or not set(levels) <= set(Level.values):
        raise Refused("请选择清理哪些级别的文件。")
    records = in_scope(body, levels, today)
    if not records:
        raise Refused("这个范围内没有需要清理的文件。")
    busy = CleanupCase.objects.filter(round__state=RoundState.OPEN, record__in=[r.pk for r in records])
    if taken := busy.select_related("round").first():
        raise Refused(f"范围内有文件正在“{taken.round}”中清理，请先办结或取消那一次清理。")
    made = CleanupRound.objects.create(
        body=body,
        name=name.strip()[:120] or f"{today.year}年文件清理",
        year=year or today.year,
        levels=list(levels),
        due_on=due_on,
        opened_at=timezone.now(),
        opened_by=by.name,
    )
    CleanupCase.objects.bulk_create(
        [CleanupCase(round=made, record=record, body=record.body) for record in records]
    )
    _assign(made, records, by)
    return ActionResult(
        words=f"启动{made.name}：{len(records)}件文件，{timezone.localdate():%Y-%m-%d}",
        facts={"records": len(records), "due_on": due_on.isoformat()},
        stream=made.stream,
        result=made,
    )


def _assign(made: CleanupRound, records: Sequence[PolicyRecord], by: Actor) -> None:
    """Give each drafting unit its task on the ledger."""
    counts: dict[int, int] = {}
    bodies: dict[int, Body] = {}
    for record in records:
        counts[record.body_id] = counts.get(record.body_id, 0) + 1
        bodies[record.body_id] = record.body
    entries = [
        Entry(
            kind="cleanup",
            title=f"{made.name}：对{counts[number]}件文件提出清理意见"[:300],
            body=body,
            year=made.year,
            due_at=law.end_of_day(made.due_on),
            audience=Audience.PARTIES,
        )
        for number, body in bodies.items()
    ]
    make_entries(entries, by=by, words=f"启动{made.name}", facts=lambda _: {"round": made.pk})
    CleanupTask.objects.bulk_create(
        [CleanupTask(entry=entry, round=made, body_id=entry.body_id) for entry in entries]
    )


def _open(row: CleanupRound) -> list[str]:
    made = row if isinstance(row, CleanupRound) else row.round
    return [] if made.state == RoundState.OPEN else [f"这次清理{made.get_state_display()}，不能再改。"]


def _judges(by: Actor, case: CleanupCase) -> list[str]:
    return keeps(by, case) if runs(by, case.round) else []


@action("policies.judge", label="提出清理意见", rule=_judges, ready=_open)
def judge(
    case: CleanupCase, *, by: Actor, verdict: str, reason: str = "", until: date | None = None
) -> ActionResult:
    """Give the verdict on one document: 保留 (perhaps extended), 修改, 废止, 失效; an empty one takes it back."""
    if verdict not in Verdict.values:
        raise Refused("没有这种清理意见。")
    reason = reason.strip()[:300]
    if verdict not in {Verdict.NONE, Verdict.KEEP} and not reason:
        raise Refused(f"{Verdict(verdict).label}的，请写明理由。")
    if reasons := personal("理由", reason):
        raise Refused(reasons)
    if until and verdict != Verdict.KEEP:
        raise Refused("只有保留的文件可以延长有效期。")
    if until and (case.record.ends_on is None or until <= case.record.ends_on):
        raise Refused("延长后的有效期应晚于原有效期；没有规定有效期的文件无须延长。")
    if early := closing.too_early(verdict, case.record, timezone.localdate()):
        raise Refused(f"这件文件{early}")
    ended = closing.ended_in(case.round, timezone.localdate()).get(case.record_id)
    if ended and (wanted := closing.at_odds(verdict, ended.state)):
        raise Refused(f"这件文件{ended.get_state_display()}，清理意见只能是“{Verdict(wanted).label}”。")
    before = case.verdict
    case.verdict, case.reason, case.until = verdict, reason, until
    case.decided_by, case.decided_at = (by.name, timezone.now()) if verdict else ("", None)
    case.save()
    return ActionResult(
        words=f"{case.round.name}：{Verdict(verdict).label}{f'，{reason}' if reason else ''}"[:500],
        from_state=before,
        to_state=verdict,
        facts={"round": case.round_id, "until": until.isoformat() if until else None},
    )


@action("policies.take_in", label="补列新入库的文件", rule=runs, ready=_open)
def take_in(made: CleanupRound, *, by: Actor) -> ActionResult:
    """Add the documents that came into the library since the round began; their units get a task or find them in theirs."""
    fresh = _not_in(made)
    if not fresh:
        raise Refused("没有新入库的文件，不需要追加。")
    CleanupCase.objects.bulk_create([CleanupCase(round=made, record=r, body=r.body) for r in fresh])
    has = set(made.tasks.values_list("body", flat=True))
    _assign(made, [r for r in fresh if r.body_id not in has], by)
    closing.reopen(made, {r.body_id for r in fresh}, by)
    return ActionResult(words=f"补列{len(fresh)}件文件", facts={"records": len(fresh)})


def _not_in(made: CleanupRound) -> list[PolicyRecord]:
    """Return the records that a round must look at and has no case for."""
    known = set(made.cases.values_list("record", flat=True))
    return [r for r in in_scope(made.body, made.levels, timezone.localdate()) if r.pk not in known]


def round_lacks(made: CleanupRound) -> list[str]:
    """Return what stands in the way of closing: undecided documents (L-05), differences with the filed list (L-06)."""
    reasons = []
    undecided = made.cases.filter(verdict="").count()
    if undecided:
        reasons.append(f"还有{undecided}件文件没有清理意见，不能办结。")
    if missing := len(_not_in(made)):
        reasons.append(f"清理启动后新入库{missing}件文件，请先补列。")
    return [*reasons, *closing.outdated(made, timezone.localdate()), *filing_lacks(made.body)]


def _closable(made: CleanupRound) -> list[str]:
    return _open(made) or round_lacks(made)


@action("policies.close_round", label="办结清理", rule=closes, ready=_closable)
def close_round(
    made: CleanupRound,
    *,
    by: Actor,
    result_on: date | None = None,
    publisher: Body | None = None,
    columns: Sequence[Column] = (),
) -> ActionResult:
    """Close a round: every verdict becomes a decision, all states change, the result list is drafted for review. All at once or not at all.

    Args:
        made: the round.
        by: who closes it.
        result_on: from which day the results count (today).
        publisher: whose item the result list becomes (the general office, or the department); it goes through the review like any other.
        columns: where the list is to stand.
    """
    day = result_on or timezone.localdate()
    if reasons := closing.outdated(made, day):
        raise Refused(reasons)
    changed = closing.apply(made, day, by)
    item = closing.result_item(made, day, by, publisher, columns)
    closing.finish_tasks(made, by)
    made.state, made.closed_at, made.closed_by = RoundState.CLOSED, timezone.now(), by.name
    made.result_on, made.item_number = day, item.pk
    made.save()
    counts = closing.counts(made)
    words = "，".join(f"{label}{counts[value]}件" for value, label in Verdict.choices if value)
    return ActionResult(
        words=f"办结：{words}", to_state=made.state, facts={**counts, "changed": changed, "item": item.pk}
    )


@action("policies.cancel_round", label="取消清理", rule=runs, ready=_open)
def cancel_round(made: CleanupRound, *, by: Actor, reason: str) -> ActionResult:
    """Undo a whole round before it is closed: tasks are cancelled, verdicts count for nothing; what was said stays to be read."""
    if not reason.strip():
        raise Refused("请写明取消的理由。")
    closing.cancel_tasks(made, by, reason)
    made.state = RoundState.CANCELLED
    made.save()
    return ActionResult(words=reason.strip()[:300], from_state=RoundState.OPEN, to_state=made.state)
