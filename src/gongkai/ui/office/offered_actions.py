"""Which actions an entry's page and the first page offer to somebody, and why the others are not offered."""

from dataclasses import dataclass, field

from django.urls import reverse

from gongkai.core.acts.action import REGISTRY, AnyAction
from gongkai.core.ledger.entry_action import EntryAction
from gongkai.core.ledger.kinds import Kind, kind_of
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.rules import acts_for_another
from gongkai.core.units.actors import Actor

#: What every entry offers beside its kind's own actions. Evidence is withdrawn and judged beside the evidence.
SHARED = (
    "ledger.add_evidence",
    "ledger.urge",
    "ledger.set_office",
    "ledger.set_audience",
    "ledger.set_external_ref",
    "ledger.comment",
)
#: Offered elsewhere on the page, yet reachable by the same address.
BESIDE = ("ledger.withdraw_evidence", "ledger.judge_evidence")


@dataclass(frozen=True)
class Offer:
    """An action as a button: where it leads, and what speaks against it."""

    action: AnyAction
    url: str
    reasons: list[str] = field(default_factory=list)
    words: str = ""
    """What is said of it where it is somebody else's to do."""


def names(entry: Entry) -> tuple[str, ...]:
    """Return the names of all actions that an entry's page may call, in the order of buttons."""
    return (*kind_of(entry.kind).actions, *SHARED)


def find(entry: Entry, name: str) -> AnyAction | None:
    """Return an action that may be asked for on an entry's page, whether or not it is allowed now."""
    return REGISTRY.get(name) if name in {*names(entry), *BESIDE} else None


def act_url(entry: Entry, name: str) -> str:
    """Return the address of an action's form."""
    return reverse("ledger_act", kwargs={"pk": entry.pk, "name": name})


def offers(entry: Entry, by: Actor) -> tuple[list[Offer], list[Offer]]:
    """Return what may be done now and what may not, each with its reasons; without what a panel of the kind lists itself."""
    kind = kind_of(entry.kind)
    apart = set(kind.actions) - set(kind.onward) if kind.lists_acts else set()
    if _of_others(entry, by):
        apart |= set(kind.onward)
    made = [
        Offer(REGISTRY[name], act_url(entry, name), REGISTRY[name].why_not(entry, by=by))
        for name in names(entry)
        if name in REGISTRY and name not in apart
    ]
    refused = [
        offer
        for offer in made
        if offer.reasons and not (kind.lists_acts and offer.action.name in kind.actions)
    ]
    return [offer for offer in made if not offer.reasons], refused


def moves_on(entry: Entry, by: Actor) -> list[Offer]:
    """Return those of the kind's own actions that may be done now: what to do where one of them may not."""
    own = kind_of(entry.kind).actions
    return [offer for offer in offers(entry, by)[0] if offer.action.name in own]


def _of_others(entry: Entry, by: Actor) -> bool:
    """Whether an entry is to be moved on by its own body alone, and this is somebody else, though they may."""
    return kind_of(entry.kind).answers_itself and acts_for_another(by, entry)


def next_offer(entry: Entry, by: Actor) -> Offer | None:
    """Return the one action that moves an entry on: the first of its kind's onward ones that the state and the rule allow.

    Where the entry waits for somebody else to judge it, that is the next step: what its own people may still do over is none.
    Asks the machine and the rule only, which cost no query; what is still missing (evidence, say) the form itself says.
    """
    kind = kind_of(entry.kind)
    if _of_others(entry, by):
        return None
    for name in kind.onward or kind.actions:
        action = REGISTRY.get(name)
        if not isinstance(action, EntryAction):
            continue
        if not action.unfit(entry, by=by):
            return Offer(action, act_url(entry, name))
        if entry.state in kind.waiting and not kind.waits_outside and _fits(kind, entry, action):
            return None
    return None


def _fits(kind: Kind, entry: Entry, action: EntryAction) -> bool:
    """Whether the state allows an act, whoever may do it."""
    known = action.verb in kind.machine.moves
    return known and not kind.machine.why_not(action.verb, entry.state, action.label)


def next_elsewhere(entry: Entry, by: Actor) -> Offer | None:
    """Return the act that moves an entry on where it is somebody else's to do: the first onward one that the state allows, with whose it is."""
    kind = kind_of(entry.kind)
    for name in kind.onward:
        action = REGISTRY.get(name)
        if isinstance(action, EntryAction) and _fits(kind, entry, action):
            reasons = action.unfit(entry, by=by)
            words = kind.awaited.get(name, action.label)
            return Offer(action, act_url(entry, name), reasons, words) if reasons else None
    return None
