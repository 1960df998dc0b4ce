"""A hand: a person who asks what the product offers and draws the next step from it.

A part of the steps follows the forms that acts declare: what was done least is looked for among the rows and the
people that it may be offered to. The others go through pages, as a browser sends them: a link or a form that leads to
what was done least. A form that comes back is corrected by what it says and sent again. In 8 % of the fills one
value is unlawful.
"""

import random
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from django.core import mail
from django.core.mail import EmailMessage

from gongkai.core.acts.action import ACTIONS_BY_NAME
from gongkai.core.acts.next_steps import with_next_step
from gongkai.core.ledger.forms import form_for
from gongkai.core.ledger.forms.base import ENTRY_FORMS_BY_ACTION
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Appointment
from gongkai.core.widgets.once import page_cache
from simulation.addresses import acts_behind
from simulation.offers import Offers, bound_form
from simulation.pages import (
    Sendable,
    fill_html,
    is_page,
    kind_of_address,
    list_forms,
    list_links,
    read_page,
    words_of,
)
from simulation.seeking import Seeker
from simulation.signatures import Unfit, form_of
from simulation.steps import ACT, CALL, ENTRY, EVENT, PAGE, Outcome, Player, Step
from simulation.values import Data, fill_form, list_empty_choices

#: Shares of steps: through a page, at least and at most; unlawful fills; of page steps that follow any link.
LEAST, MOST, UNLAWFUL, WALK = 0.15, 0.3, 0.08, 0.1
#: Shares of page steps: forms of pages opened before, start pages.
FORMS, STARTS = 0.6, 0.04
#: Share of steps that call an act which forms and pages did not reach, at most; acts that are looked at for one;
#: calls after which the share follows what was done.
CALLS, LOOKED, CALLED = 0.5, 12, 8
#: Tries that were not accepted and count as one that was; corrections of a form that came back.
TRIES, CORRECTIONS = 3, 4
#: Times that a form is sent again which came back without a word.
PREVIEWS = 2
#: Acts that are looked for before somebody else has the turn.
SOUGHT = 4
#: Steps after which a form is read again before it is sent.
FRESH = 5
#: Pages where a walk begins; the public's are those with its forms.
OFFICE_STARTS = ("/admin/", "/admin/more/", "/admin/ledger/", "/admin/notices/", "/admin/publishing/")
PUBLIC_STARTS = ("/", "/requests/", "/messages/", "/decisions/", "/search/?q=规划", "/progress/", "/policies/")
NOBODY = ""
#: A query code as the page shows it to who asked, and the second keys of who asks.
CODE, SECONDS = re.compile(r"\b\d{4} \d{4} \d{4} \d{4}\b"), ("002X", "8000", "0000", "1234")
#: An address of the site in a mail; newest codes that are asked with.
MAILED, CODES = re.compile(r"https?://[^/\s]+(/[^\s<>\"'，。；、）]*)"), 5


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
    #: Times that an act was called with facts of its signature.
    called: Counter[str] = field(default_factory=Counter)
    #: Calls, and calls that were done.
    calls: Counter[str] = field(default_factory=Counter)
    #: Kind of form → what the page said when it came back last.
    said: dict[str, str] = field(default_factory=dict)
    #: Acts done by anybody.
    reached: set[str] = field(default_factory=set)
    count: int = 0
    #: The form that what is sought needs, how often it came back, and the page to go on to.
    aim: Seen | None = None
    posted: Sendable | None = None
    returned: int = 0
    onward: tuple[str, str, str] | None = None
    #: The step before went for what is sought.
    purposeful: bool = False
    #: What the form of the act that was offered last said before anybody typed.
    warned: list[str] = field(default_factory=list)
    #: Query codes that pages showed.
    codes: list[str] = field(default_factory=list)
    #: Mails that were read.
    mails: int = 0

    def __post_init__(self) -> None:
        #: Logins by the kinds of their posts: each kind of post is asked as often as the others.
        self.posts: dict[str, list[str]] = {}
        for login in self.logins:
            posts = Appointment.objects.filter(person__user__username=login).order_by("role", "body__kind")
            kind = " ".join(f"{role} {body}" for role, body in posts.values_list("role", "body__kind").distinct())
            self.posts.setdefault(kind, []).append(login)
        self.offers = Offers(self.player, self.rng, self.posts)
        self.seeker = Seeker(self.rng, self.offers.actor, self.posts, done=self.done, offered=self.offers.names)

    def next_step(self, at: datetime) -> Step | None:
        """Return the next step, or None where nothing was found that is offered."""
        with page_cache():  # a search changes nothing: a rule's query is asked once
            return self._draw_step(at)

    def _draw_step(self, at: datetime) -> Step | None:
        self.count += 1
        moment, lawful = at.isoformat(), self.rng.random() >= UNLAWFUL
        if self.failed and (step := self._corrected(moment)):
            return step
        self.purposeful = False
        if self.aim or self.onward:
            return self._purposeful_step(moment, lawful)
        if self.rng.random() < self._share_of_calls() and (step := self._called_step(moment, lawful)):
            self.calls[CALL] += 1
            return step
        if self.wanted or self.rng.random() < self._share_of_pages():
            if self.wanted or self.rng.random() < WALK:
                return self._page_step(moment, lawful)
            return self._purposeful_step(moment, lawful)
        return self._offered_step(moment, lawful)

    def _share_of_pages(self) -> float:
        """Return the share of steps through pages: as many as acts that only a page offers are among those not done."""
        lacking = {*self.seeker.goals, *self.offers.names} - self.reached
        alone = lacking - self.offers.names
        return max(LEAST, min(MOST, len(alone) / max(1, len(lacking))))

    def _share_of_calls(self) -> float:
        """Return the share of steps that call an act: less where most are refused."""
        return min(CALLS, (self.calls["done"] + CALLED) / (self.calls[CALL] + CALLED))

    def _draw_login(self) -> str:
        return self.rng.choice(self.posts[self.rng.choice([*self.posts])])

    def _rank(self, name: str) -> int:
        return self.done[name] + self.tried[name] // TRIES

    def _offered_step(self, at: str, lawful: bool, wanted: str = "") -> Step | None:
        """Look for the acts that were done least among the rows and the people that they may be offered to."""
        found = sorted(self.offers.names, key=lambda one: (one != wanted, self._rank(one), self.rng.random()))
        for name in found[:SOUGHT]:
            self.tried[name] += 1
            offered = self.offers.find(name, self.done)
            if offered is None and self.offers.wanted in self.seeker.goals:
                self.seeker.seek(self.offers.wanted)
                return self._purposeful_step(at, lawful)
            if offered is None:
                continue
            form = offered.form()
            if form is not None and (lacking := list_empty_choices(form)):
                self.offers.vain[name, f"nothing to choose: {lacking[0][0]}"] += 1
                for _, model in lacking:
                    if model is not None:
                        self.seeker.need(model)
                continue
            data = fill_form(form, self.rng, unlawful=not lawful) if form else {}
            bare = form is None or not form.fields
            self.warned = [with_next_step(words) for words in getattr(form, "warnings", ())]
            return Step(at, offered.kind, offered.login, offered.named, offered.target, data, lawful, bare=bare)
        return None

    def _called_step(self, at: str, lawful: bool) -> Step | None:
        """Call an act that was sought in vain, on a row and by a person that its rule allows."""
        sought = [name for name in sorted(self.seeker.called) if not self.done[name]]
        for name in sorted(sought, key=lambda one: (self.called[one], -self.seeker.tried[one], self.rng.random()))[
            :LOOKED
        ]:
            self.called[name] += 1
            login, row = self.seeker.find_allowed(name) or ("", None)
            if not login:
                continue
            kind = ENTRY if name in ENTRY_FORMS_BY_ACTION and isinstance(row, Entry) else CALL
            try:
                form = form_of(name, row)() if kind == CALL else self._form_of_entry(name, row, login)
            except Unfit as asked:
                self.offers.vain[name, f"its signature asks for {asked}"] += 1
                self.called[name] += TRIES
                continue
            if lacking := list_empty_choices(form):
                self.offers.vain[name, f"nothing to choose: {lacking[0][0]}"] += 1
                continue
            data = fill_form(form, self.rng, unlawful=not lawful)
            target = f"{row._meta.label_lower}/{row.pk}" if row is not None else ""
            return Step(at, kind, login, name, target, data, lawful)
        return None

    def _form_of_entry(self, name: str, entry: Entry, login: str) -> Any:
        return form_for(ACTIONS_BY_NAME[name])(entry=entry, by=self.player.actor(login))

    def describe(self, step: Step, outcome: Outcome) -> str:
        """Return a line about a step: what was sought, what was done, its outcome, and what was said."""
        sought = self.seeker.now.act if self.purposeful and self.seeker.now else ""
        said = "；".join(outcome.reasons)
        if not said and step.data and outcome.page.lstrip().startswith("<"):
            said = " ".join(words_of(read_page(outcome.page)))[:300]
        what = f"{'POST' if step.data else 'GET'} {step.act}" if step.kind == PAGE else f"{step.kind} {step.act}"
        return "\t".join((sought, step.by, what, outcome.word, str(outcome.status), ",".join(outcome.acts), said))

    def vain(self) -> list[tuple[tuple[str, str], int]]:
        """Return why acts that nobody did were sought in vain, and how often."""
        return [
            (pair, count)
            for told in (self.offers.vain, self.seeker.vain)
            for pair, count in told.items()
            if pair[0] not in self.reached
        ]

    def _corrected(self, at: str) -> Step | None:
        assert self.failed
        (step, said, _), login = self.failed, self.failed[0].by
        form = bound_form(self.player, step)
        if form is None:
            self.failed = None
            return None
        data = self.repeated or fill_form(form, self.rng, unlawful=False, before=step.data, wrong=said)
        return Step(at, step.kind, login, step.act, step.target, data, bare=step.bare)

    def _purposeful_step(self, at: str, lawful: bool) -> Step | None:
        """Open a page where what is sought may be done, or send its form."""
        self.purposeful, self.sent = True, ("", 0)
        aim, self.aim = self.aim, None
        if aim is not None and (
            data := fill_html(aim.form, self.rng, unlawful=not (lawful or self.returned), again=self.returned > 0)
        ):
            if "code" in data and self.codes:
                data |= {"code": [self.rng.choice(self.codes[-CODES:])], "second": [self.rng.choice(SECONDS)]}
            self.posted = aim.form
            return Step(at, PAGE, aim.login, aim.form.to, aim.path, data, lawful)
        if self.onward is None:
            self.returned = 0
        (login, to, path), self.onward = self.onward or self.seeker.next_page(), None
        if self.seeker.elsewhere:
            self.seeker.finish()
            self.purposeful = False
            return self._offered_step(at, lawful, self.seeker.elsewhere)
        return Step(at, PAGE, login, to, path)

    def _saw_purposeful(self, step: Step, outcome: Outcome, shown: list[Sendable], links: list[str]) -> None:
        sought = self.seeker.now
        if sought is None:
            return
        sought.steps += 1
        if sought.act in outcome.acts:
            self.seeker.finish()
        elif outcome.status in {301, 302, 303}:
            to = urljoin(step.act, outcome.page)
            if step.data and self.posted is not None:
                self.seeker.note_fruitless(self.posted)
            self.onward = (
                (step.by, to, "")
                if is_page(to) and max(self.returned, sought.steps - CORRECTIONS) < CORRECTIONS
                else None
            )
            self.returned += 1
        elif outcome.status in {404, 405} or (not step.data and outcome.status == 403):
            self.seeker.miss_page(step.by, outcome.status)
        else:
            self._aim_at_form(step, outcome, shown, links)

    def _aim_at_form(self, step: Step, outcome: Outcome, shown: list[Sendable], links: list[str]) -> None:
        """Send the form of a page that fits what is sought, or go on to another page of it."""
        assert self.seeker.now
        found, act = self.seeker.judge_page(step.by, shown), self.seeker.now.act
        if found is None and not step.data and outcome.status == 200 and (to := self.seeker.onward_from(links)):
            self.onward = step.by, to, step.act
            return
        found = found or self.seeker.judge_page(step.by, shown, far=True)
        if found is not None and self.returned < CORRECTIONS:
            said = " ".join(words_of(read_page(outcome.page)))[:300] if step.data else ""
            if said != self.said.get(act) if said else self.returned < PREVIEWS:
                self.aim = Seen(step.by, step.act, found, self.count)
            self.said[act] = said
            self.returned += bool(step.data)

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
        self.done.update(outcome.acts)
        self.seeker.note_done(outcome.acts)
        self._read_mails()
        if step.kind in {ACT, ENTRY, CALL}:
            self._saw_act(step, outcome)
        if step.kind == EVENT and "code" in step.data:  # it was handed to the person who asks
            self.codes = [*self.codes, *step.data["code"]][-20:]
        if step.kind != PAGE:
            return
        kind, count = self.sent if step.data else ("", 0)
        self.done[kind] += bool(kind and outcome.acts)
        shown: list[Sendable] = []
        links: list[str] = []
        if outcome.status in {301, 302, 303}:
            self.sent = "", 0
            self._keep_links(step.by, step.act, [urljoin(step.act, outcome.page)])
        elif outcome.page and outcome.status in {200, 403, 409, 422}:
            tree = read_page(outcome.page)
            links = list_links(tree, step.act, office=bool(step.by))
            self._keep_links(step.by, step.act, links)
            shown = [] if outcome.status == 403 else list_forms(tree, step.act, outcome.fields)
            for one in shown:
                name = one.kind
                self.forms[name] = Seen(step.by, step.act, one, self.count)
                if name not in self.behind:
                    self.behind[name] = frozenset(acts_behind(one.to))
            if kind:
                self._saw_again(kind, count, tree, {one.kind for one in shown if one.to == step.act})
            if found := CODE.findall(outcome.page):
                self.codes = [*self.codes, *found][-20:]
        if self.purposeful:
            self._saw_purposeful(step, outcome, shown, links)

    def _read_mails(self) -> None:
        """Remember the addresses that mails lead people outside to."""
        mails: list[EmailMessage] = getattr(mail, "outbox", [])
        for one in mails[self.mails :]:
            for to in MAILED.findall(str(one.body)):
                if not to.startswith("/admin/"):
                    self.seeker.notice_link(NOBODY, "", to)
        self.mails = len(mails)

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
        alike = count > 0 and self.said.get(step.act) == "；".join(outcome.reasons)
        self.failed, self.repeated = None, outcome.again
        self.calls["done"] += step.kind == CALL and outcome.word == "done"
        if outcome.word in {"invalid", "refused"}:
            self.said[step.act] = "；".join(outcome.reasons)
        if outcome.word == "invalid" or (outcome.word == "refused" and not step.bare):
            said = dict(reason.partition(": ")[::2] for reason in outcome.reasons) if outcome.word == "invalid" else {}
            said = {name: words for name, words in said.items() if name != "__all__"}
            if count < (1 if step.kind == CALL else CORRECTIONS - 1) and not alike:
                self.failed = step, said or {"": "；".join(outcome.reasons)}, count + 1

    def lines(self) -> list[str]:
        """Return a line for each act and kind of form seen: times accepted, times tried, what was said last."""
        seen = sorted({*self.forms, *self.tried, *self.done})
        return [f"{self.done[one]}\t{self.tried[one]}\t{one}\t{self.said.get(one, '')}" for one in seen]

    def _keep_links(self, login: str, path: str, links: list[str]) -> None:
        for to in filter(is_page, links):
            kind = kind_of_address(to)
            self.seeker.notice_link(login, path, to)
            self.links.setdefault(kind, {})[login] = to, path
            if kind not in self.behind:
                self.behind[kind] = frozenset(acts_behind(to))
