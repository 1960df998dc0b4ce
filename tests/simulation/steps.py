"""A step of a year: stored as JSON and replayed with or without the generator.

A step names its moment, its actor by login, its act by name and its target by model and number. `data` is what a
browser would send.
"""

import json
import logging
import re
from collections import Counter
from collections.abc import Mapping
from contextvars import copy_context
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.apps import apps
from django.contrib.auth import get_user
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, transaction
from django.db.models import Model
from django.http import QueryDict
from django.test import Client
from django.urls import resolve
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from gongkai.content.reviewing.models import Review
from gongkai.content.reviewing.stage_assignments import DAYS_LOOKED_BACK, refresh_holders
from gongkai.content.reviewing.states import OPEN_STATES
from gongkai.core.acts.action import ACTIONS_BY_NAME, Conflict, Refused
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.lock_sharing import allow_parsing_in_transaction
from gongkai.core.acts.models import Movement
from gongkai.core.background_jobs.job_runner import run_attempt
from gongkai.core.background_jobs.models import Errand
from gongkai.core.background_jobs.states import JobState
from gongkai.core.background_jobs.worker import recover_lost_jobs
from gongkai.core.ledger.forms import get_form
from gongkai.core.ledger.jobs import PeriodicJob, run_due
from gongkai.core.ledger.jobs.registry import SUSPENSION_PREDICATES
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.past_records import check_past_action, needs_proof, record_past
from gongkai.core.registers.forms import Act, ActForm, New
from gongkai.core.registers.register import map_declared_registers
from gongkai.core.signin.factors import NO_FACTOR_SESSION_KEY
from gongkai.core.units.actions.people import change_password
from gongkai.core.units.actors import get_actor
from gongkai.core.units.models import Person
from gongkai.core.widgets.request_cache import stop_caching
from gongkai.ui.portal import tree
from simulation import events
from simulation.pages import SUBMIT_AGAIN_TEXT, fields_of
from simulation.permissions import list_posts
from simulation.signatures import facts_of, form_of
from simulation.values import Data, as_upload

if TYPE_CHECKING:
    from gongkai.core.registers.register import AnyRegister

#: Kinds of steps.
ACT, ENTRY, PAGE, JOBS, EVENT, CALL = "act", "entry", "page", "jobs", "event", "call"
#: Expensive jobs (open data, file checks), which run on Mondays of the first days of a month only.
EXPENSIVE_JOBS, EXPENSIVE_JOB_DAYS = frozenset({"opendata", "media"}), 14
#: Authentication backend for sign-ins.
BACKEND = "django.contrib.auth.backends.ModelBackend"
#: Maximum number of errands run after a step.
MAX_ERRANDS = 5
#: Prefixes of actions that change permissions.
PERMISSION_PREFIXES = ("units.", "signin.", "demo.")


@dataclass(frozen=True)
class Step:
    """One step.

    `kind` is one of the ways above. `act` is an action's name (ACT: with its register, `register/action`; a part's
    name between them; CALL: alone), the address of a page, or an event's name. `target` is `model/number` of the row, and for a
    row of a part of its record before it.
    """

    at: str
    kind: str
    by: str = ""
    act: str = ""
    target: str = ""
    data: Data = field(default_factory=dict)
    lawful: bool = True
    #: The action has no form: all reasons against it were known when it was offered.
    bare: bool = False

    def line(self) -> str:
        """Return the step as a line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def read(cls, line: str) -> "Step":
        """Return the step of a line."""
        return cls(**json.loads(line))


@dataclass
class Outcome:
    """Result of a step: done, invalid, refused, conflict, gone (no such target), or an HTTP status."""

    word: str
    reasons: tuple[str, ...] = ()
    page: str = ""
    status: int = 200
    error: str = ""
    #: Declared fields of the page's forms, by input name.
    fields: Mapping[str, forms.Field] = field(default_factory=dict)
    #: Actions added to the log.
    acts: tuple[str, ...] = ()
    #: The form only asks for confirmation: the data it was sent with, and its hidden fields.
    again: Data = field(default_factory=dict)


class Watch(logging.Handler):
    """Collect errors and tracebacks that the program logs."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep errors, and warnings with a traceback."""
        if record.levelno >= logging.ERROR or record.exc_info:
            error = f"{record.exc_info[1]!r}" if record.exc_info else ""
            self.seen.append(f"{record.name}: {record.getMessage()} {error}"[:600])

    def take(self) -> list[str]:
        """Return what was collected, and forget it."""
        found, self.seen = self.seen, []
        return found


class Player:
    """Performs steps; `traveller` controls the simulated clock."""

    def __init__(self, traveller: Any, watch: Watch) -> None:
        self.traveller, self.watch = traveller, watch
        self.clients: dict[str, Client] = {}
        #: Login → its person with current posts, cached while they stay the same; and the day.
        self.people: dict[str, Actor | None] = {}
        self.posts: dict[str, list[object]] = {}
        self.day: date | None = None
        #: Last day on which the jobs ran.
        self.ran: date | None = None
        #: Counter of possible changes of posts.
        self.changes = 0
        #: Model of a draft → submissions by its owner.
        self.handed_in = Counter[str]()
        #: Login → that counter at its sign-in.
        self.signed_in: dict[str, int] = {}
        resolve("/")  # loads every app's views, which declare the registers
        self.registers: dict[str, AnyRegister] = map_declared_registers()

    def perform(self, step: Step) -> Outcome:
        """Move the clock to the step's moment and perform it."""
        self.traveller.move_to(datetime.fromisoformat(step.at))
        last = newest(Movement)
        outcome = self._try(step)
        if step.kind == JOBS or step.data:
            run_waiting()
        if step.kind != PAGE or step.data:
            outcome.acts = tuple(dict.fromkeys((*outcome.acts, *acts_since(last))))
        if any(name.startswith(PERMISSION_PREFIXES) for name in outcome.acts):
            self.forget_people()
        return outcome

    def try_out(self, step: Step) -> Outcome:
        """Perform a step now, and take it back: what would become of it.

        It is done as in a context of its own: a search that goes on keeps what it asked already.
        """
        with allow_parsing_in_transaction(), transaction.atomic():
            last, apart = newest(Movement), copy_context()
            apart.run(stop_caching)
            outcome = apart.run(self._try, step)
            outcome.acts = acts_since(last)
            transaction.set_rollback(True)
        tree.reload_next_time()
        self.watch.take()
        return outcome

    def forget_people(self) -> None:
        """Posts may have changed: ask again what those people may do whose posts did."""
        before, self.posts, self.changes = self.posts, list_posts(), self.changes + 1
        same = {login for login, posts in self.posts.items() if before.get(login) == posts}
        self.people = {login: by for login, by in self.people.items() if login in same}

    def _try(self, step: Step) -> Outcome:
        try:
            outcome: Outcome = getattr(self, f"_{step.kind}")(step)
            return outcome
        except Conflict as refusal:
            return Outcome("conflict", tuple(refusal.reasons))
        except Refused as refusal:
            return Outcome("refused", tuple(refusal.reasons))
        except Gone:
            return Outcome("gone")
        except Exception as error:
            if connection.in_atomic_block:
                connection.needs_rollback = False
            frames = place_of(error)
            if isinstance(error, ObjectDoesNotExist) and not frames:
                return Outcome("gone")  # an event looked for a row of its own, which other steps removed
            return Outcome("error", error=f"{type(error).__name__}: {error} at {frames}"[:400])

    def actor(self, login: str) -> Actor:
        """Return a login's person with the posts of the moment."""
        if (by := self.find_actor(login)) is None:
            raise Gone
        return by

    def find_actor(self, login: str) -> Actor | None:
        """Return a login's person with the posts of the moment, or None where nobody may use it."""
        if self.day != (today := timezone.localdate()):
            self.day = today
            self.forget_people()
        if login not in self.people:
            person = Person.objects.select_related("user").filter(user__username=login).first()
            self.people[login] = get_actor(person.user) if person is not None and person.active else None
        return self.people[login]

    def client(self, login: str) -> Client:
        """Return the browser of a login, signed in while the person may sign in."""
        if login not in self.clients:
            self.clients[login] = Client(raise_request_exception=False)
        client = self.clients[login]
        if self.signed_in.get(login) == self.changes:
            return client
        # A new post or a password reset ends the session; the person signs in again.
        if login and not (client.cookies.get("sessionid") and get_user(client).is_authenticated):  # type: ignore[arg-type]
            person = Person.objects.select_related("user").filter(user__username=login).first()
            if person is None or person.user is None or not person.user.is_active:
                raise Gone
            client.force_login(person.user, backend=BACKEND)
            person.refresh_from_db(fields=["must_change_password"])  # a password grows too old, too
            if person.must_change_password:  # every page leads to the form until the person has chosen one
                by = Actor(person.name, person_id=person.pk, user_id=person.user_id)  # also of who has no post now
                change_password(person, by=by, password=f"chosen-{person.pk}-{self.changes}")
                person.user.refresh_from_db(fields=["password"])  # on which the session depends
                client.force_login(person.user, backend=BACKEND)
            session = client.session
            session[NO_FACTOR_SESSION_KEY] = True  # who has set up a second factor shows it
            session.save()
        self.signed_in[login] = self.changes
        return client

    def _act(self, step: Step) -> Outcome:
        by = self.actor(step.by)
        register, act, part = self._find_act(step.act)
        row, record = find_rows(step.target)
        if isinstance(act, New):
            return self._new(step, register, act, by)
        if row is None or not register.rows(by).filter(pk=(record or row).pk).exists():
            raise Gone
        if part and record:  # the rows of a part know their record
            row = next((line for line in part.rows(record, by) if line.pk == row.pk), row)
        form = _bound(act.form_class(part.model if part else register.model), step.data, by=by, target=row)
        if not form.is_valid():
            return _refused(form, step)
        facts = {} if act.quick else form.facts()
        facts |= {name: value(row) for name, value in act.given.items()}
        act.action(act.target_of(row), by=by, **facts)
        return Outcome("done")

    def _new(self, step: Step, register: "AnyRegister", act: New, by: Actor) -> Outcome:
        form = _bound(act.form_class(register.model), step.data, by=by)
        form.offer(act.target, act.targets(by))
        if not form.is_valid():
            return _refused(form, step)
        facts = form.facts()
        act.action(facts.pop(act.target), by=by, **facts)
        return Outcome("done")

    def _find_act(self, named: str) -> "tuple[AnyRegister, Act, Any]":
        name, part_name, action = named.split("/")
        register = self.registers[name]
        part = next((one for one in register.parts if one.name == part_name), None)
        acts = part.acts if part else [*register.acts, *filter(None, [register.new])]
        act = next((one for one in acts if one.action.name == action), None)
        if act is None:
            raise Gone
        return register, act, part

    def _entry(self, step: Step) -> Outcome:
        by, action = self.actor(step.by), ACTIONS_BY_NAME[step.act]
        entry = Entry.objects.filter(pk=step.target.rpartition("/")[2]).first()
        if entry is None:
            raise Gone
        form = _bound(get_form(action), step.data, by=by, entry=entry)
        if not form.is_valid():
            return _refused(form, step)
        facts = form.facts()
        if needs_proof(action.name, entry, facts, by):  # as the page does: another person confirms it
            check_past_action(action.name, entry, facts, by=by)
            proof = {"paper": form.past_paper(), "number": form.past_number}
            record_past(entry, by=by, name=action.name, facts=facts, lines=form.answers(), **proof)
        else:
            action(entry, by=by, **facts)
        return Outcome("done")

    def _call(self, step: Step) -> Outcome:
        """Call an act with facts of its signature, as the interface or a job does."""
        by, action = self.actor(step.by), ACTIONS_BY_NAME[step.act]
        row, _ = find_rows(step.target)
        form = _bound(form_of(step.act, row), step.data)
        if not form.is_valid():
            return _refused(form, step)
        try:
            action(row, by=by, **facts_of(step.act, form))
        except (Conflict, Refused):
            raise
        except Exception as error:  # facts that no page sends
            return Outcome("unfit", (f"{type(error).__name__}: {error}",))
        return Outcome("done")

    def _page(self, step: Step) -> Outcome:
        client = self.client(step.by)
        if step.data:
            files: dict[str, Any] = {
                name: as_upload(values[0]) if values and values[0].startswith("file:") else values
                for name, values in step.data.items()
            }
            answer = client.post(step.act, files, HTTP_REFERER=step.target or step.act)
        else:
            answer = client.get(step.act)
        if answer.streaming:
            content = b"".join(answer.streaming_content)  # type: ignore[arg-type]
        else:
            content = answer.content
        text = content.decode() if "html" in answer.get("Content-Type", "") else ""
        fields = fields_of(answer.context) if text else {}
        return Outcome("page", status=answer.status_code, page=text or answer.get("Location", ""), fields=fields)

    def _jobs(self, step: Step) -> Outcome:
        if rests_today not in SUSPENSION_PREDICATES:
            SUSPENSION_PREDICATES.append(rests_today)
        before, self.ran = self.ran, timezone.localdate()
        if before is not None and (self.ran - before).days > DAYS_LOOKED_BACK:  # the nights between would have seen
            refresh_holders(Review.objects.filter(state__in=OPEN_STATES).order_by("pk"))  # what this one does not
        failed = [f"{one.job.name}: {one.error}" for one in run_due() if one.error]
        recover_lost_jobs(timezone.now())
        return Outcome("error" if failed else "done", error="; ".join(failed))

    def _event(self, step: Step) -> Outcome:
        return Outcome("done", acts=tuple(events.EVENTS[step.act](self, step) or ()))


def run_waiting() -> None:
    """Run pending work of the workers: imports, exports, file reading."""
    waiting = Errand.objects.filter(state=JobState.WAITING, due_at__lte=timezone.now()).order_by("pk")
    for number in [*waiting.values_list("pk", flat=True)[:MAX_ERRANDS]]:
        run_attempt(number)


def newest(model: type[Model]) -> int:
    """Return the newest primary key of a model, by plain SQL for speed."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT max("{model._meta.pk.column}") FROM "{model._meta.db_table}"')
        return cursor.fetchone()[0] or 0


def acts_since(last: int) -> tuple[str, ...]:
    """Return the names of the actions logged after a movement."""
    if newest(Movement) == last:
        return ()
    return tuple(Movement.objects.filter(pk__gt=last).values_list("action", flat=True).distinct())


class Gone(Exception):
    """A step's actor or target does not exist, in a shortened sequence."""


def rests_today(job: PeriodicJob) -> bool:
    """Return true for an expensive job outside the first Mondays of a month."""
    today = timezone.localdate()
    return job.name in EXPENSIVE_JOBS and (today.weekday() != 0 or today.day > EXPENSIVE_JOB_DAYS)


def find_rows(target: str) -> tuple[Model | None, Model | None]:
    """Return the row of a target, and its record for a row of a part."""
    if not target:
        return None, None
    rows = []
    for one in target.split(" "):
        model, _, number = one.partition("/")
        rows.append(apps.get_model(model)._base_manager.filter(pk=number).first())
        if rows[-1] is None:
            raise Gone
    return rows[-1], rows[0] if len(rows) > 1 else None


def _bound(form_class: type[ActForm], data: Data, **facts: Any) -> Any:
    sent, files = QueryDict(mutable=True), MultiValueDict[str, Any]()
    for name, values in data.items():
        if values and values[0].startswith("file:"):
            files.setlist(name, [as_upload(value) for value in values])
        else:
            sent.setlist(name, values)
    return form_class(sent, files, **facts)


def _refused(form: Any, step: Step) -> Outcome:
    """Return the form's errors; if it only asks for confirmation, also the data to send again."""
    reasons = _errors(form)
    if not all(SUBMIT_AGAIN_TEXT in reason for reason in reasons):
        return Outcome("invalid", reasons)
    hidden = {name: [str(form[name].value() or "")] for name, one in form.fields.items() if one.widget.is_hidden}
    return Outcome("invalid", reasons, again={**step.data, **hidden})


def _errors(form: Any) -> tuple[str, ...]:
    return tuple(f"{name}: {text}" for name, texts in form.errors.items() for text in texts)


def place_of(error: BaseException) -> str:
    """Return the last line of our code in an exception's traceback."""
    found, trace = "", error.__traceback__
    while trace:
        file = trace.tb_frame.f_code.co_filename
        if "gongkai/" in file:
            found = f"{re.sub('.*gongkai/', '', file)}:{trace.tb_lineno}"
        trace = trace.tb_next
    return found
