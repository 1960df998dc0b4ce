"""Actions on the yearly clean-up round: open, verdicts by units, the signed result."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from gongkai.content.editions.models import Column, Document, Edition, ValidityState
from gongkai.content.editions.sources import ensure_document
from gongkai.content.policies import round_closing
from gongkai.content.policies.actions.decisions import settle_announced_decisions
from gongkai.content.policies.decision_texts import find_signed_edition
from gongkai.content.policies.models import (
    CleanupCase,
    CleanupRound,
    CleanupTask,
    CleanupVerdict,
    Decision,
    PolicyLevel,
    PolicyRecord,
    RoundState,
    Span,
)
from gongkai.content.policies.queries.office import find_filing_differences
from gongkai.content.policies.rules import (
    check_may_maintain,
    check_round_closer,
    check_round_manager,
    may_state_opinions,
)
from gongkai.content.policies.signed_records import find_personal_data_errors
from gongkai.content.policies.validity import VALID_STANDINGS
from gongkai.content.policies.validity_periods import load_last_day, make_day_filter
from gongkai.content.reviewing.models import Review
from gongkai.content.reviewing.scans import find_scan_errors
from gongkai.content.reviewing.states import OPEN_STATES
from gongkai.core.acts.action import ActionResult, Notification, Refused, action, require_text
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.rows import cached_in_batch, update_row
from gongkai.core.files.models import StoredFile
from gongkai.core.ledger.entry_creation import make_entries
from gongkai.core.ledger.kinds import get_entry_url
from gongkai.core.ledger.models import Audience, Entry
from gongkai.core.ledger.rules import check_system
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Body, Role
from gongkai.lib import law

#: Levels that a clean-up round covers by default: documents of the government and its departments.
DEFAULT_CLEANUP_LEVELS = (PolicyLevel.GOVERNMENT_RULE, PolicyLevel.NORMATIVE)


def list_records_in_scope(body: Body, levels: Sequence[str], day: date) -> list[PolicyRecord]:
    """Return the documents of some levels that are in force or not yet on `day`, of the body and its units."""
    living = [*VALID_STANDINGS, ValidityState.NOT_YET]
    rows = PolicyRecord.objects.filter(body__path__startswith=body.path, level__in=levels).filter(
        pk__in=Span.objects.filter(make_day_filter(day), state__in=living).values("record")
    )
    return list(rows.select_related("body").order_by("body__position", "body_id", "pk"))


@action("policies.open_round", label="启动清理", rule=check_round_manager)
def open_round(
    body: Body, /, *, by: Actor, name: str, due_on: date, levels: Sequence[str] = DEFAULT_CLEANUP_LEVELS, year: int = 0
) -> ActionResult:
    """Open a clean-up round (清理): its units must give a verdict on each document in force.

    It creates a case for each document in force, and for each drafting unit a task with the due
    date.
    """
    today = timezone.localdate()
    if due_on < today:
        raise Refused("提出意见的期限不能早于今天。")
    if not levels or not set(levels) <= set(PolicyLevel.values):
        raise Refused("请选择清理哪些级别的文件。")
    records = list_records_in_scope(body, levels, today)
    if not records:
        raise Refused("这个范围内没有需要清理的文件。")
    busy = CleanupCase.objects.filter(
        round__state__in=(RoundState.OPEN, RoundState.SIGNING), record__in=[r.pk for r in records]
    )
    if case := busy.select_related("round").first():
        raise Refused(f"范围内有文件正在“{case.round}”中清理，请先办结或取消那一次清理。")
    made = CleanupRound.objects.create(
        body=body,
        name=name.strip()[:120] or f"{today.year}年文件清理",
        year=year or today.year,
        levels=list(levels),
        due_on=due_on,
        opened_at=timezone.now(),
        opened_by=by.name,
    )
    CleanupCase.objects.bulk_create([CleanupCase(round=made, record=record, body=record.body) for record in records])
    _create_tasks(made, records, by)
    return ActionResult(
        words=f"启动{made.name}：{len(records)}件文件，{timezone.localdate():%Y-%m-%d}",
        facts={"records": len(records), "due_on": due_on.isoformat()},
        stream=made.stream,
        result=made,
    )


def _create_tasks(cleanup_round: CleanupRound, records: Sequence[PolicyRecord], by: Actor) -> None:
    """Create a ledger task for each drafting unit."""
    counts: dict[int, int] = {}
    bodies: dict[int, Body] = {}
    for record in records:
        counts[record.body_id] = counts.get(record.body_id, 0) + 1
        bodies[record.body_id] = record.body
    entries = [
        Entry(
            kind="cleanup",
            title=f"{cleanup_round.name}：对{counts[number]}件文件提出清理意见"[:300],
            body=body,
            year=cleanup_round.year,
            due_at=law.end_of_day(cleanup_round.due_on),
            audience=Audience.PARTIES,
        )
        for number, body in bodies.items()
    ]
    make_entries(entries, by=by, words=f"启动{cleanup_round.name}", facts=lambda _: {"round": cleanup_round.pk})
    CleanupTask.objects.bulk_create(
        [CleanupTask(entry=entry, round=cleanup_round, body_id=entry.body_id) for entry in entries]
    )


def _check_round_is_open(row: CleanupRound) -> list[str]:
    """Return reasons unless the round (or the round of a case) is open."""
    cleanup_round = row if isinstance(row, CleanupRound) else row.round
    return (
        [] if cleanup_round.state == RoundState.OPEN else [f"这次清理{cleanup_round.get_state_display()}，不能再改。"]
    )


def _check_opinion_giver(by: Actor, case: CleanupCase) -> list[str]:
    """Return reasons against entering an opinion: only the drafting unit may, or the round's
    manager if the unit's paper is on file or the unit was closed."""
    if may_state_opinions(by, case.body, case.round):
        return []
    if check_round_manager(by, case.round):
        return check_may_maintain(by, case) or [_PAPER_OPINION_REQUIRED_MESSAGE]
    on_paper = case.round.tasks.filter(body=case.body_id, paper__isnull=False)
    return [] if on_paper.exists() else [_PAPER_OPINION_REQUIRED_MESSAGE]


#: End of the name recorded for an opinion that a clerk entered for the unit that stated it on paper.
_FROM_PAPER_SUFFIX = "（据书面意见代录）"
_PAPER_OPINION_REQUIRED_MESSAGE = (
    "清理意见由起草单位提出；单位书面提出的，请先在“各单位进度”中登记它盖章的意见，再代为录入。"
)


def list_units_with_enterable_opinions(by: Actor, cleanup_round: CleanupRound) -> set[int]:
    """Return the keys of the units whose opinions the user may enter: own ones and, as manager, those with a paper."""
    runs_it = not check_round_manager(by, cleanup_round)
    return {
        task.body_id
        for task in cleanup_round.tasks.select_related("body")
        if may_state_opinions(by, task.body, cleanup_round) or (runs_it and task.paper_id is not None)
    }


def _check_task_round_is_open(task: CleanupTask) -> list[str]:
    return _check_round_is_open(task.round)


def _open_scan(task: CleanupTask, *, by: Actor, scan: StoredFile, scan_name: str, **_: object) -> Mapping[str, object]:
    """Open the scan before the transaction begins (its result is cached), and return no further arguments."""
    find_scan_errors(scan, scan_name, "书面意见")
    return {}


@action(
    "policies.keep_opinion",
    label="登记书面清理意见",
    rule=lambda by, task: check_round_manager(by, task.round),
    ready=_check_task_round_is_open,
    ahead=_open_scan,
)
def store_opinion_paper(task: CleanupTask, *, by: Actor, scan: StoredFile, scan_name: str) -> ActionResult:
    """Store the stamped paper with a unit's opinions, and notify the unit.

    The round's manager may then enter the opinions.
    """
    if reasons := find_scan_errors(scan, scan_name, "书面意见"):
        raise Refused(reasons)
    if task.entry.closed_at:
        raise Refused("这个单位的清理意见已经报送；要换书面意见的，请先“退回重提”。")
    task.paper, task.paper_name, task.paper_by = scan, scan_name.strip()[-200:], by.name
    task.save(update_fields=["paper", "paper_name", "paper_by"])
    message = Notification(
        subject=f"已登记本单位的书面清理意见：{task.round}"[:200],
        body=f"{by.name}登记了{task.body.name}的书面清理意见，并将代为录入。不是本单位提出的，请马上告知政务公开办。",
        link=get_entry_url(task.entry),
        key=f"cleanup/{task.pk}/paper/{scan.pk}",
        posts=tuple((role, task.body_id) for role in (Role.LEAD, Role.SIGNER, Role.CLERK)),
    )
    return ActionResult(
        words=f"登记{task.body.name}的书面清理意见“{task.paper_name}”",
        facts={"task": task.pk, "scan": scan.pk},
        stream=task.round.stream,
        tell=(message,),
    )


@action("policies.judge", label="提出清理意见", rule=_check_opinion_giver, ready=_check_round_is_open)
def give_verdict(
    case: CleanupCase, *, by: Actor, verdict: str, reason: str = "", until: date | None = None
) -> ActionResult:
    """Set the verdict on a document that its validity allows: 保留 (or extended `until`), 修改, 废止, 失效; "" removes it."""
    if verdict not in CleanupVerdict.values:
        raise Refused("没有这种清理意见。")
    reason = reason.strip()[:300]
    if verdict not in {CleanupVerdict.NONE, CleanupVerdict.KEEP} and not reason:
        raise Refused(f"{CleanupVerdict(verdict).label}的，请写明理由。")
    if reasons := find_personal_data_errors("理由", reason):
        raise Refused(reasons)
    if until and verdict != CleanupVerdict.KEEP:
        raise Refused("只有保留的文件可以延长有效期。")
    if until and ((ends := load_last_day(case.record)) is None or until <= ends):
        raise Refused("延长后的有效期应晚于原有效期；没有规定有效期的文件无须延长。")
    if early := round_closing.find_too_early_error(verdict, case.record, timezone.localdate()):
        raise Refused(f"这件文件{early}")
    today = timezone.localdate()
    ended = cached_in_batch(
        ("ended records", case.round_id, today), lambda: round_closing.find_ended_records(case.round, today)
    )
    span = ended.get(case.record_id)
    if span and (expected_verdict := round_closing.find_expected_verdict(verdict, span.state)):
        raise Refused(f"这件文件{span.get_state_display()}，清理意见只能是“{CleanupVerdict(expected_verdict).label}”。")
    before = case.verdict
    case.verdict, case.reason, case.until = verdict, reason, until
    own = may_state_opinions(by, case.body, case.round)
    if not own and before and not case.decided_by.endswith(_FROM_PAPER_SUFFIX):
        raise Refused(f"这件文件的意见由{case.decided_by}在系统中提出，只能由起草单位修改。")
    if not own and case.round.tasks.filter(body=case.body_id, entry__closed_at__isnull=False).exists():
        raise Refused("这个单位的清理意见已经报送；要改的，请先“退回重提”。")
    name = by.name if own else f"{by.name}{_FROM_PAPER_SUFFIX}"
    case.decided_by, case.decided_at = (name[:120], timezone.now()) if verdict else ("", None)
    update_row(case)
    return ActionResult(
        words=f"{case.round.name}：{CleanupVerdict(verdict).label}{f'，{reason}' if reason else ''}"[:500],
        from_state=before,
        to_state=verdict,
        facts={"round": case.round_id, "until": until.isoformat() if until else None},
    )


@action("policies.take_in", label="补列新入库的文件", rule=check_round_manager, ready=_check_round_is_open)
def add_new_documents(cleanup_round: CleanupRound, *, by: Actor) -> ActionResult:
    """Add documents that entered the library since the round began, and create or reopen their units' tasks."""
    fresh = _list_records_without_case(cleanup_round)
    if not fresh:
        raise Refused("没有新入库的文件，不需要追加。")
    CleanupCase.objects.bulk_create([CleanupCase(round=cleanup_round, record=r, body=r.body) for r in fresh])
    has = set(cleanup_round.tasks.values_list("body", flat=True))
    _create_tasks(cleanup_round, [r for r in fresh if r.body_id not in has], by)
    round_closing.return_submitted_tasks(cleanup_round, {r.body_id for r in fresh}, by)
    return ActionResult(words=f"补列{len(fresh)}件文件", facts={"records": len(fresh)})


def _list_records_without_case(cleanup_round: CleanupRound) -> list[PolicyRecord]:
    """Return the records in the scope of a round that have no case in it."""
    record_numbers = set(cleanup_round.cases.values_list("record", flat=True))
    return [
        r
        for r in list_records_in_scope(cleanup_round.body, cleanup_round.levels, timezone.localdate())
        if r.pk not in record_numbers
    ]


def find_closing_obstacles(cleanup_round: CleanupRound) -> list[str]:
    """Return reasons against closing a round.

    They are missing or outdated verdicts, unreported paper opinions and new documents (L-05), and differences from
    the filed list (L-06).
    """
    reasons = []
    undecided = cleanup_round.cases.filter(verdict="").count()
    if undecided:
        reasons.append(f"还有{undecided}件文件没有清理意见，不能办结。")
    copied = cleanup_round.cases.filter(decided_by__endswith=_FROM_PAPER_SUFFIX).values("body")
    if waiting := [task.body.name for task in cleanup_round.tasks.filter(body__in=copied, entry__closed_at=None)]:
        reasons.append(f"{'、'.join(waiting)}的书面意见，须由代录人以外的人打开对照后“报送清理意见”。")
    if missing := len(_list_records_without_case(cleanup_round)):
        reasons.append(f"清理启动后新入库{missing}件文件，请先补列。")
    return [
        *reasons,
        *round_closing.list_outdated_verdicts(cleanup_round, timezone.localdate()),
        *find_filing_differences(cleanup_round.body),
    ]


def _check_closable(cleanup_round: CleanupRound) -> list[str]:
    return _check_round_is_open(cleanup_round) or find_closing_obstacles(cleanup_round)


@action("policies.close_round", label="起草清理结果", rule=check_round_closer, ready=_check_closable)
def draft_round_result(
    cleanup_round: CleanupRound,
    *,
    by: Actor,
    result_on: date | None = None,
    publisher: Body | None = None,
    columns: Sequence[Column] = (),
) -> ActionResult:
    """Draft the result of a round for review; the verdicts take effect once it is public and signed.

    Args:
        cleanup_round: the round.
        by: the user.
        result_on: the day from which the results count; None: their publication.
        publisher: the body that publishes the result list (the general office, or the department).
        columns: the columns of the list.
    """
    today = timezone.localdate()
    if result_on and result_on < today:
        raise Refused("清理结果的施行日期不能早于今天；自公布之日起施行的，不填日期。")
    if reasons := round_closing.list_outdated_verdicts(cleanup_round, result_on or today):
        raise Refused(reasons)
    item = round_closing.draft_result_item(cleanup_round, result_on, publisher, columns, by)
    changed = round_closing.decide_round_verdicts(cleanup_round, result_on or today, ensure_document(item))
    cleanup_round.state, cleanup_round.closed_by = RoundState.SIGNING, by.name
    cleanup_round.result_on, cleanup_round.item_number = result_on, item.pk
    cleanup_round.save()
    counts = round_closing.count_verdicts(cleanup_round)
    text = "，".join(f"{label}{counts[value]}件" for value, label in CleanupVerdict.choices if value)
    return ActionResult(
        words=f"起草清理结果：{text}；结果签发公布后生效",
        from_state=RoundState.OPEN,
        to_state=cleanup_round.state,
        facts={**counts, "changed": changed, "item": item.pk},
    )


def _check_is_signing(cleanup_round: CleanupRound) -> list[str]:
    """Return the Chinese reasons against sending a round back from signing."""
    if cleanup_round.state != RoundState.SIGNING:
        return [f"这次清理{cleanup_round.get_state_display()}，不能退回。"]
    source = f"item/{cleanup_round.item_number}"
    last_review = Review.objects.filter(source=source).order_by("-pk").first()
    if last_review and (last_review.state in OPEN_STATES or last_review.waits_for_document):
        return ["清理结果正在审签，请先撤回送审或者退回。"]
    if Edition.objects.filter(document__source=source).exists():
        return ["清理结果已经签发，不能退回；有误的，请逐件更正。"]
    return []


@action("policies.reopen_round", label="退回清理", rule=check_round_closer, ready=_check_is_signing)
def reopen_round(cleanup_round: CleanupRound, *, by: Actor, reason: str) -> ActionResult:
    """Reopen a clean-up round whose result was not signed: withdraw its decisions so that verdicts can change."""
    reason = require_text(reason, "请写明退回的理由。")
    waiting = Decision.objects.waiting().filter(announced_in__item_number=cleanup_round.item_number)
    waiting.update(undone_at=timezone.now())
    cleanup_round.state = RoundState.OPEN
    cleanup_round.save()
    return ActionResult(words=reason[:300], from_state=RoundState.SIGNING, to_state=cleanup_round.state)


@action("policies.finish_round", label="清理办结", rule=check_system)
def finish_round(cleanup_round: CleanupRound, *, by: Actor) -> ActionResult:
    """Close a round whose result is signed and public."""
    edition = find_signed_edition(Document.objects.filter(item_number=cleanup_round.item_number).first())
    if cleanup_round.state != RoundState.SIGNING or edition is None:
        raise Refused("清理结果还没有签发公开。")
    round_closing.close_round(cleanup_round, timezone.localdate(edition.visible_from))
    return ActionResult(
        words="清理结果已签发公布，各项意见生效", from_state=RoundState.SIGNING, to_state=cleanup_round.state
    )


def settle_rounds(rows: QuerySet[CleanupRound]) -> int:
    """Close the rounds whose signed result is public and whose verdicts are in effect.

    Return how many.
    """
    done = 0
    for row in rows.filter(state=RoundState.SIGNING):
        document = Document.objects.filter(item_number=row.item_number).first()
        if find_signed_edition(document) is not None:
            settle_announced_decisions(Decision.objects.waiting().filter(announced_in=document))
            finish_round(row, by=SYSTEM)
            done += 1
    return done


@action("policies.cancel_round", label="取消清理", rule=check_round_manager, ready=_check_round_is_open)
def cancel_round(cleanup_round: CleanupRound, *, by: Actor, reason: str) -> ActionResult:
    """Cancel an open round and its tasks. The opinions stay in the history without effect."""
    reason = require_text(reason, "请写明取消的理由。")
    round_closing.cancel_tasks(cleanup_round, by, reason)
    cleanup_round.state = RoundState.CANCELLED
    cleanup_round.save()
    return ActionResult(words=reason[:300], from_state=RoundState.OPEN, to_state=cleanup_round.state)
