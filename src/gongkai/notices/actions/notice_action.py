"""Actions on notices: moves of the notice's machine."""

from collections.abc import Callable, Mapping

from gongkai.acts.action import Action, Function, Rule
from gongkai.acts.machine_action import machine_action
from gongkai.notices.models import Notice
from gongkai.notices.states import NOTICE


def notice_action(
    name: str,
    *,
    verb: str,
    label: str,
    rule: Rule,
    ready: Callable[[Notice], list[str]] | None = None,
    ahead: Callable[..., Mapping[str, object]] | None = None,
) -> Callable[[Function[Notice]], Action[Notice]]:
    """Make a function an action on notices; its name becomes `notice.name`, `verb` is the machine's move."""
    return machine_action(
        f"notice.{name}", machine=NOTICE, verb=verb, label=label, rule=rule, ready=ready, ahead=ahead
    )
