"""The registry of kinds of entries, filled by the rooms above when they start."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.db.models import Q

from gongkai.ledger.machine import Machine
from gongkai.units.actors import Actor


def _nobody_else(_: Actor) -> Q:
    return Q(pk__in=[])


@dataclass(frozen=True)
class Kind:
    """A kind of entry: its name, its words, its machine, its page, and who else may see its entries.

    `visible` returns a condition on Entry for those beside the owing body and the supervising offices (a lead unit, say).
    `url` names the page of one entry (Django URL name with the entry's number as argument `pk`).
    `actions` lists the names of the actions that its page offers as buttons, the usual next one first.
    """

    name: str
    label: str
    machine: Machine
    url: str
    actions: tuple[str, ...] = ()
    visible: Callable[[Actor], Q] = field(default=_nobody_else)


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Enter a kind; called by its room when it starts."""
    KINDS[kind.name] = kind
    return kind


def kind_of(name: str) -> Kind:
    """Return a registered kind."""
    return KINDS[name]
