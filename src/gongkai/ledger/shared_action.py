"""Actions that every kind of entry has: no state is moved, the version is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from gongkai.acts.action import Action, Rule, Step, register
from gongkai.ledger.entry_action import swap
from gongkai.ledger.models import Entry


@dataclass(eq=False)
class SharedAction(Action[Entry]):
    """An action on entries of any kind, in any state.

    `quiet` ones (a remark, a reminder) leave the version alone: who fills in a form meanwhile is not disturbed by them.
    """

    quiet: bool = False

    def finish(self, target: Entry, step: Step) -> None:
        """Note the state that stays, and write the entry."""
        object.__setattr__(step, "from_state", target.state)
        object.__setattr__(step, "to_state", target.state)
        target.moved_at = timezone.now()
        if self.quiet:
            Entry.objects.filter(pk=target.pk).update(moved_at=target.moved_at)
        else:
            swap(target)


def shared_action(
    verb: str,
    *,
    label: str,
    rule: Rule,
    ready: Callable[[Entry], list[str]] | None = None,
    quiet: bool = False,
) -> Callable[[Callable[..., Step]], Action[Any]]:
    """Make a function an action on entries of every kind; its name becomes `ledger.verb`."""

    def decorate(function: Callable[..., Step]) -> Action[Any]:
        return register(
            SharedAction(
                name=f"ledger.{verb}", label=label, function=function, rule=rule, ready=ready, quiet=quiet
            )
        )

    return decorate
