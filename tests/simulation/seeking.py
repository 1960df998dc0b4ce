"""A person with a purpose: an act that was done least is sought on the pages where it may be done.

The address of a page is filled in with rows that its view reads. The person is one of the row's unit, or of a kind
that opened the page before. Where no such row is there, an act that makes one is sought first.
"""

import random
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, QuerySet
from django.urls import Resolver404, resolve
from django.urls.converters import SlugConverter, StringConverter

from gongkai.core.acts.action import ACTIONS_BY_NAME
from gongkai.core.acts.actors import Actor
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.queries import visible_to
from gongkai.core.units.actors import in_force
from gongkai.core.units.models import Appointment, Person
from gongkai.core.units.reach import SUPERVISING_ROLES
from simulation.addresses import (
    IMPORT_PAGES,
    Address,
    importers_for,
    list_addresses,
    pages_for,
    target_of,
)
from simulation.pages import Sendable, kind_of_address
from simulation.signatures import is_fit
from simulation.ways import (
    NEAR,
    acts_before,
    acts_on,
    best_form,
    body_of,
    link_to,
    list_before,
    made_by,
    makers_of,
    parents_of,
    rows_for,
    state_allows,
)

#: Pages that are opened for one act before another one is sought; addresses that are looked at for it.
OPENED, NEAREST = 5, 6
#: Steps for one act, at most.
STEPS = 9
#: Models of a view from which rows are taken; newest rows that are preferred; acts that are sought for another.
MODELS, NEWEST, FIRST = 6, 6, 2
#: Acts for which somebody is looked for at a time; rows and people that are asked for one; wrong rows of a model.
CHOSEN, ROWS, PEOPLE, MISSED = 6, 4, 12, 3
#: Kinds of posts that are asked first.
ABLE = 3
#: Links of a page that are looked at for its act; times that a page did not open before it counts as closed.
ONWARD, CLOSED = 40, 6
#: Acts in a row that come one before another; acts that wait to be sought for others; times that an act comes later
#: because a register or an entry offers it, too, or because it is called with facts of its signature.
BEFORE, WAITING, LATER = 4, 8, 2
#: Times that an act is sought for others.
HELPS = 2
NOBODY = ""
#: Models that many views read beside their own rows.
COMMON = (Person, Appointment)


@dataclass
class Sought:
    """An act that is sought: its pages, how many were opened, and the page opened last."""

    act: str
    pages: list[tuple[float, Address]]
    opened: int = 0
    #: Steps taken for it, and addresses that were opened.
    steps: int = 0
    visited: set[str] = field(default_factory=set)
    address: Address | None = None
    model: type[Model] | None = None
    login: str = NOBODY
    #: The row to which the login may do the act, and the login: where the act's rule says so.
    row: Model | None = None
    allowed: str = ""


@dataclass
class Seeker:
    """Chooses what is sought, where and by whom; remembers which rows and people opened which page."""

    rng: random.Random
    actor: Callable[[str], Actor | None]
    #: Logins by the kinds of their posts.
    posts: dict[str, list[str]]
    tried: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    #: Route → login → addresses of it that the login saw a link to.
    seen: dict[str, dict[str, list[tuple[str, str]]]] = field(default_factory=dict)
    #: Route → kinds of posts, and models, that opened a page with its form; and those that did not.
    people: dict[str, Counter[str]] = field(default_factory=dict)
    rows: dict[str, Counter[type[Model]]] = field(default_factory=dict)
    missed_people: dict[str, Counter[str]] = field(default_factory=dict)
    missed_rows: dict[str, Counter[type[Model]]] = field(default_factory=dict)
    #: Subject of acts → kinds of posts that were allowed one.
    able: dict[str, Counter[str]] = field(default_factory=dict)
    #: Routes that answer no GET; act and route → times that the page had no form for the act, or did not open.
    posted: set[str] = field(default_factory=set)
    formless: Counter[tuple[str, str]] = field(default_factory=Counter)
    routes: dict[str, str] = field(default_factory=dict)
    #: Act and kind of form → times that the form was accepted and did not do the act.
    fruitless: Counter[tuple[str, str]] = field(default_factory=Counter)
    now: Sought | None = None
    #: Why acts were sought in vain: (act, reason) → times.
    vain: Counter[tuple[str, str]] = field(default_factory=Counter)
    #: Acts that registers and entries offer.
    offered: Collection[str] = ()
    #: Acts that make what others lack; the one among them that only a register or an entry offers.
    waiting: list[str] = field(default_factory=list)
    #: Times that an act was sought for another one.
    helped: Counter[str] = field(default_factory=Counter)
    elsewhere: str = ""

    def __post_init__(self) -> None:
        self.kinds = {login: kind for kind, logins in self.posts.items() for login in logins}
        self.posted |= {
            route
            for route, one in list_addresses().items()
            if one.only_posted or (one.name in IMPORT_PAGES and one.name != "spreadsheets:start")
        }
        self.goals = sorted(name for name in ACTIONS_BY_NAME if pages_for(name) or acts_before(name))
        self.called = {name for name in self.goals if self.may_be_called(name) and is_fit(name)}

    def route_of(self, to: str) -> str:
        """Return the pattern of an address, or nothing."""
        kind = kind_of_address(to)
        if kind not in self.routes:
            try:
                self.routes[kind] = resolve(to.partition("?")[0]).route
            except Resolver404:
                self.routes[kind] = ""
        return self.routes[kind]

    def notice_link(self, login: str, path: str, to: str) -> None:
        """Remember a link that a login saw on a page."""
        if route := self.route_of(to):
            links = self.seen.setdefault(route, {}).setdefault(login, [])
            if (to, path) not in links:
                links.append((to, path))
                del links[:-NEWEST]

    def next_page(self) -> tuple[str, str, str]:
        """Return a login, an address to open, and the page that leads to it (or nothing) for what is sought."""
        self.elsewhere = ""
        for _ in range(FIRST * NEAREST):
            if self.now is None or self.now.opened >= OPENED or self.now.steps >= STEPS or not self.now.pages:
                self.now = self._choose()
            if self.elsewhere:
                break
            sought = self.now
            sought.pages = [
                one for one in sought.pages if one[1].route not in self.posted and self._may_help(sought, one[1])
            ]
            if not sought.pages:
                self.now = None
                continue
            nearest = sought.pages[:NEAREST]
            weights = [
                (1 + sum(self.people.get(one.route, Counter()).values())) / (1 + depth) ** 2 for depth, one in nearest
            ]
            depth, address = self.rng.choices(nearest, weights)[0]
            sought.address = address
            if (found := self._fill(sought, address)) is not None:
                sought.opened += 1
                sought.login = found[0]
                if found[1] in sought.visited:
                    continue
                sought.visited.add(found[1])
                return found
            sought.pages.remove((depth, address))
            if not sought.pages:
                self.vain[sought.act, "no row"] += 1
        return NOBODY, "/", ""

    def _may_help(self, sought: Sought, address: Address) -> bool:
        closed = sum(self.missed_people.get(address.route, Counter()).values()) > CLOSED
        return self.formless[sought.act, address.route] < MISSED and not (closed and address.route not in self.people)

    def _choose(self) -> Sought:
        while self.waiting:
            if (name := self.waiting.pop()) in self.offered:
                self.elsewhere = name
                return Sought(name, [])
            if (found := self._plan(name)) is not None:
                return found
        ranked = sorted(self.goals, key=lambda one: (self._rank(one), self.rng.random()))
        for name in ranked[:CHOSEN]:
            if (found := self._plan(name)) is not None:
                return found
        return Sought(name, list(pages_for(name)))

    def _rank(self, name: str) -> int:
        elsewhere = name in self.offered or name in self.called
        return self.done[name] + self.tried[name] // 2 + LATER * elsewhere

    def _plan(self, name: str) -> Sought | None:
        """Return the act, or the one that has to come before it, with who may do it to which row."""
        met = set[str]()
        for _ in range(BEFORE):
            met.add(name)
            self.tried[name] += 1
            leads = self._follows(name) and acts_before(name) and self.rng.random() < 0.5
            if pages_for(name) and not leads and (found := self.find_allowed(name)) is not None:
                return Sought(name, list(pages_for(name)), row=found[1], allowed=found[0])
            before = [
                one for one in (acts_before(name) if self._follows(name) else list_before(name)) if one not in met
            ]
            if not before:
                return None
            name = min(before, key=lambda one: (self._rank(one), self.rng.random()))
            self.helped[name] += 1
            if name in self.offered:
                self.elsewhere = name
                return Sought(name, list(pages_for(name)))
        return None

    def note_done(self, acts: Iterable[str]) -> None:
        """Rows were made: acts on them that nobody has done are sought soon."""
        for model in dict.fromkeys(model for act in acts if act in ACTIONS_BY_NAME for model in made_by(act)):
            new = [name for name in acts_on(model) if not self.done[name] and not self._follows(name)]
            self._wait(self.rng.sample(new, min(len(new), FIRST)))

    def _wait(self, acts: Iterable[str]) -> None:
        new = [one for one in acts if one not in self.waiting and self.helped[one] < HELPS]
        self.helped.update(new)
        self.waiting = [*self.waiting, *new][-WAITING:]

    def _follows(self, name: str) -> bool:
        """Return true for an act of the system: nobody does it, and it follows from others."""
        return not pages_for(name) or "system" in getattr(ACTIONS_BY_NAME[name].rule, "__name__", "")

    def need(self, model: type[Model]) -> None:
        """A choice has no rows of a model: an act that makes one is sought soon."""
        makers = sorted(makers_of(model), key=lambda one: (self._rank(one), self.rng.random()))
        self._wait(makers[:FIRST])

    def find_allowed(self, name: str) -> tuple[str, Model | None] | None:
        """Return who may do an act now, and to which row; "" where that cannot be asked, None where nobody was found."""
        target, action = target_of(name), ACTIONS_BY_NAME[name]
        if target is ... or self._follows(name) or not pages_for(name)[0][1].office:
            return "", None
        rows: list[Model | None] = [None]
        if isinstance(target, type):
            fitting = rows_for(name, target)
            rows = self._draw_several(fitting)
        why = "no state" if rows or (isinstance(target, type) and target._base_manager.exists()) else "no row"
        for row in [one for one in rows if state_allows(action, one)][:ROWS]:
            for login in self._people_of(row, name.partition(".")[0]):
                by = self.actor(login)
                if by is None or not by.known:
                    continue
                try:
                    reasons = action.why_not(row, by=by)
                except Exception:  # a rule that asks more of its row than this one has
                    return "", None
                if not reasons and not (isinstance(row, Entry) and not visible_to(by).filter(pk=row.pk).exists()):
                    self.able.setdefault(name.partition(".")[0], Counter())[self.kinds[login]] += 1
                    return login, row
                why = reasons[0] if reasons else "not visible"
        self.vain[name, why[:80]] += 1
        return None

    def may_be_called(self, name: str) -> bool:
        """Return true for an act of the office whose target is declared: its rule says who may do it."""
        return not self._follows(name) and target_of(name) is not ... and pages_for(name)[0][1].office

    def _people_of(self, row: Model | None, subject: str) -> list[str]:
        """Return people who may have to do with a row: of posts that did such acts, of its unit, above it, and others."""
        able = [kind for kind, _ in self.able.get(subject, Counter()).most_common(ABLE)]
        logins = [self.rng.choice(self.posts[kind]) for kind in able]
        if row is not None and (body := body_of(row)) is not None:
            posts = Appointment.objects.filter(in_force(), person__active=True).exclude(person__user=None)
            for some, most in ((posts.filter(body=body), PEOPLE // 2), (posts.filter(role__in=SUPERVISING_ROLES), 3)):
                found = {*some.order_by().values_list("person__user__username", flat=True)} & self.kinds.keys()
                logins += self.rng.sample(sorted(found), min(len(found), most))
        kinds = self.rng.sample(sorted(self.posts), min(len(self.posts), PEOPLE))
        logins += [self.rng.choice(self.posts[kind]) for kind in kinds]
        return [*dict.fromkeys(logins)][:PEOPLE]

    def seek(self, name: str) -> None:
        """Seek an act next."""
        login, row = self.find_allowed(name) or ("", None)
        self.now = Sought(name, list(pages_for(name)), row=row, allowed=login)
        self.tried[name] += 1

    def _fill(self, sought: Sought, address: Address) -> tuple[str, str, str] | None:
        sought.model = None
        seen = self.seen.get(address.route, {})
        if not address.parameters:
            return sought.allowed or self._person(address, None), address.fill({}), ""
        if seen and not sought.allowed and self.rng.random() < 0.5:
            login = self.rng.choice(sorted(seen))
            return login, *self.rng.choice(seen[login])
        values: dict[str, object] = {}
        row: Model | None = None
        for name, converter in address.parameters:
            if _is_text(converter):
                keys = sorted(address.reach.acts.get(sought.act, (0, frozenset()))[1])
                if address.name in IMPORT_PAGES:
                    keys = [*importers_for(sought.act)]
                if not keys or sum(_is_text(one) for _, one in address.parameters) > 1:
                    if not seen:
                        return None
                    login = self.rng.choice(sorted(seen))
                    return login, *self.rng.choice(seen[login])
                values[name] = self.rng.choice(keys)
            else:
                found = (row is None and self._fitting(sought.row, address)) or self._row(address, row)
                if found is None:
                    for model in [*address.reach.models][:1]:
                        if model not in COMMON and not model._base_manager.exists():
                            self.need(model)
                    return None
                row = row or found
                sought.model = sought.model or type(found)
                values[name] = found.pk
        return sought.allowed or self._person(address, row), address.fill(values), ""

    def _fitting(self, row: Model | None, address: Address) -> Model | None:
        """Return the row of an act, or one that it belongs to, of a model that the view of an address reads."""
        if row is None:
            return None
        missed = self.missed_rows.get(address.route, Counter())
        near = [row, *(one for one in parents_of(row) if not isinstance(one, COMMON))]
        found = [one for one in near if type(one) in address.reach.models and missed[type(one)] < MISSED]
        return found[0] if found else None

    def _row(self, address: Address, above: Model | None) -> Model | None:
        """Return a row of a model that the view reads: under a row where one was chosen."""
        models = [one for one in address.reach.models if one not in COMMON] or [*address.reach.models]
        if above is not None:
            under = [one for one in models if (link := link_to(one, type(above)))]
            for model in under:
                link = link_to(model, type(above))
                if (found := self._draw(model._base_manager.filter(**{f"{link}_id": above.pk}))) is not None:
                    return found
        known, missed = self.rows.get(address.route), self.missed_rows.get(address.route, Counter())
        if known and self.rng.random() < 0.8:
            models = [self.rng.choices([*known], [*known.values()])[0]]
        for model in sorted(models[:MODELS], key=lambda one: missed[one]):
            if (found := self._draw(model._base_manager.all())) is not None:
                return found
        return None

    def _draw_several(self, rows: QuerySet[Any]) -> list[Model | None]:
        """Return rows of a query: the newest, and as many from anywhere in it."""
        found = {one.pk: one for one in rows.order_by("-pk")[:ROWS]}
        if len(found) == ROWS and (more := rows.count() - ROWS) > 0:
            first = self.rng.randrange(more)
            found |= {one.pk: one for one in rows.order_by("pk")[first : first + ROWS]}
        return self.rng.sample([*found.values()], len(found))

    def _draw(self, rows: QuerySet[Any]) -> Model | None:
        if self.rng.random() < 0.5:
            newest = list(rows.order_by("-pk")[:NEWEST])
            return self.rng.choice(newest) if newest else None
        count = rows.count()
        return rows.order_by("pk")[self.rng.randrange(count)] if count else None

    def _person(self, address: Address, row: Model | None) -> str:
        """Return a login that may open a page: of the row's unit, of those who opened it before, or any."""
        if not address.office:
            return NOBODY
        known, missed = self.people.get(address.route), self.missed_people.get(address.route, Counter())
        drawn = self.rng.random()
        body = body_of(row) if row is not None else None
        if known and drawn < (0.3 if body else 0.8):
            return self.rng.choice(self.posts[self.rng.choices([*known], [*known.values()])[0]])
        if body is not None and drawn < 0.9:
            posts = Appointment.objects.filter(in_force(), person__active=True).exclude(person__user=None)
            posts = posts.filter(body=body) if drawn < 0.75 else posts.filter(role__in=SUPERVISING_ROLES)
            logins = list(posts.order_by("pk").values_list("person__user__username", flat=True))
            logins = [one for one in dict.fromkeys(logins) if one in self.kinds]
            if logins:
                return self.rng.choice(logins)
        lucky: Counter[str] = sum(self.people.values(), Counter())
        kind = min(self.posts, key=lambda one: (missed[one], self.rng.random() / (1 + lucky[one])))
        return self.rng.choice(self.posts[kind])

    def miss_page(self, login: str, status: int) -> None:
        """Remember that the page that was sought did not open."""
        if (sought := self.now) is None or sought.address is None:
            return
        route = sought.address.route
        self.formless[sought.act, route] += 1
        if status == 405:
            self.posted.add(route)
        if login in self.kinds:
            self.missed_people.setdefault(route, Counter())[self.kinds[login]] += 1
        if status == 404 and sought.model is not None:
            self.missed_rows.setdefault(route, Counter())[sought.model] += 1

    def judge_page(self, login: str, forms: Iterable[Sendable], *, far: bool = False) -> Sendable | None:
        """Remember whether the page that was opened has the act's form; return the form: a far one if asked."""
        sought = self.now
        if sought is None or sought.address is None or sought.steps >= STEPS:
            return None
        shown = sorted(forms, key=lambda one: self.fruitless[sought.act, one.kind])
        least = self.fruitless[sought.act, shown[0].kind] if shown else 0
        shown = [one for one in shown if self.fruitless[sought.act, one.kind] <= least + 1]
        found = best_form(sought.act, shown, self.rng)
        if found is None:  # a first step of two: a form that leads to another page of the act
            routes = {address.route for depth, address in pages_for(sought.act) if depth <= NEAR}
            found = next((one for one in shown if self.route_of(one.to) in routes), None)
        if found is None and far:
            found = best_form(sought.act, shown, self.rng, near=False)
        if found is None and not far:
            return None
        if found is None:
            self.vain[sought.act, "no form"] += 1
            self.formless[sought.act, sought.address.route] += 1
            return None
        route = sought.address.route
        if login in self.kinds:
            self.people.setdefault(route, Counter())[self.kinds[login]] += 1
        if sought.model is not None:
            self.rows.setdefault(route, Counter())[sought.model] += 1
        return found

    def note_fruitless(self, sent: Sendable) -> None:
        """Remember that a form was accepted and did another act than the one that is sought."""
        if self.now is not None:
            self.fruitless[self.now.act, sent.kind] += 1

    def onward_from(self, links: Iterable[str]) -> str:
        """Return a link of the page just opened to another page of the act (a row of it, a tab), or nothing."""
        sought = self.now
        if sought is None or sought.steps >= STEPS:
            return ""
        routes = {address.route for _, address in pages_for(sought.act)}
        here = [to for to in links if to not in sought.visited and "sort=" not in to and self.route_of(to) in routes]
        if not here:
            return ""
        chosen = self.rng.choice(here[:ONWARD])
        sought.visited.add(chosen)
        return chosen

    def finish(self) -> None:
        """Another act is sought next."""
        self.now = None


def _is_text(converter: object) -> bool:
    return isinstance(converter, StringConverter | SlugConverter)


__all__ = ["Seeker", "Sought", "list_addresses"]
