"""Actions: one named operation per change of state, and the registry of all of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, TypeVar

from django.db import models, transaction

from gongkai.acts.chain import By, append
from gongkai.acts.models import Movement

T = TypeVar("T")
R = TypeVar("R")

#: A rule says why somebody may not do something to a target: a list of Chinese sentences, empty where they may.
Rule = Callable[[Any, Any], list[str]]


class Refused(Exception):
    """An action that may not be done; `reasons` says why, a sentence each, in Chinese."""

    def __init__(self, reasons: list[str] | str) -> None:
        self.reasons = [reasons] if isinstance(reasons, str) else list(reasons)
        super().__init__("；".join(reason.rstrip("。") for reason in self.reasons))


class Conflict(Refused):
    """Somebody else was first: the target changed since the caller looked at it."""


@dataclass(frozen=True)
class Tell:
    """Something that somebody must know of; the outbox finds the people and the channels.

    `to` names persons by number, or posts as (role, body number). `key` makes a repeated telling impossible.
    """

    subject: str
    body: str
    link: str
    key: str
    persons: tuple[int, ...] = ()
    posts: tuple[tuple[str, int], ...] = ()
    urgent: bool = False


@dataclass(frozen=True)
class Step:
    """What an action's function did, for the log and for those who must know. `result` is what the caller gets.

    `then` is called in the same transaction, once the movement stands in the log: for what asks the log whether this was done. What
    it returns (where it is not None) is the result.
    """

    words: str = ""
    from_state: str = ""
    to_state: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    tell: tuple[Tell, ...] = ()
    result: Any = None
    stream: str = ""
    then: Callable[[], Any] | None = None


#: Called inside the transaction, behind the movement: (action, target, step, movement, by).
Listener = Callable[["Action[Any]", Any, Step, Movement, By], None]
LISTENERS: list[Listener] = []
REGISTRY: dict[str, "Action[Any]"] = {}
#: Asked before every rule: why an action may not be done here at all, by anybody (an installation that only shows what others made).
BARRIERS: list[Callable[["Action[Any]", By], list[str]]] = []


def stream_of(target: Any) -> str:
    """Return the name of a target's stream: `model/number`, or what the target itself says."""
    own = getattr(target, "stream", None)
    if isinstance(own, str):
        return own
    if isinstance(target, models.Model):
        return f"{target._meta.model_name}/{target.pk}"
    raise TypeError(f"no stream for {target!r}")


@dataclass(eq=False)
class Action(Generic[T]):
    """A named operation. Call it as `act(target, by=actor, **facts)`; it returns the step's result or the target.

    Raises:
        Refused: the rule or the state does not allow it; nothing was written.
        Conflict: `version` was given and somebody else was first; nothing was written.
    """

    name: str
    label: str
    function: Callable[..., Step]
    rule: Rule
    ready: Callable[[T], list[str]] | None = None

    #: Templates read an action's words; without this they would call it.
    do_not_call_in_templates: ClassVar[bool] = True

    def why_not(self, target: T, *, by: By) -> list[str]:
        """Return the reasons that speak against this action now, a Chinese sentence each; empty where it may be done."""
        barred = [reason for bar in BARRIERS for reason in bar(self, by)]
        return barred or [*self.rule(by, target), *(self.ready(target) if self.ready else [])]

    def lock(self, target: T) -> T:
        """Read the target again inside the transaction and hold it; a target that is not stored stays as it is."""
        if isinstance(target, models.Model) and target.pk:
            manager = type(target)._base_manager
            fresh: T = manager.select_for_update().get(pk=target.pk)
            return fresh
        return target

    def check(self, target: T, *, by: By, version: int | None) -> None:
        """Refuse where the version moved on, or where a reason speaks against it."""
        if version is not None and getattr(target, "version", version) != version:
            raise Conflict("这条记录刚刚已由他人处理，请刷新后查看最新情况，您填写的内容没有丢失。")
        reasons = self.why_not(target, by=by)
        if reasons:
            raise Refused(reasons)

    def finish(self, target: T, step: Step) -> None:
        """Write what every target of this kind of action keeps (subclasses: version, state)."""

    def __call__(self, target: T, *, by: By, version: int | None = None, **facts: Any) -> Any:
        """Do it: check, write, log, tell, all in one transaction or not at all."""
        with transaction.atomic():
            held = self.lock(target)
            self.check(held, by=by, version=version)
            step = self.function(held, by=by, **facts)
            self.finish(held, step)
            stream = step.stream or stream_of(held if held is not None else step.result)
            movement = append(
                stream,
                action=self.name,
                by=by,
                words=step.words,
                from_state=step.from_state,
                to_state=step.to_state,
                facts=step.facts,
            )
            for listen in LISTENERS:
                listen(self, held, step, movement, by)
            after = step.then() if step.then else None
        result = step.result if after is None else after
        return held if result is None else result


def action(
    name: str,
    *,
    label: str,
    rule: Rule,
    ready: Callable[[Any], list[str]] | None = None,
) -> Callable[[Callable[..., Step]], Action[Any]]:
    """Make a function an action: `name` is `room.verb`, `label` its words on a button, `rule` who may.

    The function takes `(target, *, by, **facts)` and returns a `Step`; for something new the target is None.
    """

    def decorate(function: Callable[..., Step]) -> Action[Any]:
        return register(Action(name=name, label=label, function=function, rule=rule, ready=ready))

    return decorate


def register(made: Action[Any]) -> Action[Any]:
    """Enter an action in the registry; one name, one action."""
    assert made.name not in REGISTRY, f"two actions are called {made.name}"
    made.__doc__ = made.function.__doc__
    REGISTRY[made.name] = made
    return made
