"""Actions on entries: the machine's check, the compare-and-swap on the version, the closing facts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from gongkai.acts.action import Action, Conflict, Rule, Step, register
from gongkai.acts.chain import By
from gongkai.ledger.kinds import kind_of
from gongkai.ledger.models import Entry


@dataclass(eq=False)
class EntryAction(Action[Entry]):
    """An action whose target is an entry. The verb is looked up in the machine of the entry's kind.

    The function changes the entry's fields in memory (due_at, outcome, …) and rows of its own room; it never sets the state:
    `Step.to_state` chooses where a move allows several. `finish` writes the entry once, with its version.
    """

    verb: str = ""
    kind: str = ""

    def why_not(self, target: Entry, *, by: By) -> list[str]:
        """Return the machine's reason, then the rule's, then those of `ready`."""
        reasons = self.unfit(target, by=by)
        if self.verb in kind_of(target.kind).machine.moves and self.ready:
            reasons += self.ready(target)
        return reasons

    def unfit(self, target: Entry, *, by: By) -> list[str]:
        """Return the machine's reason and the rule's: enough to choose a button, without looking at what else is missing."""
        machine = kind_of(target.kind).machine
        if self.verb not in machine.moves:
            return [f"“{self.label}”不适用于这类记录。"]
        return [*machine.why_not(self.verb, target.state, self.label), *self.rule(by, target)]

    def finish(self, target: Entry, step: Step) -> None:
        """Move the state, keep closing facts, and write the entry if nobody else did in between."""
        machine = kind_of(target.kind).machine
        now = timezone.now()
        after = machine.target(self.verb, target.state, step.to_state)
        object.__setattr__(step, "from_state", target.state)
        object.__setattr__(step, "to_state", after)
        if after in machine.closed:
            target.closed_at = target.closed_at or now
        else:
            target.closed_at = None
        target.state, target.moved_at = after, now
        swap(target)


def begin(entry: Entry) -> None:
    """Put a new entry, not stored yet, into its first state: the machine's, or the one it was given."""
    machine = kind_of(entry.kind).machine
    entry.state = entry.state or machine.first
    assert entry.state in machine.labels, f"{entry.kind} has no state {entry.state}"


def swap(entry: Entry) -> None:
    """Write all fields where the version is still the one read; else somebody else was first."""
    seen = entry.version
    entry.version = seen + 1
    values = {
        f.attname: getattr(entry, f.attname)
        for f in entry._meta.concrete_fields
        if f.name not in {"id", "number"}
    }
    if not Entry.objects.filter(pk=entry.pk, version=seen).update(**values):
        raise Conflict("这条记录刚刚已由他人处理，请刷新后查看最新情况，您填写的内容没有丢失。")


def entry_action(
    kind: str,
    verb: str,
    *,
    label: str,
    rule: Rule,
    ready: Callable[[Entry], list[str]] | None = None,
) -> Callable[[Callable[..., Step]], Action[Any]]:
    """Make a function an action on entries of one kind; its name becomes `kind.verb`."""

    def decorate(function: Callable[..., Step]) -> Action[Any]:
        return register(
            EntryAction(
                name=f"{kind}.{verb}",
                label=label,
                function=function,
                rule=rule,
                ready=ready,
                verb=verb,
                kind=kind,
            )
        )

    return decorate
