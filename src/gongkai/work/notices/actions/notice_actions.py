"""Registration of actions that move the state machine of notices."""

from collections.abc import Callable, Mapping

from gongkai.core.acts.action import Action, Function, Rule, register_action
from gongkai.core.acts.machine import MachineAction
from gongkai.work.notices.actions.task_portions import list_reasons_unless_taken_over
from gongkai.work.notices.models import Notice
from gongkai.work.notices.states import NOTICE_MACHINE


def notice_action(
    name: str,
    *,
    verb: str,
    label: str,
    rule: Rule,
    ready: Callable[[Notice], list[str]] | None = None,
    ahead: Callable[..., Mapping[str, object]] | None = None,
    action_class: type[MachineAction[Notice]] = MachineAction,
) -> Callable[[Function[Notice]], Action[Notice]]:
    """Register an action on notices under the name `notice.<name>`.

    `verb` is the transition of the notice's state machine. `ready` returns reasons against the action and is asked
    once a takeover is complete; `ahead` computes arguments before the transaction.
    """

    def list_reasons(notice: Notice) -> list[str]:
        """Return the reasons against the action: an incomplete takeover, else those of `ready`."""
        return list_reasons_unless_taken_over(notice) or (ready(notice) if ready else [])

    def decorate(function: Function[Notice]) -> Action[Notice]:
        """Register the function; return the action that takes its place."""
        made = action_class(
            f"notice.{name}",
            label,
            function,
            rule,
            list_reasons,
            ahead=ahead,
            verb=verb,
            machine=lambda _: NOTICE_MACHINE,
        )
        return register_action(made)

    return decorate
