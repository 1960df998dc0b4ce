"""A hand: a person who asks what the product offers and draws the next step from it.

Most steps follow the forms that acts declare. One in five goes through a page, as a browser sends it: a walk along
links, or a form of the page. In 8 % of the fills one value is unlawful.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404
from django.urls import Resolver404, resolve
from lxml import html

from gongkai.core.acts.actors import Actor
from gongkai.core.ledger.forms import form_for
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.queries import visible_to
from gongkai.core.registers.forms import Act, New
from gongkai.ui.office.offered_actions import offers
from simulation.steps import ACT, ENTRY, PAGE, Outcome, Player, Step
from simulation.values import Data, draw_text, fill_form

if TYPE_CHECKING:
    from gongkai.core.registers.register import AnyRegister

#: Shares of steps: through a page, on entries, unlawful fills.
PAGES, ENTRIES, UNLAWFUL = 0.2, 0.5, 0.08
#: Rows and entries from which a target is drawn.
MOST_ROWS = 30
#: Registers that one step looks through.
REGISTERS = 12
#: Pages where a walk begins; the public's are those with its forms.
OFFICE_STARTS = ("/admin/", "/admin/ledger/", "/admin/notices/", "/admin/publishing/")
PUBLIC_STARTS = ("/", "/requests/", "/messages/", "/decisions/", "/search/?q=规划", "/progress/", "/policies/")
LEFT_OUT = re.compile(
    r"^/admin/(logout|password_reset|login|signin)|^/static/|/export|[?&]export=|\.(xlsx|docx|pdf|zip)$"
)
NOBODY = ""


class Offered(NamedTuple):
    """An act that a register offers: its name in a step, its target, and the row and model of its form."""

    named: str
    act: Act
    target: str
    row: Model | None
    model: type[Model]


@dataclass
class Hand:
    """Draws steps; remembers the last page of each login and the acts that were done."""

    player: Player
    rng: random.Random
    logins: list[str]
    #: Login → address of its last page, its links and its forms.
    last: dict[str, tuple[str, list[str], list[Any]]] = field(default_factory=dict)
    #: Times that each act was drawn, so that rare ones come first.
    drawn: dict[str, int] = field(default_factory=dict)

    def next_step(self, at: datetime) -> Step | None:
        """Return the next step, or None where the person drawn is offered nothing."""
        moment, lawful = at.isoformat(), self.rng.random() >= UNLAWFUL
        if self.rng.random() < PAGES:
            return self._page_step(moment, lawful)
        login = self.rng.choice(self.logins)
        try:
            by = self.player.actor(login)
        except Exception:
            return None
        if self.rng.random() < ENTRIES:
            return self._entry_step(moment, login, by, lawful)
        return self._register_step(moment, login, by, lawful)

    def _rarest(self, names: list[str]) -> str:
        least = min(self.drawn.get(name, 0) for name in names)
        name = self.rng.choice([one for one in names if self.drawn.get(one, 0) == least])
        self.drawn[name] = self.drawn.get(name, 0) + 1
        return name

    def _entry_step(self, at: str, login: str, by: Actor, lawful: bool) -> Step | None:
        rows = list(visible_to(by).order_by("closed_at", "pk").values_list("pk", flat=True)[:MOST_ROWS])
        if not rows:
            return None
        entry = Entry.objects.select_related("body").get(pk=self.rng.choice(rows))
        allowed = {offer.action.name: offer.action for offer in offers(entry, by)[0]}
        if not allowed:
            return None
        action = allowed[self._rarest(sorted(allowed))]
        form = form_for(action)(entry=entry, by=by)
        data = fill_form(form, self.rng, unlawful=not lawful)
        return Step(at, ENTRY, login, action.name, f"ledger.entry/{entry.pk}", data, lawful, bare=not form.fields)

    def _register_step(self, at: str, login: str, by: Actor, lawful: bool) -> Step | None:
        offered: dict[str, Offered] = {}
        for name in self.rng.sample(sorted(self.player.registers), REGISTERS):
            register = self.player.registers[name]
            if register.parent is None:
                offered |= {one.named: one for one in self._offers(register, by)}
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
            rows = list(register.rows(by)[:MOST_ROWS]) if register.acts or register.parts else []
        except (Http404, PermissionDenied):  # a list that is not this person's
            return
        if not rows:
            return
        row = self.rng.choice(rows)
        for act in register.acts:
            if act.is_offered(row, by):
                yield Offered(f"{register.name}//{act.action.name}", act, _named(row), row, register.model)
        for part in register.parts:
            lines = list(part.rows(row, by)[:MOST_ROWS]) if part.acts else []
            for line in self.rng.sample(lines, min(len(lines), 1)):
                for act in part.acts:
                    if act.is_offered(line, by):
                        target = f"{_named(row)} {_named(line)}"
                        yield Offered(f"{register.name}/{part.name}/{act.action.name}", act, target, line, part.model)

    def _page_step(self, at: str, lawful: bool) -> Step:
        login = self.rng.choice([*self.logins, *[NOBODY] * (len(self.logins) // 3)])
        starts = OFFICE_STARTS if login else PUBLIC_STARTS
        path, links, forms = self.last.pop(login, ("", [], []))
        if forms and self.rng.random() < 0.5:
            form = self.rng.choice(forms)
            to, data = fill_html(form, path, self.rng, unlawful=not lawful)
            if data and not LEFT_OUT.search(to):
                return Step(at, PAGE, login, to, path, data, lawful)
        if links and self.rng.random() < 0.85:
            return Step(at, PAGE, login, self.rng.choice(links), path)
        return Step(at, PAGE, login, self.rng.choice(starts))

    def saw(self, step: Step, outcome: Outcome) -> None:
        """Remember the page that a step led to."""
        if outcome.status in {301, 302, 303}:
            to = urljoin(step.act, outcome.page)
            if to.startswith("/") and not LEFT_OUT.search(to):
                self.last[step.by] = (step.act, [to], [])
        elif outcome.page and outcome.status == 200:
            tree = html.fromstring(outcome.page)
            forms = [form for form in tree.xpath("//form") if (form.get("method") or "").lower() == "post"]
            self.last[step.by] = (step.act, list_links(tree, step.act, office=bool(step.by)), forms)


def list_links(tree: Any, path: str, *, office: bool) -> list[str]:
    """Return the addresses of our own pages that a page leads to, each once."""
    found = dict.fromkeys(urljoin(path, one).partition("#")[0] for one in tree.xpath("//a/@href"))
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


def fill_html(form: Any, path: str, rng: random.Random, *, unlawful: bool) -> tuple[str, Data]:
    """Return the address that a form of a page sends to, and what a browser would send."""
    data: Data = {}
    for one in form.inputs:
        name, kind = one.name, (one.get("type") or one.tag).lower()
        if not name or kind in {"submit", "button", "image", "reset"} or one.get("disabled") is not None:
            continue
        if one.tag == "select":
            options = [option.get("value") or "" for option in one.xpath(".//option")]
            filled = [value for value in options if value]
            data[name] = [rng.choice(filled)] if filled else []
        elif kind == "radio":
            data.setdefault(name, [])
            if not data[name] or rng.random() < 0.5:
                data[name] = [one.get("value", "on")]
        elif kind == "checkbox":
            if rng.random() < 0.5:
                data.setdefault(name, []).append(one.get("value", "on"))
        elif kind == "file":
            if rng.random() < 0.5:
                data[name] = ["file:pdf"]
        elif kind == "hidden":
            data.setdefault(name, []).append(one.get("value") or "")
        else:
            most = one.get("maxlength")
            text = draw_text(name, rng, int(most) if most and most.isdigit() else None)
            picker = one.getparent().get("data-picker")
            number = one.get("inputmode") in {"numeric", "decimal"}
            told = str(one.value or "") if rng.random() < 0.6 else ""
            data[name] = [told or ("2026-11-20" if picker == "date" else "1" if number else text)]
    data.pop("csrfmiddlewaretoken", None)
    buttons = form.xpath(".//button[@name]|.//*[@formaction]")
    to = form.get("action")
    if buttons:
        button = rng.choice(buttons)
        to = button.get("formaction") or to
        if button.get("name"):
            data[button.get("name")] = [button.get("value") or ""]
    visible = sorted(name for name in data if name)
    if unlawful and visible:
        data[rng.choice(visible)] = [rng.choice(("", "9" * 25, "2026-13-40", "不是这里的选项", "\x00"))]
    return urljoin(path, to or path), {name: values for name, values in data.items() if values}
