"""Actions that confirm words proposed by another person (`publishing.proposed_words`)."""

from collections.abc import Mapping

from django.utils import timezone

from gongkai.content.editions.models import Column, Website
from gongkai.content.editions.rules import check_site_manager
from gongkai.content.publishing.actions.columns import open_column_within_action, store_column_words
from gongkai.content.publishing.actions.sites import store_site_texts
from gongkai.content.publishing.models import ProposedWords, WordsState
from gongkai.content.publishing.proposed_words import (
    FREE_TEXT_FIELDS,
    WordedKind,
    find_body_id,
    find_head_posts,
    find_supervising_bodies,
    get_worded_kind,
    list_waiting,
    make_decision_message,
    register_words,
    to_stored_text,
)
from gongkai.core.acts.action import ActionResult, Refused, action, get_log_stream, require_text
from gongkai.core.units.actors import Actor
from gongkai.core.units.another_person import is_among, with_covered_people
from gongkai.core.units.models import Role


def _check_confirmer(by: Actor, target: object) -> list[str]:
    """Restrict confirmation to the persons that the target's kind names; jobs and commands may not confirm."""
    if by.system or by.person_id is None:
        return ["公开文字须由任职的人员本人确认。"]
    return get_worded_kind(target).confirms(by, target)


def _check_manager(by: Actor, target: Website | Column) -> list[str]:
    """Restrict to managers of the site, and to the heads of its body or supervising office."""
    body = find_body_id(target)
    if any(by.has(Role.LEAD, body_id=number) for number in (body, *find_supervising_bodies(body))):
        return []
    return check_site_manager(by, target)


def _write_and_open_column(column: Column, words: Mapping[str, str]) -> None:
    """Write a column's words and open it if it was closed."""
    store_column_words(column, words)
    if not column.is_open:
        open_column_within_action(column)


register_words(
    "website",
    WordedKind(Website, FREE_TEXT_FIELDS["website"], find_body_id, _check_manager, store_site_texts, find_head_posts),
)
register_words(
    "column",
    WordedKind(
        Column, FREE_TEXT_FIELDS["column"], find_body_id, _check_manager, _write_and_open_column, find_head_posts
    ),
)


def _check_has_pending_words(target: object) -> list[str]:
    """Return the Chinese reason if no words of the target wait for confirmation."""
    return [] if list_waiting(target).exists() else ["没有待确认的文字，可能已由他人办理。"]


def _check_proposer(by: Actor, target: object) -> list[str]:
    """Restrict to the person who proposed the pending words."""
    own = any(is_proposer(by, proposal) for proposal in list_waiting(target))
    return [] if own else ["只有提出人可以撤回自己提出的文字。"]


def is_proposer(by: Actor, proposal: ProposedWords) -> bool:
    """Return true if the actor proposed these words, also as a cover in the post."""
    people = with_covered_people([proposal.person_id], proposal.target, proposal=proposal.pk)
    return is_among(by, people, [proposal.account_id])


def _lock_proposal(target: object, proposal: ProposedWords) -> ProposedWords:
    """Lock a pending proposal.

    Raises:
        Refused: it was decided, withdrawn or replaced.
    """
    fresh = ProposedWords.objects.select_for_update().get(pk=proposal.pk)
    if fresh.target != get_log_stream(target) or fresh.state != WordsState.WAITING:
        raise Refused("这项提议已经办理、撤回或者已由新的提议代替，请刷新后查看。")
    return fresh


def _close_proposal(proposal: ProposedWords, by: Actor, state: WordsState) -> None:
    proposal.state, proposal.decided_by, proposal.decided_at = state, by.name, timezone.now()
    proposal.save()


def _decide_proposal(target: object, by: Actor, proposal: ProposedWords, state: WordsState) -> ProposedWords:
    """Lock the proposal and set the state decided by another person.

    Raises:
        Refused: it no longer waits, or is the actor's own.
    """
    fresh = _lock_proposal(target, proposal)
    if is_proposer(by, fresh):
        raise Refused("您是提出人，须由另一人确认。")
    _close_proposal(fresh, by, state)
    return fresh


@action("publishing.confirm_words", label="确认公开文字", rule=_check_confirmer, ready=_check_has_pending_words)
def confirm_words(target: object, *, by: Actor, proposal: ProposedWords) -> ActionResult:
    """Publish words that another person proposed, exactly as shown."""
    fresh = _decide_proposal(target, by, proposal, WordsState.CONFIRMED)
    before = {name: to_stored_text(getattr(target, name, "")) for name in fresh.after}
    get_worded_kind(target).write(target, fresh.after)
    return ActionResult(
        words="确认公开文字",
        facts={"proposal": fresh.pk, "proposer": fresh.person_id, "before": before, "after": fresh.after},
        tell=make_decision_message(fresh, f"{by.name}已确认，公众现在就能看到。"),
        result=target,
    )


@action("publishing.refuse_words", label="不同意公开文字", rule=_check_confirmer, ready=_check_has_pending_words)
def refuse_words(target: object, *, by: Actor, proposal: ProposedWords, reason: str) -> ActionResult:
    """Refuse proposed words; the former ones stay public."""
    reason = require_text(reason, "请写明不同意的理由。")
    fresh = _decide_proposal(target, by, proposal, WordsState.REFUSED)
    why = reason[:300]
    return ActionResult(
        words=why,
        facts={"proposal": fresh.pk, "proposer": fresh.person_id},
        tell=make_decision_message(
            fresh, f"{by.name}不同意，理由：{why.rstrip('。')}。公众仍看到原来的文字，修改后可以重新提出。"
        ),
        result=target,
    )


@action("publishing.withdraw_words", label="撤回提出的公开文字", rule=_check_proposer, ready=_check_has_pending_words)
def withdraw_words(target: object, *, by: Actor, proposal: ProposedWords) -> ActionResult:
    """Withdraw proposed words, which only their proposer may do; the former words stay public."""
    fresh = _lock_proposal(target, proposal)
    if not is_proposer(by, fresh):
        raise Refused("只有提出人可以撤回自己提出的文字。")
    _close_proposal(fresh, by, WordsState.WITHDRAWN)
    return ActionResult(
        words="撤回提出的公开文字",
        facts={"proposal": fresh.pk, "proposer": fresh.person_id, "after": fresh.after},
        result=target,
    )
