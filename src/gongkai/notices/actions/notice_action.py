"""Actions on notices: the machine's check, the version, the state."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import F

from gongkai.acts.action import Action, Rule, Step, register
from gongkai.acts.chain import By
from gongkai.notices.models import Notice
from gongkai.notices.states import NOTICE


@dataclass(eq=False)
class NoticeAction(Action[Notice]):
    """An action whose target is a notice. The verb is looked up in the machine; the version counts every change.

    `Step.to_state` chooses where a move allows several states.
    """

    verb: str = ""

    def why_not(self, target: Notice, *, by: By) -> list[str]:
        """Return the machine's reason, then the rule's, then those of `ready`."""
        return [*NOTICE.why_not(self.verb, target.state, self.label), *super().why_not(target, by=by)]

    def finish(self, target: Notice, step: Step) -> None:
        """Move the state and count the version."""
        after = NOTICE.target(self.verb, target.state, step.to_state)
        object.__setattr__(step, "from_state", target.state)
        object.__setattr__(step, "to_state", after)
        Notice.objects.filter(pk=target.pk).update(state=after, version=F("version") + 1)
        target.state, target.version = after, target.version + 1


def notice_action(
    name: str,
    *,
    verb: str,
    label: str,
    rule: Rule,
    ready: Callable[[Notice], list[str]] | None = None,
) -> Callable[[Callable[..., Step]], Action[Any]]:
    """Make a function an action on notices; its name becomes `notice.name`, `verb` is the machine's move."""

    def decorate(function: Callable[..., Step]) -> Action[Any]:
        return register(
            NoticeAction(
                name=f"notice.{name}", label=label, function=function, rule=rule, ready=ready, verb=verb
            )
        )

    return decorate
