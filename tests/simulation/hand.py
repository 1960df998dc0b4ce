"""A hand: a person who asks what the product offers and draws the next step from it.

Half of the steps follow the forms that acts declare. The others go through pages, as a browser sends them: a link
whose kind of page was opened least, or the form that was accepted least. A form that comes back is corrected and
sent again. In 8 % of the fills one value is unlawful.
"""

import random
import re
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404
from django.urls import Resolver404, resolve
from lxml import html

from gongkai.core.acts.actors import Actor
from gongkai.core.ledger.forms import form_for
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.queries import visible_to
from gongkai.core.registers.forms import Act, New
from gongkai.core.units.models import Appointment
from gongkai.ui.office.offered_actions import offers
from simulation.steps import ACT, ENTRY, PAGE, Outcome, Player, Step
from simulation.values import Data, draw_day, draw_file, draw_text, fill_form

if TYPE_CHECKING:
    from gongkai.core.registers.register import AnyRegister

#: Shares of steps: through a page, on entries, unlawful fills.
PAGES, ENTRIES, UNLAWFUL = 0.6, 0.5, 0.08
#: Shares of page steps: forms of pages opened before, start pages.
FORMS, STARTS = 0.6, 0.1
#: Tries that were not accepted and count as one that was; corrections of a form that came back.
TRIES, CORRECTIONS = 4, 3
#: Rows of a register at which acts are looked for.
MOST_ROWS = 3
#: Registers that one step looks through, and kinds of entries.
REGISTERS, KINDS = 8, 3
#: Pages where a walk begins; the public's are those with its forms.
OFFICE_STARTS = ("/admin/", "/admin/ledger/", "/admin/notices/", "/admin/publishing/")
PUBLIC_STARTS = ("/", "/requests/", "/messages/", "/decisions/", "/search/?q=规划", "/progress/", "/policies/")
LEFT_OUT = re.compile(
    r"^/admin/(logout|password_reset|login|signin)|^/static/|/export|[?&]export=|\.(xlsx|docx|pdf|zip)$"
)
NOBODY = ""
#: A value that names an act, not a row.
WORD = re.compile(r"^[a-z][a-z_.-]{1,40}$")


class Sendable(NamedTuple):
    """A form of a page with the button that sends it, and the address that it is sent to."""

    form: Any
    button: Any
    to: str

    @property
    def kind(self) -> str:
        """The kind of address that the form is sent to, with what its button and hidden fields name."""
        named = [(self.button.get("name"), self.button.get("value"))] if self.button is not None else []
        named += [(one.get("name"), one.get("value")) for one in self.form.xpath(".//input[@type='hidden']")]
        words = [f"{name}={value}" for name, value in named if name and value and WORD.match(value)]
        return " ".join([kind_of_address(self.to), *words])


class Offered(NamedTuple):
    """An act that a register offers: its name in a step, its target, and the row and model of its form."""

    named: str
    act: Act
    target: str
    row: Model | None
    model: type[Model]


@dataclass
class Hand:
    """Draws steps; remembers what pages offered each login and what was done."""

    player: Player
    rng: random.Random
    logins: list[str]
    #: Kind of form → the last one seen, with its login and page.
    forms: dict[str, tuple[str, str, Sendable]] = field(default_factory=dict)
    #: The form that was sent last, and how often it came back.
    sent: tuple[str, int] = ("", 0)
    #: Kind of page → login → the last link to it that the login saw, with the page that showed it.
    links: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)
    #: Times that a kind of page was opened.
    opened: Counter[str] = field(default_factory=Counter)
    #: Times that an act or a kind of form was tried, and was accepted.
    tried: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    #: Kind of form → what the page said when it came back last.
    said: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        #: Logins by the kinds of their posts: each kind of post is asked as often as the others.
        self.posts: dict[str, list[str]] = {}
        for login in self.logins:
            posts = Appointment.objects.filter(person__user__username=login).order_by("role", "body__kind")
            kind = " ".join(f"{role} {body}" for role, body in posts.values_list("role", "body__kind").distinct())
            self.posts.setdefault(kind, []).append(login)
        #: Register → the names of its acts in steps.
        self.acts: dict[str, list[str]] = {}
        for name, register in self.player.registers.items():
            own = [f"{name}//{act.action.name}" for act in (*register.acts, *filter(None, [register.new]))]
            own += [f"{name}/{part.name}/{act.action.name}" for part in register.parts for act in part.acts]
            if own and register.parent is None:
                self.acts[name] = own

    def next_step(self, at: datetime) -> Step | None:
        """Return the next step, or None where the person drawn is offered nothing."""
        moment, lawful = at.isoformat(), self.rng.random() >= UNLAWFUL
        if self.rng.random() < PAGES:
            return self._page_step(moment, lawful)
        login = self._draw_login()
        try:
            by = self.player.actor(login)
        except Exception:
            return None
        if self.rng.random() < ENTRIES:
            return self._entry_step(moment, login, by, lawful)
        return self._register_step(moment, login, by, lawful)

    def _draw_login(self) -> str:
        return self.rng.choice(self.posts[self.rng.choice([*self.posts])])

    def _rank(self, name: str) -> int:
        return self.done[name] + self.tried[name] // TRIES

    def _register_rank(self, name: str) -> int:
        return min(map(self._rank, self.acts[name])) + self.tried[name] // (4 * TRIES)

    def _rarest(self, names: list[str]) -> str:
        least = min(self._rank(name) for name in names)
        name = self.rng.choice([one for one in names if self._rank(one) == least])
        self.tried[name] += 1
        return name

    def _entry_step(self, at: str, login: str, by: Actor, lawful: bool) -> Step | None:
        # Kinds and states that were drawn least, so that what is rare is worked on, too.
        rows: dict[str, list[int]] = {}
        for pk, kind, state in visible_to(by).order_by("pk").values_list("pk", "kind", "state"):
            rows.setdefault(f"{kind} {state}", []).append(pk)
        kinds = sorted(rows, key=lambda one: (self.tried[one], self.rng.random()))[:KINDS]
        self.tried.update(kinds)
        keys = [self.rng.choice(rows[kind]) for kind in kinds]
        allowed = {
            offer.action.name: (offer.action, entry)
            for entry in Entry.objects.select_related("body").filter(pk__in=keys).order_by("pk")
            for offer in offers(entry, by)[0]
        }
        if not allowed:
            return None
        action, entry = allowed[self._rarest(sorted(allowed))]
        form = form_for(action)(entry=entry, by=by)
        data = fill_form(form, self.rng, unlawful=not lawful)
        return Step(at, ENTRY, login, action.name, f"ledger.entry/{entry.pk}", data, lawful, bare=not form.fields)

    def _register_step(self, at: str, login: str, by: Actor, lawful: bool) -> Step | None:
        offered: dict[str, Offered] = {}
        for name in sorted(self.acts, key=lambda one: (self._register_rank(one), self.rng.random()))[:REGISTERS]:
            self.tried[name] += 1
            offered |= {one.named: one for one in self._offers(self.player.registers[name], by)}
        if not offered:
            return None
        one = offered[self._rarest(sorted(offered))]
        form = one.act.form_class(one.model)(by=by, target=one.row)
        if isinstance(one.act, New):
            form.offer(one.act.target, one.act.targets(by))
        data = {} if one.act.quick else fill_form(form, self.rng, unlawful=not lawful)
        return Step(at, ACT, login, one.named, one.target, data, lawful, bare=one.act.quick or not form.fields)

    def _offers(self, register: "AnyRegister", by: Actor) -> "Iterator[Offered]":
        """Yield what a register offers somebody: a new row, acts on one row, acts on a row of each part."""
        if register.new and register.new.targets(by).exists():
            yield Offered(f"{register.name}//{register.new.action.name}", register.new, "", None, register.model)
        try:
            rows = _some_rows(register.rows(by), self.rng) if register.acts or register.parts else []
        except (Http404, PermissionDenied):  # a list that is not this person's
            return
        if not rows:
            return
        for row in rows:
            for act in register.acts:
                if act.is_offered(row, by):
                    yield Offered(f"{register.name}//{act.action.name}", act, _named(row), row, register.model)
        row = rows[0]
        for part in register.parts:
            for line in _some_rows(part.rows(row, by), self.rng)[:1] if part.acts else []:
                for act in part.acts:
                    if act.is_offered(line, by):
                        target = f"{_named(row)} {_named(line)}"
                        yield Offered(f"{register.name}/{part.name}/{act.action.name}", act, target, line, part.model)

    def _page_step(self, at: str, lawful: bool) -> Step:
        kind, count = self.sent
        again = kind in self.forms and 0 < count <= CORRECTIONS
        if self.forms and (again or self._prefers_form()):
            if not again:
                kind, count = self._rarest(sorted(self.forms)), 0
            login, path, one = self.forms.pop(kind)
            self.sent = kind, count
            if data := fill_html(one, self.rng, unlawful=not lawful and not again, again=again):
                return Step(at, PAGE, login, one.to, path, data, lawful)
        self.sent = "", 0
        if not self.links or self.rng.random() < STARTS:
            login = NOBODY if self.rng.random() < 0.25 else self._draw_login()
            return Step(at, PAGE, login, self.rng.choice(OFFICE_STARTS if login else PUBLIC_STARTS))
        route = min(self.links, key=lambda one: (self.opened[one], self.rng.random()))
        self.opened[route] += 1
        login = self.rng.choice([*self.links[route]])
        to, path = self.links[route].pop(login)
        if not self.links[route]:
            del self.links[route]
        return Step(at, PAGE, login, to, path)

    def _prefers_form(self) -> bool:
        """Draw between a form and a link: what was never tried comes first."""
        new = min(map(self._rank, self.forms)) == 0
        unseen = any(not self.opened[kind] for kind in self.links)
        return self.rng.random() < (FORMS if new == unseen else 0.9 if new else 0.1)

    def saw(self, step: Step, outcome: Outcome) -> None:
        """Remember whether a step was accepted, and the page that it led to."""
        if step.kind in {ACT, ENTRY}:
            self.done[step.act] += outcome.word == "done"
        if step.kind != PAGE:
            return
        kind, count = self.sent if step.data else ("", 0)
        if outcome.status in {301, 302, 303}:
            self.done[kind] += 1
            self.sent = "", 0
            self._keep_links(step.by, step.act, [urljoin(step.act, outcome.page)])
        elif outcome.page and outcome.status in {200, 422}:
            tree = html.fromstring(outcome.page)
            self._keep_links(step.by, step.act, list_links(tree, step.act, office=bool(step.by)))
            for one in list_forms(tree, step.act):
                self.forms[one.kind] = (step.by, step.act, one)
            said = " ".join(words_of(tree))[:300]
            self.sent = kind, CORRECTIONS + 1 if said == self.said.get(kind) else count + 1
            if kind:
                self.said[kind] = said

    def lines(self) -> list[str]:
        """Return a line for each act and kind of form seen: times accepted, times tried, what was said last."""
        seen = sorted({*self.forms, *self.tried, *self.done})
        return [f"{self.done[one]}\t{self.tried[one]}\t{one}\t{self.said.get(one, '')}" for one in seen]

    def _keep_links(self, login: str, path: str, links: list[str]) -> None:
        for to in filter(is_page, links):
            self.links.setdefault(kind_of_address(to), {})[login] = to, path


def _some_rows(rows: Any, rng: random.Random) -> list[Any]:
    """Return a few rows of a query or a list, from anywhere in it."""
    count = rows.count() if isinstance(rows, QuerySet) else len(rows)
    first = rng.randrange(max(1, count - MOST_ROWS + 1))
    return list(rows[first : first + MOST_ROWS])


def list_forms(tree: Any, path: str) -> list[Sendable]:
    """Return the forms of a page that change something, once with each button."""
    found = []
    for form in tree.xpath("//form[translate(@method, 'POST', 'post')='post']"):
        buttons = form.xpath(".//button[not(@type) or @type='submit'][@name or @formaction]") or [None]
        for button in buttons:
            to = (button is not None and button.get("formaction")) or form.get("action") or path
            if (to := urljoin(path, to)).startswith("/") and not LEFT_OUT.search(to):
                found.append(Sendable(deepcopy(form), button, to))
    return found


def words_of(tree: Any) -> list[str]:
    """Return what a page says is wrong."""
    wrong = "contains(@class, 'error') or contains(@id, 'error') or contains(@id, 'wrong') or @role='alert'"
    return [" ".join(one.text_content().split()) for one in tree.xpath(f"//*[{wrong}]")]


def kind_of_address(path: str) -> str:
    """Return an address without the numbers of rows: pages of one pattern are of one kind."""
    parts = urlsplit(path).path.split("/")
    return "/".join("*" if any(sign.isdigit() for sign in part) else part for part in parts)


def list_links(tree: Any, path: str, *, office: bool) -> list[str]:
    """Return the addresses of our own pages that a page leads to, each once."""
    named = [to for one in tree.xpath("//a/@href") if (to := one.partition("#")[0])]
    found = dict.fromkeys(urljoin(path, one) for one in named)
    return [to for to in found if to.startswith("/admin/") == office and is_page(to)]


def is_page(to: str) -> bool:
    """Return true for an address of a page of ours, no file and no sign-out."""
    if not to.startswith("/") or to.startswith("//") or LEFT_OUT.search(to):
        return False
    try:
        return resolve(urlsplit(to).path).func.__module__.startswith("gongkai.") or not to.startswith("/admin/")
    except Resolver404:
        return True


def _named(row: Model) -> str:
    return f"{row._meta.label_lower}/{row.pk}"


def fill_html(one: Sendable, rng: random.Random, *, unlawful: bool, again: bool = False) -> Data:
    """Return what a browser would send for a form of a page; what came back without a fault is sent again."""
    data: Data = {}
    for entered in one.form.inputs:
        name, kind = entered.name, (entered.get("type") or entered.tag).lower()
        if not name or kind in {"submit", "button", "image", "reset"} or entered.get("disabled") is not None:
            continue
        if "请不要填写" in "".join(one.form.xpath(f".//label[@for='{entered.get('id')}']//text()")):
            continue
        needed = entered.get("required") is not None or rng.random() < 0.5
        if (
            again
            and entered.get("aria-invalid") is None
            and entered.value
            and kind not in {"checkbox", "radio", "file"}
        ):
            data.setdefault(name, []).append(str(entered.value))
            continue
        if entered.tag == "select":
            filled = [value for option in entered.xpath(".//option") if (value := option.get("value"))]
            data[name] = [rng.choice(filled)] if filled else []
        elif kind == "radio":
            if needed or not data.get(name):
                data[name] = [entered.get("value", "on")]
        elif kind == "checkbox":
            if needed:
                data.setdefault(name, []).append(entered.get("value", "on"))
        elif kind == "file":
            if needed:
                data[name] = [draw_file(entered.get("accept") or "", rng)]
        elif kind == "hidden":
            data.setdefault(name, []).append(entered.get("value") or "")
        else:
            data[name] = [_draw_input(entered, name, rng)]
    data.pop("csrfmiddlewaretoken", None)
    if one.button is not None and one.button.get("name"):
        data[one.button.get("name")] = [one.button.get("value") or ""]
    if unlawful and data:
        data[rng.choice(sorted(data))] = [rng.choice(("", "9" * 25, "2026-13-40", "不是这里的选项", "\x00"))]
    return {name: values for name, values in data.items() if values}


def _draw_input(entered: Any, name: str, rng: random.Random) -> str:
    told = str(entered.value or "")
    if told and rng.random() < 0.6:
        return told
    if entered.getparent().get("data-picker") == "date" or entered.get("type") == "date":
        return draw_day(name, rng)
    if entered.get("inputmode") in {"numeric", "decimal"} or entered.get("type") == "number":
        return str(rng.randint(1, 9))
    most = entered.get("maxlength")
    return draw_text(name, rng, int(most) if most and most.isdigit() else None)
