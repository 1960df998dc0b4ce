"""Actions on what has a state: the verb must stand in the machine's moves, the state moves by the table and no other way."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import F, Model

from gongkai.core.acts.action import Action, ActionResult, Function, Rule, T, register
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.machine import Machine


@dataclass(eq=False)
class MachineAction(Action[T]):
    """An action on a target with `state` and `version`. Its function never sets the state: `ActionResult.to_state` chooses where a move allows
    several.

    `machine` gives the table of a target (one kind of thing may have several, as entries have). Without a `verb` the action is possible in
    every state and leaves it alone.
    """

    verb: str = ""
    machine: Callable[[T], Machine] = field(kw_only=True)

    def obstacles(self, target: T, *, by: Actor) -> list[str]:
        """Return the state's reason, then the rule's."""
        if not self.verb:
            return super().obstacles(target, by=by)
        machine = self.machine(target)
        if self.verb not in machine.moves:
            return [f"“{self.label}”不适用于这类记录。"]
        return [*machine.why_not(self.verb, target.state, self.label), *super().obstacles(target, by=by)]  # type: ignore[attr-defined]

    def why_not(self, target: T, *, by: Actor) -> list[str]:
        """Return what bars it, the state's and the rule's reasons, and those of `ready` where the state knows the verb."""
        reasons = self.unfit(target, by=by)
        if self.ready and (not self.verb or self.verb in self.machine(target).moves):
            reasons = [*reasons, *self.ready(target)]
        return reasons

    def after(self, target: T, step: ActionResult) -> str:
        """Return the state that a step leads to."""
        state: str = target.state  # type: ignore[attr-defined]
        return self.machine(target).target(self.verb, state, step.to_state) if self.verb else state

    def finish(self, target: T, step: ActionResult, *, by: Actor) -> ActionResult:
        """Move the state, count the version, and return the step with both states."""
        moved = replace(step, from_state=target.state, to_state=self.after(target, step))  # type: ignore[attr-defined]
        self.write(target, moved, by=by)
        return moved

    def write(self, target: T, step: ActionResult, *, by: Actor) -> None:
        """Store the new state and version; other fields are the function's to store."""
        assert isinstance(target, Model)
        stored = type(target)._base_manager.filter(pk=target.pk)
        stored.update(state=step.to_state, version=F("version") + 1)
        target.state, target.version = step.to_state, target.version + 1  # type: ignore[attr-defined]


def machine_action(
    name: str,
    *,
    machine: Machine,
    verb: str,
    label: str,
    rule: Rule,
    ready: Callable[[Any], list[str]] | None = None,
    ahead: Callable[..., Mapping[str, object]] | None = None,
) -> Callable[[Function[T]], Action[T]]:
    """Make a function an action on what one machine moves: `name` is `room.name`, `verb` the machine's move."""

    def decorate(function: Function[T]) -> Action[T]:
        return register(
            MachineAction(
                name=name,
                label=label,
                function=function,
                rule=rule,
                ready=ready,
                ahead=ahead,
                verb=verb,
                machine=lambda _: machine,
            )
        )

    return decorate
