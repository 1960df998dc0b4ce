"""Record past events (补录) with a proof; a second person confirms them before they take effect.

register_past("request.extend", lambda entry, facts: bool(facts.get("past")))   # at start-up
@entry_action("request", "extend", …)
@with_proof("request.extend")                # the function refuses past events without proof
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import wraps

from django.apps import apps
from django.db import models, transaction
from django.db.models import QuerySet
from django.utils import timezone

from gongkai.core.acts.action import (
    ACTIONS_BY_NAME,
    ActionResult,
    Function,
    Notification,
    Refused,
    action,
    get_log_stream,
    require_text,
)
from gongkai.core.acts.actors import ANONYMOUS, SYSTEM, Actor
from gongkai.core.acts.shown_content import map_shown_parts
from gongkai.core.files.models import StoredFile
from gongkai.core.files.store import NamedStoredFile
from gongkai.core.ledger.entry_action import shared_action
from gongkai.core.ledger.kinds import get_entry_url
from gongkai.core.ledger.models import Entry, PastRecord, PastState
from gongkai.core.ledger.panels import MAX_BLOCK_LINES, TodoLine, TodoList
from gongkai.core.ledger.queries import visible_to
from gongkai.core.ledger.row_presence import RowCondition
from gongkai.core.ledger.rules import oversees, works_for
from gongkai.core.units.actors import get_actor, make_actor_of_person
from gongkai.core.units.another_person import is_among, with_covered_people
from gongkai.core.units.models import Person, Role
from gongkai.core.units.object_access import register_visible_to

Facts = Mapping[str, object]
#: Maximum number of pending records read for the home page.
MAX_RECORDS_READ = 100
#: Action's name → predicate that returns true if a call records the past.
PAST_ACTIONS: dict[str, Callable[[Entry, Facts], bool]] = {}
#: Form fields that are no arguments of the action.
PAPER, NUMBER = "past_paper", "past_number"
#: Roles that may compare a record with its proof, in addition to the 政务公开办 over the unit.
COMPARING_ROLES = (Role.CLERK, Role.REVIEWER, Role.LEAD, Role.SIGNER)
PROOF_REQUIRED_ERROR = (
    "补录以前发生的事项、登记他人的意见和决定，"
    "须上传凭证（文书、回执、申请人的书面材料等）并填写文号或者编号，由另一人核对后生效。"
)


@dataclass(frozen=True)
class PastProof:
    """Proof of a past event for the log record: `said` is added to its text, `facts` to its facts."""

    said: str
    facts: Facts


def register_past(name: str, records_past: Callable[[Entry, Facts], bool]) -> None:
    """Register a function that returns true if a call of an action records an event of an earlier day."""
    PAST_ACTIONS[name] = records_past


def needs_proof(name: str, entry: Entry, facts: Facts, by: Actor) -> bool:
    """Return true if staff record an earlier event with this call of the action `name` (its arguments: `facts`)."""
    return name in PAST_ACTIONS and not by.system and by != ANONYMOUS and PAST_ACTIONS[name](entry, facts)


def get_action_day(facts: Facts) -> date:
    """Return the day that the arguments of an action (`facts`) name; default: today."""
    day = facts.get("on") or facts.get("at")
    if isinstance(day, datetime):
        return timezone.localdate(day)
    return day if isinstance(day, date) else timezone.localdate()


def names_earlier_day(entry: Entry, facts: Facts) -> bool:
    """Return true if a call names a day before today; for `register_past`."""
    return get_action_day(facts) < timezone.localdate()


def states_timely_past(entry: Entry, facts: Facts) -> bool:
    """Return true if a call states a time before a due date that has passed; for `register_past`."""
    moment, due = facts.get("at"), entry.due_at
    if due is None or due >= timezone.now():
        return False
    return moment <= due if isinstance(moment, datetime) else get_action_day(facts) <= timezone.localdate(due)


def is_always_past(_: Entry, __: Facts) -> bool:
    """Return true, for `register_past`: the action always records a statement or decision of another party."""
    return True


def with_proof(name: str) -> Callable[[Function[Entry]], Function[Entry]]:
    """Decorate an action's function: refuse earlier events without proof, and log the proof.

    The function, of the action `name`, takes a further argument `past_proof`. Late records that need no proof
    (received from outside) are marked, too.
    """

    def decorate(function: Function[Entry]) -> Function[Entry]:
        @wraps(function)
        def proven(entry: Entry, *, by: Actor, past_proof: PastProof | None = None, **facts: object) -> ActionResult:
            if past_proof is None and needs_proof(name, entry, facts, by):
                raise Refused(PROOF_REQUIRED_ERROR)
            step = function(entry, by=by, **facts)
            day = get_action_day(facts)
            if past_proof is None and (day >= timezone.localdate() or by.system or by == ANONYMOUS):
                return step
            proven_by = f"，{past_proof.said}" if past_proof else ""
            proof_facts = past_proof.facts if past_proof else {}
            text = f"补录（{day:%Y-%m-%d}发生{proven_by}）：{step.words}"
            return replace(step, words=text, facts={**step.facts, "past": proof_facts})

        return proven

    return decorate


def check_past_action(name: str, entry: Entry, facts: Facts, *, by: Actor) -> None:
    """Run a past action with `facts` and roll it back, to report objections; outside a transaction only.

    Raises:
        Refused: as the action.
    """
    with transaction.atomic():
        ACTIONS_BY_NAME[name](entry, by=by, **facts, past_proof=PastProof("", {}))
        transaction.set_rollback(True)


@shared_action("record_past", label="登记补录", rule=lambda by, entry: [], quiet=True)
def record_past(
    entry: Entry,
    *,
    by: Actor,
    name: str,
    facts: Facts,
    lines: Sequence[tuple[str, str]],
    paper: NamedStoredFile | None,
    number: str,
) -> ActionResult:
    """Store a call of an action for an earlier day with its proof, for a second person to confirm.

    Args:
        entry: the entry.
        by: the author; the action's own rule applies.
        name: name of the action.
        facts: its arguments.
        lines: the arguments in Chinese, by form label.
        paper: the file of the proof.
        number: document number of the proof.
    """
    reasons = ACTIONS_BY_NAME[name].why_not(entry, by=by)
    if not reasons and (paper is None or len(number.strip()) < 2):
        reasons = [PROOF_REQUIRED_ERROR]
    waiting = PastRecord.objects.filter(entry=entry, action=name, state=PastState.WAITING)
    if not reasons and any(_get_key_args(_load_facts(one.facts.reveal())) == _get_key_args(facts) for one in waiting):
        reasons = ["同一事项的补录还在等待核对，请先核对或者不予登记。"]
    if reasons or paper is None:
        raise Refused(reasons)
    if facts.get("on", "") is None:  # of the record, not of its confirmation
        facts = {**facts, "on": timezone.localdate()}
    author = ACTIONS_BY_NAME[name].actor_for(entry, by)
    record = PastRecord.objects.create(
        entry=entry,
        action=name,
        on=get_action_day(facts),
        facts=_serialise_facts(facts),
        lines=json.dumps(lines, ensure_ascii=False),
        paper=paper.stored,
        paper_name=paper.name,
        paper_number=number.strip()[:120],
        recorded_by=author.name,
        person=by.person_id,
        account=by.user_id,
    )
    text = f"{record.on:%Y-%m-%d}{ACTIONS_BY_NAME[name].label}"
    return ActionResult(
        words=f"登记补录，待另一人核对：{text}（凭证{record.paper_number}）",
        facts={
            **{"record": record.pk, "action": name, "on": record.on.isoformat(), "paper": paper.digest},
            **({"acts_for": sorted(author.acts_for)} if author.acts_for else {}),
        },
        tell=(_make_comparing_notification(entry, record, f"{by.name}登记了{entry.number}的补录：{text}"),),
        result=record,
    )


def _get_key_args(facts: Facts) -> list[object]:
    """Return the arguments `what`, `consultation` and `dispute`, by which two records of one action differ."""
    return [facts.get(name) for name in ("what", "consultation", "dispute")]


def _make_comparing_notification(entry: Entry, record: PastRecord, text: str) -> Notification:
    return Notification(
        subject=f"请核对补录：{entry.number}",
        body=f"{text}。请对照凭证核对，核对后生效。",
        link=get_entry_url(entry),
        key=f"past/{record.pk}",
        posts=((Role.LEAD, entry.body_id), (Role.SIGNER, entry.body_id)),
    )


def _serialise_facts(facts: Facts) -> str:
    """Return the facts of an action as JSON from which `_load_facts` restores files, dates and rows."""

    def plain(value: object) -> object:
        """Return the JSON form of a fact (TypeError: it has none)."""
        if isinstance(value, NamedStoredFile):
            return {"name": value.name, "file": value.digest}
        if isinstance(value, datetime):
            return {"moment": value.isoformat()}
        if isinstance(value, date):
            return {"day": value.isoformat()}
        if isinstance(value, models.Model):
            return {"model": value._meta.label, "pk": value.pk}
        if isinstance(value, QuerySet):
            return list(value)
        raise TypeError(f"not a fact of the past: {value!r}")

    return json.dumps(dict(facts), default=plain, ensure_ascii=False)


def _load_facts(stored_facts: str) -> dict[str, object]:
    """Restore the facts of an action from its JSON; files and rows are loaded."""

    def back(row: dict[str, str]) -> object:
        """Return the fact of a JSON form."""
        if "file" in row:
            return NamedStoredFile(row["name"], StoredFile.objects.get(pk=row["file"]))
        if "moment" in row:
            return datetime.fromisoformat(row["moment"])
        if row.keys() == {"model", "pk"}:
            return apps.get_model(row["model"])._base_manager.get(pk=row["pk"])
        return date.fromisoformat(row["day"]) if row.keys() == {"day"} else row

    facts: dict[str, object] = json.loads(stored_facts, object_hook=back)
    return facts


def _is_recorder(by: Actor, record: PastRecord) -> bool:
    people = with_covered_people([record.person], record.entry.stream, ["ledger.record_past"], record=record.pk)
    return is_among(by, people, [record.account])


def check_may_compare(by: Actor, record: PastRecord) -> list[str]:
    """Return reasons unless the actor is another person than the author, of the unit or the 政务公开办 over it."""
    if _is_recorder(by, record):
        return ["补录由本人登记，须由另一人核对。"]
    advice = f"由{record.entry.body.label}的其他工作人员或者政务公开办核对。"
    return [] if _can_compare_for(by, record.entry) else [advice]


def _can_compare_for(by: Actor, entry: Entry) -> bool:
    return by.has(*COMPARING_ROLES, body_id=entry.body_id) or works_for(by, entry) or oversees(by, entry)


def _check_comparer_or_recorder(by: Actor, record: PastRecord) -> list[str]:
    return [] if _is_recorder(by, record) else check_may_compare(by, record)


def _check_record_pending(record: PastRecord) -> list[str]:
    return [] if record.state == PastState.WAITING else [f"这项补录{record.get_state_display()}。"]


@action("ledger.confirm_past", label="核对无误", rule=check_may_compare, ready=_check_record_pending)
def confirm_past(record: PastRecord, *, by: Actor) -> ActionResult:
    """Carry out the recorded action in its author's name, once the actor has opened the proof."""
    shown_parts = map_shown_parts([get_log_stream(record)], by).get(get_log_stream(record), set())
    if (PAPER, record.paper_id) not in shown_parts:
        raise Refused("请先打开凭证，核对发生的日期和内容，再“核对无误”。")
    person = Person.objects.filter(pk=record.person).first() if record.person else None
    if person is None:
        raise Refused("登记人已不在岗，请不予登记后由现任人员重新登记。")
    author, entry = make_actor_of_person(person), Entry.objects.get(pk=record.entry_id)
    if ACTIONS_BY_NAME[record.action].rule(author, entry):
        raise Refused("登记人现在不能办理这一步（代理已经结束，或者岗位有变动），请不予登记后由现任人员重新登记。")
    record.state, record.decided_by, record.decided_at = PastState.CONFIRMED, by.name, timezone.now()
    record.save()
    text = f"凭证{record.paper_number}，{record.recorded_by}登记，{by.name}核对"
    proof = PastProof(text, {"record": record.pk, "paper": record.paper_id, "checked_by": by.person_id})
    ACTIONS_BY_NAME[record.action](entry, by=author, **_load_facts(record.facts.reveal()), past_proof=proof)
    words = f"核对补录：{record.on:%Y-%m-%d}{ACTIONS_BY_NAME[record.action].label}（{record.recorded_by}登记）"
    return ActionResult(words=words, facts={"record": record.pk})


@action("ledger.refuse_past", label="不予登记", rule=_check_comparer_or_recorder, ready=_check_record_pending)
def refuse_past(record: PastRecord, *, by: Actor, reason: str) -> ActionResult:
    """Discard a record that the proof does not support; its author may also withdraw it."""
    reason = require_text(reason, "请写明不予登记的理由。", 2)
    record.state, record.reason = PastState.REFUSED, reason[:300]
    record.decided_by, record.decided_at = by.name, timezone.now()
    record.save()
    label = ACTIONS_BY_NAME[record.action].label
    tell = Notification(
        subject=f"补录不予登记：{record.entry.number}",
        body=f"{record.on:%Y-%m-%d}{label}的补录不予登记：{record.reason}",
        link=get_entry_url(record.entry),
        key=f"past/{record.pk}/refused",
        persons=(record.person,) if record.person else (),
    )
    text = f"补录不予登记：{record.on:%Y-%m-%d}{label}，{record.reason}"
    return ActionResult(words=text, facts={"record": record.pk}, tell=(tell,))


def erase_past_records(entry: Entry) -> None:
    """Erase content and proofs of all records of an entry and refuse the pending ones; days and numbers of proofs stay."""
    for record in entry.past_records.filter(state=PastState.WAITING):
        refuse_past(record, by=SYSTEM, reason="保存期限已满，凭证和内容已经清除，不能再核对。")
    entry.past_records.update(facts="", lines="", paper=None, paper_name="")


def _can_read_record(user: object, record: object) -> bool:
    assert isinstance(record, PastRecord)
    return _can_compare_for(get_actor(user), record.entry)


@register_visible_to(PastRecord, judge=_can_read_record)
def records_visible_to(user: object) -> QuerySet[PastRecord, PastRecord]:
    """Return the records of entries that a user sees; `_can_read_record` decides on each."""
    rows = PastRecord.objects.filter(entry__in=visible_to(user).values("pk"))
    return rows.select_related("entry__body", "paper")


@dataclass(frozen=True)
class ShownPastRecord:
    """A record on its entry's page: label, values (`lines`); true if the reader can open it, decide on it, take it back."""

    record: PastRecord
    label: str
    lines: Sequence[tuple[str, str]]
    opens: bool
    decides: bool
    takes_back: bool


def past_records_panel(entry: Entry, by: Actor) -> dict[str, object] | None:
    """Return the context of the panel of past records on an entry's page; None without records."""
    rows = entry.past_records.exclude(state=PastState.REFUSED).select_related("entry__body")
    records = [_make_shown_record(record, by) for record in rows]
    return {"past": records} if records else None


def _make_shown_record(record: PastRecord, by: Actor) -> ShownPastRecord:
    """Return a record for the page: its lines while it is pending, and the decisions that the reader may take."""
    may_open, is_waiting = _can_compare_for(by, record.entry), record.state == PastState.WAITING
    lines_json = record.lines.reveal()
    return ShownPastRecord(
        record,
        ACTIONS_BY_NAME[record.action].label,
        json.loads(lines_json) if may_open and is_waiting and lines_json else [],
        may_open and record.paper_id is not None,
        is_waiting and not confirm_past.why_not(record, by=by),
        is_waiting and not refuse_past.why_not(record, by=by),
    )


def describe_confirmed_records(entry: Entry) -> list[str]:
    """Return the confirmed records of an entry, one Chinese sentence each."""
    rows = entry.past_records.filter(state=PastState.CONFIRMED)
    return [
        f"{record.on:%Y-%m-%d}{ACTIONS_BY_NAME[record.action].label}（凭证{record.paper_number}），"
        f"{timezone.localdate(record.recorded_at):%Y-%m-%d}由{record.recorded_by}补录，"
        f"{timezone.localdate(record.decided_at):%Y-%m-%d}由{record.decided_by}核对"
        for record in rows
    ]


def rows_of_block(by: Actor) -> list[RowCondition]:
    """Return the condition without which the home page block is empty: a pending past record exists."""
    return [RowCondition(PastRecord, {"state": PastState.WAITING})]


def past_records_block(by: Actor) -> dict[str, object] | None:
    """Return the context of the home page block of records that the actor may confirm; None without any."""
    rows = records_visible_to(by).filter(state=PastState.WAITING).order_by("recorded_at")
    records = [record for record in rows[:MAX_RECORDS_READ] if not check_may_compare(by, record)]
    lines = [_make_todo_line(record) for record in records[:MAX_BLOCK_LINES]]
    return {"todos": TodoList("等我核对的补录", lines, len(records))} if lines else None


def _make_todo_line(record: PastRecord) -> TodoLine:
    label = ACTIONS_BY_NAME[record.action].label
    facts = f"{record.recorded_by}登记，凭证{record.paper_number}"
    return TodoLine(
        f"{record.entry.number}：{record.on:%Y-%m-%d}{label}", get_entry_url(record.entry), facts, "补录", "去核对"
    )
