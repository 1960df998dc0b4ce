"""An entry's history as people read it: movements and what the system told, in one line of time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gongkai.acts.action import REGISTRY
from gongkai.acts.chain import history
from gongkai.ledger.jobs.steps import STEPS
from gongkai.ledger.kinds import kind_of
from gongkai.ledger.models import Entry

#: Words for first movements, which are no action of the registry.
FIRST = {"open": "建立", "import": "导入"}


@dataclass(frozen=True)
class Happening:
    """One thing that happened: when, what, who, the state before and after, the words."""

    at: datetime
    what: str
    who: str
    words: str = ""
    before: str = ""
    after: str = ""
    erased: bool = False


def happenings(entry: Entry) -> Sequence[Happening]:
    """Return everything that happened to an entry, the newest first."""
    labels = kind_of(entry.kind).machine.labels
    found = [
        Happening(
            movement.at,
            REGISTRY[movement.action].label if movement.action in REGISTRY else _first(movement.action),
            movement.actor,
            movement.words,
            labels.get(movement.from_state, "") if movement.from_state != movement.to_state else "",
            labels.get(movement.to_state, "") if movement.from_state != movement.to_state else "",
            bool(movement.words_digest and not movement.words),
        )
        for movement in history(entry.stream)
    ]
    steps = {step.name: step.label for step in STEPS}
    # What other rooms remind of is a movement itself.
    found += [
        Happening(told.at, "系统提醒", "系统", steps[told.step])
        for told in entry.told.filter(said=True, step__in=steps)
    ]
    return sorted(found, key=lambda one: one.at, reverse=True)


def _first(action: str) -> str:
    return FIRST.get(action.rpartition(".")[2], action)
