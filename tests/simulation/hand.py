"""A hand: a person who asks what the product offers and draws the next step from it.

A part of the steps follows the forms that acts declare: what was done least is looked for among the rows and the
people that it may be offered to. The others go through pages, as a browser sends them: a link or a form that leads to
what was done least. A form that comes back is corrected by what it says and sent again. In 8 % of the fills one
value is unlawful.
"""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urljoin

from gongkai.core.units.models import Appointment
from simulation.offers import Offers, bound_form
from simulation.pages import (
    Sendable,
    acts_behind,
    fill_html,
    is_page,
    kind_of_address,
    list_forms,
    list_links,
    read_page,
    words_of,
)
from simulation.steps import ACT, ENTRY, PAGE, Outcome, Player, Step
from simulation.values import Data, fill_form

#: Shares of steps: through a page, unlawful fills.
PAGES, UNLAWFUL = 0.6, 0.08
#: Shares of page steps: forms of pages opened before, start pages.
FORMS, STARTS = 0.6, 0.04
#: Tries that were not accepted and count as one that was; corrections of a form that came back.
TRIES, CORRECTIONS = 3, 4
#: Acts that are looked for before somebody else has the turn.
SOUGHT = 5
#: Steps after which a form is read again before it is sent.
FRESH = 5
#: Pages where a walk begins; the public's are those with its forms.
OFFICE_STARTS = ("/admin/", "/admin/more/", "/admin/ledger/", "/admin/notices/", "/admin/publishing/")
PUBLIC_STARTS = ("/", "/requests/", "/messages/", "/decisions/", "/search/?q=规划", "/progress/", "/policies/")
NOBODY = ""


@dataclass
class Seen:
    """A form that a login saw on a page, at a step."""

    login: str
    path: str
    form: Sendable
    at: int


@dataclass
class Hand:
    """Draws steps; remembers what pages offered each login and what was done."""

    player: Player
    rng: random.Random
    logins: list[str]
    #: Kind of form → the last one seen.
    forms: dict[str, Seen] = field(default_factory=dict)
    #: The form that was sent last, and how often it came back; the form that is read again to be sent.
    sent: tuple[str, int] = ("", 0)
    wanted: str = ""
    #: The step of an act that was not accepted, and how often it was tried.
    failed: tuple[Step, dict[str, str], int] | None = None
    #: What the form of that step asks to be sent again.
    repeated: Data = field(default_factory=dict)
    #: Kind of page → login → the last link to it that the login saw, with the page that showed it.
    links: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)
    #: Kind of page or form → the acts that its address leads to.
    behind: dict[str, frozenset[str]] = field(default_factory=dict)
    #: Times that a kind of page was opened.
    opened: Counter[str] = field(default_factory=Counter)
    #: Times that an act or a kind of form was tried, and was accepted.
    tried: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    #: Kind of form → what the page said when it came back last.
    said: dict[str, str] = field(default_factory=dict)
    #: Acts done by anybody.
    reached: set[str] = field(default_factory=set)
    count: int = 0

    def __post_init__(self) -> None:
        #: Logins by the kinds of their posts: each kind of post is asked as often as the others.
        self.posts: dict[str, list[str]] = {}
        for login in self.logins:
            posts = Appointment.objects.filter(person__user__username=login).order_by("role", "body__kind")
            kind = " ".join(f"{role} {body}" for role, body in posts.values_list("role", "body__kind").distinct())
            self.posts.setdefault(kind, []).append(login)
        self.offers = Offers(self.player, self.rng, self.posts)

    def next_step(self, at: datetime) -> Step | None:
        """Return the next step, or None where nothing was found that is offered."""
        self.count += 1
        moment, lawful = at.isoformat(), self.rng.random() >= UNLAWFUL
        if self.failed and (step := self._corrected(moment)):
            return step
        if self.wanted or self.rng.random() < PAGES:
            return self._page_step(moment, lawful)
        return self._offered_step(moment, lawful)

    def _draw_login(self) -> str:
        return self.rng.choice(self.posts[self.rng.choice([*self.posts])])

    def _rank(self, name: str) -> int:
        return self.done[name] + self.tried[name] // TRIES

    def _offered_step(self, at: str, lawful: bool) -> Step | None:
        """Look for the acts that were done least among the rows and the people that they may be offered to."""
        found = sorted(self.offers.names, key=lambda one: (self._rank(one), self.rng.random()))
        for name in found[:SOUGHT]:
            self.tried[name] += 1
            offered = self.offers.find(name, at)
            if offered is None:
                continue
            form = offered.form()
            data = fill_form(form, self.rng, unlawful=not lawful) if form else {}
            bare = form is None or not form.fields
            return Step(at, offered.kind, offered.login, offered.named, offered.target, data, lawful, bare=bare)
        return None

    def _corrected(self, at: str) -> Step | None:
        assert self.failed
        (step, said, _), login = self.failed, self.failed[0].by
        form = bound_form(self.player, step)
        if form is None:
            self.failed = None
            return None
        data = self.repeated or fill_form(form, self.rng, unlawful=False, before=step.data, wrong=said)
        return Step(at, step.kind, login, step.act, step.target, data, bare=step.bare)

    def _page_step(self, at: str, lawful: bool) -> Step:
        kind, count = self.sent
        again = kind in self.forms and 0 < count <= CORRECTIONS
        if not again and self.wanted:
            kind, count, self.wanted = self.wanted, 0, ""
        elif not again and self.forms and self._prefers_form():
            kind, count = self._least_done(sorted(self.forms)), 0
            self.tried[kind] += 1
        elif not again:
            kind = ""
        if seen := self.forms.get(kind):
            if not again and self.count - seen.at > FRESH:
                self.wanted, self.sent = kind, ("", 0)
                del self.forms[kind]
                return Step(at, PAGE, seen.login, seen.path)
            del self.forms[kind]
            self.sent = kind, count
            lawful = lawful or again
            if data := fill_html(seen.form, self.rng, unlawful=not lawful, again=again):
                return Step(at, PAGE, seen.login, seen.form.to, seen.path, data, lawful)
        self.sent = "", 0
        if not self.links or self.rng.random() < STARTS:
            login = NOBODY if self.rng.random() < 0.25 else self._draw_login()
            return Step(at, PAGE, login, self.rng.choice(OFFICE_STARTS if login else PUBLIC_STARTS))
        route = min(self.links, key=lambda one: (self.opened[one] - bool(self._lacking(one)), self.rng.random()))
        self.opened[route] += 1
        login = self.rng.choice([*self.links[route]])
        to, path = self.links[route].pop(login)
        if not self.links[route]:
            del self.links[route]
        return Step(at, PAGE, login, to, path)

    def _lacking(self, kind: str) -> int:
        """Return the number of acts behind a kind of page or form that nobody has done."""
        return len(self.behind.get(kind, frozenset()) - self.reached)

    def _page_rank(self, kind: str) -> int:
        return self._rank(kind) - (1 if self._lacking(kind) else 0)

    def _least_done(self, kinds: list[str]) -> str:
        return min(kinds, key=lambda one: (self._page_rank(one), self.rng.random()))

    def _prefers_form(self) -> bool:
        """Draw between a form and a link: what was never tried comes first."""
        new = min(map(self._page_rank, self.forms)) <= 0
        unseen = any(not self.opened[kind] for kind in self.links)
        return self.rng.random() < (FORMS if new == unseen else 0.9 if new else 0.1)

    def saw(self, step: Step, outcome: Outcome) -> None:
        """Remember whether a step was accepted, and the page that it led to."""
        self.reached.update(outcome.acts)
        self.done.update({*outcome.acts} & self.offers.names)
        if step.kind in {ACT, ENTRY}:
            self._saw_act(step, outcome)
        if step.kind != PAGE:
            return
        kind, count = self.sent if step.data else ("", 0)
        self.done[kind] += bool(kind and outcome.acts)
        if outcome.status in {301, 302, 303}:
            self.sent = "", 0
            self._keep_links(step.by, step.act, [urljoin(step.act, outcome.page)])
        elif outcome.page and outcome.status in {200, 403, 409, 422}:
            tree = read_page(outcome.page)
            self._keep_links(step.by, step.act, list_links(tree, step.act, office=bool(step.by)))
            shown = [] if outcome.status == 403 else list_forms(tree, step.act, outcome.fields)
            for one in shown:
                name = one.kind
                self.forms[name] = Seen(step.by, step.act, one, self.count)
                if name not in self.behind:
                    self.behind[name] = acts_behind(one.to)
            if kind:
                self._saw_again(kind, count, tree, {one.kind for one in shown if one.to == step.act})

    def _saw_again(self, kind: str, count: int, tree: object, shown: set[str]) -> None:
        """A form came back: send it again, or what a preview of it offers."""
        said = " ".join(words_of(tree))[:300]
        if not said and (fresh := sorted(one for one in shown if not self._rank(one) and one != kind)):
            self.sent = self.rng.choice(fresh), 1
            return
        alike = bool(said) and said == self.said.get(kind) and count > 1
        self.sent = kind, CORRECTIONS + 1 if alike else count + 1
        self.said[kind] = said

    def _saw_act(self, step: Step, outcome: Outcome) -> None:
        count = self.failed[2] if self.failed else 0
        self.failed, self.repeated = None, outcome.again
        if outcome.word in {"invalid", "refused"}:
            self.said[step.act] = "；".join(outcome.reasons)
        if outcome.word == "invalid" or (outcome.word == "refused" and not step.bare):
            said = dict(reason.partition(": ")[::2] for reason in outcome.reasons) if outcome.word == "invalid" else {}
            said = {name: words for name, words in said.items() if name != "__all__"}
            if count < CORRECTIONS - 1:
                self.failed = step, said or {"": "；".join(outcome.reasons)}, count + 1

    def lines(self) -> list[str]:
        """Return a line for each act and kind of form seen: times accepted, times tried, what was said last."""
        seen = sorted({*self.forms, *self.tried, *self.done})
        return [f"{self.done[one]}\t{self.tried[one]}\t{one}\t{self.said.get(one, '')}" for one in seen]

    def _keep_links(self, login: str, path: str, links: list[str]) -> None:
        for to in filter(is_page, links):
            kind = kind_of_address(to)
            self.links.setdefault(kind, {})[login] = to, path
            if kind not in self.behind:
                self.behind[kind] = acts_behind(to)
