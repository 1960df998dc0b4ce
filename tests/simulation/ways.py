"""Prerequisites of an action: actions that create its row, change its state or call it."""

import random
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from typing import Any

from django.db.models import ForeignKey, Model, QuerySet

from gongkai.core.acts.action import ACTIONS_BY_NAME, AnyAction
from gongkai.core.acts.following import REACTIONS_BY_ACTION
from gongkai.core.acts.machine import MachineAction, StateMachine
from gongkai.core.ledger.kinds import ENTRY_KINDS_BY_NAME, EntryKind
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Body, Person
from simulation.addresses import acts_reached_by, follow_view, target_of
from simulation.pages import Sendable

#: Maximum call depth from an action to the creation of a row, and to another action.
MAKER_DEPTH, ACT_DEPTH = 2, 4
#: Maximum call depth from a view to an action, if only that links its form to the action.
NEAR_DEPTH = 4
#: Maximum number of prerequisites of an action.
MAX_PREREQUISITE_ACTS = 6


def best_form(act: str, forms: Iterable[Sendable], rng: random.Random, *, near: bool = True) -> Sendable | None:
    """Return the form that leads to an act: by the calls between, and by what its button and hidden fields say.

    One that says nothing of the act and is far from it is found only if `near` is false.
    """
    ranked: list[tuple[tuple[int, int], float, Sendable]] = []
    for one in forms:
        parts = {*one.to.partition("?")[0].split("/")}
        named = parts & ACTIONS_BY_NAME.keys()
        behind = acts_reached_by(one.to)
        found = behind.get(act)
        if found is None or (named and act not in named):
            continue
        depth, keys = found
        said = one.said | {part.replace("-", "_") for part in parts}
        fits = bool(said & keys) or act.rpartition(".")[2] in said
        if not fits and any(said & others - keys for _, others in behind.values()):
            continue  # it says that it is another act's
        if fits or named or not near or (depth <= NEAR_DEPTH and not keys):
            sends = one.button is not None and one.button.get("name") == "send"  # not a draft, nor an earlier step
            ranked.append(((0 if fits else 1, depth - sends), rng.random(), one))
    return min(ranked, key=lambda one: one[:2])[2] if ranked else None


@cache
def makers_of(made: object) -> tuple[str, ...]:
    """Return the actions that create rows of a model or entries of a kind, nearest first."""
    found = []
    for name, act in ACTIONS_BY_NAME.items():
        reach = follow_view(act.function)
        depth = reach.makes.get(made) if isinstance(made, type) else 1 if made in reach.names else None
        if depth is not None and depth <= MAKER_DEPTH:
            found.append((depth, name))
    return tuple(name for _, name in sorted(found)[:MAX_PREREQUISITE_ACTS])


@cache
def made_by(act: str) -> tuple[type[Model], ...]:
    """Return the models of which an action creates rows; entries belong to the ledger."""
    makes = follow_view(ACTIONS_BY_NAME[act].function).makes
    return tuple(model for model, depth in makes.items() if depth <= MAKER_DEPTH and model is not Entry)


@cache
def acts_on(model: type[Model]) -> tuple[str, ...]:
    """Return the actions on rows of a model."""
    return tuple(name for name in ACTIONS_BY_NAME if target_of(name) is model)


def acts_before(wanted: str) -> tuple[str, ...]:
    """Return the actions that call or trigger an action, nearest first."""
    return _index_acts_before().get(wanted, ())


@cache
def _index_acts_before() -> dict[str, tuple[str, ...]]:
    before: dict[str, dict[str, int]] = {}
    for name, act in ACTIONS_BY_NAME.items():
        app = name.partition(".")[0]
        answers = [*REACTIONS_BY_ACTION.get(name, {}), *REACTIONS_BY_ACTION.get(f"{app}.*", {})]
        for code in (act.function, *answers):
            for wanted, (depth, _) in follow_view(code).acts.items():
                if name != wanted and depth <= ACT_DEPTH:
                    found = before.setdefault(wanted, {})
                    found[name] = min(found.get(name, ACT_DEPTH), depth)
    return {
        wanted: tuple(sorted(found, key=lambda name: (found[name], name))[:MAX_PREREQUISITE_ACTS])
        for wanted, found in before.items()
    }


@cache
def kinds_of(act: str) -> tuple[EntryKind, ...]:
    """Return the entry kinds of an action."""
    verb, subject = getattr(ACTIONS_BY_NAME[act], "verb", ""), act.partition(".")[0]
    fitting = [kind for kind in ENTRY_KINDS_BY_NAME.values() if not verb or verb in kind.machine.moves]
    own = [kind for kind in fitting if act in kind.actions or kind.name == subject]
    return tuple(own or fitting)


def rows_for(act: str, model: type[Model]) -> QuerySet[Any]:
    """Return the rows of a model whose state allows an action."""
    rows = model._base_manager.all()
    action = ACTIONS_BY_NAME[act]
    if model is Entry:
        kinds, found = kinds_of(act), rows.none()
        verb = getattr(action, "verb", "")
        for kind in kinds:
            states = kind.machine.moves[verb].sources if verb else frozenset(kind.machine.labels)
            found |= rows.filter(kind=kind.name, state__in=states)
        return found
    states = states_for(act, rows)
    return rows if states is None else rows.filter(state__in=states)


def states_for(act: str, rows: QuerySet[Any]) -> Collection[str] | None:
    """Return the states that allow an action on a model; None if unrestricted."""
    machine = machine_of(act, rows)
    return None if machine is None else machine.moves[getattr(ACTIONS_BY_NAME[act], "verb", "")].sources


def machine_of(act: str, rows: QuerySet[Any]) -> StateMachine | None:
    """Return the state machine whose verb an action performs, taken from one of the rows."""
    action = ACTIONS_BY_NAME[act]
    if not isinstance(action, MachineAction) or not action.verb or (row := rows.first()) is None:
        return None
    machine = action.machine(row)
    return machine if action.verb in machine.moves and hasattr(row, "state") else None


def list_before(act: str) -> list[str]:
    """Return actions that may create a row for an action or change it to a required state."""
    target = target_of(act)
    if not isinstance(target, type):
        return []
    if target is Entry:
        found: list[str] = []
        for kind in kinds_of(act):
            states = {*Entry.objects.filter(kind=kind.name).values_list("state", flat=True)}
            verb = getattr(ACTIONS_BY_NAME[act], "verb", "")
            wanted = kind.machine.moves[verb].sources if verb else frozenset(kind.machine.labels)
            found += [*makers_of(kind.name)] if not states else []
            verbs = verbs_before(kind.machine, states or {kind.machine.first}, wanted)
            found += _acts_of(Entry, verbs, {*kind.actions}, kind.name)
        return [name for name in dict.fromkeys(found) if name != act]
    rows = target._base_manager.all()
    machine = machine_of(act, rows)
    if not rows.exists() or machine is None:
        return [name for name in makers_of(target) if name != act]
    states = {*rows.values_list("state", flat=True)}
    verbs = verbs_before(machine, states, machine.moves[ACTIONS_BY_NAME[act].verb].sources)  # type: ignore[attr-defined]
    found = _acts_of(target, verbs, set(), act.partition(".")[0])
    return [name for name in found if name != act] or [name for name in makers_of(target) if name != act]


def _acts_of(target: type[Model], verbs: Collection[str], listed: Collection[str], subject: str) -> list[str]:
    return [
        name
        for name, action in ACTIONS_BY_NAME.items()
        if getattr(action, "verb", "") in verbs
        and (name in listed or (target_of(name) is target and name.partition(".")[0] == subject))
    ]


def verbs_before(machine: StateMachine, states: Collection[str], wanted: Collection[str]) -> set[str]:
    """Return the first verb of each path from existing states towards the required ones."""
    reached, found = {*wanted}, set[str]()
    for _ in machine.labels:
        for verb, move in machine.moves.items():
            if reached & {*move.to}:
                reached |= move.sources
                if move.sources & {*states}:
                    found.add(verb)
        if found:
            break
    return found


def state_allows(action: AnyAction, target: object) -> bool:
    """Return false if the state of a target alone forbids an action."""
    if not isinstance(action, MachineAction) or not action.verb or not hasattr(target, "state"):
        return True
    move = action.machine(target).moves.get(action.verb)
    return move is not None and target.state in move.sources


def body_of(row: Model, depth: int = 2) -> int | None:
    """Return the unit of a row: its own, or that of its entry or parent row."""
    if isinstance(row, Body):
        return int(row.pk)
    if isinstance(unit := getattr(row, "unit", None), Body):
        return int(unit.pk)
    links = [one for one in row._meta.get_fields() if isinstance(one, ForeignKey)]
    for one in links:
        if one.related_model is Body and isinstance(value := getattr(row, one.attname), int):
            return value
    others = (getattr(row, one.name, None) for one in links if depth and one.related_model is not Person)
    return next((found for other in others if other is not None and (found := body_of(other, depth - 1))), None)


def parents_of(row: Model) -> Iterator[Model]:
    """Yield the rows that a row refers to."""
    for one in row._meta.get_fields():
        if isinstance(one, ForeignKey) and getattr(row, one.attname) is not None:
            yield getattr(row, one.name)


def link_to(model: type[Model], above: type[Model]) -> str:
    """Return the foreign key from a model to another one, or nothing."""
    for one in model._meta.get_fields():
        if isinstance(one, ForeignKey) and one.related_model is above:
            return one.name
    return ""
