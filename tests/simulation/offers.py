"""What the product offers: for a declared act, a row and a person to whom it is offered now."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404

from gongkai.core.acts.action import ACTIONS_BY_NAME
from gongkai.core.acts.actors import Actor
from gongkai.core.ledger.forms import form_for
from gongkai.core.ledger.kinds import KINDS
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.queries import visible_to
from gongkai.core.registers.forms import Act, New
from gongkai.core.units.actors import in_force
from gongkai.core.units.models import Appointment, Body
from gongkai.core.units.reach import SUPERVISING_ROLES
from gongkai.ui.office.offered_actions import SHARED_ACTIONS, list_offers
from simulation.steps import ACT, ENTRY, Gone, Player, Step, find_rows

if TYPE_CHECKING:
    from gongkai.core.registers.register import AnyRegister

#: Rows and people at which one act is looked for.
ROWS, PEOPLE = 4, 6


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
        form = act.form_class(self.place.model)(by=self.by, target=self.row)
        if isinstance(act, New):
            form.offer(act.target, act.targets(self.by))
        return form


@dataclass
class Offers:
    """Looks for acts; `posts` are the logins by the kinds of their posts."""

    player: Player
    rng: random.Random
    posts: dict[str, list[str]]
    people: dict[str, Actor | None] = field(default_factory=dict)
    moment: str = ""

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
        for kind in KINDS.values():
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
        for kind in KINDS.values():
            for name in kind.actions:
                found.setdefault(name, []).append(kind.name)
        return found

    def find(self, name: str, at: str) -> Offered | None:
        """Return an offer of an act now, or None where none was found."""
        if at[:10] != self.moment:
            self.moment, self.people = at[:10], {}
        place = self.rng.choice(self.places[name])
        found = self._on_rows(place) if place.act else self._on_entries(place)
        return next(found, None)

    def forget(self) -> None:
        """Posts have changed: ask again who may do what."""
        self.people = {}

    def _actor(self, login: str) -> Actor | None:
        if login not in self.people:
            try:
                self.people[login] = self.player.actor(login)
            except Gone:
                self.people[login] = None
        return self.people[login]

    def _people(self) -> Iterator[tuple[str, Actor]]:
        """Yield people, each of another kind of post, those who have acted least in no order."""
        kinds = [*self.posts]
        self.rng.shuffle(kinds)
        for kind in kinds[:PEOPLE]:
            login = self.rng.choice(self.posts[kind])
            if (by := self._actor(login)) is not None and by.known:
                yield login, by

    def _on_rows(self, place: Place) -> Iterator[Offered]:
        act, register = place.act, place.register
        assert act
        assert register
        for login, by in self._people():
            if isinstance(act, New):
                if act.targets(by).exists():
                    yield Offered(place, by, login, "", None)
                continue
            try:
                rows = _some_rows(register.rows(by), self.rng)
            except (Http404, PermissionDenied):  # a list that is not this person's
                continue
            for row in rows:
                if not place.part:
                    if act.is_offered(row, by):
                        yield Offered(place, by, login, _named(row), row)
                    continue
                for line in _some_rows(place.part.rows(row, by), self.rng):
                    if act.is_offered(line, by):
                        yield Offered(place, by, login, f"{_named(row)} {_named(line)}", line)

    def _on_entries(self, place: Place) -> Iterator[Offered]:
        action, kinds = ACTIONS_BY_NAME[place.name], self.kinds.get(place.name)
        rows = Entry.objects.filter(kind__in=kinds) if kinds else Entry.objects.all()
        states: dict[str, list[int]] = {}
        for pk, state in rows.order_by("pk").values_list("pk", "state"):
            states.setdefault(state, []).append(pk)
        drawn = self.rng.sample([*states], min(len(states), ROWS))
        keys = [self.rng.choice(states[state]) for state in drawn]
        for entry in Entry.objects.select_related("body").filter(pk__in=keys).order_by("pk"):
            for login, by in self._people_of(entry.body):
                if action.why_not(entry, by=by) or not visible_to(by).filter(pk=entry.pk).exists():
                    continue
                if place.name in {offer.action.name for offer in list_offers(entry, by)[0]}:
                    yield Offered(place, by, login, f"ledger.entry/{entry.pk}", entry)

    def _people_of(self, body: Body) -> Iterator[tuple[str, Actor]]:
        """Yield people of a unit and of who supervises it."""
        posts = Appointment.objects.filter(in_force(), person__active=True).exclude(person__user=None)
        own = posts.filter(body=body).order_by("pk").values_list("person__user__username", flat=True)
        above = posts.filter(role__in=SUPERVISING_ROLES).order_by("pk").values_list("person__user__username", flat=True)
        logins = [*dict.fromkeys(own)]
        self.rng.shuffle(logins)
        others = [*dict.fromkeys(above)]
        for login in [*logins[: PEOPLE - 2], *self.rng.sample(others, min(2, len(others)))]:
            if (by := self._actor(login)) is not None:
                yield login, by


def bound_form(player: Player, step: Step) -> Any:
    """Return the empty form of a step's act, or None where it is offered no longer."""
    try:
        by = player.actor(step.by)
        if step.kind == ENTRY:
            entry = Entry.objects.select_related("body").get(pk=step.target.rpartition("/")[2])
            return form_for(ACTIONS_BY_NAME[step.act])(entry=entry, by=by)
        register, act, part = player._find_act(step.act)
        row, record = find_rows(step.target)
        if part and record:
            row = next((line for line in part.rows(record, by) if line.pk == row.pk), row)  # type: ignore[union-attr]
        if act.quick or (not isinstance(act, New) and not act.is_offered(row, by)):
            return None
        return Offered(Place(act.action.name, register, act, part), by, step.by, step.target, row).form()
    except (Gone, Entry.DoesNotExist, PermissionDenied, Http404):
        return None


def _some_rows(rows: Any, rng: random.Random) -> list[Any]:
    """Return a few rows of a query or a list, from anywhere in it."""
    count = rows.count() if isinstance(rows, QuerySet) else len(rows)
    first = rng.randrange(max(1, count - ROWS + 1))
    return list(rows[first : first + ROWS])


def _named(row: Model) -> str:
    return f"{row._meta.label_lower}/{row.pk}"
