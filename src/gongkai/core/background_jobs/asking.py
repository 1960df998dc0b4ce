"""Handing work over, and what its people do with it: cancel, try again, give up."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError
from django.utils import timezone

from gongkai.core.acts.action import ActionResult, action
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.machine import machine_action
from gongkai.core.background_jobs.kinds import KINDS
from gongkai.core.background_jobs.models import Errand
from gongkai.core.background_jobs.rules import asks, keeps, stops
from gongkai.core.background_jobs.states import ERRAND, OPEN, State
from gongkai.core.files.models import StoredFile


def hand_over(
    kind: str,
    *,
    by: Actor,
    label: str,
    key: str,
    facts: Mapping[str, object] | None = None,
    file: StoredFile | None = None,
) -> Errand:
    """Have something done behind the pages; return the errand, the one under way where the same was asked already.

    Args:
        kind: its registered kind.
        by: who asks; it is done in this name, with the posts that hold when it is done.
        label: what it is, in words for whoever sees the list.
        key: the same for the same work, unique among what is under way.
        facts: what the kind needs besides; no personal data.
        file: what was uploaded for it.
    """
    same = Errand.objects.filter(key=key, state__in=OPEN)
    there = same.first()
    if there is not None:
        return there
    try:
        made: Errand = start(None, by=by, kind=kind, label=label, key=key, facts=dict(facts or {}), file=file)
    except IntegrityError:  # somebody else asked for it in this very moment
        there = same.first()
        if there is None:
            raise
        return there
    return made


@action("errands.start", label="交后台处理", rule=asks)
def start(
    _: None,
    *,
    by: Actor,
    kind: str,
    label: str,
    key: str,
    facts: Mapping[str, object],
    file: StoredFile | None,
) -> ActionResult:
    """Enter an errand and put it on the queue, in one transaction. Returns it."""
    assert kind in KINDS, f"no errand is called {kind}"
    made = Errand.objects.create(
        kind=kind,
        label=label[:200],
        key=key,
        facts=facts,
        file=file,
        asked_by=by.name,
        account=by.user_id,
        due_at=timezone.now(),
    )
    put_on(made)
    return ActionResult(words=f"{KINDS[kind].label}：{label}"[:300], result=made, stream=f"errand/{made.pk}")


def leave(errand: Errand, words: str) -> None:
    """Tell the kind that this is not done any more, in the transaction that says so."""
    kind = KINDS.get(errand.kind)
    if kind and kind.left:
        kind.left(errand.facts, words)


def put_on(errand: Errand, due_at: datetime | None = None) -> None:
    """Put an attempt on the queue. One too many does no harm: an errand that is not due is left alone."""
    from gongkai.core.background_jobs.tasks import carry_out

    lane = KINDS[errand.kind].lane if errand.kind in KINDS else "long"
    carry_out.using(queue_name=lane, run_after=due_at).enqueue(errand.pk)


@machine_action("errands.cancel", machine=ERRAND, verb="cancel", label="取消", rule=stops)
def cancel(errand: Errand, *, by: Actor) -> ActionResult:
    """Cancel what waits; ask whoever works on it to stop. What was finished in this very moment stays done."""
    if errand.state == State.RUNNING:
        Errand.objects.filter(pk=errand.pk).update(cancelling=True)
        return ActionResult(words=f"要求停止：{errand.label}", to_state=State.RUNNING)
    Errand.objects.filter(pk=errand.pk).update(ended_at=timezone.now(), cancelling=True)
    leave(errand, "已取消")
    return ActionResult(words=f"取消：{errand.label}", to_state=State.CANCELLED)


def _alone(errand: Errand) -> list[str]:
    """What was asked anew meanwhile is not tried twice."""
    again = Errand.objects.filter(key=errand.key, state__in=OPEN).exclude(pk=errand.pk)
    return ["同样的作业已经重新发起，正在处理：这一项可以放弃。"] if again.exists() else []


@machine_action("errands.retry", machine=ERRAND, verb="retry", label="重试", rule=keeps, ready=_alone)
def retry(errand: Errand, *, by: Actor) -> ActionResult:
    """Try again what failed too often, from the first attempt on."""
    rows = Errand.objects.filter(pk=errand.pk)
    rows.update(attempts=0, due_at=timezone.now(), ended_at=None, cancelling=False, token="")
    put_on(errand)
    return ActionResult(words=f"重试：{errand.label}")


@machine_action("errands.give_up", machine=ERRAND, verb="give_up", label="放弃", rule=keeps)
def give_up(errand: Errand, *, by: Actor) -> ActionResult:
    """Leave undone what failed too often; whoever asked reads why."""
    Errand.objects.filter(pk=errand.pk).update(ended_at=timezone.now())
    leave(errand, f"已放弃：{errand.error}")
    return ActionResult(words=f"放弃：{errand.label}（{errand.error}）")
