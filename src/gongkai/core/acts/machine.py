"""State machines: tables of allowed moves. Nothing else sets or compares a state string."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import F, Model

from gongkai.core.acts.action import Action, ActionResult, Function, Rule, T, register_action
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.rows import increment_version


@dataclass(frozen=True)
class StateTransition:
    """An allowed transition from any of `sources`; if `to` has several states, the action chooses one."""

    sources: frozenset[str]
    to: tuple[str, ...]


def make_move(sources: set[str] | frozenset[str] | str, *to: str) -> StateTransition:
    """Return a transition from some states to one of `to`; without `to` the state does not change."""
    return StateTransition(frozenset({sources} if isinstance(sources, str) else sources), to)


@dataclass(frozen=True)
class StateMachine:
    """The state machine of one kind of object: Chinese names of states (`labels`), transitions by verb (`moves`),
    closed states.

    `initial` is the state of a new entry: the first of `labels` where none is named.
    """

    labels: Mapping[str, str]
    moves: Mapping[str, StateTransition]
    closed: frozenset[str] = field(default_factory=frozenset)
    initial: str = ""

    @property
    def open(self) -> frozenset[str]:
        """Return the states that are not closed."""
        return frozenset(self.labels) - self.closed

    @property
    def first(self) -> str:
        """Return the state of a new entry."""
        return self.initial or next(iter(self.labels))

    def why_not(self, verb: str, state: str, label: str) -> list[str]:
        """Return the reason why a verb is not possible in a state, as a one-item list; empty if it is possible."""
        if state in self.moves[verb].sources:
            return []
        return [f"当前状态为“{self.labels.get(state, state)}”，不能“{label}”。"]

    def target(self, verb: str, state: str, chosen: str = "") -> str:
        """Return the state after a move: `chosen`, which the move must allow, else the first state that it allows."""
        allowed_states = self.moves[verb].to or (state,)
        chosen_state = chosen or allowed_states[0]
        assert chosen_state in allowed_states, f"{verb} does not lead to {chosen_state}"
        return chosen_state

    def verbs(self, state: str) -> list[str]:
        """Return the verbs of the transitions possible in a state."""
        return [verb for verb, move in self.moves.items() if state in move.sources]


@dataclass(eq=False)
class MachineAction(Action[T]):
    """An action on a target with `state` and `version`, which the machine moves to the next state; if a move allows
    several, `ActionResult.to_state` chooses one.

    `machine` returns the state machine of a target (each kind of entry has one). Without a `verb` the action is
    possible in every state and does not change it.
    """

    #: Verb of the move in the machine's table; "" for an action that leaves the state alone.
    verb: str = ""
    machine: Callable[[T], StateMachine] = field(kw_only=True)

    def obstacles(self, target: T, *, by: Actor) -> list[str]:
        """Return the reasons of the state against the action, then those of its permission rule."""
        if not self.verb:
            return super().obstacles(target, by=by)
        machine = self.machine(target)
        if self.verb not in machine.moves:
            return [f"“{self.label}”不适用于这类记录。"]
        return [*machine.why_not(self.verb, target.state, self.label), *super().obstacles(target, by=by)]  # type: ignore[attr-defined]

    def why_not(self, target: T, *, by: Actor) -> list[str]:
        """Return the reasons of barriers, state, rule and `ready` together; if there are none, those of `last_rule`."""
        reasons = self.unfit(target, by=by)
        if self.ready and (not self.verb or self.verb in self.machine(target).moves):
            reasons = [*reasons, *self.ready(target)]
        return reasons or (self.last_rule(by, target) if self.last_rule else [])

    def after(self, target: T, step: ActionResult) -> str:
        """Return the state after an action with this result."""
        state: str = target.state  # type: ignore[attr-defined]
        return self.machine(target).target(self.verb, state, step.to_state) if self.verb else state

    def finish(self, target: T, step: ActionResult, *, by: Actor) -> ActionResult:
        """Set the target's new state, increase its version, and return the result with both states."""
        result = replace(step, from_state=target.state, to_state=self.after(target, step))  # type: ignore[attr-defined]
        self.write(target, result, by=by)
        return result

    def moves_state(self, target: T) -> bool:
        """Return false for a move that keeps the state, true for others and for an action without a move."""
        move = self.machine(target).moves.get(self.verb)
        return move is None or bool(move.to)

    def write(self, target: T, step: ActionResult, *, by: Actor) -> None:
        """Store the new state and version; the action's function stores other fields."""
        assert isinstance(target, Model)
        if step.to_state == step.from_state:
            increment_version(target)
            return
        stored = type(target)._base_manager.filter(pk=target.pk)
        stored.update(state=step.to_state, version=F("version") + 1)
        target.state, target.version = step.to_state, target.version + 1  # type: ignore[attr-defined]


def machine_action(
    name: str,
    *,
    machine: StateMachine,
    verb: str,
    label: str,
    rule: Rule,
    ready: Callable[[Any], list[str]] | None = None,
) -> Callable[[Function[T]], Action[T]]:
    """Decorate a function as an action of a state machine: `name` is `app.name`, `verb` the move."""

    def decorate(function: Function[T]) -> Action[T]:
        return register_action(
            MachineAction(
                name=name,
                label=label,
                function=function,
                rule=rule,
                ready=ready,
                verb=verb,
                machine=lambda _: machine,
            )
        )

    return decorate
