"""Find who may perform an action on which row, and its prerequisites, from rules and their refusals."""

import random
import re
from collections import Counter, deque
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db.models import Model, Q, QuerySet

from gongkai.core.acts.action import ACTIONS_BY_NAME
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.queries import visible_to
from gongkai.core.units.actors import in_force_q
from gongkai.core.units.models import Appointment, Person, Role
from gongkai.core.units.unit_filters import SUPERVISING_ROLES
from simulation.addresses import pages_for, target_of
from simulation.permissions import reasons_against
from simulation.signatures import is_fit
from simulation.steps import Player
from simulation.ways import acts_before, acts_on, body_of, list_before, made_by, makers_of, rows_for, state_allows

#: Limits: rows asked for an action, usually and now and then; people asked; people named by a refusal; rule calls.
MAX_ROWS, MAX_ROWS_OCCASIONALLY, MAX_PEOPLE, MAX_NAMED_PEOPLE, MAX_RULE_CALLS = 4, 24, 12, 3, 48
#: Number of an action's pages among which a public one makes the action public, too.
MAX_PAGES_OF_PUBLIC_ACT = 3
#: Units, action labels and roles that a refusal names.
UNIT = re.compile(r"[（请由]([^（）请由，。：“]{2,20}?)(?:）|的?(?:负责人|签发人|审核人|经办人))")
LABEL = re.compile(r"“([^”]{2,20})”")
ROLES = {
    "政务公开办": Role.CHIEF, "系统管理员": Role.ADMINISTRATOR, "安全保密管理员": Role.SECURITY, "负责人": Role.LEAD, "签发人": Role.SIGNER,
    "审核人": Role.REVIEWER, "经办人": Role.CLERK,
}  # fmt: skip
#: Roles asked first; actions on a new row that are tried soon.
ROLES_ASKED_FIRST, FIRST = 3, 2
#: Limits: remembered prerequisites, waiting actions, and times that one is performed for another.
MAX_PREREQUISITES, MAX_WAITING_ACTS, MAX_REPEATED_PREREQUISITES = 40, 12, 2


@dataclass
class Leads:
    """Finds actors for actions; remembers which action is performed for which other action."""

    player: Player
    rng: random.Random
    #: Logins by role.
    posts: dict[str, list[str]]
    #: Actions offered by registers and entry pages.
    offered: Collection[str]
    #: Times that each action was tried, and was performed.
    tried: Counter[str]
    done: Counter[str]
    #: Reasons why actions were not found: (action, reason) → times.
    vain: Counter[tuple[str, str]]
    #: Subject of actions → roles that were allowed one.
    able: dict[str, Counter[str]] = field(default_factory=dict)
    #: Action → the action it is a prerequisite of; (action, that action) → times; next actions.
    after: dict[str, str] = field(default_factory=dict)
    led: Counter[tuple[str, str]] = field(default_factory=Counter)
    ready: list[str] = field(default_factory=list)
    #: Action → actions named by its refusal; action → model and primary key of its first row.
    told: dict[str, list[str]] = field(default_factory=dict)
    focus: dict[str, tuple[type[Model], object]] = field(default_factory=dict)

    #: Unit → logins of its staff, or of its supervisors (None), until posts change.
    staff: dict[int | None, list[str]] = field(default_factory=dict)
    #: Refusal and its unit → logins of those it names, until posts change.
    named: dict[tuple[str, int | None], list[str]] = field(default_factory=dict)
    changes: int = -1

    def __post_init__(self) -> None:
        self.kinds = {login: kind for kind, logins in self.posts.items() for login in logins}
        #: Actions that an actor may perform or bring about.
        self.goals = sorted(one for one in ACTIONS_BY_NAME if one in self.offered or pages_for(one) or acts_before(one))
        #: Actions that the public may perform.
        self.outside = {
            one for one in self.goals if any(not page.office for _, page in pages_for(one)[:MAX_PAGES_OF_PUBLIC_ACT])
        }
        self.called = {name for name in self.goals if self.may_be_called(name) and is_fit(name)}

    def rank(self, name: str) -> int:
        """Return how soon an act is sought: those that were done and tried least come first."""
        return 2 * self.done[name] + self.tried[name]

    def follows(self, name: str) -> bool:
        """Return true for an act of the system: nobody does it, and it follows from others."""
        shown = name in self.offered or pages_for(name)
        return not shown or "system" in getattr(ACTIONS_BY_NAME[name].rule, "__name__", "")

    def may_be_called(self, name: str) -> bool:
        """Return true for an act of the office whose target is declared: its rule says who may do it."""
        outside = name not in self.offered and any(not address.office for _, address in pages_for(name)[:1])
        return not self.follows(name) and target_of(name) is not ... and not outside

    def before(self, name: str) -> list[str]:
        """Return acts that have to come before an act: those that a refusal named, that lead to it, or that bring a row."""
        if self.follows(name):
            return [*acts_before(name)]
        return self.told.pop(name, None) or list_before(name)

    def lead(self, name: str, before: Collection[str]) -> str:
        """Choose one of the acts that have to come before an act; when it is done, the act is next."""
        chosen = min(before, key=lambda one: (self.led[one, name], self.rank(one), self.rng.random()))
        self.after.pop(chosen, None)
        self.led[chosen, name] += 1
        if self.led[chosen, name] <= MAX_REPEATED_PREREQUISITES:
            self.after[chosen] = name
        while len(self.after) > MAX_PREREQUISITES:
            del self.after[next(iter(self.after))]
        return chosen

    def need(self, name: str, model: type[Model]) -> None:
        """A choice of an act has no rows of a model: an act that makes one is next."""
        if makers := [one for one in makers_of(model) if one != name]:
            self.ready.append(self.lead(name, makers))

    def note_done(self, acts: Collection[str]) -> None:
        """Acts for which others were done are next; so are some on rows that were made, if nobody has done them."""
        ready = [self.after.pop(act) for act in acts if act in self.after]
        for model in dict.fromkeys(model for act in acts if act in ACTIONS_BY_NAME for model in made_by(act)):
            new = [one for one in acts_on(model) if not self.done[one] and not self.follows(one)]
            new = [one for one in new if self.led[one, ""] < MAX_REPEATED_PREREQUISITES]
            drawn = self.rng.sample(new, min(len(new), FIRST))
            self.led.update((one, "") for one in drawn)
            ready += drawn
        self.ready = [*dict.fromkeys((*self.ready, *(one for one in ready if one not in acts)))][-MAX_WAITING_ACTS:]

    def find_allowed(self, name: str) -> tuple[str, Model | None] | None:
        """Return who may do an act now, and to which row; "" where that cannot be asked, None where nobody was found."""
        target, action = target_of(name), ACTIONS_BY_NAME[name]
        if not self.may_be_called(name):
            return "", None
        rows: list[Model | None] = [None]
        if isinstance(target, type):
            rows = self._draw_several(
                rows_for(name, target), MAX_ROWS_OCCASIONALLY if self.tried[name] % 4 == 3 else MAX_ROWS
            )
            if (model_row := self.focus.pop(name, None)) and model_row[0] is target:
                rows = [*target._base_manager.filter(pk=model_row[1]), *rows]
        left = MAX_RULE_CALLS
        reasons_met = Counter[str]()
        why = "no state" if rows or (isinstance(target, type) and target._base_manager.exists()) else "no row"
        for row in [one for one in rows if state_allows(action, one)]:
            people, met = deque(self._people_of(row, name.partition(".")[0])), set[str]()
            while people and (left := left - 1) > 0:
                if (login := people.popleft()) in met or (by := self.player.find_actor(login)) is None or not by.known:
                    continue
                met.add(login)
                try:
                    reasons = reasons_against(action, row, by)
                except Exception:  # a rule that asks more of its row than this one has
                    return "", None
                if not reasons and not (isinstance(row, Entry) and not visible_to(by).filter(pk=row.pk).exists()):
                    self.able.setdefault(name.partition(".")[0], Counter())[self.kinds[login]] += 1
                    return login, row
                if reasons and reasons[0] != why:
                    people.extendleft(self._people_named(reasons[0], row))
                    self.note_told(name, row, reasons[0])
                why = reasons[0] if reasons else "not visible"
                reasons_met[why] += 1
        rarest = min(reasons_met, key=lambda one: (reasons_met[one], one), default=why)  # of who comes nearest
        self.vain[name, rarest[:80]] += 1
        return None

    def _people_named(self, reason: str, row: Model | None) -> list[str]:
        """Return people whom a refusal names: by their unit, by their role; the officers for open government besides."""
        self._forget_old_staff()
        body = body_of(row) if row is not None and "本单位" in reason else None
        if (reason, body) not in self.named:
            self.named[reason, body] = self._find_named(reason, body)
        logins = self.named[reason, body]
        return self.rng.sample(logins, min(len(logins), MAX_NAMED_PEOPLE))

    def _find_named(self, reason: str, body: int | None) -> list[str]:
        posts = Appointment.objects.filter(in_force_q(), person__active=True).exclude(person__user=None)
        units, roles = UNIT.findall(reason), {role for words, role in ROLES.items() if words in reason}
        own, chief = roles - {Role.CHIEF}, Q(role=Role.CHIEF) if Role.CHIEF in roles else Q(pk__in=())
        of_unit = Q(body__name__in=units) | Q(body__short_name__in=units) if units else Q(body=body) if body else Q()
        of_role = Q(role__in=own) if own else Q()
        posts = posts.filter(of_unit & of_role | chief if own or units or body else chief)
        return sorted({*posts.order_by().values_list("person__user__username", flat=True)} & self.kinds.keys())

    def note_told(self, name: str, row: Model | None, reason: str) -> None:
        """Remember the act that a refusal says comes before: it and then the refused one are done to this row."""
        for label in LABEL.findall(reason):
            acts = [one for one in _acts_called(label) if one != name]
            own = [one for one in acts if one.partition(".")[0] == name.partition(".")[0]] or acts
            if own:
                self.told[name] = own
                if row is not None:
                    self.focus |= {one: (type(row), row.pk) for one in (name, *own)}

    def staff_of(self, body: int | None) -> list[str]:
        """Return the logins of a unit's staff, or of those who supervise all units."""
        self._forget_old_staff()
        if body not in self.staff:
            posts = Appointment.objects.filter(in_force_q(), person__active=True).exclude(person__user=None)
            posts = posts.filter(role__in=SUPERVISING_ROLES) if body is None else posts.filter(body=body)
            found = {*posts.order_by().values_list("person__user__username", flat=True)} & self.kinds.keys()
            self.staff[body] = sorted(found)
        return self.staff[body]

    def _forget_old_staff(self) -> None:
        if self.changes != self.player.changes:
            self.changes, self.staff, self.named = self.player.changes, {}, {}

    def _people_of(self, row: Model | None, subject: str) -> list[str]:
        """Return people who may have to do with a row: of posts that did such acts, of its unit, above it, and others."""
        able = [kind for kind, _ in self.able.get(subject, Counter()).most_common(ROLES_ASKED_FIRST)]
        logins = [self.rng.choice(self.posts[kind]) for kind in able]
        if isinstance(person := row if isinstance(row, Person) else getattr(row, "person", None), Person):
            logins += [login for login in [person.user and person.user.username] if login in self.kinds]
        if row is not None and (body := body_of(row)) is not None:
            for found, most in ((self.staff_of(body), MAX_PEOPLE // 2), (self.staff_of(None), 3)):
                logins += self.rng.sample(found, min(len(found), most))
        kinds = self.rng.sample(sorted(self.posts), min(len(self.posts), MAX_PEOPLE))
        logins += [self.rng.choice(self.posts[kind]) for kind in kinds]
        return [*dict.fromkeys(logins)][:MAX_PEOPLE]

    def _draw_several(self, rows: QuerySet[Any], most: int) -> list[Model | None]:
        """Return rows of a query: the newest, and some from anywhere in it."""
        newest = (most + 1) // 2
        found = {one.pk: one for one in rows.order_by("-pk")[:newest]}
        if len(found) == newest and (more := rows.count() - newest) > 0:
            first = self.rng.randrange(more)
            found |= {one.pk: one for one in rows.order_by("pk")[first : first + most - newest]}
        return self.rng.sample([*found.values()], len(found))


@cache
def _acts_called(label: str) -> tuple[str, ...]:
    """Return the actions with a label."""
    return tuple(name for name, action in ACTIONS_BY_NAME.items() if action.label == label)
