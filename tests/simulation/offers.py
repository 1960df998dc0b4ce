"""Find a row and an actor to whom the product offers a declared action now."""

import random
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404

from gongkai.core.acts.action import ACTIONS_BY_NAME
from gongkai.core.acts.actors import Actor
from gongkai.core.ledger.forms import get_form
from gongkai.core.ledger.kinds import ENTRY_KINDS_BY_NAME, get_kind
from gongkai.core.ledger.models import Entry
from gongkai.core.registers.action_page import _get_field_value
from gongkai.core.registers.forms import Act, New
from gongkai.ui.office.offered_actions import PANEL_ACTIONS, SHARED_ACTIONS, list_offers
from simulation.addresses import target_of
from simulation.leads import Leads
from simulation.signatures import form_of
from simulation.steps import ACT, CALL, ENTRY, Gone, Player, Step, find_rows
from simulation.ways import body_of, parents_of, state_allows, states_for

if TYPE_CHECKING:
    from gongkai.core.registers.register import AnyRegister

#: Limits: rows and people tried for an action; newest rows whose units are asked.
MAX_ROWS, MAX_PEOPLE, MAX_NEWEST_ROWS = 6, 8, 4


@dataclass(frozen=True)
class Declaration:
    """Declaration of an action: a register, optionally a part of its records; neither for entries."""

    name: str
    register: "AnyRegister | None" = None
    act: Act | None = None
    part: Any = None

    @property
    def model(self) -> type[Model]:
        """Whose fields its form has."""
        assert self.register
        return self.part.model if self.part else self.register.model


@dataclass(frozen=True)
class Offered:
    """An offered action: its name in a step, its target, and its form's requirements."""

    place: Declaration
    by: Actor
    login: str
    target: str
    row: Model | None

    @property
    def kind(self) -> str:
        """The way of its step."""
        return ACT if self.place.act else ENTRY

    @property
    def named(self) -> str:
        """Its name in a step."""
        if self.place.register is None:
            return self.place.name
        return f"{self.place.register.name}/{self.place.part.name if self.place.part else ''}/{self.place.name}"

    def form(self) -> Any:
        """Return the form that it is offered with, or None for a button."""
        act = self.place.act
        if act is None:
            return get_form(ACTIONS_BY_NAME[self.place.name])(entry=self.row, by=self.by)
        if act.quick:
            return None
        made, row = act.form_class(self.place.model), self.row
        of = act.target_of(row) if row is not None else None
        changed = of is not None and (act.model is None or isinstance(of, act.model))
        own = {name: _get_field_value(of, name) for name in made.base_fields if changed and hasattr(of, name)}
        first = act.initial(self.by, row) if act.initial else {}
        form = made(by=self.by, target=row, initial={**own, **first})  # as the page begins it
        if isinstance(act, New):
            form.offer(act.target, act.targets(self.by))
        return form


def list_places(player: Player) -> dict[str, list[Declaration]]:
    """Return the declarations of all actions that registers, their parts or entry pages offer."""
    found: dict[str, list[Declaration]] = {}
    for register in player.registers.values():
        if register.parent is not None:
            continue
        for act in (*register.acts, *filter(None, [register.new])):
            found.setdefault(act.action.name, []).append(Declaration(act.action.name, register, act))
        for part in register.parts:
            for act in part.acts:
                found.setdefault(act.action.name, []).append(Declaration(act.action.name, register, act, part))
    of_kinds = {name for kind in ENTRY_KINDS_BY_NAME.values() for name in kind.actions}
    for name in {*of_kinds, *SHARED_ACTIONS, *PANEL_ACTIONS} & {*ACTIONS_BY_NAME}:
        found.setdefault(name, []).append(Declaration(name))
    return found


@dataclass
class Offers:
    """Finds actions that registers and entry pages offer."""

    player: Player
    leads: Leads
    #: Name of an action → its declarations.
    places: dict[str, list[Declaration]]
    #: Models of registers that have rows.
    filled: set[type[Model]] = field(default_factory=set)
    #: Register → roles to which one of its actions was offered.
    known: dict[str, Counter[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rng, self.posts, self.vain = self.leads.rng, self.leads.posts, self.leads.vain

    def find(self, name: str) -> Offered | None:
        """Return an offer of an act now, or None where none was found."""
        place = self.rng.choice(self.places[name])
        found = next(self._on_rows(place), None) if place.act else None  # an entry's are asked of their rules: see `at`
        if found is None:
            self.vain[name, "not offered"] += 1
        return found

    def at(self, name: str, login: str, row: Model | None) -> Offered | None:
        """Return the offer of an act to a person at a row; None where neither a register nor a page of an entry has it."""
        if (by := self.player.find_actor(login)) is None or row is None:
            return None
        for place in self.places[name]:
            if place.register is None:
                if isinstance(row, Entry) and (
                    name in PANEL_ACTIONS
                    or (get_kind(row.kind).lists_acts and name in get_kind(row.kind).actions)  # its panel lists them
                    or name in {offer.action.name for offer in list_offers(row, by)[0]}
                ):
                    return Offered(place, by, login, _named(row), row)
                continue
            records = [one for one in parents_of(row) if isinstance(one, place.register.model)] if place.part else [row]
            if not isinstance(row, place.model) or not place.act or isinstance(place.act, New):
                continue
            for record in records:
                with suppress(Http404, PermissionDenied):  # a list that is not this person's
                    shown = place.register.rows(by).filter(pk=record.pk).first()
                    if shown is not None and place.part:
                        shown = next((line for line in place.part.rows(shown, by) if line.pk == row.pk), None)
                    if shown is not None and place.act.is_offered(shown, by):
                        return Offered(place, by, login, " ".join(map(_named, dict.fromkeys((record, row)))), shown)
        self.vain[name, "allowed to a row, and not offered at it"] += 1
        return None

    def _people(self, place: Declaration) -> Iterator[tuple[str, Actor]]:
        """Yield people: those to whom an act of the register was offered, of its rows' units, and of other kinds of posts."""
        assert place.register
        known = self.known.get(place.register.name, Counter())
        kinds = [*self.posts]
        self.rng.shuffle(kinds)
        kinds.sort(key=lambda one: -bool(known[one]))
        logins = [self.rng.choice(self.posts[kind]) for kind in kinds[:MAX_PEOPLE]]
        rows = place.register.model._base_manager.order_by("-pk")[:MAX_NEWEST_ROWS]
        bodies = sorted({body for row in rows if (body := body_of(row)) is not None})
        if bodies:
            own = sorted({login for body in bodies for login in self.leads.staff_of(body)} & self.leads.kinds.keys())
            logins[2:2] = self.rng.sample(own, min(len(own), MAX_PEOPLE // 2))
        for login in dict.fromkeys(logins):
            if (by := self.player.find_actor(login)) is not None and by.known:
                yield login, by

    def _on_rows(self, place: Declaration) -> Iterator[Offered]:
        act, register = place.act, place.register
        assert act is not None and register is not None  # noqa: PT018
        if not isinstance(act, New) and register.model not in self.filled:
            if not register.model._base_manager.exists():
                return
            self.filled.add(register.model)
        states = None if isinstance(act, New) else _states_for(place)
        if states is not None and not place.model._base_manager.filter(state__in=states).exists():
            return  # nobody need be asked
        for login, by in self._people(place):
            if isinstance(act, New):
                if act.targets(by).exists():
                    self._note(register, login)
                    yield Offered(place, by, login, "", None)
                continue
            try:
                rows = _some_rows(register.rows(by) if place.part else _in_state(register.rows(by), states), self.rng)
            except (Http404, PermissionDenied):  # a list that is not this person's
                continue
            for row in rows:
                if not place.part:
                    if state_allows(act.action, act.target_of(row)) and act.is_offered(row, by):
                        self._note(register, login)
                        yield Offered(place, by, login, _named(row), row)
                    continue
                for line in _some_rows(_in_state(place.part.rows(row, by), states), self.rng):
                    if state_allows(act.action, act.target_of(line)) and act.is_offered(line, by):
                        self._note(register, login)
                        yield Offered(place, by, login, f"{_named(row)} {_named(line)}", line)

    def _note(self, register: "AnyRegister", login: str) -> None:
        self.known.setdefault(register.name, Counter())[self.leads.kinds[login]] += 1


def bound_form(player: Player, step: Step) -> Any:
    """Return the empty form of a step's action, or None if it is no longer offered."""
    try:
        by = player.actor(step.by)
        if step.kind == ENTRY:
            entry = Entry.objects.select_related("body").get(pk=step.target.rpartition("/")[2])
            return get_form(ACTIONS_BY_NAME[step.act])(entry=entry, by=by)
        if step.kind == CALL:
            return form_of(step.act, find_rows(step.target)[0])()
        register, act, part = player._find_act(step.act)
        row, record = find_rows(step.target)
        if row is not None and not isinstance(act, New):  # as the page reads them: with what the list adds to its rows
            shown = register.rows(by).filter(pk=(record or row).pk).first()
            if shown is None:
                return None
            row = next((line for line in part.rows(shown, by) if line.pk == row.pk), row) if part and record else shown
        if act.quick or (not isinstance(act, New) and not act.is_offered(row, by)):
            return None
        return Offered(Declaration(act.action.name, register, act, part), by, step.by, step.target, row).form()
    except (Gone, Entry.DoesNotExist, PermissionDenied, Http404):
        return None


def _states_for(place: Declaration) -> Collection[str] | None:
    """Return the states that allow an action; None if unrestricted or different by row."""
    if target_of(place.name) is not place.model or place.model is Entry:
        return None
    return states_for(place.name, place.model._base_manager.all())


def _in_state(rows: Any, states: Collection[str] | None) -> Any:
    """Return the rows of a query that are in one of some states."""
    if states is None or not isinstance(rows, QuerySet) or rows.query.is_sliced:
        return rows
    return rows.filter(state__in=states)


def _some_rows(rows: Any, rng: random.Random) -> list[Any]:
    """Return a few rows of a query or a list, from its beginning or anywhere in it."""
    if rng.random() < 0.5:
        return list(rows[:MAX_ROWS])
    count = rows.count() if isinstance(rows, QuerySet) else len(rows)
    first = rng.randrange(max(1, count - MAX_ROWS + 1))
    return list(rows[first : first + MAX_ROWS])


def _named(row: Model) -> str:
    return f"{row._meta.label_lower}/{row.pk}"
