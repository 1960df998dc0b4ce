"""A goal-directed user: an action is sought on the pages where it may be performed.

The address of a page is filled in with rows that its view reads. The person is one of the row's unit, or of a kind
that opened the page before.
"""

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, QuerySet
from django.urls import Resolver404, resolve
from django.urls.converters import SlugConverter, StringConverter

from gongkai.core.intake.matter_access import digest_code, digest_last_digits, read_code
from gongkai.core.intake.models import QueryCode
from gongkai.core.units.models import Appointment, Person
from simulation.addresses import IMPORT_PAGES, Address, importers_for, list_addresses, pages_for
from simulation.leads import Leads
from simulation.pages import Sendable, kind_of_address
from simulation.values import Data
from simulation.ways import NEAR_DEPTH, best_form, body_of, link_to, parents_of

#: Limits of an action: pages opened, paths considered, steps taken.
MAX_PAGES, MAX_PATHS, MAX_STEPS = 4, 6, 12
#: Limits: a view's models whose rows are used; preferred newest rows; failed rows of a model.
MAX_MODELS, MAX_NEWEST_ROWS, MAX_FAILED_ROWS = 6, 6, 3
#: Limits: links of a page that are followed; failures after which a page counts as closed.
MAX_LINKS, MAX_FAILURES = 40, 6
NOBODY = ""
#: Second factors of query codes.
SECOND_FACTORS = ("002X", "8000", "0000", "1234")
#: Models that many views read next to their own rows; text parts of paths.
COMMON_MODELS, TEXT_CONVERTERS = (Person, Appointment), (StringConverter, SlugConverter)


@dataclass
class Sought:
    """The sought action: its pages, the number opened, and the page opened last."""

    act: str
    pages: list[tuple[float, Address]]
    opened: int = 0
    #: Steps taken for it, and opened paths.
    steps: int = 0
    visited: set[str] = field(default_factory=set)
    address: Address | None = None
    model: type[Model] | None = None
    login: str = NOBODY
    #: The row and the login that the action's rule allows, if it does.
    row: Model | None = None
    allowed: str = ""


@dataclass
class Seeker:
    """Seeks an action on pages with an actor and a row; remembers which of them opened which page."""

    leads: Leads
    #: Route → login → its paths that the login saw a link to.
    seen: dict[str, dict[str, list[tuple[str, str]]]] = field(default_factory=dict)
    #: Route → roles and models that opened a page with its form, and those that did not.
    people: dict[str, Counter[str]] = field(default_factory=dict)
    rows: dict[str, Counter[type[Model]]] = field(default_factory=dict)
    missed_people: dict[str, Counter[str]] = field(default_factory=dict)
    missed_rows: dict[str, Counter[type[Model]]] = field(default_factory=dict)
    #: Routes that only accept POST; (action, route) → times that the page had no form or did not open.
    posted: set[str] = field(default_factory=set)
    formless: Counter[tuple[str, str]] = field(default_factory=Counter)
    routes: dict[str, str] = field(default_factory=dict)
    #: Action and kind of form → times that the form was accepted without performing the action.
    fruitless: Counter[tuple[str, str]] = field(default_factory=Counter)
    now: Sought | None = None

    def __post_init__(self) -> None:
        leads = self.leads
        self.rng, self.posts, self.kinds, self.vain = leads.rng, leads.posts, leads.kinds, leads.vain
        pages = IMPORT_PAGES - {"spreadsheets:start"}
        self.posted |= {route for route, one in list_addresses().items() if one.only_posted or one.name in pages}

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
                del links[:-MAX_NEWEST_ROWS]

    def next_page(self) -> tuple[str, str, str] | None:
        """Return a login, an address to open, and the page that leads to it (or nothing) for what is sought."""
        sought = self.now
        for _ in range(MAX_PATHS):
            if sought is None or sought.opened >= MAX_PAGES or sought.steps >= MAX_STEPS:
                break
            sought.pages = [one for one in sought.pages if self._may_help(sought, one[1])]
            if not sought.pages:
                break
            nearest = sought.pages[:MAX_PATHS]
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
        self.now = None
        return None

    def _may_help(self, sought: Sought, address: Address) -> bool:
        if address.route in self.posted:
            return False
        closed = sum(self.missed_people.get(address.route, Counter()).values()) > MAX_FAILURES
        return self.formless[sought.act, address.route] < MAX_FAILED_ROWS and not (
            closed and address.route not in self.people
        )

    def seek(self, name: str, login: str, row: Model | None, *, outside: bool = False) -> None:
        """Seek an act next: by a login at a row, where its rule said so; or by the public."""
        pages = [one for one in pages_for(name) if not (outside and one[1].office)]
        self.now = Sought(name, pages, row=row, allowed=login)

    def _fill(self, sought: Sought, address: Address) -> tuple[str, str, str] | None:
        sought.model = None
        seen, own = self.seen.get(address.route, {}), address.reach.acts.get(sought.act, (0, frozenset()))[1]
        if own and any(
            isinstance(one, TEXT_CONVERTERS) for _, one in address.parameters
        ):  # the forms of the public have one address
            seen = {who: [one for one in links if own & {*one[0].split("/")}] for who, links in seen.items()}
            seen = {who: links for who, links in seen.items() if links}
        if not address.parameters:
            return sought.allowed or self._person(address, None), address.fill({}), ""
        if seen and not sought.allowed and self.rng.random() < 0.5:
            login = self.rng.choice(sorted(seen))
            return login, *self.rng.choice(seen[login])
        values: dict[str, object] = {}
        row: Model | None = None
        for name, converter in address.parameters:
            if isinstance(converter, TEXT_CONVERTERS):
                keys = sorted(own)
                if address.name in IMPORT_PAGES:
                    keys = [*importers_for(sought.act)]
                if not keys or sum(isinstance(one, TEXT_CONVERTERS) for _, one in address.parameters) > 1:
                    if not seen:
                        return None
                    login = self.rng.choice(sorted(seen))
                    return login, *self.rng.choice(seen[login])
                values[name] = self.rng.choice(keys)
            else:
                found = (row is None and self._fitting(sought.row, address)) or self._row(address, row)
                if found is None:
                    for model in [*address.reach.models][:1]:
                        if model not in COMMON_MODELS and not model._base_manager.exists():
                            self.leads.need(sought.act, model)
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
        near = [row, *(one for one in parents_of(row) if not isinstance(one, COMMON_MODELS))]
        found = [one for one in near if type(one) in address.reach.models and missed[type(one)] < MAX_FAILED_ROWS]
        return found[0] if found else None

    def _row(self, address: Address, above: Model | None) -> Model | None:
        """Return a row of a model that the view reads: under a row where one was chosen."""
        models = [one for one in address.reach.models if one not in COMMON_MODELS] or [*address.reach.models]
        if above is not None:
            under = [one for one in models if (link := link_to(one, type(above)))]
            for model in under:
                link = link_to(model, type(above))
                if (found := self._draw(model._base_manager.filter(**{f"{link}_id": above.pk}))) is not None:
                    return found
        known, missed = self.rows.get(address.route), self.missed_rows.get(address.route, Counter())
        if known and self.rng.random() < 0.8:
            models = [self.rng.choices([*known], [*known.values()])[0]]
        for model in sorted(models[:MAX_MODELS], key=lambda one: missed[one]):
            if (found := self._draw(model._base_manager.all())) is not None:
                return found
        return None

    def _draw(self, rows: QuerySet[Any]) -> Model | None:
        if self.rng.random() < 0.5:
            newest = list(rows.order_by("-pk")[:MAX_NEWEST_ROWS])
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
        if body is not None and drawn < 0.9 and (staff := self.leads.staff_of(body if drawn < 0.75 else None)):
            return self.rng.choice(staff)
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
        if sought is None or sought.address is None or sought.steps >= MAX_STEPS:
            return None
        shown = sorted(forms, key=lambda one: self.fruitless[sought.act, one.kind])
        least = self.fruitless[sought.act, shown[0].kind] if shown else 0
        shown = [one for one in shown if self.fruitless[sought.act, one.kind] <= least + 1]
        found = best_form(sought.act, shown, self.rng)
        if found is None:  # a first step of two: a form that leads to another page of the act
            routes = {address.route for depth, address in pages_for(sought.act) if depth <= NEAR_DEPTH + 1}
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
        if sought is None or sought.steps >= MAX_STEPS:
            return ""
        routes = {address.route for _, address in pages_for(sought.act)}
        here = [to for to in links if to not in sought.visited and "sort=" not in to and self.route_of(to) in routes]
        keys = {key for _, one in pages_for(sought.act) for key in one.reach.acts.get(sought.act, (0, ()))[1]}
        here = [to for to in here if not to.startswith("/forms/") or keys & {*to.split("/")}]
        if not here:
            return ""
        chosen = self.rng.choice(here[:MAX_LINKS])
        sought.visited.add(chosen)
        return chosen


def draw_code(codes: Sequence[str], act: str, rng: random.Random) -> Data:
    """Return a query code with its second factor, preferably of a matter that suits the action."""
    known = {digest_code(code): one for one in codes if (code := read_code(one))}
    rows = [*QueryCode.objects.filter(digest__in=known, revoked_at=None).order_by("pk")]
    if not rows:
        return {"code": [rng.choice(codes)]}
    row = rng.choice([one for one in rows if one.matter.startswith(act.partition(".")[0].rstrip("s"))] or rows)
    code = read_code(known[row.digest]) or ""
    return {
        "code": [known[row.digest]],
        "second": [one for one in SECOND_FACTORS if digest_last_digits(code, one) == row.second_digest],
    }
