"""Actions: one named operation per change of state, and the registry of all of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, ClassVar, Concatenate, Generic, TypedDict, TypeVar, cast, overload

from django.db import models, transaction
from django.utils import timezone

from gongkai.core.acts.actors import Actor
from gongkai.core.acts.chain import PrecedingRecord, append_record, append_records, build_record, map_last_records
from gongkai.core.acts.following import ActionEvent, inform_followers
from gongkai.core.acts.joint_transactions import (
    QueuedFacts,
    QueuedRecord,
    get_current_queue,
    queue_records,
    run_together,
    write_queued_records,
)
from gongkai.core.acts.lock_sharing import postpone_garbage_collection
from gongkai.core.acts.models import Movement
from gongkai.core.acts.next_steps import with_next_step
from gongkai.core.acts.rows import find_row, increment_version, lock_once, lock_row, take_locked_row
from gongkai.core.widgets.request_cache import stop_caching
from gongkai.lib.confined import cache_readings
from gongkai.lib.law import Event
from gongkai.lib.privacy import PrivacyError

T = TypeVar("T")

#: A rule takes an actor and a target and returns the reasons to refuse, as Chinese sentences; empty if allowed.
Rule = Callable[[Actor, Any], list[str]]
ROW_CHANGED_ERROR = "这条记录刚刚已由他人处理，请看过最新情况后再办；您填写的内容没有丢失。"
ROW_GONE_ERROR = "这条记录刚刚已由他人删除，没有办理。"


class Refused(Exception):
    """Raised when an action is not allowed; `reasons` are Chinese sentences with the next step."""

    def __init__(self, reasons: list[str] | str) -> None:
        reason_list = [reasons] if isinstance(reasons, str) else list(reasons)
        self.reasons = [with_next_step(reason) for reason in reason_list]
        super().__init__("；".join(reason.rstrip("。") for reason in self.reasons))


class Conflict(Refused):
    """Raised when the target was changed or deleted after the caller read it."""


def require_text(text: str, error: str, min_characters: int = 1) -> str:
    """Return a text without outer whitespace (Refused with the reason `error`: shorter than `min_characters`)."""
    if len(text.strip()) < min_characters:
        raise Refused(error)
    return text.strip()


@dataclass(frozen=True)
class Notification:
    """A message to persons, posts or outside addresses; `outbox` finds recipients and channels.

    `persons` are ids of staff, `posts` pairs (role, body id), `outside` recipients who are not staff, such as
    `party/12`: for them `body` is the whole text of a letter, and a mail gets `headers`. A notification with the
    same `key` is sent once. `reached` (mail, mobile) are the addresses of the persons at this moment; it also
    goes to persons who left. With `settled`, earlier messages about the same page count as read. `persons` also
    reach whoever covers them, unless `by_post` says that they hold the post in question: its covers hold it, too.
    """

    subject: str
    body: str
    link: str
    key: str
    persons: tuple[int, ...] = ()
    by_post: bool = False
    posts: tuple[tuple[str, int], ...] = ()
    urgent: bool = False
    outside: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    reached: tuple[str, str] | None = None
    settled: bool = False


@dataclass(frozen=True)
class ActionResult:
    """The outcome of an action's function: log text (`words`) and facts, states, notifications (`tell`), `result`.

    `stream` replaces the target's log stream. `events` are clock events of an entry (`ledger.clock`); irregular ones
    are refused unless `past` marks them as recorded later. `then` is called in the same transaction after the log
    record is written or queued (`joint_transactions.list_queued_facts`); its return value, if not None, is the result.
    `cause` is the person whose action a system action follows.
    """

    words: str = ""
    from_state: str = ""
    to_state: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    tell: tuple[Notification, ...] = ()
    result: object = None
    stream: str = ""
    then: Callable[[], object] | None = None
    events: tuple[Event, ...] = ()
    past: bool = False
    cause: "Actor | None" = None


#: The function of an action: takes the target, the actor (`by`) and the facts; returns an `ActionResult`.
Function = Callable[Concatenate[T, ...], ActionResult]
#: Action's name → action.
ACTIONS_BY_NAME: dict[str, "AnyAction"] = {}
#: Checks that run before every rule and can block any action, for example on a read-only installation.
ACTION_BARRIERS: list[Callable[["AnyAction", Actor], list[str]]] = []


def get_log_stream(target: object) -> str:
    """Return a target's log stream: `stream` if that is text, else `model/primary key` (TypeError: no model either)."""
    if isinstance(stream := getattr(target, "stream", None), str):
        return stream
    if isinstance(target, models.Model):
        return f"{target._meta.model_name}/{target.pk}"
    raise TypeError(f"no stream for {target!r}")


@dataclass(eq=False)
class Action(Generic[T]):
    """A named operation. Call it as `act(target, by=actor, **facts)`; it returns its result, or the target if None.

    A target's `version` is increased by each action; a call with an older version is refused. A `quiet` action (a
    comment, a reminder) does not increase it. An action that does not change its target need not lock it
    (`held=False`). The log record of a `joined` action is written with those of the actions that it calls
    (`run_together`). `ahead` does slow work without a lock before the transaction, such as parsing a file, and
    returns further facts; such files are not parsed again (`confined.cache_readings`). Lists do
    not ask a rule that costs many queries (`last_rule`).

    Raises:
        Refused: the rule or the state does not allow it; nothing was written.
        Conflict: `version` was given and somebody else was first; nothing was written.
    """

    name: str
    label: str
    function: Function[T]
    rule: Rule
    ready: Callable[[T], list[str]] | None = None
    quiet: bool = False
    ahead: Callable[..., Mapping[str, object]] | None = None
    held: bool = True
    joined: bool = False
    last_rule: Rule | None = field(default=None, kw_only=True)

    #: Templates read an action's words; without this they would call it.
    do_not_call_in_templates: ClassVar[bool] = True

    def why_not(self, target: T, *, by: Actor) -> list[str]:
        """Return the reasons why this action is refused now, as Chinese sentences; empty if it is allowed."""
        reasons = self.unfit(target, by=by) or (self.ready(target) if self.ready else [])
        return reasons or (self.last_rule(by, target) if self.last_rule else [])

    def unfit(self, target: T, *, by: Actor) -> list[str]:
        """Return the reasons of barriers, state and permission rule, without the slow ones of `ready` and `last_rule`;
        used to choose the buttons."""
        barrier_reasons = [reason for bar in ACTION_BARRIERS for reason in bar(self, by)]
        return barrier_reasons or self.obstacles(target, by=by)

    def obstacles(self, target: T, *, by: Actor) -> list[str]:
        """Return the reasons of the permission rule; empty if the actor is allowed, in an own post or as a leave cover."""
        reasons = self.rule(by, target)
        if reasons or not (acting := self.actor_for(target, by)).acts_for:
            return reasons
        return [f"您在这里代行他人的职务，视同其本人。{reason}" for reason in self.rule(acting, target)]

    def lock(self, target: T) -> T:
        """Return the target, read again with a row lock, or an unsaved target unchanged (Conflict: it was deleted)."""
        if self.held and isinstance(target, models.Model) and target.pk:
            row = lock_row(type(target), int(target.pk))
            if row is None:
                raise Conflict(ROW_GONE_ERROR)
            return cast(T, row)
        return target

    def read_again(self, target: T) -> T:
        """Re-read the target without a lock; return it unchanged if it is unsaved or deleted."""
        if isinstance(target, models.Model) and target.pk:
            return cast(T, find_row(type(target)._base_manager.filter(pk=target.pk)) or target)
        return target

    def check(self, target: T, *, by: Actor, version: object) -> None:
        """Raise `Conflict` if the version changed, or `Refused` if there are reasons."""
        if version is not None and getattr(target, "version", version) != version:
            raise Conflict(ROW_CHANGED_ERROR)
        reasons = self.why_not(target, by=by)
        if reasons:
            raise Refused(reasons)

    def actor_for(self, target: T, by: Actor) -> Actor:
        """Return the actor, named with the covered colleagues (`acts_for`) if only their posts allow the action."""
        return by.named_for(lambda actor: not self.rule(actor, target))

    def moves_state(self, target: T) -> bool:
        """Return true if the action changes what its own checks read: a batch then locks and checks the target anew."""
        return False

    def finish(self, target: T, step: ActionResult, *, by: Actor) -> ActionResult:
        """Increase the target's version unless the action is quiet; return the result to log. To be overridden."""
        if not self.quiet:
            increment_version(target)
        return step

    @overload
    def __call__(self, target: T, *, by: Actor, version: int | None = None, **facts: object) -> Any: ...

    @overload
    def __call__(self, target: T, *, by: Actor, **facts: object) -> Any: ...

    def __call__(self, target: T, *, by: Actor, version: object = None, **facts: object) -> object:
        """Check, run, log and notify in one transaction."""
        stop_caching()
        if self.joined:
            with run_together(savepoint=True):
                return self._do(target, by=by, version=version, facts=facts)
        if self.ahead is None:
            return self._do(target, by=by, version=version, facts=facts)
        with cache_readings():
            now = self.read_again(target)
            self.check(now, by=by, version=version)
            return self._do(target, by=by, version=version, facts={**facts, **self.ahead(now, by=by, **facts)})

    def within(self, target: T, /, *, by: Actor, **facts: object) -> object:
        """Run as part of another action on a target that is already locked; do not lock or re-read it."""
        return self._do(target, by=by, version=None, facts=facts, lock=False)

    def _do(self, target: T, *, by: Actor, version: object, facts: Mapping[str, object], lock: bool = True) -> object:
        """Run the action in a transaction: lock, check, finish and log (or queue the log record of a batch)."""
        queue = get_current_queue()
        with postpone_garbage_collection(), transaction.atomic(savepoint=queue is None):
            check = partial(self.check, by=by, version=version)
            lock_row = self.lock if lock else lambda row: row
            again = self.moves_state(target) or version is not None or not lock
            locked_target = lock_once(target, (self.name, by), lock=lock_row, check=check, again=again)
            by = self.actor_for(locked_target, by)
            step = self.finish(locked_target, self.run_held(locked_target, by=by, **facts), by=by)
            if queue is None:
                append_record(_get_log_stream(locked_target, step), **_log_record_fields(self, step, by))
            else:
                self._queue_record(locked_target, step, by)
            inform_followers([ActionEvent(self, locked_target, step, by)])
            return _get_result(locked_target, step)

    def run_held(self, target: T, /, *, by: Actor, **facts: object) -> ActionResult:
        """Call the action's function on a locked target; refuse a text that cannot be searched for personal data."""
        try:
            return self.function(target, by=by, **facts)
        except PrivacyError as error:
            raise Refused(f"{str(error).rstrip('。')}。") from error

    def _queue_record(self, target: T, step: ActionResult, by: Actor) -> None:
        """Queue the log record, to be written with those of other actions (`run_together`)."""
        stream, moved = _get_log_stream(target, step), _log_record_fields(self, step, by)
        facts = QueuedFacts(self.name, by.person_id, moved["facts"])

        def build(before: PrecedingRecord | None, at: datetime) -> Movement:
            return build_record(stream, before, at=at, **moved)

        queue_records([QueuedRecord(stream, timezone.now(), step.words, facts, build=build)])

    def many(
        self,
        targets: Iterable[T],
        *,
        by: Actor,
        each: Callable[[T], Mapping[str, object]] | None = None,
        **facts: object,
    ) -> list[Any]:
        """Run on many stored targets, with few log statements (`many_targets.act_on_many`).

        All are checked before the first is written. In an open transaction all are written or none, else in portions.

        Args:
            targets: stored rows of one model.
            by: who acts.
            each: the facts of one target, beside those that are the same for all.
            facts: as for a single call.

        Raises:
            Refused: the reasons of all targets, each after its name; the first one says how many were written, if any.
        """
        from gongkai.core.acts.many_targets import act_on_many

        return act_on_many(self, list(targets), by=by, facts=lambda one: {**facts, **(each(one) if each else {})})

    def lock_many(self, targets: list[T]) -> list[T]:
        """Re-read and lock all targets, in the order given; leave out deleted ones."""
        if not targets or not isinstance(targets[0], models.Model):
            return targets
        model, keys = type(targets[0]), [target.pk for target in targets if isinstance(target, models.Model)]
        rows = {pk: row for pk in keys if (row := take_locked_row(model, pk))}
        rows |= model._base_manager.select_for_update().order_by("pk").in_bulk({*keys} - rows.keys())
        return [rows[pk] for pk in dict.fromkeys(keys) if pk in rows]

    def finish_many(self, done: list[tuple[T, ActionResult]], *, by: Actor) -> list[tuple[T, ActionResult]]:
        """Call `finish` for several pairs of target and result."""
        return [(target, self.finish(target, step, by=by)) for target, step in done]


#: An action, whatever it is done to.
AnyAction = Action[Any]
A = TypeVar("A", bound=AnyAction)


class LogRecordFields(TypedDict):
    """Keyword arguments of a log record; `words` is its text."""

    action: str
    by: Actor
    words: str
    from_state: str
    to_state: str
    facts: Mapping[str, object]


def _get_log_stream(target: object, step: ActionResult) -> str:
    return step.stream or get_log_stream(target if target is not None else step.result)


def _log_record_fields(action: AnyAction, step: ActionResult, by: Actor) -> LogRecordFields:
    """Return the keyword arguments of a step's log record; `facts` names the covered colleagues, if any."""
    return {
        "action": action.name,
        "by": by,
        "words": step.words,
        "from_state": step.from_state,
        "to_state": step.to_state,
        "facts": {**step.facts, "acts_for": sorted(by.acts_for)} if by.acts_for else step.facts,
    }


def _get_result(target: object, step: ActionResult) -> object:
    """Call the step's follow-up (`then`); return its value, else the step's `result`, else the target."""
    follow_up = step.then() if step.then else None
    result = step.result if follow_up is None else follow_up
    return target if result is None else result


def record_many(
    done: Sequence[tuple[AnyAction, object, ActionResult]],
    *,
    by: Actor,
    actors: Sequence[Actor] | None = None,
) -> list[object]:
    """Log actions already carried out, in few statements; call their followers and return their results.

    `actors` has the actor of each step as the log names them (`Action.actor_for`), where that may differ.

    For callers that create many rows and have checked the rules; steps of a stream are logged in order.
    """
    stop_caching()
    write_queued_records()
    streams = [_get_log_stream(target, step) for _, target, step in done]
    last_records = map_last_records(streams)
    pairs: list[tuple[Movement, str]] = []
    for stream, (action, _, step), actor in zip(streams, done, actors or [by] * len(done), strict=True):
        last_records[stream] = build_record(stream, last_records.get(stream), **_log_record_fields(action, step, actor))
        pairs.append((last_records[stream], step.words))
    append_records(pairs)
    inform_followers([ActionEvent(action, target, step, by) for action, target, step in done])
    return [_get_result(target, step) for _, target, step in done]


def action(
    name: str,
    *,
    label: str,
    rule: Rule,
    ready: Callable[[Any], list[str]] | None = None,
    quiet: bool = False,
    ahead: Callable[..., Mapping[str, object]] | None = None,
    held: bool = True,
    joined: bool = False,
) -> Callable[[Function[T]], Action[T]]:
    """Decorate a function as an action: `label` is the button, `rule` the permission.

    `name` is `subject.verb`; the log stores it, so it is never changed. The function takes
    `(target, *, by, **facts)` and returns an `ActionResult`. For something new the target is the unit that it is made
    for (`held=False`: not locked), or None.
    """

    def decorate(function: Function[T]) -> Action[T]:
        return register_action(Action(name, label, function, rule, ready, quiet, ahead, held, joined))

    return decorate


def register_action(new_action: A) -> A:
    """Add an action to the registry and return it; names are unique."""
    assert new_action.name not in ACTIONS_BY_NAME, f"two actions are called {new_action.name}"
    new_action.__doc__ = new_action.function.__doc__
    ACTIONS_BY_NAME[new_action.name] = new_action
    return new_action
