"""What ends a share of a unit's task holds the task before the share: the order in which the task's own acts hold both."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gongkai.core.acts.action import Action, Function, Rule, register
from gongkai.core.ledger.entry_action import EntryAction, machine_of
from gongkai.core.ledger.models import Entry
from gongkai.work.notices.states import DELEGATED


@dataclass(eq=False)
class ShareAction(EntryAction):
    """An action on a share during which the unit's task is held too, before it.

    Accepting the task ends its shares (task, then share), and taking a share in writes on the task: held the other way round, each would wait for
    the other. And whoever ends a share meanwhile is waited for, so that the task's acceptance does not find it ended halfway.
    """

    def lock(self, target: Entry) -> Entry:
        """Hold the task, then read the share anew and hold it."""
        _hold_tasks([target.pk])
        return super().lock(target)

    def lock_many(self, targets: list[Entry]) -> list[Entry]:
        """Hold the tasks, then the shares."""
        _hold_tasks([entry.pk for entry in targets])
        return super().lock_many(targets)


def _hold_tasks(shares: Iterable[int]) -> None:
    tasks = Entry.objects.filter(delegations__in=list(shares)).values("pk")
    list(Entry.objects.select_for_update().filter(pk__in=tasks).order_by("pk").values_list("pk"))


def share_action(verb: str, *, label: str, rule: Rule) -> Callable[[Function[Entry]], Action[Entry]]:
    """Make a function an action on shares that holds the unit's task, too; its name becomes `delegated.verb`."""

    def decorate(function: Function[Entry]) -> Action[Entry]:
        name = f"{DELEGATED}.{verb}"
        return register(ShareAction(name, label, function, rule, verb=verb, machine=machine_of))

    return decorate
