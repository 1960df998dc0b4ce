"""Actions that the pages offer on an entry, and reasons against the others."""

from dataclasses import dataclass, field

from django.urls import reverse

from gongkai.core.acts.action import ACTIONS_BY_NAME, AnyAction
from gongkai.core.ledger.entry_action import EntryAction
from gongkai.core.ledger.kinds import EntryKind, get_kind
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.rules import acts_for_another
from gongkai.core.units.actors import Actor

#: Actions offered for every kind of entry; evidence is withdrawn and judged in its own panel.
SHARED_ACTIONS = (
    "ledger.add_evidence",
    "ledger.urge",
    "ledger.set_title",
    "ledger.set_office",
    "ledger.set_audience",
    "ledger.set_external_ref",
    "ledger.comment",
)
#: Actions offered elsewhere on the page, with the same URL.
PANEL_ACTIONS = ("ledger.withdraw_evidence", "ledger.judge_evidence")


@dataclass(frozen=True)
class ActionOffer:
    """An action as a button on an entry's page, or a note that another person takes it."""

    action: AnyAction
    url: str
    reasons: list[str] = field(default_factory=list)
    words: str = ""
    """Text shown instead if another user has to act."""


def list_action_names(entry: Entry) -> tuple[str, ...]:
    """Return the names of all actions of an entry's page, in order of their buttons."""
    return (*get_kind(entry.kind).actions, *SHARED_ACTIONS)


def find_action(entry: Entry, name: str) -> AnyAction | None:
    """Return the action of an entry's page with this name, or None."""
    return ACTIONS_BY_NAME.get(name) if name in {*list_action_names(entry), *PANEL_ACTIONS} else None


def get_action_url(entry: Entry, name: str) -> str:
    """Return the URL of the form of the action `name`."""
    return reverse("ledger_act", kwargs={"pk": entry.pk, "name": name})


def list_offers(entry: Entry, by: Actor) -> tuple[list[ActionOffer], list[ActionOffer]]:
    """Return (allowed, refused) actions of an entry's page, without those that a panel lists."""
    kind = get_kind(entry.kind)
    listed_elsewhere = set(kind.actions) - set(kind.onward) if kind.lists_acts else set()
    if _is_left_to_unit(entry, by):
        listed_elsewhere |= set(kind.onward)
    offers = [
        ActionOffer(ACTIONS_BY_NAME[name], get_action_url(entry, name), ACTIONS_BY_NAME[name].why_not(entry, by=by))
        for name in list_action_names(entry)
        if name in ACTIONS_BY_NAME and name not in listed_elsewhere
    ]
    refused = [
        offer for offer in offers if offer.reasons and not (kind.lists_acts and offer.action.name in kind.actions)
    ]
    return [offer for offer in offers if not offer.reasons], refused


def list_own_kind_offers(entry: Entry, by: Actor) -> list[ActionOffer]:
    """Return the allowed actions of the entry's own kind."""
    own_actions = get_kind(entry.kind).actions
    return [offer for offer in list_offers(entry, by)[0] if offer.action.name in own_actions]


def _is_left_to_unit(entry: Entry, by: Actor) -> bool:
    """Return true if only the unit itself is asked to act, and the user does not belong to it."""
    return get_kind(entry.kind).answers_itself and acts_for_another(by, entry)


def find_next_own_offer(entry: Entry, by: Actor) -> ActionOffer | None:
    """Return the main action: the first allowed onward action of the kind, or None.

    If the entry awaits another's judgement, only that judgement counts. Slow checks, such as for missing evidence,
    are left to the form.
    """
    kind = get_kind(entry.kind)
    if _is_left_to_unit(entry, by):
        return None
    done_names = kind.taken(entry)
    for name in kind.onward or kind.actions:
        action = ACTIONS_BY_NAME.get(name)
        if name in done_names:
            continue
        if not isinstance(action, EntryAction) or (action.verb and not _is_possible(kind, entry, action)):
            continue
        if not action.unfit(entry, by=by):
            return ActionOffer(action, get_action_url(entry, name))
        if entry.state in kind.waiting and not kind.waits_outside and _is_possible(kind, entry, action):
            return None
    return None


def _is_possible(kind: EntryKind, entry: Entry, action: EntryAction) -> bool:
    """Return true if the entry's state allows the action's step."""
    is_verb_known = action.verb in kind.machine.moves
    return is_verb_known and not kind.machine.why_not(action.verb, entry.state, action.label)


def find_next_offer_of_others(entry: Entry, by: Actor) -> ActionOffer | None:
    """Return the next action that another actor must take on an entry, or None."""
    kind = get_kind(entry.kind)
    for name in kind.onward:
        action = ACTIONS_BY_NAME.get(name)
        if isinstance(action, EntryAction) and _is_possible(kind, entry, action):
            reasons = action.unfit(entry, by=by)
            text = kind.awaited.get(name, action.label)
            return ActionOffer(action, get_action_url(entry, name), reasons, text) if reasons else None
    return None
