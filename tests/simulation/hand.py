"""A hand: a person who asks what the product offers and draws the next step from it.

The act that was done and tried least is looked for: as a register or an entry offers it, on its page as a browser
sends it, or called as its rule allows. Where nobody may do it now, an act that has to come before is looked for, and
it again afterwards. A form that comes back is corrected by what it says and sent again. In 8 % of the fills one value
is unlawful. A few steps follow any link.
"""

import random
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urljoin

from django.core import mail
from django.core.mail import EmailMessage
from django.db.models import Model

from gongkai.core.acts.action import ACTIONS_BY_NAME
from gongkai.core.acts.next_steps import with_next_step
from gongkai.core.ledger.forms import get_form
from gongkai.core.ledger.forms.base import ENTRY_FORMS_BY_ACTION
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Appointment
from gongkai.core.widgets.request_cache import page_cache
from simulation.courses import Courses
from simulation.leads import MAX_REPEATED_PREREQUISITES, Leads
from simulation.offers import Offers, bound_form, list_places
from simulation.pages import Sendable, fill_html, is_page, kind_of_address, list_forms, list_links, read_page, words_of
from simulation.seeking import Seeker, draw_code
from simulation.signatures import Unfit, form_of
from simulation.steps import ACT, CALL, ENTRY, EVENT, JOBS, PAGE, Outcome, Player, Step
from simulation.values import Data, fill_form, list_empty_choices

#: Shares of invalid fills, of steps that follow any link, and of start pages among these.
INVALID_SHARE, WALK_SHARE, START_PAGE_SHARE = 0.08, 0.03, 0.04
#: Share of page steps that try other ways first; tries after which an action is not followed.
PAGE_FALLBACK_SHARE, MAX_VAIN_TRIES = 0.35, 8
#: Corrections of a rejected form; resubmissions of a form that came back without an error.
MAX_CORRECTIONS, MAX_RESUBMISSIONS = 4, 2
#: Rows and people tried for a hard action; tries before a step.
MAX_HARD_TRIES, MAX_TRIES_PER_STEP = 3, 6
#: Share of turns in which an action that is also public is sought on public pages.
PUBLIC_PAGE_SHARE = 0.6
#: Actions sought before the turn passes to another login; prerequisites in a row.
SOUGHT_PER_TURN, MAX_PREREQUISITE_DEPTH = 10, 4
#: Start pages of a walk; the public ones contain forms.
OFFICE_STARTS = ("/admin/", "/admin/more/", "/admin/ledger/", "/admin/notices/", "/admin/publishing/")
PUBLIC_STARTS = ("/", "/requests/", "/messages/", "/decisions/", "/search/?q=规划", "/progress/", "/policies/")
NOBODY = ""
#: A date, and a query code as the applicant's page shows it.
DAY = re.compile(r"\d{4}-\d{2}-\d{2}( \d\d:\d\d)?$")
CODE = re.compile(r"\b\d{4} \d{4} \d{4} \d{4}\b")
#: Query codes kept; a URL in a mail.
MAX_CODES = 200
MAILED_URL = re.compile(r"https?://[^/\s]+(/[^\s<>\"'，。；、）]*)")


@dataclass
class SeenForm:
    """A form on a page that a login saw."""

    login: str
    path: str
    form: Sendable


@dataclass
class Hand:
    """Draws steps; remembers the offers of pages by login, and the performed actions."""

    player: Player
    rng: random.Random
    logins: list[str]
    #: The action's latest rejected step, and its number of tries.
    failed: tuple[Step, dict[str, str], int] | None = None
    #: Data that the form of that step asks to send again.
    repeated: Data = field(default_factory=dict)
    #: Kind of page → login → the last link to it, with the page that showed it.
    links: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)
    #: Times that each kind of page was opened.
    opened: Counter[str] = field(default_factory=Counter)
    #: Times that each action was tried, and was accepted.
    tried: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    #: Reasons why actions were not found: (action, reason) → times.
    told: Counter[tuple[str, str]] = field(default_factory=Counter)
    #: Steps of each kind.
    taken: Counter[str] = field(default_factory=Counter)
    #: Action → errors of its latest rejected form.
    said: dict[str, str] = field(default_factory=dict)
    #: Performed action → kinds of steps that performed it.
    ways: dict[str, set[str]] = field(default_factory=dict)
    #: The form of the sought action, its number of rejections, and the next page.
    aim: SeenForm | None = None
    posted: Sendable | None = None
    returned: int = 0
    onward: tuple[str, str, str] | None = None
    #: The previous step was for the sought action.
    purposeful: bool = False
    #: Errors of the empty form of the last offered action.
    warned: list[str] = field(default_factory=list)
    #: Query codes that pages showed.
    codes: list[str] = field(default_factory=list)
    #: Mails already read; tries left before the next step.
    mails: int = 0
    left: int = 0

    def __post_init__(self) -> None:
        #: Logins by role: each role is asked equally often.
        self.posts: dict[str, list[str]] = {}
        for login in self.logins:
            posts = Appointment.objects.filter(person__user__username=login).order_by("role", "body__kind")
            kind = " ".join(f"{role} {body}" for role, body in posts.values_list("role", "body__kind").distinct())
            self.posts.setdefault(kind, []).append(login)
        places = list_places(self.player)
        self.leads = Leads(self.player, self.rng, self.posts, places.keys(), self.tried, self.done, self.told)
        self.offers = Offers(self.player, self.leads, places)
        self.seeker = Seeker(self.leads)
        self.courses = Courses(self.player, self.leads)
        getattr(mail, "outbox", []).clear()  # of another year

    def next_step(self, at: datetime) -> Step | None:
        """Return the next step, or None where nothing was found that is offered."""
        with page_cache():  # a search changes nothing: a rule's query is asked once
            return self._draw_step(at)

    def _draw_step(self, at: datetime) -> Step | None:
        moment, lawful, self.left = at.isoformat(), self.rng.random() >= INVALID_SHARE, MAX_TRIES_PER_STEP
        if self.failed and (step := self._corrected(moment)):
            return step
        self.purposeful = False
        if (self.aim or self.onward or self.seeker.now) and (step := self._purposeful_step(moment, lawful)):
            return step
        self.purposeful = False
        many, elsewhere = (
            self.taken[PAGE] > PAGE_FALLBACK_SHARE * self.taken.total(),
            self.offers.places.keys() | self.leads.called,
        )
        shown = elsewhere if many else self.leads.goals
        for name in [one for one in self.leads.ready if one in shown]:
            self.leads.ready.remove(name)
            if name not in self.ways and (step := self._step_for(moment, name, lawful)):
                return step
        if self.rng.random() < WALK_SHARE:
            return self._walk_step(moment)
        ranks = {one: (one not in shown, self.leads.rank(one), self.rng.random()) for one in self.leads.goals}
        for name in sorted(ranks, key=ranks.__getitem__)[:SOUGHT_PER_TURN]:
            if step := self._step_for(moment, name, lawful):
                return step
        return self._walk_step(moment)

    def _step_for(self, at: str, name: str, lawful: bool, depth: int = 0) -> Step | None:
        """Return a step towards an act: as it is offered, by its page, by a call, or by an act before it."""
        self.tried[name] += 1
        allowed = None if self.leads.follows(name) else self.leads.find_allowed(name)
        outside = (
            allowed in (None, (NOBODY, None)) and name in self.leads.outside and self.rng.random() < PUBLIC_PAGE_SHARE
        )
        allowed = (NOBODY, None) if outside else allowed
        if name in self.offers.places:
            offered = partial(self._offered_step, at, name, lawful)
            hard = self.said.get(name) and (depth > 0 or not self.done[name])
            if step := self._work_out(at, offered, name, allowed) if hard else offered(allowed):
                return step
        if allowed is not None:
            called = allowed[0] and not self.done[name] and name in self.leads.called
            many = self.taken[PAGE] > PAGE_FALLBACK_SHARE * self.taken.total()
            called = called and (many or self.tried[name] > 1)
            if called and (step := self._work_out(at, partial(self._called_step, at, name, lawful), name, allowed)):
                return step
            alone = self.ways.get(name, set()) & {EVENT, JOBS}  # these come by themselves
            if not many and not alone and name not in self.leads.told:
                self.seeker.seek(name, *allowed, outside=outside)
                if step := self._purposeful_step(at, lawful):
                    return step
        before = [
            one
            for one in self.leads.before(name)
            if self.tried[one] < MAX_VAIN_TRIES
            and one != self.leads.after.get(name)
            and self.leads.led[one, name] <= MAX_REPEATED_PREREQUISITES
        ]
        if before and depth < MAX_PREREQUISITE_DEPTH:
            return self._step_for(at, self.leads.lead(name, before), lawful, depth + 1)
        return None

    def _work_out(
        self,
        at: str,
        make: Callable[[tuple[str, Model | None] | None], Step | None],
        name: str,
        allowed: tuple[str, Model | None] | None,
    ) -> Step | None:
        """Return a step by which an act is done: rows, people and values are tried out until one is."""
        entered = ""
        for count in range(MAX_HARD_TRIES):
            if count:
                allowed = self.leads.find_allowed(name)
            step = make(allowed) if allowed or not count else None
            for _ in range(MAX_CORRECTIONS if step else 0):
                if (left := self.left) <= 0:
                    return None
                self.left, outcome = left - 1, self.player.try_out(step)
                recorded = outcome.word == "done" and name not in outcome.acts
                if name in outcome.acts or outcome.word == "error" or (recorded and entered == name):
                    return step  # or another person has to confirm it, whatever the day
                self.told[name, "；".join(outcome.reasons)[:80] or outcome.word] += 1
                if outcome.word == "refused" and allowed:
                    self.leads.note_told(name, allowed[1], outcome.reasons[0])
                form = bound_form(self.player, step) if outcome.word in {"done", "invalid", "refused"} else None
                if form is None:
                    break
                wrong = said_of(outcome) if outcome.word != "done" else {}
                data = outcome.again or fill_form(form, self.rng, unlawful=False, before=step.data, wrong=wrong)
                if recorded:  # entered as done earlier: it is done today instead
                    entered, step = name, replace(step, lawful=True)
                    days = [name for name, values in data.items() if DAY.match(values[0])]
                    data |= {name: [f"{at[:10]}{data[name][0][10:]}"] for name in days}
                if data == step.data and not recorded:
                    break
                step = replace(step, data=data, lawful=True)
        return None

    def _offered_step(self, at: str, name: str, lawful: bool, allowed: tuple[str, Model | None] | None) -> Step | None:
        """Do an act as a register or the page of an entry offers it."""
        offered = (self.offers.at(name, *allowed) if allowed and allowed[1] else None) or self.offers.find(name)
        if offered is None:
            return None
        form = offered.form()
        if form is not None and self._lacks_choices(name, form):
            return None
        data = fill_form(form, self.rng, unlawful=not lawful) if form else {}
        bare = form is None or not form.fields
        self._read_warnings(form)
        return Step(at, offered.kind, offered.login, offered.named, offered.target, data, lawful, bare=bare)

    def _called_step(self, at: str, name: str, lawful: bool, allowed: tuple[str, Model | None]) -> Step | None:
        """Call an act that pages did not reach, on a row and by a person that its rule allows."""
        login, row = allowed
        kind = ENTRY if name in ENTRY_FORMS_BY_ACTION and isinstance(row, Entry) else CALL
        try:
            entry = {"entry": row, "by": self.player.actor(login)}
            form = form_of(name, row)() if kind == CALL else get_form(ACTIONS_BY_NAME[name])(**entry)
        except Unfit as asked:
            self.told[name, f"its signature asks for {asked}"] += 1
            return None
        if self._lacks_choices(name, form):
            return None
        data = fill_form(form, self.rng, unlawful=not lawful)
        self._read_warnings(form)
        target = f"{row._meta.label_lower}/{row.pk}" if row is not None else ""
        return Step(at, kind, login, name, target, data, lawful)

    def _read_warnings(self, form: Any) -> None:
        said = getattr(form, "said", ())
        shown = [*getattr(form, "warnings", ()), *(() if callable(said) else said)]
        self.warned = [with_next_step(words) for words in shown]

    def _lacks_choices(self, name: str, form: Any) -> bool:
        """Return true if a form has nothing to choose from: an act that makes a row of it is next."""
        lacking = list_empty_choices(form)
        for field_name, model in lacking:
            self.told[name, f"nothing to choose: {field_name}"] += 1
            if model is not None:
                self.leads.need(name, model)
        return bool(lacking)

    def describe(self, step: Step, outcome: Outcome) -> str:
        """Return a line about a step: what was sought, what was done, its outcome, and what was said."""
        sought = self.seeker.now.act if self.purposeful and self.seeker.now else ""
        said = "；".join(outcome.reasons)
        if not said and step.data and outcome.page.lstrip().startswith("<"):
            said = " ".join(words_of(read_page(outcome.page)))[:300]
        what = f"{'POST' if step.data else 'GET'} {step.act}" if step.kind == PAGE else f"{step.kind} {step.act}"
        return "\t".join((sought, step.by, what, outcome.word, str(outcome.status), ",".join(outcome.acts), said))

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
        """Open a page where what is sought may be done, or send its form; None where no page is left."""
        self.purposeful = True
        aim, self.aim = self.aim, None
        if aim is not None and (
            data := fill_html(aim.form, self.rng, unlawful=not (lawful or self.returned), again=self.returned > 0)
        ):
            if aim.form.to.startswith("/query/") and "code" in data and self.codes:  # others are no query codes
                data |= draw_code(self.codes, self.seeker.now.act if self.seeker.now else "", self.rng)
            self.posted = aim.form
            return Step(at, PAGE, aim.login, aim.form.to, aim.path, data, lawful)
        if self.onward is None:
            self.returned = 0
        opened, self.onward = self.onward or self.seeker.next_page(), None
        return Step(at, PAGE, *opened) if opened else None

    def _saw_purposeful(self, step: Step, outcome: Outcome, shown: list[Sendable], links: list[str]) -> None:
        sought = self.seeker.now
        if sought is None:
            return
        sought.steps += 1
        if sought.act in outcome.acts:
            self.seeker.now = None
        elif outcome.status in {301, 302, 303}:
            to = urljoin(step.act, outcome.page)
            if step.data and self.posted is not None:
                self.seeker.note_fruitless(self.posted)
            rarely = max(self.returned, sought.steps - MAX_CORRECTIONS) < MAX_CORRECTIONS
            self.onward = (step.by, to, "") if rarely and is_page(to) else None
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
        if found is not None and self.returned < MAX_CORRECTIONS:
            said = " ".join(words_of(read_page(outcome.page)))[:300] if step.data else ""
            if said != self.said.get(act) if said else self.returned < MAX_RESUBMISSIONS:
                self.aim = SeenForm(step.by, step.act, found)
            self.said[act] = said
            self.returned += bool(step.data)

    def _walk_step(self, at: str) -> Step:
        """Open a page of a kind that was opened least, by a link that somebody saw; now and then a start page."""
        if not self.links or self.rng.random() < START_PAGE_SHARE:
            login = NOBODY if self.rng.random() < 0.25 else self.rng.choice(self.logins)
            return Step(at, PAGE, login, self.rng.choice(OFFICE_STARTS if login else PUBLIC_STARTS))
        route = min(self.links, key=lambda one: (self.opened[one], self.rng.random()))
        self.opened[route] += 1
        login = self.rng.choice([*self.links[route]])
        to, path = self.links[route].pop(login)
        if not self.links[route]:
            del self.links[route]
        return Step(at, PAGE, login, to, path)

    def saw(self, step: Step, outcome: Outcome) -> None:
        """Remember whether a step was accepted, and the page that it led to."""
        self.done.update(outcome.acts)
        for act in outcome.acts:
            self.ways.setdefault(act, set()).add(step.kind)
        self.taken[step.kind] += 1
        self.leads.note_done(outcome.acts)
        self._read_mails()
        if step.kind in {ACT, ENTRY, CALL}:
            self._saw_act(step, outcome)
        if step.kind == EVENT and "code" in step.data:  # it was handed to the person who asks
            self.codes = [*self.codes, *step.data["code"]][-MAX_CODES:]
        if step.kind != PAGE:
            return
        shown: list[Sendable] = []
        links: list[str] = []
        if outcome.status in {301, 302, 303}:
            self._keep_links(step.by, step.act, [urljoin(step.act, outcome.page)])
        elif outcome.page and outcome.status in {200, 403, 409, 422}:
            tree = read_page(outcome.page)
            links = list_links(tree, step.act, office=bool(step.by))
            self._keep_links(step.by, step.act, links)
            shown = [] if outcome.status == 403 else list_forms(tree, step.act, outcome.fields)
            if found := CODE.findall(outcome.page):
                self.codes = [*self.codes, *found][-MAX_CODES:]
        if self.purposeful:
            self._saw_purposeful(step, outcome, shown, links)

    def _read_mails(self) -> None:
        """Remember the addresses that mails lead people outside to."""
        mails: list[EmailMessage] = getattr(mail, "outbox", [])
        for one in mails[self.mails :]:
            for to in MAILED_URL.findall(str(one.body)):
                if not to.startswith("/admin/"):
                    self.seeker.notice_link(NOBODY, "", to)
        self.mails = len(mails)

    def _saw_act(self, step: Step, outcome: Outcome) -> None:
        count = self.failed[2] if self.failed else 0
        alike = count > 0 and self.said.get(step.act.rpartition("/")[2]) == "；".join(outcome.reasons)
        self.failed, self.repeated = None, outcome.again
        if outcome.word in {"invalid", "refused"}:
            self.said[step.act.rpartition("/")[2]] = "；".join(outcome.reasons)
        mendable = outcome.word == "invalid" or (outcome.word == "refused" and not step.bare)
        if mendable and count < (1 if step.kind == CALL else MAX_CORRECTIONS - 1) and not alike:
            self.failed = step, said_of(outcome), count + 1

    def _keep_links(self, login: str, path: str, links: list[str]) -> None:
        for to in filter(is_page, links):
            self.seeker.notice_link(login, path, to)
            self.links.setdefault(kind_of_address(to), {})[login] = to, path


def said_of(outcome: Outcome) -> dict[str, str]:
    """Return the errors of a form's fields and of the form."""
    said = dict(reason.partition(": ")[::2] for reason in outcome.reasons) if outcome.word == "invalid" else {}
    return {name: words for name, words in said.items() if name != "__all__"} or {"": "；".join(outcome.reasons)}
