"""What the product offers: for a declared act, a row and a person to whom it is offered now."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import Http404

from gongkai.core.acts.action import ACTIONS_BY_NAME
from gongkai.core.acts.actors import Actor
from gongkai.core.ledger.forms import form_for
from gongkai.core.ledger.kinds import ENTRY_KINDS_BY_NAME
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.queries import visible_to
from gongkai.core.registers.acting import _get_field_value
from gongkai.core.registers.forms import Act, New
from gongkai.core.units.actors import in_force
from gongkai.core.units.models import Appointment, Body
from gongkai.core.units.reach import SUPERVISING_ROLES
from gongkai.ui.office.offered_actions import SHARED_ACTIONS, list_offers
from simulation.addresses import target_of
from simulation.signatures import form_of
from simulation.steps import ACT, CALL, ENTRY, Gone, Player, Step, find_rows, last_movement
from simulation.ways import body_of, list_before, makers_of, state_allows, states_for, verbs_before

if TYPE_CHECKING:
    from gongkai.core.registers.register import AnyRegister

#: Rows and people at which one act is looked for; newest rows whose units are asked.
ROWS, PEOPLE, NEWEST = 6, 8, 4
#: Acts in a row that come one before another; acts that may make a row.
BEFORE, MAKERS = 3, 4


@dataclass(frozen=True)
class Place:
    """Where an act is declared: a register, perhaps a part of its records; or nothing of both for entries."""

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
    """An act that is offered: its name in a step, its target, and what its form needs."""

    place: Place
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
            return form_for(ACTIONS_BY_NAME[self.place.name])(entry=self.row, by=self.by)
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


@dataclass
class Offers:
    """Looks for acts; `posts` are the logins by the kinds of their posts."""

    player: Player
    rng: random.Random
    posts: dict[str, list[str]]
    #: Unit → logins of its staff, and of those who supervise (None), until posts change.
    staff: dict[int | None, list[str]] = field(default_factory=dict)
    changes: int = -1
    #: Kind → states of its entries, until the log grows.
    states: dict[str, set[str]] = field(default_factory=dict)
    last: int = -1
    #: Models of registers that have rows.
    filled: set[type[Model]] = field(default_factory=set)
    #: Register, or act on entries → kinds of posts to which an act of it was offered.
    known: dict[str, Counter[str]] = field(default_factory=dict)
    #: An act on a page that has to come before one that was looked for.
    wanted: str = ""
    #: Why acts were looked for in vain: (act, reason) → times.
    vain: Counter[tuple[str, str]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.post_of = {login: kind for kind, logins in self.posts.items() for login in logins}

    @cached_property
    def places(self) -> dict[str, list[Place]]:
        """Name of an act → where it is declared."""
        found: dict[str, list[Place]] = {}
        for register in self.player.registers.values():
            if register.parent is not None:
                continue
            for act in (*register.acts, *filter(None, [register.new])):
                found.setdefault(act.action.name, []).append(Place(act.action.name, register, act))
            for part in register.parts:
                for act in part.acts:
                    found.setdefault(act.action.name, []).append(Place(act.action.name, register, act, part))
        for kind in ENTRY_KINDS_BY_NAME.values():
            for name in {*kind.actions, *SHARED_ACTIONS} & {*ACTIONS_BY_NAME}:
                found.setdefault(name, []).append(Place(name))
        return found

    @cached_property
    def names(self) -> set[str]:
        """Names of all acts that a register or a kind of entries declares."""
        return {*self.places}

    @cached_property
    def kinds(self) -> dict[str, list[str]]:
        """Name of an act on entries → its kinds; of a shared one none."""
        found: dict[str, list[str]] = {}
        for kind in ENTRY_KINDS_BY_NAME.values():
            for name in kind.actions:
                found.setdefault(name, []).append(kind.name)
        return found

    def find(self, name: str, done: Mapping[str, int]) -> Offered | None:
        """Return an offer of an act now, or of one that has to come before it; None where none was found."""
        self.wanted, met = "", {name}
        for _ in range(BEFORE):
            place = self.rng.choice(self.places[name])
            if (found := next(self._on_rows(place) if place.act else self._on_entries(place), None)) is not None:
                return found
            before = [one for one in self._list_before(place) if one not in met]
            if not before:
                break
            name = min(before, key=lambda one: (done[one], self.rng.random()))
            met.add(name)
            if name not in self.places:
                self.wanted = name
                break
        return None

    def _list_before(self, place: Place) -> list[str]:
        """Return acts that may bring a row into the state that an act needs, or make one."""
        if place.register is not None:
            model = place.model
            if not model._base_manager.exists():
                self.vain[place.name, f"no {model._meta.label}"] += 1
                return [name for name in makers_of(model) if name != place.name][:MAKERS]
            self.vain[place.name, "not offered"] += 1
            before = list_before(place.name)
            return [*before, *(act.action.name for act in (place.part or place.register).acts if not before)]
        found: list[str] = []
        for kind in map(ENTRY_KINDS_BY_NAME.__getitem__, self.kinds.get(place.name, [])):
            states = self._states_of(kind.name)
            verb = getattr(ACTIONS_BY_NAME[place.name], "verb", "")
            sources = kind.machine.moves[verb].sources if verb in kind.machine.moves else frozenset(states)
            if not states:
                found += [name for name in makers_of(kind.name) if name not in kind.actions][:MAKERS]
            if sources & states:
                continue
            self.vain[place.name, "no entry" if not states else "no state"] += 1
            wanted = verbs_before(kind.machine, states, sources)
            found += [name for name in kind.actions if getattr(ACTIONS_BY_NAME.get(name), "verb", "") in wanted]
        return found

    def actor(self, login: str) -> Actor | None:
        """Return a login's person with the posts of the day, or None."""
        return self.player.find_actor(login)

    def _states_of(self, kind: str) -> set[str]:
        """Return the states in which entries of a kind are now."""
        if self.last != (last := last_movement()):
            self.last, self.states = last, {}
            for name, state in Entry.objects.order_by().values_list("kind", "state").distinct():
                self.states.setdefault(name, set()).add(state)
        return self.states.get(kind, set())

    def _staff_of(self, body: int | None) -> list[str]:
        """Return the logins of a unit's staff, or of those who supervise all units."""
        if self.changes != self.player.changes:
            self.changes, self.staff = self.player.changes, {}
        if body not in self.staff:
            posts = Appointment.objects.filter(in_force(), person__active=True).exclude(person__user=None)
            posts = posts.filter(role__in=SUPERVISING_ROLES) if body is None else posts.filter(body=body)
            self.staff[body] = [*dict.fromkeys(posts.order_by("pk").values_list("person__user__username", flat=True))]
        return self.staff[body]

    def _people(self, place: Place) -> Iterator[tuple[str, Actor]]:
        """Yield people: those to whom an act of the register was offered, of its rows' units, and of other kinds of posts."""
        assert place.register
        known = self.known.get(place.register.name, Counter())
        kinds = [*self.posts]
        self.rng.shuffle(kinds)
        kinds.sort(key=lambda one: -bool(known[one]))
        logins = [self.rng.choice(self.posts[kind]) for kind in kinds[:PEOPLE]]
        rows = place.register.model._base_manager.order_by("-pk")[:NEWEST]
        bodies = sorted({body for row in rows if (body := body_of(row)) is not None})
        if bodies:
            own = sorted({login for body in bodies for login in self._staff_of(body)} & self.post_of.keys())
            logins[2:2] = self.rng.sample(own, min(len(own), PEOPLE // 2))
        for login in dict.fromkeys(logins):
            if (by := self.actor(login)) is not None and by.known:
                yield login, by

    def _on_rows(self, place: Place) -> Iterator[Offered]:
        act, register = place.act, place.register
        assert act
        assert register
        if not isinstance(act, New) and register.model not in self.filled:
            if not register.model._base_manager.exists():
                return
            self.filled.add(register.model)
        for login, by in self._people(place):
            if isinstance(act, New):
                if act.targets(by).exists():
                    self._note(register, login)
                    yield Offered(place, by, login, "", None)
                continue
            try:
                rows = _some_rows(register.rows(by) if place.part else _in_state(register.rows(by), place), self.rng)
            except (Http404, PermissionDenied):  # a list that is not this person's
                continue
            for row in rows:
                if not place.part:
                    if state_allows(act.action, act.target_of(row)) and act.is_offered(row, by):
                        self._note(register, login)
                        yield Offered(place, by, login, _named(row), row)
                    continue
                for line in _some_rows(_in_state(place.part.rows(row, by), place), self.rng):
                    if state_allows(act.action, act.target_of(line)) and act.is_offered(line, by):
                        self._note(register, login)
                        yield Offered(place, by, login, f"{_named(row)} {_named(line)}", line)

    def _note(self, register: "AnyRegister", login: str) -> None:
        self.known.setdefault(register.name, Counter())[self.post_of[login]] += 1

    def _on_entries(self, place: Place) -> Iterator[Offered]:
        action, kinds = ACTIONS_BY_NAME[place.name], self.kinds.get(place.name) or [*ENTRY_KINDS_BY_NAME]
        verb, where = getattr(action, "verb", ""), Q(pk=None)
        for kind in map(ENTRY_KINDS_BY_NAME.__getitem__, kinds):
            states = self._states_of(kind.name)
            if verb:
                states = states & kind.machine.moves[verb].sources if verb in kind.machine.moves else set()
            if states:
                where |= Q(kind=kind.name, state__in=sorted(states))
        if where == Q(pk=None):
            return
        keys = [*Entry.objects.filter(where).order_by("-pk").values_list("pk", flat=True)]
        drawn = {*keys[: ROWS // 3], *self.rng.sample(keys, min(len(keys), ROWS // 3))}
        known = self.known.setdefault(place.name, Counter())
        for entry in Entry.objects.select_related("body").filter(pk__in=drawn).order_by("-pk"):
            people = sorted(self._people_of(entry.body), key=lambda one: not known[self.post_of.get(one[0], "")])
            for login, by in people:
                if reasons := action.why_not(entry, by=by):
                    self.vain[place.name, reasons[0][:80]] += 1
                if reasons or not visible_to(by).filter(pk=entry.pk).exists():
                    continue
                if place.name in {offer.action.name for offer in list_offers(entry, by)[0]}:
                    known[self.post_of.get(login, "")] += 1
                    yield Offered(place, by, login, f"ledger.entry/{entry.pk}", entry)

    def _people_of(self, body: Body) -> Iterator[tuple[str, Actor]]:
        """Yield people of a unit and of who supervises it."""
        logins, others = [*self._staff_of(body.pk)], self._staff_of(None)
        self.rng.shuffle(logins)
        for login in [*logins[: PEOPLE - 2], *self.rng.sample(others, min(2, len(others)))]:
            if (by := self.actor(login)) is not None:
                yield login, by


def bound_form(player: Player, step: Step) -> Any:
    """Return the empty form of a step's act, or None where it is offered no longer."""
    try:
        by = player.actor(step.by)
        if step.kind == ENTRY:
            entry = Entry.objects.select_related("body").get(pk=step.target.rpartition("/")[2])
            return form_for(ACTIONS_BY_NAME[step.act])(entry=entry, by=by)
        if step.kind == CALL:
            return form_of(step.act, find_rows(step.target)[0])()
        register, act, part = player._find_act(step.act)
        row, record = find_rows(step.target)
        if part and record:
            row = next((line for line in part.rows(record, by) if line.pk == row.pk), row)  # type: ignore[union-attr]
        if act.quick or (not isinstance(act, New) and not act.is_offered(row, by)):
            return None
        return Offered(Place(act.action.name, register, act, part), by, step.by, step.target, row).form()
    except (Gone, Entry.DoesNotExist, PermissionDenied, Http404):
        return None


def _in_state(rows: Any, place: Place) -> Any:
    """Return the rows whose state allows an act that is done to the rows themselves."""
    if not isinstance(rows, QuerySet) or target_of(place.name) is not rows.model or rows.query.is_sliced:
        return rows
    states = states_for(place.name, rows)
    return rows if states is None else rows.filter(state__in=states)


def _some_rows(rows: Any, rng: random.Random) -> list[Any]:
    """Return a few rows of a query or a list, from its beginning or anywhere in it."""
    if rng.random() < 0.5:
        return list(rows[:ROWS])
    count = rows.count() if isinstance(rows, QuerySet) else len(rows)
    first = rng.randrange(max(1, count - ROWS + 1))
    return list(rows[first : first + ROWS])


def _named(row: Model) -> str:
    return f"{row._meta.label_lower}/{row.pk}"
