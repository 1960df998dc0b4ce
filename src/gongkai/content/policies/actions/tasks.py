"""Actions on ledger entries of policies: a unit's clean-up task, and the review before a document expires."""

from datetime import date

from django.db.models import Q
from django.utils import timezone

from gongkai.content.policies.actions.decisions import decide
from gongkai.content.policies.models import Decision, RoundState
from gongkai.content.policies.rules import check_decider, check_round_manager, may_state_opinions_of_closed_unit
from gongkai.content.policies.states import CANCELLED, DONE, OPEN
from gongkai.content.policies.validity import DecisionKind
from gongkai.content.reviewing.required_reading import SCAN_PART
from gongkai.core.acts.action import ActionResult, Notification, require_text
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.models import Movement
from gongkai.core.acts.shown_content import map_shown_parts
from gongkai.core.ledger.entry_action import entry_action
from gongkai.core.ledger.kinds import get_entry_url
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.rules import check_may_work, check_system, works_for
from gongkai.core.units.another_person import is_among
from gongkai.core.units.models import Role
from gongkai.lib.typed_json import read_numbers


def _check_round_is_open(entry: Entry) -> list[str]:
    """Return reasons once the result is drafted: a unit with a returned task could not submit it again."""
    cleanup_round = entry.cleanup.round
    return [] if cleanup_round.state == RoundState.OPEN else [f"这次清理{cleanup_round.get_state_display()}。"]


def _find_undecided(entry: Entry) -> list[str]:
    """Return the Chinese reasons why a unit's cleanup task cannot be closed."""
    cleanup_round = entry.cleanup.round
    if reasons := _check_round_is_open(entry):
        return reasons
    remaining = cleanup_round.cases.filter(body_id=entry.body_id, verdict="").count()
    return [f"还有{remaining}件文件没有清理意见，请在“文件清理”中逐件提出。"] if remaining else []


def _check_submitter(by: Actor, entry: Entry) -> list[str]:
    """Return reasons unless the actor is of the unit, or of the office for a closed unit.

    The office may also submit the unit's stamped paper, by a person who opened it and did not enter it.
    """
    reasons, task = check_may_work(by, entry), entry.cleanup
    if reasons or by.system or works_for(by, entry) or may_state_opinions_of_closed_unit(by, entry.body, task.round):
        return reasons
    if task.paper_id is None:
        return ["清理意见由起草单位报送；单位书面提出的，请先登记它盖章的意见。"]
    streams = [case.stream for case in task.round.cases.filter(body=task.body_id)]
    movements = Movement.objects.filter(
        Q(stream=task.round.stream, action="policies.keep_opinion", facts__task=task.pk)
        | Q(stream__in=streams, action="policies.judge", facts__round=task.round_id)
    )
    people = {number for row in movements for number in (row.person_id, *read_numbers(row.facts, "acts_for"))}
    if is_among(by, people):
        return ["书面意见由您登记或者代录，须由另一人打开对照后报送，或者由起草单位报送。"]
    if (SCAN_PART, task.paper_id) not in map_shown_parts([entry.stream], by).get(entry.stream, set()):
        return ["请先在“文件清理”的“各单位进度”中打开书面意见，与代录的意见对照后再报送。"]
    return []


@entry_action("cleanup", "submit", label="报送清理意见", rule=_check_submitter, ready=_find_undecided)
def submit_cleanup_task(entry: Entry, *, by: Actor, words: str = "") -> ActionResult:
    """Submit a clean-up task, with a remark (`words`); every document of the unit must have a verdict."""
    return ActionResult(words=words)


def _check_round_manager(by: Actor, entry: Entry) -> list[str]:
    return check_round_manager(by, entry.cleanup.round)


@entry_action("cleanup", "return", label="退回重提", rule=_check_round_manager, ready=_check_round_is_open)
def return_cleanup_task(entry: Entry, *, by: Actor, words: str) -> ActionResult:
    """Return the task to the unit with a reason (`words`), and notify it."""
    words = require_text(words, "请写明退回的理由。")
    tell = Notification(
        subject=f"清理意见退回：{entry.title}"[:200],
        body=words,
        link=get_entry_url(entry),
        key=f"cleanup/{entry.pk}/{entry.version}",
        posts=((Role.CLERK, entry.body_id),),
    )
    return ActionResult(words=words, tell=(tell,))


@entry_action("cleanup", "finish", label="随清理办结", rule=_check_round_manager)
def finish_cleanup_task(entry: Entry, *, by: Actor, words: str = "") -> ActionResult:
    """Close the clean-up task of a unit when its round closes."""
    return ActionResult(words=words)


@entry_action("cleanup", "cancel", label="随清理取消", rule=_check_round_manager)
def cancel_cleanup_task(entry: Entry, *, by: Actor, words: str = "") -> ActionResult:
    """Cancel the clean-up task of a unit when its round is cancelled."""
    entry.outcome = CANCELLED
    return ActionResult(words=words)


def _check_extender(by: Actor, entry: Entry) -> list[str]:
    return check_may_work(by, entry) or check_decider(by, entry.validity.record)


@entry_action("validity", "extend", label="延长有效期", rule=_check_extender)
def extend_validity(entry: Entry, *, by: Actor, until: date, basis: str) -> ActionResult:
    """Extend the validity of the entry's document until a day, by a decision of its issuer."""
    decision: Decision = decide(
        entry.validity.record, by=by, what=DecisionKind.EXTEND, on=timezone.localdate(), until=until, cited=basis
    )
    entry.outcome = DONE if decision.effective_at else OPEN
    waits = "" if decision.effective_at else "，公告签发公开后生效"
    return ActionResult(
        words=f"延长至{until:%Y-%m-%d}，依据{basis}{waits}", to_state=entry.outcome, facts={"until": until.isoformat()}
    )


@entry_action("validity", "lapse", label="到期失效", rule=check_may_work)
def accept_expiry(entry: Entry, *, by: Actor, words: str) -> ActionResult:
    """Record the assessment (`words`) that a document may expire on its last day."""
    words = require_text(words, "请写明评估意见。")
    return ActionResult(words=f"评估后到期失效：{words}")


@entry_action("validity", "settle", label="自动办结", rule=check_system)
def close_settled_entry(entry: Entry, *, by: Actor, words: str, needless: bool = False) -> ActionResult:
    """Close an entry whose document was extended, repealed or expired by another decision; `needless`: as cancelled."""
    entry.outcome = CANCELLED if needless else DONE
    return ActionResult(words=words, to_state="cancelled" if needless else "done")


@entry_action("validity", "reopen", label="重新列入", rule=check_system)
def reopen_reminder(entry: Entry, *, by: Actor, words: str) -> ActionResult:
    """Reopen the entry of a document that again expires on its day, as the decision that settled it was undone."""
    entry.outcome = ""
    return ActionResult(words=words)
