"""Run an action on many targets: check all, then write them in portions.

SQLite lets nobody else write during a transaction. In an open one all targets are written or none.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from django.db import transaction

from gongkai.core.acts.action import Action, Refused, record_many
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.lock_sharing import is_in_shared_transaction, write_in_portions
from gongkai.core.widgets.request_cache import stop_caching

T = TypeVar("T")
#: Targets of the first transaction; with fewer, all are written or none.
FIRST_PORTION_ROWS = 50
#: Targets of the first transaction for actions that are called one by one, which takes longer.
FIRST_PORTION_CALLS = 5


def act_on_many(
    action: Action[T], targets: Sequence[T], *, by: Actor, facts: Callable[[T], Mapping[str, object]]
) -> list[object]:
    """Run an action on stored rows of one model, with few log statements, and return the results; `facts` returns the
    action's arguments for a row."""
    done: list[object] = []

    def write(portion: Sequence[T]) -> None:
        """Run the action on one portion of locked targets and record it."""
        stop_caching()
        with transaction.atomic():
            locked_targets = action.lock_many(list(portion))
            _require_allowed(action, locked_targets, by)
            actors = [action.actor_for(value, by) for value in locked_targets]
            ran = [
                (target, action.run_held(target, by=actor, **facts(target)))
                for target, actor in zip(locked_targets, actors, strict=True)
            ]
            steps = [(action, value, step) for value, step in action.finish_many(ran, by=by)]
            done.extend(record_many(steps, by=by, actors=actors))

    _write_all(action, targets, write, by=by, first_portion_size=FIRST_PORTION_ROWS, count_done=lambda: len(done))
    return done


def act_on_each(action: Action[T], targets: Sequence[T], *, by: Actor, **facts: object) -> int:
    """Call an action on each target separately, for actions that call others; return the number of targets.

    Raises:
        Refused: as for `Action.many`.
    """
    done = 0

    def write(portion: Sequence[T]) -> None:
        """Run the action on each target of a portion; a refusal names the target."""
        nonlocal done
        with transaction.atomic():
            for target in portion:
                try:
                    action(target, by=by, **facts)
                except Refused as refused:
                    raise type(refused)([f"“{target}”：{reason}" for reason in refused.reasons]) from refused
        done += len(portion)

    _write_all(action, targets, write, by=by, first_portion_size=FIRST_PORTION_CALLS, count_done=lambda: done)
    return done


def _write_all(
    action: Action[T],
    targets: Sequence[T],
    write: Callable[[Sequence[T]], object],
    *,
    by: Actor,
    first_portion_size: int,
    count_done: Callable[[], int],
) -> None:
    """Write the targets in portions, or at once in a caller's open transaction.

    `count_done` returns the number of targets written so far.

    Raises:
        Refused: with the number of targets that were done before it.
    """
    if is_in_shared_transaction():
        write(targets)
        return
    try:
        if len(targets) > first_portion_size:
            _require_allowed(action, targets, by)
        write_in_portions(targets, write, first=first_portion_size)
    except Refused as refused:
        if len(targets) == 1:
            raise
        count, remaining = count_done(), len(targets) - count_done()
        text = f"已办理{count}条，其余{remaining}条没有办理，请核对后再办。" if count else "这次一条也没有办理。"
        raise type(refused)([text, *refused.reasons]) from refused


def _require_allowed(action: Action[T], targets: Sequence[T], by: Actor) -> None:
    """Raise `Refused`, with the reasons of all targets, if the action is refused on one of them."""
    if reasons := [f"“{target}”：{reason}" for target in targets for reason in action.why_not(target, by=by)]:
        raise Refused(reasons)
