"""Confirming words that somebody else proposed for a site, a column, a policy document (`publishing.wording`)."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from gongkai.acts.action import Refused, Step, action, stream_of
from gongkai.editions.models import Column, Website
from gongkai.editions.rules import manages
from gongkai.publishing.actions.columns import write_words as write_column
from gongkai.publishing.actions.opening import let_open
from gongkai.publishing.actions.sites import write_words as write_site
from gongkai.publishing.models import ProposedWords, WordsState
from gongkai.publishing.wording import (
    FREE,
    Worded,
    body_of,
    heads_of,
    offices_of,
    register_words,
    text_of,
    worded,
)
from gongkai.units.humans import is_among
from gongkai.units.models import Role


def _confirms(by: Any, target: Any) -> list[str]:
    """Whom the target's kind names; jobs and commands confirm nothing."""
    if by.system or by.person_id is None:
        return ["公开文字须由任职的人员本人确认。"]
    return worded(target).confirms(by, target)


def _manages(by: Any, target: Website | Column) -> list[str]:
    """Whoever manages the site, or the head of its body or of the office that looks after it."""
    body = body_of(target)
    if any(by.has(Role.LEAD, body_id=one) for one in (body, *offices_of(body))):
        return []
    return manages(by, target)


def _write_column(column: Column, words: Mapping[str, str]) -> None:
    """Write a column's words; one that was closed opens with them."""
    write_column(column, words)
    if not column.is_open:
        let_open(column)


register_words("website", Worded(Website, FREE["website"], body_of, _manages, write_site, heads_of))
register_words("column", Worded(Column, FREE["column"], body_of, _manages, _write_column, heads_of))


def _waiting(target: Any) -> list[str]:
    rows = ProposedWords.objects.filter(target=stream_of(target), state=WordsState.WAITING)
    return [] if rows.exists() else ["没有待确认的文字，可能已由他人办理。"]


def _decide(target: Any, by: Any, proposal: ProposedWords, state: str) -> ProposedWords:
    """Lock the proposal and give it its state.

    Raises:
        Refused: it was decided, replaced, or is the actor's own.
    """
    fresh = ProposedWords.objects.select_for_update().get(pk=proposal.pk)
    if fresh.target != stream_of(target) or fresh.state != WordsState.WAITING:
        raise Refused("这项提议已经办理或者已由新的提议代替，请刷新后查看。")
    if is_among(by, [fresh.person_id], [fresh.account_id]):
        raise Refused("您是提出人，须由另一人确认。")
    fresh.state, fresh.decided_by, fresh.decided_at = state, by.name, timezone.now()
    fresh.save()
    return fresh


@action("publishing.confirm_words", label="确认公开文字", rule=_confirms, ready=_waiting)
def confirm_words(target: Any, *, by: Any, proposal: ProposedWords) -> Step:
    """Let the public read words that somebody else proposed: exactly those that were looked at."""
    fresh = _decide(target, by, proposal, WordsState.CONFIRMED)
    before = {name: text_of(getattr(target, name, "")) for name in fresh.after}
    worded(target).write(target, fresh.after)
    return Step(
        words="确认公开文字",
        facts={"proposal": fresh.pk, "proposer": fresh.person_id, "before": before, "after": fresh.after},
        result=target,
    )


@action("publishing.refuse_words", label="不同意公开文字", rule=_confirms, ready=_waiting)
def refuse_words(target: Any, *, by: Any, proposal: ProposedWords, reason: str) -> Step:
    """Refuse proposed words; the public goes on reading the former ones."""
    if not reason.strip():
        raise Refused("请写明不同意的理由。")
    fresh = _decide(target, by, proposal, WordsState.REFUSED)
    return Step(
        words=reason.strip()[:300], facts={"proposal": fresh.pk, "proposer": fresh.person_id}, result=target
    )
